package chattest

import (
	"context"

	"trichdan/bot/chat"
)

// Subject is one platform, connected to a fake network.
type Subject struct {
	Receiver chat.Receiver
	Sender   chat.Sender
	// To is a direct chat that can be written to; the questions of person 0
	// come from there.
	To chat.Ref
	// Phrases are those that the platform was given. A message that says
	// nothing but Phrases.Searching is taken for the placeholder that it is.
	Phrases chat.Phrases
	// Ask lets a person ask in a direct chat with the bot, each person in one
	// of their own, as if typed: "/hoi có gì mới" is the command, in whatever
	// way the platform carries commands. The suite uses those of Commands. Ask
	// is only called while Receive runs; if that has no connection yet, Ask or
	// the question waits for it. It does not wait for the answer.
	Ask func(user int, text string)
	// Next waits for the next message, or edit of one, that the fake network
	// got from the bot, as a reader sees it. What is there already it gives
	// also after ctx has ended; the error is that of ctx.
	Next func(ctx context.Context) (Shown, error)
	// Bound is the most handlers at a time; 1 for a console.
	Bound int

	// Fail makes the network refuse the next message in its own way for the
	// kind, and reports whether it has one. Nil: it never refuses any.
	Fail func(chat.Kind) bool
	// FailEdit does the same for the next edit of a message, as Temporary or
	// RateLimited. Nil: it never refuses any.
	FailEdit func(chat.Kind) bool
	// Hang makes the network take the next message and never answer; the
	// channel is closed when it has come. Nil: a message cannot hang.
	Hang func() (arrived <-chan struct{})
	// Press lets a person press the button with that data under a message.
	// Nil: the platform has no buttons.
	Press func(user int, message Shown, data string)
	// Follows says what becomes of a message that goes on changing.
	Follows Follows
	// Attach lets a person type a command, as Ask, with a file attached to it. Nil:
	// the platform has no attachments.
	Attach func(user int, text, name string, content []byte)
	// Restart gives a receiver over the same journal and network, as a process
	// makes one that is started again. It is called after Receive has returned.
	// Nil: the platform keeps no journal.
	Restart func() chat.Receiver
	// Shows gives what the platform shows of a quote that it cannot show as it
	// is, rune by rune: a terminal shows control characters replaced. Nil:
	// quotes are shown as they are.
	Shows func(string) string
	// Secret must be in nothing that the bot shows or returns, "" if there is
	// none. For what it logs see Logger.
	Secret string
}

// Shown is a message as a reader sees it.
type Shown struct {
	ID   string // the platform's own, "" if it has none
	Text string // all visible text from top to bottom, markup undone, quotes included
	// Quotes are the contents of block quotes, in order, with what the platform
	// puts around the quoted bytes in there: quote marks, "[…]", closing bidi
	// characters. Nil on a platform without block quotes: then every quote must
	// be in Text whole.
	Quotes  []string
	Buttons []string // their data, row by row
	Notice  string   // a Message.Notice that came alone; the rest is empty then
	Pings   bool     // it would notify somebody other than by being a message
	Problem string   // what the platform's strict checker finds wrong, "" if nothing
}

// Commands are the commands that the suite asks with, for platforms that must
// know them before.
func Commands() []chat.Command {
	return []chat.Command{
		{
			Name: "hoi", Alias: "ask",
			Arg: &chat.Arg{
				Required: true,
				Name:     map[chat.Lang]string{chat.Vietnamese: "câu_hỏi", chat.English: "question"},
				Help:     map[chat.Lang]string{chat.Vietnamese: "Điều muốn hỏi", chat.English: "What to ask"},
			},
			Help: map[chat.Lang]string{chat.Vietnamese: "Hỏi kho bài", chat.English: "Ask the coverage"},
		},
		{
			Name: "trogiup", Alias: "help",
			Help: map[chat.Lang]string{chat.Vietnamese: "Cách dùng", chat.English: "How to use"},
		},
		{
			Name: "them", Alias: "add", TakesFile: true,
			Arg: &chat.Arg{
				Name: map[chat.Lang]string{chat.Vietnamese: "bài", chat.English: "article"},
				Help: map[chat.Lang]string{chat.Vietnamese: "Bài cần thêm", chat.English: "The article to add"},
			},
			Help: map[chat.Lang]string{chat.Vietnamese: "Thêm một bài", chat.English: "Add an article"},
		},
	}
}
