package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"trichdan/bot/chat"
)

// Operations of the gateway
// (https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway).
const (
	opDispatch     = 0
	opHeartbeat    = 1
	opIdentify     = 2
	opResume       = 6
	opReconnect    = 7
	opInvalid      = 9
	opHello        = 10
	opAcknowledged = 11
)

// intents are the events that the bot wants. Messages that mention it and
// direct messages have their text in them without the privileged intent.
const intents = discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages

// closeKeeping ends a connection so that the session can be resumed, as with
// every code but 1000 and 1001.
const closeKeeping = 4000

// mostEvent is the most bytes of one event.
const mostEvent = 8 << 20

// What ends a connection, beside errors of the network and the gateway's codes.
var (
	errReconnect = errors.New("the gateway asks to connect again")
	errInvalid   = errors.New("the gateway has ended the session")
	errZombie    = errors.New("the gateway does not acknowledge heartbeats")
	errHandshake = errors.New("the gateway does not become ready")
)

// session is a session of the gateway, as it is stored to be resumed.
type session struct {
	ID   string `json:"id"`
	URL  string `json:"url"`  // to resume at
	Bot  string `json:"bot"`  // a hash of the token: which bot it belongs to
	Me   string `json:"me"`   // the bot's user ID
	Name string `json:"name"` // the bot's name
	App  string `json:"app"`  // the application's ID
}

type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type string          `json:"t"`
}

// connection is one connection to the gateway. The goroutine that connected
// reads, another one sends heartbeats.
type connection struct {
	*receiver
	conn     *websocket.Conn
	resuming bool
	ready    bool
	acked    atomic.Bool
	zombie   atomic.Bool
	marked   int64 // the position that was last handed to store

	writing sync.Mutex
	beating sync.WaitGroup
	done    chan struct{} // closed at the end
}

// connect makes a connection and stays until it ends, which is always an error.
// ready says whether it ever was of use.
func (r *receiver) connect(addr string, resume bool) (ready bool, err error) {
	dialer := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: r.t.request,
		NetDialContext: (&net.Dialer{Timeout: r.t.request}).DialContext,
	}
	// The same way as the calls, where that is a way of its own.
	if t, ok := r.transport.(*http.Transport); ok && r.o.Client != nil && t.DialContext != nil {
		dialer.Proxy, dialer.NetDialContext = t.Proxy, t.DialContext
	}
	conn, resp, err := dialer.DialContext(r.ctx, addr, http.Header{"User-Agent": {r.rest.UserAgent}})
	if err != nil {
		if resp != nil {
			return false, fmt.Errorf("the gateway answers with HTTP %d", resp.StatusCode)
		}
		return false, fmt.Errorf("the gateway cannot be reached: %s", cause(err))
	}
	c := &connection{receiver: r, conn: conn, resuming: resume, done: make(chan struct{})}
	conn.SetReadLimit(mostEvent)
	stop := context.AfterFunc(r.ctx, c.close)
	defer func() {
		close(c.done)
		stop()
		c.close()
		c.beating.Wait()
	}()
	err = c.read()
	return c.ready, err
}

// close ends the connection; who reads from it gets an error.
func (c *connection) close() {
	//nolint:errcheck // the connection may be broken
	c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closeKeeping, ""), time.Now().Add(c.t.write/10))
	c.conn.Close()
}

// read reads until the connection ends.
func (c *connection) read() error {
	opened := time.Now()
	for {
		deadline := time.Now().Add(c.t.silence)
		if !c.ready { // however much it says meanwhile
			deadline = opened.Add(c.t.handshake)
		}
		if err := c.conn.SetReadDeadline(deadline); err != nil {
			return err
		}
		_, text, err := c.conn.ReadMessage()
		switch {
		case err == nil:
		case c.zombie.Load():
			return errZombie
		case !c.ready && errors.Is(err, context.DeadlineExceeded), !c.ready && isTimeout(err):
			return errHandshake
		default:
			return err
		}
		var f frame
		if err := json.Unmarshal(text, &f); err != nil {
			c.log.Warn("an event of the gateway cannot be read", "error", err)
			continue
		}
		if err := c.safely(f); err != nil {
			return err
		}
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// safely takes a frame. One that makes the program panic is left out.
func (c *connection) safely(f frame) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("an event of the gateway", "type", f.Type, "panic", p, "stack", string(debug.Stack()))
		}
		if f.Op == opDispatch && f.Seq != nil && *f.Seq > 0 {
			c.seq.Store(*f.Seq)
		}
	}()
	return c.take(f)
}

func (c *connection) take(f frame) error {
	switch f.Op {
	case opHello:
		return c.hello(f.Data)
	case opHeartbeat:
		return c.heartbeat()
	case opReconnect:
		return errReconnect
	case opInvalid:
		var resumable bool
		if json.Unmarshal(f.Data, &resumable) == nil && resumable {
			return errReconnect
		}
		return errInvalid
	case opAcknowledged:
		c.acked.Store(true)
		// Now and then also what concerns nobody counts as seen, so that a
		// session is not resumed from too far back.
		if seq := c.seq.Load(); c.ready && seq > c.marked {
			c.marked = seq
			c.arrived(arrival{seq: seq})
		}
	case opDispatch:
		var seq int64
		if f.Seq != nil {
			seq = *f.Seq
		}
		c.event(f.Type, f.Data, seq)
	}
	return nil
}

