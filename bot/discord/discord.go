package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// Options are what a Discord needs to know.
type Options struct {
	Token string // of the bot, with or without "Bot " before it
	// API is the base address of the REST API with its version, for a proxy or
	// a test server; "" is that of Discord. The address of the gateway comes
	// from there as well.
	API string
	// PublicKey is the application's Ed25519 key in hex. With it ServeHTTP
	// takes interactions too; "" is for the gateway alone.
	PublicKey string
	Commands  []chat.Command
	Complete  chat.Completer // nil completes nothing
	// Phrases gives the words for what the adapter says by itself; nil is none.
	Phrases func(context.Context, chat.Request) chat.Phrases
	Journal chat.Journal
	// Timeout bounds one answer; 0 is a minute.
	Timeout time.Duration
	// Patience is how long mentions and direct messages wait before they are
	// told that it takes a moment; 0 is three seconds.
	Patience time.Duration
	Pending  int // most updates handled at a time; 0 is 1000
	// Rate is the most calls a second, those for interactions aside, which
	// Discord does not count; 0 is what Discord allows, 50; less is no limit.
	Rate   float64
	Client *http.Client // nil for one of its own; of a given one the Transport is used
	Now    func() time.Time
	Log    *slog.Logger // nil logs nothing
}

// timing is how long things take. Tests have less time.
type timing struct {
	request     time.Duration // of one REST call
	grace       time.Duration // of a call that is on its way at the end
	retry       time.Duration // before the second attempt of a call
	retryMost   time.Duration // before a later one
	reconnect   time.Duration // before the second connection
	slowest     time.Duration // before a later one
	healthy     time.Duration // of a connection after which the back-off begins anew
	handshake   time.Duration // until the gateway is ready
	silence     time.Duration // of the gateway, after which it is taken for dead
	write       time.Duration // to the gateway
	identify    time.Duration // between two of the same bot
	invalid     time.Duration // after the gateway has ended a session
	acknowledge time.Duration // of an interaction, from its arrival
	life        time.Duration // of an interaction's token, and of the will to reply
	outcome     time.Duration // of the life, for the last of what follows an answer
	typing      time.Duration // until it is shown
	typingAgain time.Duration
	complete    time.Duration
	register    time.Duration // before commands are registered again after an error
	settle      time.Duration // until Discord must know of a deferral by HTTP
}

var usual = timing{
	request: 15 * time.Second, grace: 2 * time.Second, retry: 500 * time.Millisecond, retryMost: 15 * time.Second,
	reconnect: time.Second, slowest: time.Minute, healthy: time.Minute,
	handshake: time.Minute, silence: 90 * time.Second, write: 10 * time.Second,
	identify: 5 * time.Second, invalid: 3 * time.Second,
	acknowledge: 2800 * time.Millisecond, life: 15*time.Minute - 10*time.Second, outcome: 30 * time.Second,
	typing: 250 * time.Millisecond, typingAgain: 8 * time.Second,
	complete: 500 * time.Millisecond, register: time.Minute, settle: 5 * time.Second,
}

// Discord is the bot's account there. Make one with New.
type Discord struct {
	o         Options
	log       *slog.Logger
	now       func() time.Time
	jitter    func() float64 // from 0 to 1
	t         timing
	token     string
	key       ed25519.PublicKey
	api       *url.URL
	rest      *discordgo.Session // for REST calls only, never opened
	transport http.RoundTripper
	limits    *limiter // of the bot's calls
	hooks     *limiter // of calls for interactions

	mu      sync.Mutex
	status  chat.Status
	current *receiver // nil while nothing is received
	open    map[chat.Ref]bool
}

// New makes a Discord. Nothing is connected before Receive or Send. The error
// says what is wrong with the options.
func New(o Options) (*Discord, error) {
	d := &Discord{o: o, t: usual, now: o.Now, jitter: rand.Float64, open: map[chat.Ref]bool{}}
	d.token = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(o.Token), "Bot "))
	if o.PublicKey != "" {
		key, err := hex.DecodeString(strings.TrimSpace(o.PublicKey))
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("discord: the public key is not %d hexadecimal digits", 2*ed25519.PublicKeySize)
		}
		d.key = key
	}
	if o.API != "" {
		u, err := url.Parse(o.API)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errors.New("discord: the address of the API is no http or https address")
		}
		d.api = u
	}
	if o.Journal == nil {
		return nil, errors.New("discord: there is no journal")
	}
	if d.now == nil {
		d.now = time.Now
	}
	d.log = o.Log
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	d.log = d.log.With("component", platform)
	if d.o.Timeout <= 0 {
		d.o.Timeout = time.Minute
	}
	if d.o.Patience <= 0 {
		d.o.Patience = 3 * time.Second
	}
	if d.o.Pending <= 0 {
		d.o.Pending = 1000
	}
	if d.o.Rate == 0 {
		d.o.Rate = 50
	}
	if d.o.Phrases == nil {
		d.o.Phrases = func(context.Context, chat.Request) chat.Phrases { return chat.Phrases{} }
	}
	d.limits, d.hooks = newLimiter(d.o.Rate), newLimiter(0)
	d.status.Platform = platform

	d.transport = http.DefaultTransport
	if o.Client == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxIdleConnsPerHost, own.MaxConnsPerHost = 64, 256
		d.transport = own
	} else if o.Client.Transport != nil {
		d.transport = o.Client.Transport
	}
	rest, err := discordgo.New("Bot " + d.token)
	if err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	// Only the calls are used. It writes to the standard logger by itself, with
	// addresses, which have tokens in them: below the lowest level nothing.
	rest.LogLevel = discordgo.LogError - 1
	rest.MaxRestRetries, rest.ShouldRetryOnRateLimit = 0, false
	rest.UserAgent = "DiscordBot (trichdan, 1)"
	d.rest = rest
	return d, nil
}

// Status says how the connection to the gateway is doing.
func (d *Discord) Status() chat.Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status
}

// connected notes that the gateway is ready.
func (d *Discord) connected(as string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if as != "" {
		d.status.As = as
	}
	if !d.status.Connected {
		d.status.Connected, d.status.Since = true, d.now()
	}
}

// disconnected notes that it is not, and why.
func (d *Discord) disconnected(problem string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if problem != "" {
		d.status.Problem = problem
	}
	if d.status.Connected {
		d.status.Connected, d.status.Since = false, d.now()
	}
}

// refused ends Receive: the token does not count any more.
func (d *Discord) refused(reason *chat.Error) {
	d.mu.Lock()
	r := d.current
	d.status.Problem = reason.Reason
	d.mu.Unlock()
	d.log.Error("Discord refuses the bot", "reason", reason.Reason)
	if r != nil {
		r.end(reason)
	}
}

// Receive runs until ctx ends, or until Discord refuses the bot for good: then
// the error is an *chat.Error of kind Unauthorized that says why. What an
// earlier process accepted and did not finish is answered first. Only one
// Receive runs at a time.
func (d *Discord) Receive(ctx context.Context, h chat.Handler) error {
	r, err := d.newReceiver(ctx, h)
	if err != nil {
		return err
	}
	d.mu.Lock()
	if d.current != nil {
		d.mu.Unlock()
		return errors.New("discord: already receiving")
	}
	d.current = r
	d.mu.Unlock()
	err = r.run()
	d.mu.Lock()
	d.current = nil
	d.mu.Unlock()
	d.disconnected("")
	if d.o.Client == nil {
		d.transport.(*http.Transport).CloseIdleConnections()
	}
	return err
}

// receiving gives what receives now, nil if nothing does.
func (d *Discord) receiving() *receiver {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.current
}
