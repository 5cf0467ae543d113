package chat

import (
	"context"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Message is what the bot says. Its parts are shown in the order of the
// fields, empty ones not at all.
type Message struct {
	Notes     []string // how the question was understood: filters, spelling
	Answer    *Answer
	Text      string // plain words, paragraphs separated by "\n"
	Citations []Citation
	// Links is a list under the heading LinksTitle, such as the nearest
	// articles when there is no answer, or the newest.
	LinksTitle string
	Links      []Link
	// Footer is a plain line at the end, such as "Trang 1/3".
	Footer string
	// Buttons stand under the message, in rows. A platform that has none shows
	// those with a Command as a hint to type it.
	Buttons [][]Button

	// Update is for the press of a button: the message takes the place of the
	// one that the button is on. Else it is a new one.
	Update bool
	// Follow goes on after the message was shown, unless it is nil: what it gives
	// to show takes the place of the message, and then of what it gave before.
	// Platforms call it once, from the goroutine of the request, after the
	// handler has returned and the message has been said, and wait for it; ctx
	// ends with the process, or when the platform does not let the message be
	// changed any more, which is not before FollowTime. An error of show is one
	// of those of Sender.Send; it is logged by the platform, and the next message
	// may be shown all the same. Where a message cannot be changed, as in a pipe,
	// only the last one is said.
	//
	// It shows a message no more often than every FollowPace, and what the last
	// one says is the outcome.
	Follow func(ctx context.Context, show func(context.Context, Message) error) `json:"-"`

	// Notice is for the press of a button: a short line that only the person
	// who pressed it sees, once. With nothing else in the message, the one that
	// the button is on stays as it is.
	Notice string
}

// Empty reports whether there is nothing to show but, perhaps, a Notice.
func (m Message) Empty() bool {
	return len(m.Notes) == 0 && m.Answer == nil && m.Text == "" && len(m.Citations) == 0 &&
		m.LinksTitle == "" && len(m.Links) == 0 && m.Footer == ""
}

// How long, and how fast, a message may change after it was said: an interaction
// of Discord can be edited for 15 minutes.
const (
	FollowTime = 13 * time.Minute
	FollowPace = 2 * time.Second
)

// Answer is the sentence that answers, quoted from citation N.
type Answer struct {
	Label string  // "Trả lời"
	Text  string  // byte-exact slice of the citation's article
	Mark  vi.Span // the part of Text that answers, empty if there is none
	N     int
	// Before and After say that the sentence was shortened: "[…]".
	Before, After bool
}

// Citation is one quote, with the words to show around it. Where Title and
// Source are both empty, they are those of the citation before it.
type Citation struct {
	N int // its number, 0 for one that has none and shows none
	corpus.Citation
	Mark vi.Span // the part of Quote that answers, empty if there is none
	// Before and After say that the quote was shortened and that its passage
	// goes on there: "[…]".
	Before, After bool
	Source        string // outlet and date in words: "Kinh tế & Đô thị, 2022 (ngày không nêu)"
	Sources       string // "3 nguồn" where several outlets have the story, else ""
	Link          string // address to read on, "" where there is none
	LinkText      string // "Đọc bài"
}

// Link is one line of a list of articles.
type Link struct {
	N         int    // number to name it by in a command
	ArticleID string // "" where it is no article
	Title     string
	Source    string
	URL       string // "" where there is none
}

// MaxButtonData is the most bytes that Button.Data may have: what Telegram
// takes (https://core.telegram.org/bots/api#inlinekeyboardbutton).
const MaxButtonData = 64

// Button is one button under a message.
type Button struct {
	Text string // short
	// Data comes back as Request.Button when the button is pressed. It is all
	// that is known then, so it survives a restart.
	Data string
	// Command does the same when typed, "" where there is none: "/bai 1 2".
	Command string
}

// Status is how a platform is doing, for operators and admins.
type Status struct {
	Platform  string
	Connected bool
	As        string    // the name under which the bot is known there: "@trichdan_bot"
	Since     time.Time // of the last change of Connected; zero if there was none yet
	Problem   string    // what is or was last wrong, without secrets; "" if nothing ever was
}
