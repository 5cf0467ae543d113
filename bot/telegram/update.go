package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"trichdan/bot/chat"
)

// update is something that arrived. Of the types of the Bot API there is only
// what the bot needs: nothing else can make an update undecodable.
type update struct {
	ID                int64       `json:"update_id"`
	Message           *message    `json:"message"`
	EditedMessage     *message    `json:"edited_message"`
	ChannelPost       *message    `json:"channel_post"`
	EditedChannelPost *message    `json:"edited_channel_post"`
	Callback          *callback   `json:"callback_query"`
	Membership        *membership `json:"my_chat_member"`
}

type message struct {
	ID      int64    `json:"message_id"`
	Thread  int64    `json:"message_thread_id"`
	InTopic bool     `json:"is_topic_message"`
	From    *account `json:"from"`
	// Sender is the chat in whose name the message is: a channel, or the group
	// itself for its anonymous admins.
	Sender *place `json:"sender_chat"`
	Chat   place  `json:"chat"`
	// Forwarded is set on a channel's post in the group of its discussion.
	Forwarded   bool     `json:"is_automatic_forward"`
	ReplyTo     *message `json:"reply_to_message"`
	ViaBot      *account `json:"via_bot"`
	Album       string   `json:"media_group_id"`
	Text        string   `json:"text"`
	Entities    []entity `json:"entities"`
	Caption     string   `json:"caption"`
	CaptionEnts []entity `json:"caption_entities"`
	MigrateTo   int64    `json:"migrate_to_chat_id"`

	TopicCreated json.RawMessage `json:"forum_topic_created"`

	// What people send besides text. Everything else without text is a service
	// message.
	Animation json.RawMessage `json:"animation"`
	Audio     json.RawMessage `json:"audio"`
	Contact   json.RawMessage `json:"contact"`
	Dice      json.RawMessage `json:"dice"`
	Document  json.RawMessage `json:"document"`
	Game      json.RawMessage `json:"game"`
	Location  json.RawMessage `json:"location"`
	PaidMedia json.RawMessage `json:"paid_media"`
	Photo     json.RawMessage `json:"photo"`
	Poll      json.RawMessage `json:"poll"`
	Sticker   json.RawMessage `json:"sticker"`
	Story     json.RawMessage `json:"story"`
	Venue     json.RawMessage `json:"venue"`
	Video     json.RawMessage `json:"video"`
	VideoNote json.RawMessage `json:"video_note"`
	Voice     json.RawMessage `json:"voice"`
}

type place struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type entity struct {
	Type   string   `json:"type"`
	Offset int      `json:"offset"` // in UTF-16 code units
	Length int      `json:"length"`
	User   *account `json:"user"`
}

type callback struct {
	ID      string   `json:"id"`
	From    account  `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

type membership struct {
	Chat place `json:"chat"`
	New  struct {
		Status   string `json:"status"`
		IsMember bool   `json:"is_member"`
	} `json:"new_chat_member"`
}

func decode(body []byte) (*update, error) {
	u := &update{}
	if err := json.Unmarshal(body, u); err != nil {
		return nil, errors.New(shape(err)) // the error's own text quotes the update
	}
	return u, nil
}

// shape says where decoding failed without what stands there.
func shape(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s is a %s, want %v", e.Field, kindOfJSON(e.Value), e.Type)
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("no JSON from byte %d on", e.Offset)
	}
	return "it cannot be understood"
}

// kindOfJSON is the first word of what the decoder says of a value: of a number
// it also gives the digits.
func kindOfJSON(value string) string {
	for i, r := range value {
		if r == ' ' {
			return value[:i]
		}
	}
	return value
}

// identify gives the update_id of an update.
func identify(body []byte) (id int64, ok bool) {
	var u struct {
		ID *int64 `json:"update_id"`
	}
	// An update that is odd elsewhere is not undecodable here.
	err := json.Unmarshal(body, &u)
	return deref(u.ID), err == nil && u.ID != nil
}

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// message gives the message of an update that is not the press of a button.
func (u *update) message() (m *message, edited bool) {
	for _, m := range []*message{u.Message, u.ChannelPost} {
		if m != nil {
			return m, false
		}
	}
	for _, m := range []*message{u.EditedMessage, u.EditedChannelPost} {
		if m != nil {
			return m, true
		}
	}
	return nil, false
}

// turn names what must be handled one after the other: a message and its edits,
// the presses of the buttons of one message, and what becomes of the bot in a
// chat. "" waits for nothing.
func (u *update) turn() string {
	if m, _ := u.message(); m != nil {
		return "message " + id(m.Chat.ID) + " " + id(m.ID)
	}
	if c := u.Callback; c != nil && c.Message != nil {
		return "buttons " + id(c.Message.Chat.ID) + " " + id(c.Message.ID)
	}
	if m := u.Membership; m != nil {
		return "membership " + id(m.Chat.ID)
	}
	return ""
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// ref is where a message stands.
func (m *message) ref() chat.Ref {
	r := chat.Ref{Platform: Name, Chat: id(m.Chat.ID)}
	// In groups without topics replies have a thread too.
	if m.InTopic && m.Thread != 0 {
		r.Thread = id(m.Thread)
	}
	return r
}

// private reports whether a chat is one with a single person.
func (p place) private() bool { return p.Type == "private" || p.Type == "" && p.ID > 0 }

func (p place) channel() bool { return p.Type == "channel" }

// content reports whether a message without text is something that a person
// sent.
func (m *message) content() bool {
	for _, c := range []json.RawMessage{
		m.Animation, m.Audio, m.Contact, m.Dice, m.Document, m.Game, m.Location, m.PaidMedia, m.Photo, m.Poll,
		m.Sticker, m.Story, m.Venue, m.Video, m.VideoNote, m.Voice,
	} {
		if len(c) > 0 {
			return true
		}
	}
	return false
}
