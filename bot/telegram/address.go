package telegram

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// request makes a message a request, if it is for the bot: in a private chat
// everything that a person says is, in a group commands, mentions of the bot
// and replies to it, in a channel commands.
func (t *Telegram) request(m *message) (r chat.Request, ok bool) {
	me := t.me()
	if m.Forwarded || m.ViaBot != nil && m.ViaBot.ID == me.ID || m.From != nil && m.From.IsBot && m.Sender == nil {
		return r, false
	}
	r = chat.Request{Ref: m.ref(), ID: id(m.ID), Direct: m.Chat.private()}
	t.person(&r, m)
	text, entities := m.Text, m.Entities
	if text == "" {
		text, entities = m.Caption, m.CaptionEnts
	}
	document, isFile := m.document()
	if strings.TrimSpace(text) == "" {
		if c := t.fileCommand(); isFile && c != nil && r.Direct && slices.Contains(t.o.Admins, r.User) {
			r.Command, r.Files = c.Name, []chat.File{t.file(document)}
			return r, true
		}
		// A picture without words, say: the handler says what to do. Of an album
		// every picture comes as a message of its own.
		return r, r.Direct && m.content() && m.Album == ""
	}
	text, mentioned := unmention(text, entities, me)
	text = strings.TrimSpace(text)
	command, rest, to, isCommand := parseCommand(text)
	switch {
	case isCommand && to != "" && !strings.EqualFold(to, me.Username):
		return r, false
	case isCommand && (r.Direct || mentioned || to != "" || repliesTo(m, me) || t.knows(command)):
		r.Command, r.Text = command, rest
		if isFile {
			r.Files = []chat.File{t.file(document)}
		} else if c := t.command(command); c != nil && c.TakesFile && m.repliesToMessage() && !m.ReplyTo.From.is(me) {
			t.take(&r, m.ReplyTo)
		}
		return r, true
	case r.Direct:
		if c := t.fileCommand(); isFile && c != nil && slices.Contains(t.o.Admins, r.User) {
			r.Command, r.Files = c.Name, []chat.File{t.file(document)} // the caption is its text
		}
	case m.Chat.channel(), isCommand, !mentioned && !repliesTo(m, me):
		return r, false
	}
	r.Text = text
	return r, true
}

// take gives a command what it is to be applied to: the file of the message that
// it replies to, or, if it says nothing itself, its text.
func (t *Telegram) take(r *chat.Request, from *message) {
	if d, ok := from.document(); ok {
		r.Files = []chat.File{t.file(d)}
		return
	}
	if r.Text == "" {
		r.Text = strings.TrimSpace(cmp.Or(from.Text, from.Caption))
	}
}

// fileCommand is the command that a file without one stands for, nil if there is
// none.
func (t *Telegram) fileCommand() *chat.Command {
	for i, c := range t.o.Commands {
		if c.Admin && c.TakesFile {
			return &t.o.Commands[i]
		}
	}
	return nil
}

// person fills in who asks.
func (t *Telegram) person(r *chat.Request, m *message) {
	if m.From != nil {
		r.User, r.Lang = id(m.From.ID), language(m.From.Language)
	}
	switch {
	case m.Chat.channel(), m.Sender != nil && m.Sender.ID == m.Chat.ID:
		// Only admins post in a channel, or in the name of a group. Which one it
		// was is not told: the sender is an account of Telegram's.
		r.User = ""
		r.Manages = func(context.Context) (bool, error) { return true, nil }
	case m.Sender != nil && m.Sender.ID < 0: // a channel's voice in a group; people have IDs above 0
		r.User = id(m.Sender.ID)
	case m.From != nil:
		r.Manages = t.manages(r.Chat, r.User)
	}
}

// manages asks whether a person is an admin of a chat.
func (t *Telegram) manages(in, user string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		var member struct {
			Status string `json:"status"`
		}
		err := t.call(ctx, t.sending, callTime, "getChatMember", tgbotapi.Params{"chat_id": in, "user_id": user}, &member)
		if err != nil {
			return false, public(err)
		}
		return member.Status == "creator" || member.Status == "administrator", nil
	}
}

