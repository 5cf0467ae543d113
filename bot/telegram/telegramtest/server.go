package telegramtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is a Telegram with one bot. All its methods may be called at any time.
type Server struct {
	URL   string // base address of the Bot API
	Token string // of the bot
	Bot   User

	listener net.Listener
	http     *http.Server
	client   *http.Client
	closed   chan struct{}

	mu      sync.Mutex
	changed chan struct{} // closed and made anew with every change
	revoked bool
	calls   []Call
	counts  map[string]int
	watch   func(Call)
	faults  []*Fault

	limits   Limits
	refused  Refusals
	arrivals map[string]arrivals // of messages, by chat; "" of all

	chats       map[int64]*room
	lastMessage int // ID, in private chats and groups
	members     map[[2]int64]string
	presses     map[string]string // of a callback query: "" waits for an answer
	lastPress   int

	pending    []pending
	lastUpdate int64
	offset     int64
	allowed    []string      // kinds of updates; nil: all
	poller     chan struct{} // closed to end the running poll
	webhook    string
	secret     string
	commands   map[string][]Command
	files      map[string]*file // by ID
}

// User is a person, or a bot.
type User struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Name     string `json:"first_name"`
	Username string `json:"username,omitempty"`
	Language string `json:"language_code,omitempty"`
}

// Command is one that the bot has registered.
type Command struct {
	Name string `json:"command"`
	Help string `json:"description"`
}

// Call is a call of the bot.
type Call struct {
	Method  string
	Params  url.Values
	Status  int     // that was answered, 0 if there was no answer
	Message Message // as it is after the call, of those that send and edit
	At      time.Time
}

type pending struct {
	id   int64
	body json.RawMessage
}

// New starts a server on the loopback interface. The error of not being able
// to listen is a panic, as in net/http/httptest.
func New() *Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("telegramtest: " + err.Error())
	}
	s := newServer(l)
	s.URL = "http://" + l.Addr().String()
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return s
}

// NewMemory starts a server that only its Client reaches.
func NewMemory() *Server {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := newServer(l)
	s.URL = "http://telegram.example"
	s.client = &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 64,
		DialContext:         func(ctx context.Context, _, _ string) (net.Conn, error) { return l.dial(ctx) },
	}}
	return s
}

func newServer(l net.Listener) *Server {
	s := &Server{
		Token: "123456:AAF-this_is_no_real_token_at_all_xyz", Bot: User{ID: 123456, IsBot: true, Name: "Trích dẫn", Username: "TrichDanBot"},
		listener: l, closed: make(chan struct{}), changed: make(chan struct{}),
		counts: map[string]int{}, chats: map[int64]*room{}, members: map[[2]int64]string{}, presses: map[string]string{},
		commands: map[string][]Command{}, files: map[string]*file{}, arrivals: map[string]arrivals{}, lastUpdate: 1000,
	}
	s.http = &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.http.Serve(l) }()
	return s
}

// Client reaches the server.
func (s *Server) Client() *http.Client { return s.client }

// Close ends the server and what it hangs.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
	s.mu.Unlock()
	_ = s.http.Close()
	_ = s.listener.Close()
	s.client.CloseIdleConnections()
}

// pipes is a network in memory.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
	case <-ctx.Done():
	}
	return nil, errors.New("connection refused")
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }

// problem is an error of the Bot API.
type problem struct {
	Code        int
	Description string
	RetryAfter  int
	MigrateTo   int64
}

func (p *problem) Error() string { return p.Description }

func bad(format string, args ...any) error {
	return &problem{Code: 400, Description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(why string) error { return &problem{Code: 403, Description: "Forbidden: " + why} }

// ServeHTTP answers calls of the Bot API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, method, file, ok := address(r.URL.Path)
	if !ok {
		reply(w, nil, &problem{Code: 404, Description: "Not Found"})
		return
	}
	if err := r.ParseForm(); err != nil {
		reply(w, nil, bad("the body is no form"))
		return
	}
	s.mu.Lock()
	refused := token != s.Token || s.revoked
	f := s.fault(method, r.Form)
	s.mu.Unlock()
	switch {
	case refused && !strings.Contains(token, ":"):
		reply(w, nil, &problem{Code: 404, Description: "Not Found"})
	case refused:
		reply(w, nil, &problem{Code: 401, Description: "Unauthorized"})
	case f != nil:
		s.fail(w, r, method, file, f)
	default:
		s.carry(w, r, method, file)
	}
}

// carry carries a call out and answers it.
func (s *Server) carry(w http.ResponseWriter, r *http.Request, method, file string) {
	if method == download {
		s.serveFile(w, r, file)
		return
	}
	result, err := s.do(r.Context(), method, r.Form)
	if !errors.Is(err, errGone) {
		reply(w, result, err)
	}
}

// errGone says that nobody waits for the answer any more.
var errGone = errors.New("the client has left")

func reply(w http.ResponseWriter, result any, err error) {
	body := map[string]any{"ok": err == nil}
	status := http.StatusOK
	if err == nil {
		body["result"] = result
	} else {
		p, ok := errors.AsType[*problem](err)
		if !ok {
			p = &problem{Code: 500, Description: "Internal Server Error: " + err.Error()}
		}
		status = p.Code
		body["error_code"], body["description"] = p.Code, p.Description
		parameters := map[string]any{}
		if p.RetryAfter != 0 {
			parameters["retry_after"] = p.RetryAfter
		}
		if p.MigrateTo != 0 {
			parameters["migrate_to_chat_id"] = p.MigrateTo
		}
		if len(parameters) > 0 {
			body["parameters"] = parameters
		}
	}
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b)
}

