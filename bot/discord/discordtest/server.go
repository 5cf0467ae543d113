package discordtest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What a Server knows the bot by.
const (
	Token  = "discordtest.bot.token"
	Me     = "100000000000000001" // the bot's user ID
	App    = "100000000000000002" // its application's
	Name   = "trichdan-test"
	secret = "discordtest-interaction-token-" // interactions' tokens begin with it
)

// Secrets are what must be in no log.
func Secrets() []string { return []string{Token, secret} }

// Server is a Discord. Make one with New. The fields may be set before it is
// used.
type Server struct {
	API string // base address of the REST API
	// AckWithin is how long an interaction waits to be acknowledged: 3 s.
	AckWithin time.Duration
	// TokenLife is how long it can be answered: 15 min.
	TokenLife time.Duration
	// NonceFor is how long a nonce is remembered: 5 min.
	NonceFor time.Duration
	// Heartbeat is the interval that the gateway asks for: 41.25 s.
	Heartbeat time.Duration
	// Starts is how many sessions may still be started today: 1000.
	Starts int
	// Latency is the time for which a call and its answer are on their way,
	// together: 0.
	Latency time.Duration
	// Strict refuses calls beyond Discord's rate limits, 50 of the bot in any
	// second and 5 in 5 seconds that make, or edit, messages in one channel, and
	// has the headers that tell of the latter in the answers.
	Strict bool
	// Guilds by their ID, as far as it matters what they are.
	Guilds map[string]Guild
	// OnlyGateway and OnlyGatewayBot leave out one of the two routes.
	OnlyGateway, OnlyGatewayBot bool

	key    ed25519.PrivateKey
	http   http.Server
	host   string
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	served sync.WaitGroup
	closed chan struct{}

	mu         sync.Mutex
	changed    chan struct{} // closed and made anew when counts change
	last       uint64        // of IDs
	talks      map[string]*Talk
	hooks      map[string]*Talk // by interaction token
	messages   map[string]*post
	files      map[string]*stored
	nonces     map[string]nonce
	gone       map[string]*Fault // of channels
	faults     []*planned
	actions    []Action
	violations []string
	counts     Counts
	commands   json.RawMessage
	gateway    gateway
	limits     limits
}

type nonce struct {
	id string
	at time.Time
}

// Counts are how often the bot did what.
type Counts struct {
	Identifies, Resumes, Ready, Disconnects, Heartbeats int
	Deferrals, Messages, Edits, Deletions, Typing       int
	Completions, Commands, Unknown, Twice, Refused      int
	Downloads                                           int // of files
	Limited                                             int // refused because of Strict
}

// New starts a server on the loopback interface. Close ends it.
func New() *Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("discordtest: %v", err)) // no loopback: no test
	}
	return start(l, l.Addr().String(), (&net.Dialer{}).DialContext)
}

func start(l net.Listener, host string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *Server {
	s := &Server{
		host: host, dial: dial,
		AckWithin: 3 * time.Second, TokenLife: 15 * time.Minute, NonceFor: 5 * time.Minute,
		Heartbeat: 41250 * time.Millisecond, Starts: 1000,
		closed: make(chan struct{}), changed: make(chan struct{}),
		talks: map[string]*Talk{}, hooks: map[string]*Talk{}, messages: map[string]*post{}, files: map[string]*stored{},
		nonces: map[string]nonce{}, gone: map[string]*Fault{},
	}
	seed := sha256.Sum256([]byte("discordtest"))
	s.key = ed25519.NewKeyFromSeed(seed[:])
	s.API = "http://" + s.host + "/api/v9"
	s.http.Handler = s.routes()
	s.served.Go(func() { _ = s.http.Serve(l) })
	return s
}

// Close ends the server and all connections to it.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return
	default:
	}
	close(s.closed)
	s.mu.Unlock()
	s.dropAll()
	_ = s.http.Close()
	s.served.Wait()
}

