package chattest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
)

// most is how long a message of the memory platform may be, in characters.
const most = 4000

// memory is a platform that is only in memory: it stores what is asked, shows
// plain text with block quotes, and has buttons. A fault makes it wrong in one
// way, so that the tests see the suite find it.
type memory struct {
	fault string
	bound int

	mu       sync.Mutex
	asked    []chat.Request // not yet answered
	taken    map[string]bool
	more     chan struct{} // has one token when asked has grown
	last     int           // ID of a message or question
	refuse   *chat.Error
	edits    *chat.Error       // refuses the next edit
	replies  map[string]string // which message replies to what
	hang     chan struct{}
	messages chan chattest.Shown
}

var phrases = chat.Phrases{Searching: "Đang tìm…", Failed: "Có lỗi khi tìm câu trả lời."}

func ref(user int) chat.Ref {
	return chat.Ref{Platform: "memory", Chat: fmt.Sprintf("chat-%d", user)}
}

func newMemory(fault string) *chattest.Subject {
	p := &memory{fault: fault, bound: 4, taken: map[string]bool{}, replies: map[string]string{}, more: make(chan struct{}, 1), messages: make(chan chattest.Shown, 10_000)}
	s := &chattest.Subject{
		Receiver: p, Sender: p, To: ref(0), Phrases: phrases, Bound: p.bound, Secret: "token-bi-mat",
		Ask: p.ask, Next: p.next, Fail: p.fail, Hang: p.hangs, Press: p.press,
		FailEdit: p.failEdit, Follows: chattest.FollowsInPlace, Attach: p.attach,
		Restart: func() chat.Receiver {
			p.mu.Lock()
			defer p.mu.Unlock()
			clear(p.taken)
			return p
		},
	}
	if fault == "only the last" {
		s.Follows = chattest.FollowsAtEnd
	}
	if fault == "late" || fault == "behind" {
		s.Restart = nil // what it left is of no interest
	}
	return s
}

func (p *memory) id() string {
	p.last++
	return fmt.Sprint(p.last)
}

func (p *memory) put(r chat.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.ID = p.id()
	p.asked = append(p.asked, r)
	p.wake()
}

func (p *memory) wake() {
	select {
	case p.more <- struct{}{}:
	default:
	}
}

func (p *memory) ask(user int, text string) { p.put(p.asking(user, text)) }

func (p *memory) asking(user int, text string) chat.Request {
	r := chat.Request{Ref: ref(user), User: fmt.Sprint("người-", user), Direct: true, Text: text}
	if rest, ok := strings.CutPrefix(text, "/"); ok && p.fault != "commands" {
		r.Command, r.Text, _ = strings.Cut(rest, " ")
	}
	return r
}

func (p *memory) attach(user int, text, name string, content []byte) {
	r := p.asking(user, text)
	open := func(_ context.Context, limit int64) (io.ReadCloser, error) {
		switch {
		case p.fault == "any size":
		case int64(len(content)) > limit:
			return nil, chat.ErrTooLarge
		case p.fault == "text mode":
			return io.NopCloser(bytes.NewReader(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))), nil
		}
		return io.NopCloser(bytes.NewReader(content)), nil
	}
	r.Files = []chat.File{{Name: name, Size: int64(len(content)), Open: open}}
	p.put(r)
}

func (p *memory) failEdit(k chat.Kind) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.edits = &chat.Error{Kind: k, Reason: "as told"}
	return true
}

func (p *memory) press(user int, m chattest.Shown, data string) {
	p.put(chat.Request{Ref: ref(user), User: fmt.Sprint("người-", user), Direct: true, Button: data, Roles: []string{m.ID}})
}

func (p *memory) next(ctx context.Context) (chattest.Shown, error) {
	select {
	case m := <-p.messages:
		return m, nil
	default:
	}
	select {
	case m := <-p.messages:
		return m, nil
	case <-ctx.Done():
		return chattest.Shown{}, ctx.Err()
	}
}