// language gives the language of a client: that of the bot for all that is not
// English.
func language(code string) chat.Lang {
	switch {
	case code == "":
		return ""
	case code == "en" || strings.HasPrefix(code, "en-"):
		return chat.English
	}
	return chat.Vietnamese
}

// repliesTo reports whether a message replies to the bot.
func repliesTo(m *message, me account) bool {
	return m.repliesToMessage() && m.ReplyTo.From.is(me)
}

// repliesToMessage reports whether a message replies to one that somebody has
// written. Each message of a topic is also one to that which began the topic.
func (m *message) repliesToMessage() bool {
	r := m.ReplyTo
	return r != nil && len(r.TopicCreated) == 0 && (!m.InTopic || r.ID != m.Thread)
}

// is reports whether somebody is known to be an account.
func (a *account) is(other account) bool { return a != nil && a.ID == other.ID }

// parseCommand takes a command apart: "/hoi@TrichDanBot ai?" is hoi, to
// TrichDanBot, with "ai?".
func parseCommand(text string) (name, rest, to string, ok bool) {
	name, ok = strings.CutPrefix(text, "/")
	if !ok {
		return "", "", "", false
	}
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		name, rest = name[:i], strings.TrimSpace(name[i:])
	}
	name, to, _ = strings.Cut(name, "@")
	for i, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && (i == 0 || !unicode.IsDigit(r) && r != '_') {
			return "", "", "", false
		}
	}
	return name, rest, to, name != ""
}

// knows reports whether a command without an addressee may be meant for this
// bot: one of its own, however its diacritics are written.
func (t *Telegram) knows(command string) bool { return t.command(command) != nil }

// command gives one of the bot's own by its name or alias, nil if it is none.
func (t *Telegram) command(name string) *chat.Command {
	name = vi.Fold(name)
	for i, c := range t.o.Commands {
		if name == vi.Fold(c.Name) || c.Alias != "" && name == vi.Fold(c.Alias) {
			return &t.o.Commands[i]
		}
	}
	return nil
}

// unmention takes the mentions of the bot out of a text, and says whether there
// were any.
func unmention(text string, entities []entity, me account) (rest string, mentioned bool) {
	units := utf16.Encode([]rune(text))
	for _, e := range entities { // those by name and number, of people without a username
		if e.Type == "text_mention" && e.User != nil && e.User.ID == me.ID && e.Offset >= 0 && e.Length > 0 &&
			e.Offset <= len(units) && e.Length <= len(units)-e.Offset {
			for i := range e.Length {
				units[e.Offset+i] = ' '
			}
			mentioned = true
		}
	}
	if mentioned {
		text = string(utf16.Decode(units))
	}
	if me.Username == "" {
		return text, mentioned
	}
	var b strings.Builder
	at := 0
	for at < len(text) {
		m := mention(text, at)
		name := strings.TrimPrefix(text[m.Start:m.End], "@")
		if !strings.EqualFold(name, me.Username) || name == "" {
			b.WriteString(text[at:m.End])
			at = m.End
			continue
		}
		// "/hoi@TrichDanBot" is parsed with the command.
		before := strings.TrimSpace(b.String() + text[at:m.Start])
		if strings.HasPrefix(before, "/") && !strings.ContainsFunc(before, unicode.IsSpace) && m.Start > 0 && !unicode.IsSpace(rune(text[m.Start-1])) {
			b.WriteString(text[at:m.End])
			at = m.End
			continue
		}
		mentioned = true
		head := text[at:m.Start]
		tail := text[m.End:]
		// What is left must not have two spaces or one before its comma.
		if strings.HasSuffix(head, " ") || m.Start == 0 {
			tail = strings.TrimLeft(tail, " ,:")
			if tail == "" {
				head = strings.TrimRight(head, " ")
			}
		}
		b.WriteString(head)
		at = len(text) - len(tail)
	}
	return b.String(), mentioned
}
