package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// methods are those of the Bot API but getUpdates. They run with the server
// locked.
var methods = map[string]func(*Server, url.Values) (any, *Message, error){
	"getMe":               func(s *Server, _ url.Values) (any, *Message, error) { return s.Bot, nil, nil },
	"sendMessage":         (*Server).sendMessage,
	"editMessageText":     (*Server).editMessageText,
	"deleteMessage":       (*Server).deleteMessage,
	"sendChatAction":      (*Server).sendChatAction,
	"answerCallbackQuery": (*Server).answerCallbackQuery,
	"getFile":             (*Server).getFile,
	"getChatMember":       (*Server).getChatMember,
	"setMyCommands":       (*Server).setMyCommands,
	"setWebhook":          (*Server).setWebhook,
	"deleteWebhook":       (*Server).deleteWebhook,
}

// room gives the chat that a call names, if the bot may write there.
func (s *Server) room(p url.Values) (*room, error) {
	id, err := strconv.ParseInt(p.Get("chat_id"), 10, 64)
	if err != nil {
		return nil, bad("chat_id is no number")
	}
	r := s.chats[id]
	switch {
	case r == nil:
		return nil, bad("chat not found")
	case r.movedTo != 0:
		return nil, &problem{Code: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: r.movedTo}
	case r.blocked != "":
		return nil, forbidden(r.blocked)
	}
	return r, nil
}

func (s *Server) sendMessage(p url.Values) (any, *Message, error) {
	r, err := s.room(p)
	if err != nil {
		return nil, nil, err
	}
	m := &Message{Chat: r.ID, ByBot: true, from: s.Bot}
	if v := p.Get("message_thread_id"); v != "" {
		if m.Thread, err = strconv.Atoi(v); err != nil || !r.threads[m.Thread] {
			return nil, nil, bad("message thread not found")
		}
	}
	if v := p.Get("reply_parameters"); v != "" {
		var to struct {
			ID      int  `json:"message_id"`
			Without bool `json:"allow_sending_without_reply"`
		}
		if err := json.Unmarshal([]byte(v), &to); err != nil {
			return nil, nil, bad("can't parse reply parameters JSON object")
		}
		if q := r.messages[to.ID]; q != nil && !q.Deleted {
			m.ReplyTo = to.ID
		} else if !to.Without {
			return nil, nil, bad("message to be replied not found")
		}
	}
	if err := m.set(p); err != nil {
		return nil, nil, err
	}
	r.add(m)
	return m.wire(r), m, nil
}

// set gives a message the content that a call has for it.
func (m *Message) set(p url.Values) error {
	text := p.Get("text")
	var entities []Entity
	switch mode := p.Get("parse_mode"); mode {
	case "HTML":
		var err error
		if text, entities, err = Check(text); err != nil {
			return bad("%v", err)
		}
	case "":
		if v := p.Get("entities"); v != "" {
			if err := json.Unmarshal([]byte(v), &entities); err != nil {
				return bad("can't parse entities JSON object")
			}
		}
		for _, e := range entities {
			if e.Offset < 0 || e.Length < 1 || e.Offset+e.Length > Units(text) {
				return bad("entity %v is outside of the text", e)
			}
		}
		if !utf8.ValidString(text) {
			return bad("strings must be encoded in UTF-8")
		}
		if err := sendable(text, entities); err != nil {
			return bad("%v", err)
		}
	default:
		return bad("unsupported parse_mode %q", mode)
	}
	buttons, err := keyboard(p.Get("reply_markup"))
	if err != nil {
		return err
	}
	preview := true
	if v := p.Get("link_preview_options"); v != "" {
		var o struct {
			Disabled bool `json:"is_disabled"`
		}
		if err := json.Unmarshal([]byte(v), &o); err != nil {
			return bad("can't parse link preview options JSON object")
		}
		preview = !o.Disabled
	}
	m.Text, m.Entities, m.HTML, m.Buttons, m.Preview = text, entities, p.Get("text"), buttons, preview
	return nil
}

// keyboard reads reply_markup.
func keyboard(v string) ([][]Button, error) {
	if v == "" {
		return nil, nil
	}
	var markup struct {
		Rows *[][]Button `json:"inline_keyboard"`
	}
	d := json.NewDecoder(strings.NewReader(v))
	d.DisallowUnknownFields()
	if err := d.Decode(&markup); err != nil || markup.Rows == nil {
		return nil, bad("can't parse reply keyboard markup JSON object")
	}
	n := 0
	for _, row := range *markup.Rows {
		if len(row) == 0 || len(row) > 8 {
			return nil, bad("a row of %d buttons", len(row))
		}
		for _, b := range row {
			n++
			switch {
			case Blank(b.Text):
				return nil, bad("text buttons are unallowed in the inline keyboard")
			case (b.Data == "") == (b.URL == ""):
				return nil, bad("a button must have exactly one of the optional fields")
			case len(b.Data) > 64 || !utf8.ValidString(b.Data):
				return nil, bad("BUTTON_DATA_INVALID")
			}
		}
	}
	if n > 100 {
		return nil, bad("reply markup is too long")
	}
	return *markup.Rows, nil
}