// do carries out a call and records it.
func (s *Server) do(ctx context.Context, method string, p url.Values) (result any, err error) {
	if method == "getUpdates" {
		s.mu.Lock()
		s.counts[method]++
		s.change()
		s.mu.Unlock()
		return s.poll(ctx, p)
	}
	f := methods[method]
	if f == nil {
		return nil, &problem{Code: 404, Description: "Not Found: method not found"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Call{Method: method, Params: p, Status: http.StatusOK, At: time.Now()}
	var m *Message
	if err = s.pace(method, p); err == nil {
		result, m, err = f(s, p)
	}
	if e, ok := errors.AsType[*problem](err); ok {
		c.Status = e.Code
	}
	if m != nil {
		c.Message = m.copy()
	}
	s.record(c)
	return result, err
}

func (s *Server) record(c Call) {
	s.calls = append(s.calls, c)
	s.counts[c.Method]++
	if s.watch != nil {
		s.watch(c)
	}
	s.change()
}

// change wakes those who wait. It is called with the lock held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// poll answers getUpdates: at once if there are updates, else when some come or
// the time is over.
func (s *Server) poll(ctx context.Context, p url.Values) (any, error) {
	offset, _ := strconv.ParseInt(p.Get("offset"), 10, 64)
	seconds, _ := strconv.Atoi(p.Get("timeout"))
	limit, _ := strconv.Atoi(p.Get("limit"))
	if limit < 1 || limit > 100 {
		limit = 100
	}
	s.mu.Lock()
	if s.webhook != "" {
		s.mu.Unlock()
		return nil, &problem{Code: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	if s.poller != nil {
		close(s.poller)
	}
	mine := make(chan struct{})
	s.poller = mine
	defer func() {
		s.mu.Lock()
		if s.poller == mine {
			s.poller = nil
		}
		s.mu.Unlock()
	}()
	if kinds := p.Get("allowed_updates"); kinds != "" {
		s.allowed = nil
		if err := json.Unmarshal([]byte(kinds), &s.allowed); err != nil || len(s.allowed) == 0 {
			s.allowed = nil
		}
	}
	s.offset = offset
	s.pending = slices.DeleteFunc(s.pending, func(u pending) bool { return u.id < offset })
	end := time.NewTimer(time.Duration(seconds) * time.Second)
	defer end.Stop()
	for {
		if len(s.pending) > 0 {
			result := make([]json.RawMessage, 0, limit)
			for _, u := range s.pending[:min(limit, len(s.pending))] {
				result = append(result, u.body)
			}
			s.mu.Unlock()
			return result, nil
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-end.C:
			return []json.RawMessage{}, nil
		case <-mine:
			return nil, &problem{Code: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		case <-ctx.Done():
			return nil, errGone
		case <-s.closed:
			return nil, errGone
		}
		s.mu.Lock()
	}
}

// Revoke makes the token invalid.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	if s.poller != nil {
		close(s.poller)
		s.poller = nil
	}
}

// Calls gives the calls of a method, "" of all but getUpdates.
func (s *Server) Calls(method string) (calls []Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			calls = append(calls, c)
		}
	}
	return calls
}

// Count is how often a method was called.
func (s *Server) Count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[method]
}

// Watch has f called with every call from now on, while the server is locked.
func (s *Server) Watch(f func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = f
}

// WaitCalls waits until n calls match, the past ones included, and gives them.
func (s *Server) WaitCalls(ctx context.Context, n int, match func(Call) bool) (found []Call, err error) {
	next := 0
	err = s.Wait(ctx, func() bool {
		for ; next < len(s.calls) && len(found) < n; next++ {
			if match(s.calls[next]) {
				found = append(found, s.calls[next])
			}
		}
		return len(found) >= n
	})
	if err != nil {
		err = fmt.Errorf("%d of %d calls: %w", len(found), n, err)
	}
	return found, err
}

// WaitMessage waits for a message that the bot has sent or edited, the past
// ones included, and gives it as it was then.
func (s *Server) WaitMessage(ctx context.Context, match func(Message) bool) (Message, error) {
	found, err := s.WaitCalls(ctx, 1, func(c Call) bool {
		return c.Message.ID != 0 && c.Status == http.StatusOK && c.Method != "deleteMessage" && match(c.Message)
	})
	if err != nil {
		return Message{}, err
	}
	return found[0].Message, nil
}

// WaitCount waits until a method was called n times, getUpdates included.
func (s *Server) WaitCount(ctx context.Context, method string, n int) error {
	return s.Wait(ctx, func() bool { return s.counts[method] >= n })
}

// WaitAcknowledged waits until the bot has acknowledged every update.
func (s *Server) WaitAcknowledged(ctx context.Context) error {
	return s.Wait(ctx, func() bool { return len(s.pending) == 0 })
}

// Wait waits until a condition holds, which is evaluated with the server
// locked, after every change. It must not call the server.
func (s *Server) Wait(ctx context.Context, condition func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := condition(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Offset is the offset of the last poll.
func (s *Server) Offset() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offset
}

// CommandSets gives the commands as registered, by scope and language:
// "default", "all_private_chats vi", "chat 5 en".
func (s *Server) CommandSets() map[string][]Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.commands)
}