// hello begins the heartbeats, and the session or what is left of it.
func (c *connection) hello(data json.RawMessage) error {
	var h struct {
		Interval float64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(data, &h); err != nil || h.Interval <= 0 || h.Interval > 1e7 {
		return errors.New("the gateway greets without the interval of heartbeats")
	}
	c.acked.Store(true)
	c.beating.Go(func() { c.beat(time.Duration(h.Interval * float64(time.Millisecond))) })
	if c.resuming {
		c.resumes++
		return c.write(opResume, map[string]any{"token": c.token, "session_id": c.session.ID, "seq": c.seq.Load()})
	}
	return c.write(opIdentify, map[string]any{
		"token": c.token, "intents": int(intents), "compress": false, "large_threshold": 50,
		"properties": map[string]string{"os": runtime.GOOS, "browser": "trichdan", "device": "trichdan"},
	})
}

// beat sends heartbeats until the connection ends. One that was not
// acknowledged when the next is due means that the connection is dead.
func (c *connection) beat(interval time.Duration) {
	wait := time.Duration(float64(interval) * c.jitter())
	for {
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-c.done:
			t.Stop()
			return
		}
		if !c.acked.Swap(false) {
			c.zombie.Store(true)
			c.close()
			return
		}
		if c.heartbeat() != nil {
			c.close()
			return
		}
		wait = interval
	}
}

func (c *connection) heartbeat() error {
	if seq := c.seq.Load(); seq > 0 {
		return c.write(opHeartbeat, seq)
	}
	return c.write(opHeartbeat, nil)
}

func (c *connection) write(op int, data any) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(c.t.write)); err != nil {
		return err
	}
	return c.conn.WriteJSON(map[string]any{"op": op, "d": data})
}

// event takes what happened on Discord.
func (c *connection) event(kind string, data json.RawMessage, seq int64) {
	switch kind {
	case "READY":
		c.begun(data, seq)
	case "RESUMED":
		c.isReady("session resumed")
	case "INTERACTION_CREATE":
		c.arrivedInteraction(data, seq)
	case "MESSAGE_CREATE", "MESSAGE_UPDATE":
		c.arrivedMessage(data, kind == "MESSAGE_UPDATE", seq)
	}
}

// begun takes a new session.
func (c *connection) begun(data json.RawMessage, seq int64) {
	var r struct {
		SessionID string `json:"session_id"`
		ResumeURL string `json:"resume_gateway_url"`
		User      user   `json:"user"`
		App       struct {
			ID string `json:"id"`
		} `json:"application"`
		Guilds []struct{} `json:"guilds"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		c.log.Warn("what the gateway says at the beginning cannot be read", "error", err)
	}
	s := session{ID: r.SessionID, URL: r.ResumeURL, Bot: c.tokenHash(), Me: r.User.ID, Name: r.User.Username, App: r.App.ID}
	if d := r.User.Discriminator; d != "" && d != "0" {
		s.Name += "#" + d
	}
	if s.App == "" {
		s.App = s.Me // what they are for most
	}
	c.session = s
	c.seq.Store(seq)
	c.marked = seq
	c.arrived(arrival{seq: seq, session: &s})
	c.isReady("connected", "guilds", len(r.Guilds))
}

func (c *connection) isReady(what string, more ...any) {
	c.ready = true
	c.resumes = 0
	c.connected(c.session.Name)
	c.log.Info(what, append([]any{"as", c.session.Name}, more...)...)
	c.registered.Do(func() {
		app := c.session.App
		c.group.Go(func() { c.register(app) })
	})
}

// arrivedMessage takes a message, if it is addressed to the bot.
func (c *connection) arrivedMessage(raw json.RawMessage, edit bool, seq int64) {
	var m message
	if err := json.Unmarshal(raw, &m); err != nil {
		c.log.Warn("a message cannot be read", "error", err)
		return
	}
	if !m.addressed(c.session.Me) || edit && (m.Edited == nil || *m.Edited == "") {
		return // an update without a time of editing is about embeds and the like
	}
	id, kind := m.ID, kindMessage
	if edit {
		id, kind = m.ID+":"+*m.Edited, kindEdit
	}
	u, err := c.update(id, kind, raw)
	if err != nil {
		c.log.Error("a message cannot be stored", "id", m.ID, "error", err)
		return
	}
	c.arrived(arrival{Update: u, seq: seq})
}

// fatal are the codes with which the gateway closes that will come again each
// time, and what they mean
// (https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
var fatal = map[int]string{
	4004: "the token is wrong or was revoked",
	4010: "the shard is invalid",
	4011: "the bot is in too many guilds for one connection: it needs sharding",
	4012: "this version of the gateway is not served any more",
	4013: "the intents are invalid",
	4014: "the intents are not allowed for this bot: see its settings in the developer portal",
}

// refusal gives the error of a connection as what it means for good, nil if it
// does not.
func refusal(err error) *chat.Error {
	e, ok := errors.AsType[*websocket.CloseError](err)
	if !ok || fatal[e.Code] == "" {
		return nil
	}
	return &chat.Error{Kind: chat.Unauthorized, Reason: fmt.Sprintf("gateway, code %d: %s", e.Code, fatal[e.Code])}
}
