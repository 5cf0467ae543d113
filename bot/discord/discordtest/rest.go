package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Kinds of an Action.
const (
	Made    = "made"
	Edited  = "edited"
	Deleted = "deleted"
)

// Action is something that the bot did with a message.
type Action struct {
	Kind string
	Message
}

// Message is a message of the bot.
type Message struct {
	ID, Channel string
	ReplyTo     string // the message that it answers, "" if none
	Interaction string // that it answers, "" if none
	Ephemeral   bool
	Edits       int
	// Times are when it was made or deferred, and each time that it was edited.
	Times []time.Time
	Shown
}

// post is a message as the server has it.
type post struct {
	Message
	deleted bool
	loading bool // deferred, nothing said yet
	talk    *Talk
}

// flagEphemeral is that of messages for one person.
const flagEphemeral = 64

func (m *post) json() map[string]any {
	flags := 0
	if m.Ephemeral {
		flags = flagEphemeral
	}
	return map[string]any{
		"id": m.ID, "channel_id": m.Channel, "content": "", "flags": flags, "type": 0,
		"author": map[string]any{"id": Me, "username": Name, "bot": true},
	}
}

func (s *Server) getGateway(*http.Request, []byte) reply {
	if s.OnlyGatewayBot {
		return refuse(http.StatusNotFound, 0, "404: Not Found")
	}
	return reply{http.StatusOK, map[string]any{"url": "ws://" + s.host + "/gateway"}}
}

func (s *Server) getGatewayBot(*http.Request, []byte) reply {
	if s.OnlyGateway {
		return refuse(http.StatusNotFound, 0, "404: Not Found")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return reply{http.StatusOK, map[string]any{
		"url": "ws://" + s.host + "/gateway", "shards": 1,
		"session_start_limit": map[string]any{"total": 1000, "remaining": s.Starts, "reset_after": 60000, "max_concurrency": 1},
	}}
}

func (s *Server) getGuild(r *http.Request, _ []byte) reply {
	id := r.PathValue("guild")
	g, ok := s.Guilds[id]
	if !ok {
		return refuse(http.StatusNotFound, 10004, "Unknown Guild")
	}
	roles := []any{}
	for role, permissions := range g.Roles {
		roles = append(roles, map[string]any{"id": role, "name": "vai " + role, "permissions": strconv.FormatUint(permissions, 10), "managed": false})
	}
	return reply{http.StatusOK, map[string]any{"id": id, "name": "Toà soạn", "owner_id": g.Owner, "roles": roles}}
}

// checked reads a message; s.mu is held. What is wrong is a violation, and
// refused as Discord refuses bad forms.
func (s *Server) checked(body []byte) (payload, Shown, *reply) {
	shown, err := Check(body)
	if err != nil {
		s.violation("%v: %.500s", err, body)
		r := refuse(http.StatusBadRequest, 50035, "Invalid Form Body: "+err.Error())
		return payload{}, shown, &r
	}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		r := refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
		return p, shown, &r
	}
	return p, shown, nil
}

// did notes an action; s.mu is held.
func (s *Server) did(kind string, m *post) {
	s.actions = append(s.actions, Action{kind, m.Message})
	s.count(func(c *Counts) {
		switch kind {
		case Made:
			c.Messages++
		case Edited:
			c.Edits++
		case Deleted:
			c.Deletions++
		}
	})
	if m.talk != nil {
		m.talk.notify()
	}
}

func (s *Server) create(r *http.Request, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	channel := r.PathValue("channel")
	if f := s.gone[channel]; f != nil {
		return reply{f.Status, json.RawMessage(f.Body)}
	}
	p, shown, bad := s.checked(body)
	if bad != nil {
		return *bad
	}
	if p.Nonce != "" {
		known, ok := s.nonces[channel+" "+p.Nonce]
		if m := s.messages[known.id]; ok && p.Enforce && m != nil && time.Since(known.at) < s.NonceFor {
			return reply{http.StatusOK, m.json()}
		}
	}
	m := &post{Message: Message{ID: s.id(), Channel: channel, Times: []time.Time{time.Now()}, Shown: shown}}
	if p.Reference != nil {
		m.ReplyTo = p.Reference.MessageID
		m.talk = s.talks[m.ReplyTo]
	}
	s.messages[m.ID] = m
	if p.Nonce != "" {
		s.nonces[channel+" "+p.Nonce] = nonce{m.ID, time.Now()}
	}
	if m.talk != nil {
		m.talk.posts = append(m.talk.posts, m)
	}
	s.did(Made, m)
	return reply{http.StatusOK, m.json()}
}

func (s *Server) edit(r *http.Request, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.gone[r.PathValue("channel")]; f != nil {
		return reply{f.Status, json.RawMessage(f.Body)}
	}
	m := s.messages[r.PathValue("message")]
	if m == nil || m.deleted || m.Channel != r.PathValue("channel") || m.Ephemeral {
		return unknownMessage
	}
	return s.change(m, body)
}

// change edits a message; s.mu is held.
func (s *Server) change(m *post, body []byte) reply {
	_, shown, bad := s.checked(body)
	if bad != nil {
		return *bad
	}
	m.Shown = shown
	m.Edits++
	m.Times = append(slices.Clip(m.Times), time.Now()) // others have those that were
	m.loading = false
	s.did(Edited, m)
	return reply{http.StatusOK, m.json()}
}

