package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"trichdan/bot/chat"
)

// mostResumes is how often in a row it is tried to resume a session.
const mostResumes = 3

// supervise keeps the gateway connected until the end, with a new connection
// each time. The error is that of the context or the refusal.
func (r *receiver) supervise() error {
	for n := 0; ; n++ {
		begun := r.now()
		ready, err := r.once()
		if r.ctx.Err() != nil {
			return context.Cause(r.ctx)
		}
		r.disconnected("")
		if refused := refusal(err); refused != nil {
			r.refused(refused)
			return refused
		}
		if r.now().Sub(begun) >= r.t.healthy {
			n = 0
		}
		wait := r.backoff(n, r.t.reconnect, r.t.slowest)
		if e, ok := errors.AsType[*chat.Error](err); ok && e.Kind == chat.RateLimited {
			wait = max(wait, e.RetryAfter)
		}
		if errors.Is(err, errInvalid) {
			wait = max(wait, time.Duration(float64(r.t.invalid)*(0.5+r.jitter()/2)))
		}
		problem := r.redact(err.Error())
		r.disconnected(problem)
		if ready && errors.Is(err, errReconnect) {
			r.log.Info("the gateway asks to connect again")
		} else {
			r.log.Warn("not connected to Discord, trying again", "in", wait.Round(time.Millisecond), "problem", problem)
		}
		if pause(r.ctx, wait) != nil {
			return context.Cause(r.ctx)
		}
	}
}

// once is one connection: resuming the session if there is one, else with a new
// session.
func (r *receiver) once() (ready bool, err error) {
	resume := r.session.ID != "" && r.seq.Load() > 0 && r.resumes < mostResumes
	addr := ""
	if resume {
		addr = r.resumeAt()
	}
	if addr == "" {
		if addr, err = r.discover(resume); err != nil {
			return false, err
		}
	}
	if !resume {
		r.session = session{Me: r.session.Me, Name: r.session.Name, App: r.session.App}
		r.seq.Store(0)
		if wait := r.t.identify - r.now().Sub(r.identified); !r.identified.IsZero() && wait > 0 {
			if err := pause(r.ctx, wait); err != nil {
				return false, err
			}
		}
		r.identified = r.now()
	}
	ready, err = r.connect(addr, resume)
	if ended(err) || resume && !ready && errors.Is(err, errHandshake) {
		r.session.ID = "" // it cannot be resumed
	}
	if resume && !ready {
		r.session.URL = "" // ask where to connect
	}
	return ready, err
}

// ended reports whether a connection ended in a way after which the session
// cannot be resumed.
func ended(err error) bool {
	if errors.Is(err, errInvalid) {
		return true
	}
	e, ok := errors.AsType[*websocket.CloseError](err)
	if !ok {
		return false
	}
	switch e.Code {
	case websocket.CloseNormalClosure, 4003, 4005, 4006, 4007, 4009:
		return true
	}
	return false
}

// resumeAt gives the address to resume at, "" to ask for one. Behind another API
// than Discord's own the gateway is that one's.
func (r *receiver) resumeAt() string {
	u, err := url.Parse(r.session.URL)
	if err != nil || r.session.URL == "" {
		return ""
	}
	if r.api != nil {
		if known, err := url.Parse(r.gateway); err != nil || known.Host != u.Host {
			return ""
		}
	}
	return versioned(u)
}

// versioned adds what the gateway wants to know to its address.
func versioned(u *url.URL) string {
	if u.Path == "" {
		u.Path = "/"
	}
	q := u.Query()
	q.Set("v", discordgo.APIVersion)
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	return u.String()
}

// discover asks where the gateway is. Where the budget of new sessions is spent
// it waits until there is a new one, which keeps Discord from resetting the
// token.
func (r *receiver) discover(resume bool) (string, error) {
	answer, err := r.do(r.ctx, call{what: "ask for the gateway", method: http.MethodGet, url: discordgo.EndpointGatewayBot})
	if f, ok := errors.AsType[*failure](err); ok && f.status == http.StatusNotFound {
		answer, err = r.do(r.ctx, call{what: "ask for the gateway", method: http.MethodGet, url: discordgo.EndpointGateway})
	}
	if err != nil {
		return "", err
	}
	var g struct {
		URL   string `json:"url"`
		Limit *struct {
			Total      int     `json:"total"`
			Remaining  int     `json:"remaining"`
			ResetAfter float64 `json:"reset_after"` // milliseconds
		} `json:"session_start_limit"`
	}
	if err := json.Unmarshal(answer, &g); err != nil {
		return "", errors.New("what Discord says of its gateway cannot be read")
	}
	u, err := url.Parse(g.URL)
	if err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss" {
		return "", errors.New("Discord gives no address of its gateway")
	}
	if l := g.Limit; l != nil && l.Total > 0 && l.Remaining <= 0 && !resume {
		wait := time.Duration(l.ResetAfter * float64(time.Millisecond))
		return "", &chat.Error{Kind: chat.RateLimited, RetryAfter: wait, Reason: fmt.Sprintf("all %d connections that Discord allows a day are used up", l.Total)}
	}
	r.gateway = g.URL
	return versioned(u), nil
}

// loadSession reads the session that an earlier process left, to be resumed.
func (r *receiver) loadSession() error {
	note, err := r.o.Journal.Note(r.ctx, platform, noteSession)
	if err != nil {
		return err
	}
	seq, _, err := r.o.Journal.Position(r.ctx, platform)
	if err != nil {
		return err
	}
	var s session
	if note == "" || json.Unmarshal([]byte(note), &s) != nil || s.Bot != r.tokenHash() {
		return nil
	}
	r.session = s
	r.seq.Store(seq)
	return nil
}

// tokenHash tells one bot from another.
func (d *Discord) tokenHash() string {
	sum := sha256.Sum256([]byte("discord gateway session\x00" + d.token))
	return hex.EncodeToString(sum[:8])
}
