package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/bot/chat"
)

// mostQuestion is how long a question may be, in characters.
const mostQuestion = 2000

// askView is the page with the box, and with the answer if something was asked.
type askView struct {
	frame
	Heading  string
	Examples []anchor
	Commands []commandView
	Says     string // the page's own words in place of an answer
	Message  *messageView
}

// anchor is a link.
type anchor struct{ Text, URL string }

// commandView is a line of help.
type commandView struct {
	Name, Args, Help string
	URL              string // what runs it, "" if it wants more
}

func (p *Page) ask(w http.ResponseWriter, r *http.Request) {
	f := p.frame(r)
	q := strings.TrimSpace(strings.ToValidUTF8(r.URL.Query().Get("q"), "\ufffd"))
	if q == "" {
		p.show(w, http.StatusOK, askTemplate, p.start(f))
		return
	}
	f.Query = chat.CleanLine(q)
	if utf8.RuneCountInString(q) > mostQuestion {
		p.show(w, http.StatusBadRequest, askTemplate, askView{frame: f, Heading: f.W.Question, Says: fmt.Sprintf(f.W.TooLong, mostQuestion)})
		return
	}
	f = f.titled(q)
	ctx, cancel := context.WithTimeout(r.Context(), p.o.Timeout)
	defer cancel()
	v := askView{frame: f, Heading: f.Query}
	m, err := p.handle(ctx, p.request(r, f.Lang, q))
	status := http.StatusOK
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		status, v.Says = http.StatusGatewayTimeout, f.W.TooSlow
	case err != nil:
		status, v.Says = http.StatusServiceUnavailable, f.W.Failed
	case m.Empty() && m.Notice == "":
		// The handler says nothing to those who ask too much and have been told.
		// A page has to say something.
		status, v.Says = http.StatusTooManyRequests, f.W.TooMany
	}
	if err != nil && r.Context().Err() == nil {
		p.log.Error("answer", "error", err)
	}
	if !m.Empty() || m.Notice != "" {
		v.Says, v.Message = "", p.message(ctx, f, m)
	}
	p.show(w, status, askTemplate, v)
}

// start is the page before something was asked.
func (p *Page) start(f frame) askView {
	v := askView{frame: f, Heading: f.W.Site}
	for _, e := range p.o.Examples {
		v.Examples = append(v.Examples, anchor{chat.CleanLine(e), f.question(e)})
	}
	for _, c := range p.o.Commands {
		if c.Admin || c.Lasting {
			continue // it would be refused here
		}
		name := c.Name
		if f.Lang == chat.English && c.Alias != "" {
			name = c.Alias
		}
		line := commandView{Name: "/" + name, Help: c.Help[f.Lang]}
		if c.Arg != nil {
			line.Args = strings.ReplaceAll(c.Arg.Name[f.Lang], "_", " ")
		}
		if c.Arg == nil || !c.Arg.Required {
			line.URL = f.question(line.Name)
		}
		v.Commands = append(v.Commands, line)
	}
	return v
}

// question is the address of the answer to what is asked.
func (f frame) question(q string) string { return f.link("/", url.Values{"q": {q}}, "") }

// request makes what is typed a request: a command if it begins with a slash and
// a letter, else a question. There is no person but the visitor's address.
func (p *Page) request(r *http.Request, lang chat.Lang, q string) chat.Request {
	ask := chat.Request{
		Ref: chat.Ref{Platform: "web", Chat: p.visitors.name(r)}, Lang: lang,
		Direct: true, Passing: true, Text: q,
	}
	name, ok := strings.CutPrefix(q, "/")
	if first, _ := utf8.DecodeRuneInString(name); !ok || !unicode.IsLetter(first) {
		return ask
	}
	ask.Command, ask.Text = name, ""
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		ask.Command, ask.Text = name[:i], strings.TrimSpace(name[i:])
	}
	return ask
}

// handle asks the handler; a panic of it is an error.
func (p *Page) handle(ctx context.Context, r chat.Request) (m chat.Message, err error) {
	defer func() {
		if x := recover(); x != nil {
			m, err = chat.Message{}, fmt.Errorf("panic: %v\n%s", x, debug.Stack())
		}
	}()
	return p.o.Handler(ctx, r)
}