func (s *Server) remove(r *http.Request, _ []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take(s.messages[r.PathValue("message")])
}

// take deletes a message; s.mu is held.
func (s *Server) take(m *post) reply {
	if m == nil || m.deleted {
		return unknownMessage
	}
	m.deleted = true
	s.did(Deleted, m)
	return none
}

func (s *Server) typing(*http.Request, []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(func(c *Counts) { c.Typing++ })
	return none
}

// hook finds what a call for an interaction is about; s.mu is held.
func (s *Server) hook(r *http.Request) (*Talk, *reply) {
	t := s.hooks[r.PathValue("token")]
	if t == nil || r.PathValue("app") != App || t.acked == 0 {
		u := unknownWebhook
		return nil, &u
	}
	if time.Since(t.at) > s.TokenLife {
		u := refuse(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
		return nil, &u
	}
	return t, nil
}

// hooked finds the message that a call for an interaction is about.
func (s *Server) hooked(r *http.Request) (*post, *reply) {
	t, bad := s.hook(r)
	if bad != nil {
		return nil, bad
	}
	m := t.original
	if id := r.PathValue("message"); id != "@original" {
		m = s.messages[id]
	}
	if m == nil || m.deleted || m.talk != t && m != t.original {
		return nil, &unknownMessage
	}
	return m, nil
}

func (s *Server) getHook(r *http.Request, _ []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, bad := s.hooked(r)
	if bad != nil {
		return *bad
	}
	return reply{http.StatusOK, m.json()}
}

func (s *Server) patchHook(r *http.Request, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, bad := s.hooked(r)
	if bad != nil {
		return *bad
	}
	answer := s.change(m, body)
	if t := s.hooks[r.PathValue("token")]; t != m.talk {
		t.notify()
	}
	return answer
}

func (s *Server) deleteHook(r *http.Request, _ []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, bad := s.hooked(r)
	if bad != nil {
		return *bad
	}
	return s.take(m)
}

func (s *Server) followUp(r *http.Request, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, bad := s.hook(r)
	if bad != nil {
		return *bad
	}
	p, shown, bad := s.checked(body)
	if bad != nil {
		return *bad
	}
	m := &post{talk: t, Message: Message{
		ID: s.id(), Channel: t.person.Channel, Interaction: t.ID, Ephemeral: p.Flags&flagEphemeral != 0,
		Times: []time.Time{time.Now()}, Shown: shown,
	}}
	s.messages[m.ID] = m
	t.posts = append(t.posts, m)
	s.did(Made, m)
	return reply{http.StatusOK, m.json()}
}

// Types of an interaction and of the first answer to it.
const (
	typeCommand  = 2
	typePress    = 3
	typeComplete = 4

	answerPong     = 1
	answerDefer    = 5
	answerUpdate   = 6
	answerComplete = 8
)

func (s *Server) callback(r *http.Request, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.hooks[r.PathValue("token")]
	switch {
	case t == nil || t.ID != r.PathValue("id") || t.acked == 0 && time.Since(t.at) > s.AckWithin:
		s.count(func(c *Counts) { c.Unknown++ })
		return refuse(http.StatusNotFound, 10062, "Unknown interaction")
	case t.acked != 0:
		s.count(func(c *Counts) { c.Twice++ })
		return refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	}
	if err := s.acknowledge(t, body); err != nil {
		s.violation("answer to an interaction: %v: %.500s", err, body)
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body: "+err.Error())
	}
	return none
}

// acknowledge takes the first answer to an interaction; s.mu is held.
func (s *Server) acknowledge(t *Talk, body []byte) error {
	var a struct {
		Type int `json:"type"`
		Data struct {
			Flags           int             `json:"flags"`
			AllowedMentions json.RawMessage `json:"allowed_mentions"`
			Choices         *[]Choice       `json:"choices"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return err
	}
	switch {
	case a.Type == answerDefer && t.kind == typeCommand:
		if string(a.Data.AllowedMentions) != `{"parse":[],"replied_user":false}` {
			return fmt.Errorf("allowed_mentions %s", a.Data.AllowedMentions)
		}
		m := &post{loading: true, talk: t, Message: Message{
			ID: s.id(), Channel: t.person.Channel, Interaction: t.ID, Ephemeral: a.Data.Flags&flagEphemeral != 0,
			Times: []time.Time{time.Now()},
		}}
		s.messages[m.ID] = m
		t.original = m
		t.posts = append(t.posts, m)
		s.count(func(c *Counts) { c.Deferrals++ })
	case a.Type == answerUpdate && t.kind == typePress:
		s.count(func(c *Counts) { c.Deferrals++ })
	case a.Type == answerComplete && t.kind == typeComplete:
		if a.Data.Choices == nil || len(*a.Data.Choices) > 25 {
			return fmt.Errorf("%v choices", a.Data.Choices)
		}
		for _, c := range *a.Data.Choices {
			if blank(c.Name) || units(c.Name) > 100 || c.Value == "" || units(c.Value) > 100 {
				return fmt.Errorf("the choice %+v", c)
			}
		}
		t.choices = a.Data.Choices
		s.count(func(c *Counts) { c.Completions++ })
	default:
		return fmt.Errorf("type %d for an interaction of type %d", a.Type, t.kind)
	}
	t.acked = a.Type
	t.notify()
	return nil
}
