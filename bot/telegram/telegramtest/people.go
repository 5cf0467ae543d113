package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// room is a chat with all that was said in it.
type room struct {
	Chat
	messages map[int]*Message
	last     *int // message ID
	threads  map[int]bool
	blocked  string // why the bot may not write, "" if it may
	movedTo  int64
}

// Chat is a place where people and the bot write.
type Chat struct {
	ID    int64
	Type  string // "private", "group", "supergroup", "channel"
	Forum bool   // a supergroup with topics
}

func (r *room) wire() map[string]any {
	w := map[string]any{"id": r.ID, "type": r.Type}
	if r.Forum {
		w["is_forum"] = true
	}
	return w
}

func (r *room) add(m *Message) {
	*r.last++
	m.ID = *r.last
	m.Changed = []time.Time{time.Now()}
	r.messages[m.ID] = m
}

// AddChat makes a chat that the bot is in.
func (s *Server) AddChat(c Chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(c)
}

func (s *Server) chat(c Chat) *room {
	r := s.chats[c.ID]
	if r == nil {
		r = &room{Chat: c, messages: map[int]*Message{}, last: &s.lastMessage, threads: map[int]bool{}}
		if c.Type == "supergroup" || c.Type == "channel" { // these count for themselves
			r.last = new(int)
		}
		s.chats[c.ID] = r
	}
	return r
}

// Said is something that a person says.
type Said struct {
	From    User
	Chat    int64 // 0: the private chat with the bot
	Thread  int   // in a forum topic
	ReplyTo int
	As      int64 // the chat in whose name it is said, else 0
	Text    string
	// Document is a file; then Text is its caption.
	Document *Document
	// More are further fields of the message, in the words of the Bot API:
	// "photo", "caption".
	More map[string]any
}

// Say lets a person write a message, and gives its ID. A chat that is not
// there yet is a private one if its ID is above 0, else a supergroup.
func (s *Server) Say(m Said) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Chat == 0 {
		m.Chat = m.From.ID
	}
	c := Chat{ID: m.Chat, Type: "private"}
	if m.Chat < 0 {
		c.Type = "supergroup"
	}
	r := s.chat(c)
	if m.Thread != 0 {
		r.threads[m.Thread] = true
	}
	said := &Message{Chat: r.ID, Thread: m.Thread, ReplyTo: m.ReplyTo, Text: m.Text, from: m.From}
	if m.Document != nil {
		said.file = s.attach(*m.Document)
	}
	r.add(said)
	s.arrive(map[string]any{kindOf(r, "message", "channel_post"): s.said(r, said, m)})
	return said.ID
}

func kindOf(r *room, message, post string) string {
	if r.Type == "channel" {
		return post
	}
	return message
}

// said is a message of a person as it stands in an update.
func (s *Server) said(r *room, said *Message, m Said) map[string]any {
	w := said.wire(r)
	if entities := entitiesOf(said.Text); len(entities) > 0 {
		w[said.kind("entities", "caption_entities")] = entities
	}
	if m.As != 0 {
		w["sender_chat"] = map[string]any{"id": m.As, "type": r.Type}
		w["from"] = User{ID: 1087968824, IsBot: true, Name: "Group", Username: "GroupAnonymousBot"}
	} else if r.Type == "channel" {
		w["sender_chat"] = r.wire()
	}
	if to := r.messages[said.ReplyTo]; to != nil {
		w["reply_to_message"] = to.wire(r)
	}
	maps.Copy(w, m.More)
	return w
}

var entityPatterns = map[string]*regexp.Regexp{
	"bot_command": regexp.MustCompile(`(?:^|\s)(/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]+)?)`),
	"mention":     regexp.MustCompile(`(?:^|[^A-Za-z0-9_])(@[A-Za-z0-9_]{2,32})`),
}

// entitiesOf finds what Telegram finds in the text of a person.
func entitiesOf(text string) (all []Entity) {
	for _, kind := range slices.Sorted(maps.Keys(entityPatterns)) {
		for _, at := range entityPatterns[kind].FindAllStringSubmatchIndex(text, -1) {
			all = append(all, Entity{Type: kind, Offset: Units(text[:at[2]]), Length: Units(text[at[2]:at[3]])})
		}
	}
	return all
}

// Edit lets a person change a message of theirs.
func (s *Server) Edit(chat int64, message int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.chats[chat]
	m := r.messages[message]
	m.Text = text
	m.Edits++
	m.Changed = append(m.Changed, time.Now())
	w := s.said(r, m, Said{})
	w["edit_date"] = 1700000000 + m.Edits
	s.arrive(map[string]any{kindOf(r, "edited_message", "edited_channel_post"): w})
}

// Press lets a person press a button with some data under a message, and gives
// the ID of the callback query.
func (s *Server) Press(from User, chat int64, message int, data string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.chats[chat]
	s.lastPress++
	id := strconv.Itoa(900000 + s.lastPress)
	s.presses[id] = ""
	w := map[string]any{"message_id": message, "date": 0, "chat": r.wire()} // not accessible
	if m := r.messages[message]; m != nil {
		w = m.wire(r)
	}
	s.arrive(map[string]any{"callback_query": map[string]any{
		"id": id, "from": from, "message": w, "chat_instance": "1", "data": data,
	}})
	return id
}

