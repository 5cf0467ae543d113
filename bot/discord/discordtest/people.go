package discordtest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Person is somebody somewhere.
type Person struct {
	ID      string
	Guild   string // "" in a direct chat
	Channel string // of the channel, thread, forum post or direct chat
	Locale  string // of their client, as Discord writes it: "vi", "en-US"
	Roles   []string
	// Permissions in the channel, as bits.
	Permissions uint64
}

// Talk is one thing that a person did, and what came of it.
type Talk struct {
	ID    string // of the interaction or message
	Token string // of the interaction

	s       *Server
	person  Person
	kind    int // of the interaction, 0 for a message
	at      time.Time
	changed chan struct{}
	text    string // of the message
	files   []any

	acked    int // the type of the first answer, 0 if there was none
	original *post
	posts    []*post
	choices  *[]Choice
}

// State is how far a Talk has come.
type State struct {
	Acknowledged int       // type of the first answer to an interaction, 0 if none
	Messages     []Message // said and not deleted, in order
	Pending      bool      // a deferred message has nothing in it yet
	Deleted      int
	Choices      *[]Choice
}

// notify wakes those who wait; s.mu is held.
func (t *Talk) notify() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// state is called with s.mu held.
func (t *Talk) state() State {
	st := State{Acknowledged: t.acked, Choices: t.choices}
	posts := t.posts
	if t.kind == typePress && t.original != nil {
		posts = append([]*post{t.original}, posts...)
	}
	for _, p := range posts {
		switch {
		case p.deleted:
			st.Deleted++
		case p.loading:
			st.Pending = true
		default:
			st.Messages = append(st.Messages, p.Message)
		}
	}
	return st
}

// State gives how far it has come.
func (t *Talk) State() State {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.state()
}

// Until waits for a state. The error is that of ctx.
func (t *Talk) Until(ctx context.Context, ok func(State) bool) (State, error) {
	for {
		t.s.mu.Lock()
		st, changed := t.state(), t.changed
		t.s.mu.Unlock()
		if ok(st) {
			return st, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return st, fmt.Errorf("discordtest: talk %s is at %+v: %w", t.ID, st, ctx.Err())
		}
	}
}

// Answer waits for a message in which a text is, "" for any.
func (t *Talk) Answer(ctx context.Context, with string) (Message, error) {
	var found Message
	_, err := t.Until(ctx, func(st State) bool {
		for _, m := range st.Messages {
			if strings.Contains(m.Text, with) && (t.kind != typePress || m.Interaction == t.ID || m.Edits > 0) {
				found = m
				return true
			}
		}
		return false
	})
	return found, err
}

func (p Person) user() map[string]any {
	return map[string]any{"id": p.ID, "username": "nguoi" + p.ID, "discriminator": "0", "bot": false}
}

// newInteraction makes an interaction; s.mu is held.
func (s *Server) newInteraction(p Person, kind int, data map[string]any) (*Talk, map[string]any) {
	t := &Talk{ID: s.id(), s: s, person: p, kind: kind, at: time.Now(), changed: make(chan struct{})}
	t.Token = secret + t.ID
	s.talks[t.ID], s.hooks[t.Token] = t, t
	in := map[string]any{
		"id": t.ID, "application_id": App, "type": kind, "token": t.Token, "version": 1,
		"channel_id": p.Channel, "locale": p.Locale, "data": data, "app_permissions": "2147483647",
		"channel": map[string]any{"id": p.Channel, "type": 0}, "entitlements": []any{},
	}
	if p.Guild == "" {
		in["user"] = p.user()
		in["context"] = 1
	} else {
		in["guild_id"] = p.Guild
		in["context"] = 0
		in["member"] = map[string]any{"user": p.user(), "roles": p.roles(), "permissions": strconv.FormatUint(p.Permissions, 10)}
	}
	return t, in
}

func (p Person) roles() []string { return append([]string{}, p.Roles...) }

func commandData(name, text string, focused bool) map[string]any {
	data := map[string]any{"id": "1", "name": name, "type": 1}
	if text != "" || focused {
		o := map[string]any{"name": "text", "type": 3, "value": text}
		if focused {
			o["focused"] = true
		}
		data["options"] = []any{o}
	}
	return data
}

// Slash gives a slash command, with at most one file; without text and file it
// has no option.
func (s *Server) Slash(p Person, name, text string, file ...File) *Talk {
	data := commandData(name, text, false)
	s.mu.Lock()
	_, byID := s.attach(p, file)
	s.mu.Unlock()
	for id := range byID {
		options, _ := data["options"].([]any)
		// Before the text, as people may choose them.
		data["options"] = append([]any{map[string]any{"name": "file", "type": optionFile, "value": id}}, options...)
		data["resolved"] = map[string]any{"attachments": byID}
	}
	return s.interact(p, typeCommand, data)
}

// Complete asks for the completions of what is typed of a slash command.
func (s *Server) Complete(p Person, name, text string) *Talk {
	return s.interact(p, typeComplete, commandData(name, text, true))
}