func (p *memory) fail(k chat.Kind) bool {
	p.refuse = &chat.Error{Kind: k, Reason: "as told", RetryAfter: time.Second, MovedTo: ref(77)}
	switch p.fault {
	case "kind":
		p.refuse.Kind = chat.Rejected
	case "delay":
		p.refuse.RetryAfter = 0
	case "secret":
		p.refuse.Reason = "token-bi-mat"
	}
	return true
}

func (p *memory) hangs() <-chan struct{} {
	p.hang = make(chan struct{})
	return p.hang
}

func (p *memory) Receive(ctx context.Context, h chat.Handler) error {
	var running sync.WaitGroup
	if p.fault != "behind" {
		defer running.Wait()
	}
	places := make(chan struct{}, p.bound)
	if p.fault == "bound" {
		places = make(chan struct{}, 1000)
	}
	for {
		for _, r := range p.take() {
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			running.Go(func() {
				free := sync.OnceFunc(func() { <-places })
				defer free()
				if p.answer(ctx, h, r, free) {
					p.finish(r)
				}
			})
		}
		select {
		case <-p.more:
		case <-ctx.Done():
			if p.fault == "ends" {
				return errors.New("the end")
			}
			return ctx.Err()
		}
	}
}

func (p *memory) take() []chat.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var fresh []chat.Request
	for _, r := range p.asked {
		if !p.taken[r.ID] {
			p.taken[r.ID] = true
			fresh = append(fresh, r)
		}
	}
	return fresh
}

func (p *memory) finish(r chat.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault != "repeats" {
		p.asked = slices.DeleteFunc(p.asked, func(q chat.Request) bool { return q.ID == r.ID })
	}
}

// answer reports whether r is done with. free frees its place.
func (p *memory) answer(ctx context.Context, h chat.Handler, r chat.Request, free func()) bool {
	on := r.Roles // of a press: the message
	r.Roles = nil
	asked := ctx
	if p.fault == "behind" {
		asked = context.WithoutCancel(ctx)
	}
	m, err := chat.Call(asked, h, r, time.Hour, func(context.Context) {})
	if m.Empty() && m.Notice == "" && p.fault == "says nothing" {
		m.Text = "…" // even after the end, or a busy machine hides the fault
	} else if ctx.Err() != nil && p.fault != "late" {
		return false
	}
	if err != nil && m.Empty() {
		m.Text = phrases.Failed
		if p.fault == "shows errors" {
			m.Text += " " + err.Error()
		}
	}
	switch {
	case m.Empty() && m.Notice == "":
	case m.Empty():
		p.messages <- chattest.Shown{Notice: m.Notice}
	case p.fault == "only the last" && m.Follow != nil:
		last, _ := chat.Last(ctx, m)
		if ctx.Err() != nil {
			return false
		}
		if !last.Empty() {
			p.show("", last)
		}
	default:
		id := p.reply(r, on, m)
		p.show(id, m)
		return p.follow(ctx, id, m, free)
	}
	return true
}

