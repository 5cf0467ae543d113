package telegramtest

import (
	"slices"
	"strings"
	"time"
)

// Message is a message in a chat.
type Message struct {
	ID      int
	Chat    int64
	Thread  int  // the forum topic, 0 outside of one
	ReplyTo int  // the message that it replies to, or 0
	ByBot   bool // sent by the bot
	// Text is what people see, Entities its parts, HTML as the bot sent it.
	Text     string
	Entities []Entity
	HTML     string
	Buttons  [][]Button
	Edits    int
	Changed  []time.Time // when it was sent, then when each edit came
	Deleted  bool
	Preview  bool // a preview of a link would be shown
	from     User
	file     *file // an attached one, nil without
}

// Button is one under a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

func (m *Message) copy() Message {
	c := *m
	c.Entities = slices.Clone(m.Entities)
	c.Changed = slices.Clone(m.Changed)
	return c
}

// Quotes gives the texts of the block quotes of a message.
func (m Message) Quotes() (quotes []string) {
	for _, e := range m.Entities {
		if strings.HasSuffix(e.Type, "blockquote") {
			quotes = append(quotes, e.Part(m.Text))
		}
	}
	return quotes
}

// Data gives the data of the buttons of a message, row by row.
func (m Message) Data() (data []string) {
	for _, row := range m.Buttons {
		for _, b := range row {
			data = append(data, b.Data)
		}
	}
	return data
}

// Pings gives who would be notified of a message for being named in it.
func (m Message) Pings() []string { return Mentions(m.Text, m.Entities) }

// kind gives the name of a field of a message with text, or of one with a file.
func (m *Message) kind(text, caption string) string {
	if m.file != nil {
		return caption
	}
	return text
}

// wire is a message as it stands in an update or an answer.
func (m *Message) wire(r *room) map[string]any {
	w := map[string]any{"message_id": m.ID, "date": 1700000000, "chat": r.wire()}
	if m.Text != "" {
		w[m.kind("text", "caption")] = m.Text
	}
	if m.file != nil {
		d := m.file.wire()
		d["file_name"] = m.file.Name
		w["document"] = d
	}
	if r.Type != "channel" {
		w["from"] = m.from
	}
	if m.Thread != 0 {
		w["message_thread_id"] = m.Thread
		if r.Forum {
			w["is_topic_message"] = true
		}
	}
	return w
}
