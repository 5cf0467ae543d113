package discordtest

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Greeting is how the gateway treats a connection. The zero Greeting is how it
// should be.
type Greeting struct {
	Silent bool // says nothing at all
	Mute   bool // says HELLO and nothing more
	// Reconnect, Invalid and Close are what comes in the place of READY or
	// RESUMED: op 7, op 9, or the end with a code.
	Reconnect, Invalid bool
	Close              int
	// HTTP refuses the connection with a status.
	HTTP int
}

// gateway is the state of the gateway; Server.mu guards it.
type gateway struct {
	greetings []Greeting
	session   *session
	pending   []event // before there was a session
	link      *link   // connected and ready
	links     map[*link]bool
	serving   sync.WaitGroup
}

type session struct {
	id     string
	seq    int64
	events []event // of the seqs up to seq, the last of them
}

type event struct {
	kind string
	data any
	seq  int64
}

// mostKept is how many events a session keeps to be resumed.
const mostKept = 20_000

// link is one connection of the bot.
type link struct {
	conn  *websocket.Conn
	mu    sync.Mutex
	queue [][]byte
	more  chan struct{}
	done  chan struct{} // closed when the connection is over
	deaf  bool          // Silence was called
	ended bool
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// The gateway's operations and the intents that need a permission.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opResume    = 6
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11

	privileged = 1<<1 | 1<<8 | 1<<15
)

// Greet says how the next connections are treated.
func (s *Server) Greet(g ...Greeting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.greetings = append(s.gateway.greetings, g...)
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return
	default:
	}
	var g Greeting
	if list := s.gateway.greetings; len(list) > 0 {
		g, s.gateway.greetings = list[0], list[1:]
	}
	s.gateway.serving.Add(1)
	s.mu.Unlock()
	defer s.gateway.serving.Done()
	if g.HTTP != 0 {
		s.write(w, refuse(g.HTTP, 0, "refused"))
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	conn.SetCloseHandler(func(int, string) error { return nil })
	l := &link{conn: conn, more: make(chan struct{}, 1), done: make(chan struct{})}
	s.mu.Lock()
	if s.gateway.links == nil {
		s.gateway.links = map[*link]bool{}
	}
	s.gateway.links[l] = true
	select {
	case <-s.closed: // dropAll has come before
		conn.Close()
	default:
	}
	s.mu.Unlock()
	var writing sync.WaitGroup
	writing.Go(l.write)
	s.converse(l, g)
	s.mu.Lock()
	delete(s.gateway.links, l)
	if s.gateway.link == l {
		s.gateway.link = nil
	}
	s.count(func(c *Counts) { c.Disconnects++ })
	s.mu.Unlock()
	conn.Close()
	close(l.done)
	writing.Wait()
}

// write sends what is queued, so that nobody waits for a slow bot.
func (l *link) write() {
	for {
		l.mu.Lock()
		queue := l.queue
		l.queue = nil
		l.mu.Unlock()
		for _, text := range queue {
			if l.conn.WriteMessage(websocket.TextMessage, text) != nil {
				l.conn.Close()
				return
			}
		}
		select {
		case <-l.more:
		case <-l.done:
			return
		}
	}
}

func (l *link) send(op int, kind string, seq int64, data any) {
	f := map[string]any{"op": op, "d": data, "s": nil, "t": nil}
	if op == opDispatch {
		f["s"], f["t"] = seq, kind
	}
	text, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	l.raw(text)
}

