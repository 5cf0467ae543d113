package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"

	"trichdan/bot/chat"
)

// Options are what a Console needs to know. The zero Options will do.
type Options struct {
	// Articles is how many there are to ask about, and Examples are questions
	// to try: a conversation on a terminal begins with them.
	Articles int
	Examples []string
	// Commands are the names, without the slash, that TAB completes.
	Commands []string
	// Page is the address of the web page, "" if there is none: a conversation on
	// a terminal begins with it.
	Page string
	// History is the file that keeps the lines typed on a terminal, "" for
	// none. It is made with mode 0600.
	History string
	// Timeout bounds one answer; 0 is a minute.
	Timeout time.Duration
	// NoColor turns colours off where there would be some.
	NoColor bool
	Log     *slog.Logger // nil logs nothing
}

// Console is the conversation with the person at a terminal, or with a pipe.
// It is a chat.Receiver and a chat.Sender, of one chat and one person.
type Console struct {
	in  io.Reader
	out io.Writer
	o   Options
	log *slog.Logger

	overwrites bool // out is taken for a terminal, for tests

	mu      sync.Mutex // of what follows, and of writing
	written bool       // something was said: what is said next stands apart
	prompt  string     // behind which the cursor stands, "" if it does not
	region  region     // of a message that goes on changing
}

// New makes a Console. Where in and out are the terminal that the program was
// started on, lines are edited; where out is a terminal, answers are wrapped
// and coloured. Else it reads and writes plain lines.
func New(in io.Reader, out io.Writer, o Options) *Console {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Console{in: in, out: out, o: o, log: log.With("component", "console")}
}

// StyleOf gives the style that fits w: wrapped on a terminal, and coloured
// unless noColor is set; plain text elsewhere.
func StyleOf(w io.Writer, noColor bool) Style {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return Style{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 1 {
		width = 80
	}
	// The last column stays free: some terminals break the line behind it.
	return Style{Width: max(width-1, 20), Color: !noColor}
}

// Terminal reports whether in and out are the terminal of the process, so that
// a Console of them has a prompt.
func Terminal(in io.Reader, out io.Writer) bool {
	return in == os.Stdin && out == os.Stdout &&
		term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
}

// Receive reads lines and answers each, one after the other, until the input
// ends or a command to leave is met; then it returns nil. It returns ctx.Err()
// when ctx ends first, and otherwise the error of reading or writing. All it
// started has ended then.
func (c *Console) Receive(ctx context.Context, h chat.Handler) error {
	if Terminal(c.in, c.out) {
		return c.converse(ctx, h)
	}
	lines := NewLines(c.in)
	for n := 0; ; n++ {
		line, whole, err := lines.Next(ctx)
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return c.say(c.noInput())
			}
			return nil
		}
		if err != nil {
			return err
		}
		if left, err := c.one(ctx, h, line, whole); left || err != nil {
			return err
		}
	}
}

// one answers a line; left is true for a command to leave.
func (c *Console) one(ctx context.Context, h chat.Handler, line string, whole bool) (left bool, err error) {
	if !whole {
		return false, c.say(chat.Message{Text: sayTooLong})
	}
	r := request(line)
	if leaving[r.Command] {
		return true, nil
	}
	r, instead := withFile(r)
	if instead != "" {
		return false, c.say(chat.Message{Text: instead})
	}
	return false, c.answer(ctx, h, r)
}

// answer says what the handler answers, and what follows that.
func (c *Console) answer(ctx context.Context, h chat.Handler, r chat.Request) error {
	m, err := c.handle(ctx, h, r)
	if err != nil {
		return err
	}
	if m.Follow != nil {
		return c.follow(ctx, r, m)
	}
	return c.say(m)
}

// say writes a message, if there is something in it, an empty line behind what
// was said before, above what goes on changing. The error is that of writing.
func (c *Console) say(m chat.Message) error {
	if m.Empty() && m.Notice == "" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	text := drawn(m, StyleOf(c.out, c.o.NoColor))
	switch {
	case c.prompt != "": // leave its line
		text = "\n\n" + text + "\n" + c.prompt
	case c.region.rows > 0:
		text = c.region.erased() + text + "\n" + c.region.text
	case c.written:
		text = "\n" + text
	}
	c.written = true
	_, err := io.WriteString(c.out, text)
	return err
}

// Send writes a post, also while a question is typed or answered. The terminal
// has no IDs for messages: the ID is "". It is a chat.Sender. The error of a chat
// that is not this one is Rejected.
func (c *Console) Send(ctx context.Context, p chat.Post) (id string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if p.To != here {
		return "", &chat.Error{Kind: chat.Rejected, Reason: fmt.Sprintf("a console has no chat %q on %q", p.To.Chat, p.To.Platform)}
	}
	if p.Begin != nil {
		if err := p.Begin(); err != nil {
			return "", err
		}
	}
	if err := c.say(p.Message); err != nil {
		// A part of it may have been written.
		return "", &chat.Error{Kind: chat.Temporary, Unknown: true, Reason: "write to the terminal: " + err.Error()}
	}
	return "", nil
}

// here is the one chat that a console has.
var here = chat.Ref{Platform: "console", Chat: "console"}

// handle asks the handler. The error is that of ctx; what goes wrong in the
// handler is logged, and the person told.
func (c *Console) handle(ctx context.Context, h chat.Handler, r chat.Request) (chat.Message, error) {
	limited, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	m, err := safely(limited, h, r)
	if ctx.Err() != nil {
		return chat.Message{}, ctx.Err()
	}
	if err == nil {
		return m, nil
	}
	c.log.Error("answer", "command", r.Command, "error", err)
	if m.Empty() {
		m.Text = sayFailed
		if errors.Is(err, context.DeadlineExceeded) {
			m.Text = sayTimeout
		}
	}
	return m, nil
}

// safely asks the handler; a panic of it is an error.
func safely(ctx context.Context, h chat.Handler, r chat.Request) (m chat.Message, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = chat.Message{}, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(ctx, r)
}

// request makes a line a request: a command if it begins with a slash and a
// letter, else a question.
func request(line string) chat.Request {
	r := chat.Request{Ref: here, User: "console", Direct: true}
	r.Text = strings.TrimSpace(line)
	name, ok := strings.CutPrefix(r.Text, "/")
	if !ok || name == "" || !unicode.IsLetter([]rune(name)[0]) {
		return r
	}
	r.Command, r.Text = name, ""
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		r.Command, r.Text = name[:i], strings.TrimSpace(name[i:])
	}
	return r
}