// PublicKey is the key of signed requests, in hex.
func (s *Server) PublicKey() string {
	return hex.EncodeToString(s.key.Public().(ed25519.PublicKey))
}

// Violations are what the bot did that no bot should do.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Counts gives what happened so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

// Commands gives the commands as they were last registered, nil if never.
func (s *Server) Commands() json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands
}

// Until waits until the counts are as wanted. The error is that of ctx.
func (s *Server) Until(ctx context.Context, ok func(Counts) bool) error {
	for {
		s.mu.Lock()
		c, changed := s.counts, s.changed
		s.mu.Unlock()
		if ok(c) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("discordtest: %+v: %w", c, ctx.Err())
		}
	}
}

// count changes the counts; s.mu is held.
func (s *Server) count(f func(*Counts)) {
	f(&s.counts)
	close(s.changed)
	s.changed = make(chan struct{})
}

// epoch is when Discord's IDs begin, in milliseconds since 1970.
const epoch = 1420070400000

// id makes an ID as Discord does, later ones greater; s.mu is held.
func (s *Server) id() string {
	s.last = max(s.last+1, uint64(time.Now().UnixMilli()-epoch)<<22)
	return strconv.FormatUint(s.last, 10)
}

func (s *Server) violation(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// Routes of the REST API, for Fail.
const (
	RouteGateway  = "gateway"
	RouteCallback = "callback" // first answer to an interaction
	RouteOriginal = "original" // edit of the deferred message
	RouteDelete   = "delete"   // of any message
	RouteFollowUp = "follow up"
	RouteCreate   = "create" // in a channel
	RouteEdit     = "edit"   // in a channel
	RouteTyping   = "typing"
	RouteCommands = "commands"
	RouteGuild    = "guild"
)

// Saying are the routes by which something is said.
var Saying = []string{RouteOriginal, RouteFollowUp, RouteCreate, RouteEdit}

// Fault is a way for a call to fail.
type Fault struct {
	Status int
	Body   string
	Header map[string]string
	// Hang never answers; the connection ends when the caller or the server
	// does. Half sends the beginning of an answer and then ends the connection,
	// Drop ends it without an answer.
	Hang, Half, Drop bool
	// After lets the call have its effect before.
	After bool
	// Arrived is closed when the first such call has come.
	Arrived chan struct{}
}

// Guild is a server, as Discord calls it.
type Guild struct {
	Owner string
	Roles map[string]uint64 // permissions by role; that of everybody has the ID of the guild
}

type planned struct {
	Fault
	left   int
	routes []string
	once   sync.Once
}

// Fail makes the next n calls of these routes fail.
func (s *Server) Fail(n int, f Fault, routes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &planned{Fault: f, left: n, routes: routes})
}

// Refuse makes Discord's own error.
func Refuse(status, code int, message string) Fault {
	b, err := json.Marshal(map[string]any{"code": code, "message": message})
	if err != nil {
		panic(err)
	}
	return Fault{Status: status, Body: string(b)}
}

// TooMany makes the error of a rate limit.
func TooMany(after time.Duration, global bool) Fault {
	f := Fault{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": strconv.Itoa(int(after/time.Second) + 1)}}
	f.Body = fmt.Sprintf(`{"message":"You are being rate limited.","retry_after":%.3f,"global":%v}`, after.Seconds(), global)
	if global {
		f.Header["X-RateLimit-Global"], f.Header["X-RateLimit-Scope"] = "true", "global"
	} else {
		f.Header["X-RateLimit-Remaining"] = "0"
		f.Header["X-RateLimit-Reset-After"] = strconv.FormatFloat(after.Seconds(), 'f', 3, 64)
	}
	return f
}

// Lock closes a channel to the bot: what is said there is refused. The zero
// Fault opens it.
func (s *Server) Lock(channel string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.gone, channel)
	if f.Status != 0 {
		s.gone[channel] = &f
	}
}