func (l *link) raw(text []byte) {
	l.mu.Lock()
	if !l.deaf {
		l.queue = append(l.queue, text)
	}
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// end closes the connection with a code, as Discord does.
func (l *link) end(code int) {
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
}

// converse reads what the bot says until it goes.
func (s *Server) converse(l *link, g Greeting) {
	if !g.Silent {
		l.send(opHello, "", 0, map[string]any{"heartbeat_interval": s.Heartbeat.Milliseconds()})
	}
	for {
		_, text, err := l.conn.ReadMessage()
		if err != nil {
			return
		}
		var f struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if json.Unmarshal(text, &f) != nil {
			l.end(4002)
			continue
		}
		l.mu.Lock()
		ignore := l.deaf || l.ended
		l.mu.Unlock()
		if ignore || g.Silent || g.Mute {
			continue
		}
		switch f.Op {
		case opHeartbeat:
			s.mu.Lock()
			s.count(func(c *Counts) { c.Heartbeats++ })
			s.mu.Unlock()
			l.send(opAck, "", 0, nil)
		case opIdentify, opResume:
			s.begin(l, g, f.Op == opResume, f.Data)
		default:
			l.end(4001)
		}
	}
}

// begin begins or resumes a session.
func (s *Server) begin(l *link, g Greeting, resume bool, data json.RawMessage) {
	var d struct {
		Token     string `json:"token"`
		Intents   int    `json:"intents"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil {
		l.end(4002)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(func(c *Counts) {
		if resume {
			c.Resumes++
		} else {
			c.Identifies++
		}
	})
	now := s.gateway.session
	switch {
	case d.Token != Token:
		l.end(4004)
		return
	case !resume && d.Intents&privileged != 0:
		l.end(4014)
		return
	case g.Close != 0:
		l.end(g.Close)
		return
	case g.Reconnect:
		l.send(opReconnect, "", 0, nil)
		return
	case g.Invalid || resume && (now == nil || now.id != d.SessionID):
		if g.Invalid {
			s.gateway.session = nil
		}
		l.send(opInvalid, "", 0, false)
		return
	case resume && d.Seq > now.seq:
		l.end(4007)
		return
	}
	if resume {
		for _, e := range now.events {
			if e.seq > d.Seq {
				l.send(opDispatch, e.kind, e.seq, e.data)
			}
		}
	} else {
		s.gateway.session = &session{id: "session-" + s.id()}
	}
	s.gateway.link = l
	if resume {
		s.dispatch("RESUMED", map[string]any{})
	} else {
		s.dispatch("READY", map[string]any{
			"v": 9, "session_id": s.gateway.session.id, "resume_gateway_url": "ws://" + s.host + "/gateway",
			"user":        map[string]any{"id": Me, "username": Name, "discriminator": "0", "bot": true},
			"application": map[string]any{"id": App, "flags": 0}, "guilds": []any{map[string]any{"id": "1", "unavailable": true}},
		})
		pending := s.gateway.pending
		s.gateway.pending = nil
		for _, e := range pending {
			s.dispatch(e.kind, e.data)
		}
	}
	s.count(func(c *Counts) { c.Ready++ })
}

// dispatch sends an event to the bot; s.mu is held. While it is away the event
// waits for it to resume its session, or, before the first session, to begin
// one.
func (s *Server) dispatch(kind string, data any) {
	x := s.gateway.session
	if x == nil {
		s.gateway.pending = append(s.gateway.pending, event{kind: kind, data: data})
		return
	}
	x.seq++
	x.events = append(x.events, event{kind, data, x.seq})
	if len(x.events) > mostKept {
		x.events = x.events[len(x.events)-mostKept/2:]
	}
	if l := s.gateway.link; l != nil {
		l.send(opDispatch, kind, x.seq, data)
	}
}

// Dispatch sends any event.
func (s *Server) Dispatch(kind string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(kind, data)
}

// Connected waits until the bot was ready n times.
func (s *Server) Connected(ctx context.Context, n int) error {
	return s.Until(ctx, func(c Counts) bool { return c.Ready >= n })
}

// live gives the connection that is ready, nil if there is none.
func (s *Server) live() *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.link
}

func (s *Server) withLink(f func(*link)) {
	if l := s.live(); l != nil {
		f(l)
	}
}

// Reconnect asks the bot to connect again (op 7).
func (s *Server) Reconnect() { s.withLink(func(l *link) { l.send(opReconnect, "", 0, nil) }) }

// Invalidate ends the session (op 9), or only says so if it can be resumed.
func (s *Server) Invalidate(resumable bool) {
	l := s.live()
	if !resumable {
		s.mu.Lock()
		s.gateway.session, s.gateway.link = nil, nil
		s.mu.Unlock()
	}
	if l != nil {
		l.send(opInvalid, "", 0, resumable)
	}
}

// CloseGateway ends the connection with a code.
func (s *Server) CloseGateway(code int) { s.withLink(func(l *link) { l.end(code) }) }

// Drop ends the connection without a word.
func (s *Server) Drop() { s.withLink(func(l *link) { l.conn.Close() }) }

// Silence lets the connection be and says nothing more on it.
func (s *Server) Silence() {
	s.withLink(func(l *link) {
		l.mu.Lock()
		l.deaf = true
		l.mu.Unlock()
		s.mu.Lock()
		s.gateway.link = nil
		s.mu.Unlock()
	})
}

// AskHeartbeat asks for a heartbeat now (op 1).
func (s *Server) AskHeartbeat() { s.withLink(func(l *link) { l.send(opHeartbeat, "", 0, nil) }) }

// Raw sends any text to the bot.
func (s *Server) Raw(text string) { s.withLink(func(l *link) { l.raw([]byte(text)) }) }

func (s *Server) dropAll() {
	s.mu.Lock()
	for l := range s.gateway.links {
		l.conn.Close()
	}
	s.mu.Unlock()
	s.gateway.serving.Wait()
}
