package telegram

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"trichdan/bot/chat"
)

// Name is how Telegram is called in a chat.Ref: its Chat is the decimal ID of
// the chat, its Thread the decimal ID of a forum topic, or "".
const Name = "telegram"

// Options are what a Telegram needs to know. Token and Journal are required.
type Options struct {
	Token string // of the bot, from @BotFather
	// API is the base address of the Bot API server, "" is Telegram's own. There
	// are self-hosted ones.
	API string
	// Webhook is the public https address at which Telegram can reach ServeHTTP,
	// "" polls.
	Webhook  string
	Commands []chat.Command
	// Phrases gives what is said without the handler; nil says nothing.
	Phrases func(context.Context, chat.Request) chat.Phrases
	Journal chat.Journal
	// Admins are the IDs of the users whose clients are told of the commands for
	// admins, and of whom a file alone, sent in private, is the first command of
	// admins that takes one. It is the handler that checks who may use them.
	Admins   []string
	Timeout  time.Duration // of the handler for one answer; 0: 60 s
	Patience time.Duration // until Phrases.Searching is said; 0: 3 s
	Pending  int           // the most updates that are handled at a time; 0: 1000
	Limits   Limits
	// Client carries the calls; nil has its own. Of a given one the Transport is
	// used. It follows no redirects, and timeouts are set for each call.
	Client *http.Client
	Now    func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil logs nothing
}

// How long things take at most, and what is waited between them.
const (
	pollTime     = 50 * time.Second // how long Telegram may keep a poll that has nothing
	pollMargin   = 15 * time.Second // what a poll may take beyond that
	callTime     = 15 * time.Second // any other call
	noticeTime   = 5 * time.Second  // a placeholder or the answer to a press: nothing that must arrive
	deliveryTime = 10 * time.Minute // an answer, with all its attempts: late is better than lost
	graceTime    = 2 * time.Second  // what a call on its way still has after the end
	pressTime    = 1500 * time.Millisecond
	typingAfter  = 500 * time.Millisecond
	typingEvery  = 4500 * time.Millisecond // Telegram shows it for 5 s
	idlePause    = 250 * time.Millisecond  // after a poll with nothing that did not wait

	problemAgain = 10 * time.Minute // until what is still or again wrong is logged again

	positionAge = 6 * 24 * time.Hour // after a week update IDs begin anywhere
)

// Telegram is the bot on Telegram: a chat.Receiver, a chat.Sender and, for the
// webhook, an http.Handler.
type Telegram struct {
	o        Options
	log      *slog.Logger
	now      func() time.Time
	jitter   func() float64 // in [0, 1)
	endpoint string         // format string with the token and the method
	files    string         // address of files, with the token, up to their path
	path     string         // of the webhook, "" without one
	secret   string         // what the webhook's caller knows
	hidden   *strings.Replacer
	limits   *limiter
	// The long poll and posts have connections of their own, so that they take
	// none from the answers.
	polling, sending, posting *http.Client

	mu     sync.Mutex
	self   account
	status chat.Status
	said   string    // the problem that was last logged
	saidAt time.Time // and when
	told   bool      // since the connection was last logged
	inbox  *inbox    // of the running Receive that listens to the webhook, else nil
}

// account is who somebody is on Telegram.
type account struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Username string `json:"username"`
	Language string `json:"language_code"`
}

// New makes a Telegram. It does not call the network.
func New(o Options) *Telegram {
	if o.API == "" {
		o.API = "https://api.telegram.org"
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Patience == 0 {
		o.Patience = 3 * time.Second
	}
	if o.Pending == 0 {
		o.Pending = 1000
	}
	if o.Phrases == nil {
		o.Phrases = func(context.Context, chat.Request) chat.Phrases { return chat.Phrases{} }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	t := &Telegram{
		o:        o,
		log:      o.Log.With("component", Name),
		now:      o.Now,
		jitter:   rand.Float64,
		endpoint: strings.ReplaceAll(strings.TrimRight(o.API, "/"), "%", "%%") + "/bot%s/%s",
		files:    strings.TrimRight(o.API, "/") + "/file/bot" + o.Token + "/",
		secret:   secretOf(o.Token),
		limits:   newLimiter(o.Limits, o.Now),
		polling:  clientOf(o.Client),
		sending:  clientOf(o.Client),
		posting:  clientOf(o.Client),
		status:   chat.Status{Platform: Name},
	}
	t.hidden = hider(o.Token, t.secret)
	if o.Webhook != "" {
		t.path = "/"
		if u, err := url.Parse(o.Webhook); err == nil && u.Path != "" {
			t.path = u.Path
		}
	}
	return t
}

// secretOf derives what Telegram must show at the webhook from the token, so
// that there is no second secret to configure.
func secretOf(token string) string {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte("webhook"))
	return hex.EncodeToString(h.Sum(nil))
}

// hider replaces secrets in a text.
func hider(token, secret string) *strings.Replacer {
	pairs := []string{secret, "(secret)"}
	if token != "" {
		pairs = append(pairs, token, "(token)", url.PathEscape(token), "(token)", url.QueryEscape(token), "(token)")
	}
	if _, key, ok := strings.Cut(token, ":"); ok && key != "" {
		pairs = append(pairs, key, "(token)")
	}
	return strings.NewReplacer(pairs...)
}

func clientOf(given *http.Client) *http.Client {
	c := &http.Client{
		// A redirect would carry the address, and the token in it, to
		// another server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if given != nil {
		c.Transport = given.Transport
		return c
	}
	if own, ok := http.DefaultTransport.(*http.Transport); ok {
		own = own.Clone()
		own.MaxIdleConnsPerHost = 64
		own.MaxConnsPerHost = 64
		c.Transport = own
	}
	return c
}

// Status says how the connection is.
func (t *Telegram) Status() chat.Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// me is who the bot is, once that is known.
func (t *Telegram) me() account {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.self
}

// up notes that the connection works.
func (t *Telegram) up() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status.Connected {
		return
	}
	first := t.status.Since.IsZero()
	t.status.Connected, t.status.Since = true, t.now()
	if first || t.told {
		t.told = false
		t.log.Info("connected as "+t.status.As, "webhook", t.path != "")
	}
}

// down notes that it does not, and why.
func (t *Telegram) down(problem string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status.Connected {
		t.status.Connected, t.status.Since = false, t.now()
	}
	t.problem(problem)
}

// trouble notes a problem while the connection works.
func (t *Telegram) trouble(problem string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.problem(problem)
}

// problem keeps a problem and logs it if it is news.
func (t *Telegram) problem(problem string) {
	t.status.Problem = problem
	if now := t.now(); t.said != problem || now.Sub(t.saidAt) > problemAgain {
		t.said, t.saidAt, t.told = problem, now, true
		t.log.Warn(problem)
	}
}