func (s *Server) editMessageText(p url.Values) (any, *Message, error) {
	r, err := s.room(p)
	if err != nil {
		return nil, nil, err
	}
	m, err := r.own(p, "edit")
	if err != nil {
		return nil, nil, err
	}
	n := m.copy()
	if err := n.set(p); err != nil {
		return nil, nil, err
	}
	if n.Text == m.Text && reflect.DeepEqual(n.Entities, m.Entities) && reflect.DeepEqual(n.Buttons, m.Buttons) {
		return nil, nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	n.Edits++
	n.Changed = append(n.Changed, time.Now())
	*m = n
	return m.wire(r), m, nil
}

// own gives the message of the bot that a call names.
func (r *room) own(p url.Values, what string) (*Message, error) {
	id, err := strconv.Atoi(p.Get("message_id"))
	if err != nil {
		return nil, bad("message identifier is not specified")
	}
	m := r.messages[id]
	switch {
	case m == nil || m.Deleted:
		return nil, bad("message to %s not found", what)
	case !m.ByBot:
		return nil, bad("message can't be %sed", what)
	}
	return m, nil
}

func (s *Server) deleteMessage(p url.Values) (any, *Message, error) {
	r, err := s.room(p)
	if err != nil {
		return nil, nil, err
	}
	m, err := r.own(p, "delete")
	if err != nil {
		return nil, nil, err
	}
	m.Deleted = true
	return true, m, nil
}

func (s *Server) sendChatAction(p url.Values) (any, *Message, error) {
	if _, err := s.room(p); err != nil {
		return nil, nil, err
	}
	if p.Get("action") != "typing" {
		return nil, nil, bad("wrong parameter action in request")
	}
	return true, nil, nil
}

func (s *Server) answerCallbackQuery(p url.Values) (any, *Message, error) {
	id := p.Get("callback_query_id")
	state, known := s.presses[id]
	if !known || state != "" {
		return nil, nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if n := Units(p.Get("text")); n > 200 {
		return nil, nil, bad("MESSAGE_TOO_LONG")
	}
	s.presses[id] = "answered"
	return true, nil, nil
}

func (s *Server) getChatMember(p url.Values) (any, *Message, error) {
	r, err := s.room(p)
	if err != nil {
		return nil, nil, err
	}
	user, err := strconv.ParseInt(p.Get("user_id"), 10, 64)
	if err != nil {
		return nil, nil, bad("invalid user_id specified")
	}
	status := s.members[[2]int64{r.ID, user}]
	if status == "" {
		status = "member"
	}
	return map[string]any{"status": status, "user": User{ID: user}}, nil, nil
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setMyCommands(p url.Values) (any, *Message, error) {
	var commands []Command
	if err := json.Unmarshal([]byte(p.Get("commands")), &commands); err != nil || commands == nil || len(commands) > 100 {
		return nil, nil, bad("can't parse commands JSON array")
	}
	for _, c := range commands {
		if !commandName.MatchString(c.Name) || c.Help == "" || utf8.RuneCountInString(c.Help) > 256 {
			return nil, nil, bad("BOT_COMMAND_INVALID %q", c.Name)
		}
	}
	scope := struct {
		Type string `json:"type"`
		Chat int64  `json:"chat_id"`
	}{Type: "default"}
	if v := p.Get("scope"); v != "" {
		if err := json.Unmarshal([]byte(v), &scope); err != nil {
			return nil, nil, bad("can't parse BotCommandScope")
		}
	}
	key := scope.Type
	switch scope.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
	case "chat":
		if s.chats[scope.Chat] == nil {
			return nil, nil, bad("chat not found")
		}
		key += fmt.Sprintf(" %d", scope.Chat)
	default:
		return nil, nil, bad("unsupported scope %q", scope.Type)
	}
	if l := p.Get("language_code"); l != "" {
		key += " " + l
	}
	s.commands[key] = commands
	return true, nil, nil
}

func (s *Server) setWebhook(p url.Values) (any, *Message, error) {
	address, err := url.Parse(p.Get("url"))
	if err != nil || address.Scheme != "https" || address.Host == "" {
		return nil, nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{0,256}$`).MatchString(p.Get("secret_token")) {
		return nil, nil, bad("secret token contains unallowed characters")
	}
	s.webhook, s.secret = p.Get("url"), p.Get("secret_token")
	return true, nil, nil
}

func (s *Server) deleteWebhook(p url.Values) (any, *Message, error) {
	s.webhook, s.secret = "", ""
	if p.Get("drop_pending_updates") == "true" {
		s.pending = nil
	}
	return true, nil, nil
}