// reply gives the message that replies to r.
func (p *memory) reply(r chat.Request, on []string, m chat.Message) string {
	if m.Update && p.fault != "update" {
		return on[0]
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.replies[r.ID] == "" || p.fault == "forgets replies" {
		p.replies[r.ID] = p.id()
	}
	return p.replies[r.ID]
}

// follow goes on with a message, and reports whether it came to its end.
func (p *memory) follow(ctx context.Context, id string, m chat.Message, free func()) bool {
	if m.Follow == nil || p.fault == "says nothing later" {
		return true
	}
	if p.fault != "keeps its place" {
		free()
	}
	over := false
	err := chat.Follow(ctx, m, func(_ context.Context, m chat.Message, last bool) error {
		p.mu.Lock()
		e := p.edits
		p.edits = nil
		at := id
		if p.fault == "says more" {
			at = p.id()
		}
		p.mu.Unlock()
		over = over || e != nil && p.fault == "gives up"
		if over || e != nil && !last { // the last word is tried again, and this is the second time
			return e
		}
		p.show(at, m)
		return nil
	}, slog.New(slog.DiscardHandler))
	if p.fault == "late word" && ctx.Err() != nil {
		p.show(id, chat.Message{Text: "Muộn rồi."})
	}
	if p.fault == "shows panics" && err != nil {
		p.show(id, chat.Message{Text: err.Error()})
	}
	return ctx.Err() == nil || p.fault == "forgets it"
}

func (p *memory) Send(ctx context.Context, post chat.Post) (string, error) {
	if ctx.Err() != nil && p.fault != "cancel" {
		return "", ctx.Err()
	}
	if post.Begin != nil && p.fault != "never begins" {
		if err := post.Begin(); err != nil && p.fault != "begins anyway" {
			return "", err
		}
	}
	if e := p.refuse; e != nil {
		p.refuse = nil
		return "", e
	}
	if p.hang != nil {
		close(p.hang)
		p.hang = nil
		<-ctx.Done()
		return "", &chat.Error{Unknown: p.fault != "knows", Reason: "no answer"}
	}
	if p.fault == "leak" {
		go func() { select {} }()
	}
	p.mu.Lock()
	id := p.id()
	p.mu.Unlock()
	p.show(id, post.Message)
	return id, nil
}

func (p *memory) show(id string, m chat.Message) {
	render := p.render
	shown := render(chat.Fit(m, func(m chat.Message) bool { return utf8.RuneCountInString(render(m).Text) <= most }))
	shown.ID = id
	if n := utf8.RuneCountInString(shown.Text); n > most || n == 0 {
		shown.Problem = fmt.Sprintf("it has %d characters", n)
	}
	if p.fault == "pings" && strings.Contains(shown.Text, "[1]") {
		shown.Pings = true
	}
	p.messages <- shown
}

func (p *memory) render(m chat.Message) chattest.Shown {
	var b strings.Builder
	s := chattest.Shown{Quotes: []string{}}
	line := func(text string) { b.WriteString(chat.CleanLine(text) + "\n") }
	for _, n := range m.Notes {
		line(n)
	}
	if a := m.Answer; a != nil {
		fmt.Fprintf(&b, "%s · %s%s [%d]\n", a.Label, a.Text, chat.Closers(a.Text), a.N)
	}
	if m.Text != "" {
		b.WriteString(chat.Clean(m.Text) + "\n")
	}
	for i, c := range m.Citations {
		line(fmt.Sprintf("[%d] %s, %s · %s", c.N, c.Title, c.Source, c.Sources))
		q := c.Quote
		switch p.fault {
		case "cuts quotes":
			q = c.Quote[:len(c.Quote)/2]
			q = strings.ToValidUTF8(q, "") + "x"
		case "trims quotes":
			if i == 0 && len(q) > 30 {
				q = strings.ToValidUTF8(q[c.Mark.End:], "")
			}
		}
		before, after := "", ""
		if c.Before {
			before = "[…] "
		}
		if c.After {
			after = " […]"
		}
		q = before + "“" + q + "”" + chat.Closers(q) + after
		s.Quotes = append(s.Quotes, q)
		b.WriteString(q + "\n")
	}
	if len(m.Links) > 0 {
		line(m.LinksTitle)
	}
	for _, l := range m.Links {
		line(fmt.Sprintf("%d. %s, %s", l.N, l.Title, l.Source))
	}
	line(m.Footer)
	s.Text = b.String()
	if p.fault == "markup" {
		s.Text = strings.ReplaceAll(s.Text, "<b>", "")
	}
	for _, row := range m.Buttons {
		for _, button := range row {
			s.Buttons = append(s.Buttons, button.Data)
			if p.fault == "buttons" {
				s.Buttons = append(s.Buttons, "khác")
			}
		}
	}
	return s
}

func TestMemory(t *testing.T) {
	chattest.Run(t, func(t *testing.T) *chattest.Subject { return newMemory("") })
}

// TestMemoryAtEnd: the suite is content with a platform on which messages cannot
// be changed, where that is about what goes on.
func TestMemoryAtEnd(t *testing.T) {
	chattest.Run(t, func(t *testing.T) *chattest.Subject { return newMemory("only the last") })
}