// planned takes the fault that is due on a route.
func (s *Server) planned(route string) *planned {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.faults {
		if p.left > 0 && slices.Contains(p.routes, route) {
			p.left--
			return p
		}
	}
	return nil
}

// reply is what a call is answered with.
type reply struct {
	status int
	body   any
}

func refuse(status, code int, message string) reply {
	return reply{status, map[string]any{"code": code, "message": message}}
}

// Answers that several routes give.
var (
	unauthorized   = refuse(http.StatusUnauthorized, 0, "401: Unauthorized")
	unknownMessage = refuse(http.StatusNotFound, 10008, "Unknown Message")
	unknownWebhook = refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	none           = reply{status: http.StatusNoContent}
)

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	handle := func(route, pattern string, bot bool, f func(r *http.Request, body []byte) reply) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/v9"+path, func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, route, bot, f)
		})
	}
	handle(RouteGateway, "GET /gateway", false, s.getGateway)
	handle(RouteGateway, "GET /gateway/bot", true, s.getGatewayBot)
	handle(RouteCommands, "PUT /applications/{app}/commands", true, s.putCommands)
	handle(RouteCallback, "POST /interactions/{id}/{token}/callback", false, s.callback)
	handle(RouteOriginal, "GET /webhooks/{app}/{token}/messages/{message}", false, s.getHook)
	handle(RouteOriginal, "PATCH /webhooks/{app}/{token}/messages/{message}", false, s.patchHook)
	handle(RouteDelete, "DELETE /webhooks/{app}/{token}/messages/{message}", false, s.deleteHook)
	handle(RouteFollowUp, "POST /webhooks/{app}/{token}", false, s.followUp)
	handle(RouteCreate, "POST /channels/{channel}/messages", true, s.create)
	handle(RouteEdit, "PATCH /channels/{channel}/messages/{message}", true, s.edit)
	handle(RouteDelete, "DELETE /channels/{channel}/messages/{message}", true, s.remove)
	handle(RouteGuild, "GET /guilds/{guild}", true, s.getGuild)
	handle(RouteTyping, "POST /channels/{channel}/typing", true, s.typing)
	mux.HandleFunc("GET /attachments/{channel}/{id}/{name}", s.serveFile)
	mux.HandleFunc("/gateway", s.serveGateway)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.violation("%s %s is no route", r.Method, r.URL.Path)
		s.mu.Unlock()
		s.write(w, refuse(http.StatusNotFound, 0, "404: Not Found"))
	})
	return mux
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, route string, bot bool, f func(*http.Request, []byte) reply) {
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return
	}
	if bot && r.Header.Get("Authorization") != "Bot "+Token {
		s.mu.Lock()
		s.count(func(c *Counts) { c.Refused++ })
		s.mu.Unlock()
		s.write(w, unauthorized)
		return
	}
	if !s.travel(r.Context()) {
		panic(http.ErrAbortHandler)
	}
	if s.Strict && bot {
		header, refused := s.meter(r, route)
		if refused != nil {
			s.fail(w, r, refused)
			return
		}
		for k, v := range header {
			w.Header().Set(k, v)
		}
	}
	p := s.planned(route)
	if p == nil {
		answer := f(r, body.Bytes())
		if !s.travel(r.Context()) {
			panic(http.ErrAbortHandler)
		}
		s.write(w, answer)
		return
	}
	if p.After {
		f(r, body.Bytes())
	}
	if p.Arrived != nil {
		p.once.Do(func() { close(p.Arrived) })
	}
	s.fail(w, r, &p.Fault)
}

// fail answers, or does not, as a fault says.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f *Fault) {
	if !f.Hang && !s.travel(r.Context()) {
		panic(http.ErrAbortHandler)
	}
	switch {
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
		panic(http.ErrAbortHandler)
	case f.Half:
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte(`{"id":"1`))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(f.Body))
}

func (s *Server) write(w http.ResponseWriter, r reply) {
	if r.body == nil {
		w.WriteHeader(r.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(r.body)
}