// Expire makes a callback query too old to be answered.
func (s *Server) Expire(press string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.presses[press] = "expired"
}

// Membership gives the bot another status in a chat: "member",
// "administrator", "left", "kicked". In the last two it may not write.
func (s *Server) Membership(chat int64, by User, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Chat{ID: chat, Type: "private"}
	if chat < 0 {
		c.Type = "supergroup"
	}
	r := s.chat(c)
	switch {
	case status != "left" && status != "kicked":
		r.blocked = ""
	case r.Type == "private":
		r.blocked = "bot was blocked by the user"
	default:
		r.blocked = "bot was kicked from the " + r.Type + " chat"
	}
	s.arrive(map[string]any{"my_chat_member": map[string]any{
		"chat": r.wire(), "from": by, "date": 1700000000,
		"old_chat_member": map[string]any{"status": "member", "user": s.Bot},
		"new_chat_member": map[string]any{"status": status, "user": s.Bot, "until_date": 0},
	}})
}

// Block makes calls for a chat fail with status 403, without an update.
func (s *Server) Block(chat int64, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats[chat].blocked = why
}

// SetMember gives a person a status in a chat.
func (s *Server) SetMember(chat, user int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.members[[2]int64{chat, user}] = status
}

// Migrate makes a group a supergroup, and gives its new ID. With told the bot
// learns of it by service messages, else by the failure of its next call.
func (s *Server) Migrate(chat int64, told bool) (to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.chats[chat]
	to = -1000000000000 + chat
	old.movedTo = to
	r := s.chat(Chat{ID: to, Type: "supergroup"})
	if told {
		w := (&Message{ID: *old.last + 1, Chat: chat}).wire(old)
		delete(w, "text")
		w["migrate_to_chat_id"] = to
		s.arrive(map[string]any{"message": w})
		w = (&Message{ID: *r.last + 1, Chat: to}).wire(r)
		delete(w, "text")
		w["migrate_from_chat_id"] = chat
		s.arrive(map[string]any{"message": w})
	}
	return to
}

// Update makes an update of fields as they are, in JSON, and gives its ID: the
// next one, or the given one if that is not 0, so that one can come again.
func (s *Server) Update(id int64, fields string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == 0 {
		s.lastUpdate++
		id = s.lastUpdate
	}
	s.deliver(id, json.RawMessage(fmt.Sprintf(`{"update_id":%d,%s}`, id, fields)))
	return id
}

// Begin makes update IDs go on from another number, as after a week of silence.
func (s *Server) Begin(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastUpdate = id - 1
}

// arrive makes an update.
func (s *Server) arrive(fields map[string]any) {
	for kind := range fields {
		if s.allowed != nil && !slices.Contains(s.allowed, kind) {
			return
		}
	}
	s.lastUpdate++
	fields["update_id"] = s.lastUpdate
	body, err := json.Marshal(fields)
	if err != nil {
		panic("telegramtest: " + err.Error()) // a field of Said.More that is no JSON
	}
	s.deliver(s.lastUpdate, body)
}

func (s *Server) deliver(id int64, body json.RawMessage) {
	s.pending = append(s.pending, pending{id, body})
	s.change()
}

// Messages gives the messages in a chat as they are, the deleted ones too.
func (s *Server) Messages(chat int64) (all []Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.chats[chat]
	if r == nil {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(r.messages)) {
		all = append(all, r.messages[id].copy())
	}
	return all
}

// Replies gives the messages of the bot in a chat that are not deleted.
func (s *Server) Replies(chat int64) (all []Message) {
	for _, m := range s.Messages(chat) {
		if m.ByBot && !m.Deleted {
			all = append(all, m)
		}
	}
	return all
}

// Webhook gives the address and the secret of the webhook, "" if there is none.
func (s *Server) Webhook() (address, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.webhook, s.secret
}

// Deliver posts what is pending to the webhook, one after the other, until one
// is not taken: that stays, with all behind it. to is an address that is used
// in place of the registered one, unless it is "".
func (s *Server) Deliver(ctx context.Context, client *http.Client, to string) error {
	for {
		s.mu.Lock()
		address, secret := s.webhook, s.secret
		var next pending
		if len(s.pending) > 0 {
			next = s.pending[0]
		}
		s.mu.Unlock()
		if to != "" {
			address = to
		}
		if next.body == nil || strings.TrimSpace(address) == "" {
			return ctx.Err()
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(next.body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		response, err := client.Do(r)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if response.StatusCode/100 != 2 {
			return fmt.Errorf("the webhook answers with status %d", response.StatusCode)
		}
		s.mu.Lock()
		s.pending = slices.DeleteFunc(s.pending, func(u pending) bool { return u.id == next.id })
		s.change()
		s.mu.Unlock()
	}
}
