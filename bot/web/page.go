package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// Options are what a Page needs to know. Handler and Articles must be there.
type Options struct {
	Handler  chat.Handler // answers what is asked
	Articles Articles
	// NotFound is the error that Articles wraps for an article or a revision
	// that does not exist.
	NotFound error
	// Commands are shown on the page, without those that it does not serve: for
	// admins, and for chats.
	Commands []chat.Command
	Examples []string // questions to try
	// Token is the access token of a private page, "" for one that is open.
	Token string
	// Secure says that the page is served over https: cookies are then sent over
	// nothing else, and browsers are told to use nothing else.
	Secure bool

	Now     func() time.Time // nil is time.Now
	Log     *slog.Logger     // nil logs nothing
	Timeout time.Duration    // of one answer or article; 0 is a minute
}

// Articles reads the corpus.
type Articles interface {
	// Article gives the current state of an article, withdrawn or not.
	Article(ctx context.Context, id string) (*corpus.Article, error)
	// Revision gives an article with the content of one of its revisions.
	Revision(ctx context.Context, id string, revision int) (*corpus.Article, error)
	// Sources gives the articles of a story that are not withdrawn.
	Sources(ctx context.Context, story string) ([]*corpus.Article, error)
}

// Page serves everything under /. It is safe for concurrent use and starts no
// goroutine.
type Page struct {
	o        Options
	log      *slog.Logger
	mux      *http.ServeMux
	origins  *http.CrossOriginProtection
	visitors visitors
	attempts attempts
}

// New makes a Page.
func New(o Options) *Page {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	p := &Page{o: o, log: o.Log.With("component", "web"), mux: http.NewServeMux(), origins: http.NewCrossOriginProtection()}
	_, _ = rand.Read(p.visitors.key[:]) // never fails
	p.mux.HandleFunc("GET /{$}", p.ask)
	p.mux.HandleFunc("GET /a/{id}", p.article)
	p.mux.HandleFunc("GET /robots.txt", robots)
	p.mux.HandleFunc("GET "+style.path, style.serve)
	p.mux.HandleFunc("GET "+icon.path, icon.serve)
	p.mux.HandleFunc("GET /", p.unknown)
	if o.Token != "" {
		p.mux.HandleFunc("GET /login", p.loginForm)
		p.mux.HandleFunc("POST /login", p.login)
		p.mux.HandleFunc("POST /logout", p.logout)
	}
	return p
}

// ServeHTTP answers a request. On a private page strangers are led to the login,
// whatever they ask for but the few files that say nothing.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.headers(w.Header())
	switch r.URL.Path {
	case "/login", "/logout", "/robots.txt", style.path, icon.path:
	default:
		if p.o.Token != "" && !p.known(r) {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, loginPath(r.URL), http.StatusSeeOther)
			return
		}
	}
	p.mux.ServeHTTP(w, r)
}

// contentPolicy allows the page its style, its icon and its forms, and no script.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (p *Page) headers(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Referrer-Policy", "no-referrer")
	if p.o.Token != "" {
		// With no-referrer the forms of a private page would come with the origin
		// "null", which is that of a stranger's.
		h.Set("Referrer-Policy", "same-origin")
	}
	if p.o.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n"))
}

// unknown is any address that the page does not have.
func (p *Page) unknown(w http.ResponseWriter, r *http.Request) {
	f := p.frame(r)
	p.problem(w, http.StatusNotFound, problem{frame: f.titled(f.W.NoPage), Heading: f.W.NoPage, Text: f.W.NoPageText})
}