func (s *Server) interact(p Person, kind int, data map[string]any) *Talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, in := s.newInteraction(p, kind, data)
	s.dispatch("INTERACTION_CREATE", in)
	return t
}

// Press presses a button under a message of the bot, nil if there is no such
// message.
func (s *Server) Press(p Person, message, data string) *Talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[message]
	if m == nil || m.deleted {
		return nil
	}
	t, in := s.newInteraction(p, typePress, map[string]any{"custom_id": data, "component_type": 2})
	t.original = m
	in["message"] = m.json()
	s.dispatch("INTERACTION_CREATE", in)
	return t
}

// Repeat sends the event of an interaction or message again.
func (s *Server) Repeat(kind string, event map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(kind, event)
}

// Mention is how people mention the bot.
const Mention = "<@" + Me + ">"

// Say writes a message. In a guild only what mentions the bot has its text and
// files in the event, as without the privileged intent.
func (s *Server) Say(p Person, text string, files ...File) *Talk {
	return s.Reply(p, nil, text, files...)
}

// Reply writes a message that replies to another, which is no reply itself.
func (s *Server) Reply(p Person, to *Talk, text string, files ...File) *Talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Talk{ID: s.id(), s: s, person: p, at: time.Now(), changed: make(chan struct{})}
	s.talks[t.ID] = t
	t.files, _ = s.attach(p, files)
	m := s.message(t, text)
	if to != nil {
		m["type"] = 19
		m["message_reference"] = map[string]any{"message_id": to.ID, "channel_id": to.person.Channel}
		m["referenced_message"] = s.message(to, to.text)
	}
	s.dispatch("MESSAGE_CREATE", m)
	return t
}

// Edit writes the message of a Talk anew.
func (s *Server) Edit(t *Talk, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(t, text)
	m["edited_timestamp"] = time.Now().UTC().Format(time.RFC3339Nano)
	s.dispatch("MESSAGE_UPDATE", m)
}

// Unfurl updates the message of a Talk as Discord does when it adds previews.
func (s *Server) Unfurl(t *Talk, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(t, text)
	m["embeds"] = []any{map[string]any{"type": "link"}}
	s.dispatch("MESSAGE_UPDATE", m)
}

// message is a message in an event; s.mu is held.
func (s *Server) message(t *Talk, text string) map[string]any {
	p := t.person
	t.text = text
	m := map[string]any{
		"id": t.ID, "channel_id": p.Channel, "type": 0, "content": text, "author": p.user(),
		"mentions": []any{}, "mention_roles": []string{}, "attachments": t.files, "embeds": []any{},
		"timestamp": t.at.UTC().Format(time.RFC3339Nano), "edited_timestamp": nil, "pinned": false, "tts": false,
	}
	mentioned := strings.Contains(text, Mention) || strings.Contains(text, "<@!"+Me+">")
	if mentioned {
		m["mentions"] = []any{map[string]any{"id": Me, "username": Name, "bot": true}}
	}
	if p.Guild != "" {
		m["guild_id"] = p.Guild
		m["member"] = map[string]any{"roles": p.roles()}
		if !mentioned {
			m["content"], m["attachments"] = "", []any{}
		}
	}
	return m
}

// Next takes the next action of the bot; what is there it gives also after ctx
// has ended. The error is that of ctx.
func (s *Server) Next(ctx context.Context) (Action, error) {
	for {
		s.mu.Lock()
		changed := s.changed
		if len(s.actions) > 0 {
			a := s.actions[0]
			s.actions = s.actions[1:]
			s.mu.Unlock()
			return a, nil
		}
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return Action{}, ctx.Err()
		}
	}
}

// Signed makes a request to an interactions endpoint as Discord signs it.
func (s *Server) Signed(ctx context.Context, endpoint string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Signature-Timestamp", at)
	r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.key, append([]byte(at), body...))))
	return r, nil
}

// Post gives an interaction to an endpoint: a slash command, again with the same
// Talk if one is given. It returns the HTTP status.
func (s *Server) Post(ctx context.Context, endpoint string, p Person, name, text string, again *Talk) (*Talk, int, error) {
	s.mu.Lock()
	t, in := s.newInteraction(p, typeCommand, commandData(name, text, false))
	if again != nil {
		delete(s.talks, t.ID)
		delete(s.hooks, t.Token)
		t = again
		in["id"], in["token"] = t.ID, t.Token
	}
	s.mu.Unlock()
	body, err := json.Marshal(in)
	if err != nil {
		return t, 0, err
	}
	status, answer, err := s.PostRaw(ctx, endpoint, body)
	if err != nil || status != http.StatusOK {
		return t, status, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.acked == 0 {
		err = s.acknowledge(t, answer)
	}
	return t, status, err
}

// PostRaw gives any body, signed, to an endpoint.
func (s *Server) PostRaw(ctx context.Context, endpoint string, body []byte) (status int, answer []byte, err error) {
	r, err := s.Signed(ctx, endpoint, body)
	if err != nil {
		return 0, nil, err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}
