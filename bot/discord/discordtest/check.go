package discordtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Discord's limits (https://discord.com/developers/docs/resources/message,
// https://discord.com/developers/docs/components/reference), in UTF-16 units,
// which are never fewer than characters.
const (
	mostContent     = 2000
	mostEmbeds      = 10
	mostTitle       = 256
	mostDescription = 4096
	mostFields      = 25
	mostName        = 256
	mostValue       = 1024
	mostFooter      = 2048
	mostTotal       = 6000
	mostRows        = 5
	mostInRow       = 5
	mostLabel       = 80
	mostCustomID    = 100
	mostNonce       = 25
)

// Shown is what a reader sees of a message.
type Shown struct {
	Text    string   // all visible text from top to bottom, Markdown undone
	Quotes  []string // contents of the block quotes
	Links   []Link
	Buttons []Button
}

// Button is a button under a message.
type Button struct{ Label, Data string }

// payload is a message as bots send it.
type payload struct {
	Content         *string      `json:"content"`
	Embeds          *[]embed     `json:"embeds"`
	Components      *[]component `json:"components"`
	AllowedMentions *struct {
		Parse       *[]string `json:"parse"`
		Roles       []string  `json:"roles"`
		Users       []string  `json:"users"`
		RepliedUser *bool     `json:"replied_user"`
	} `json:"allowed_mentions"`
	Flags     int    `json:"flags"`
	Nonce     string `json:"nonce"`
	Enforce   bool   `json:"enforce_nonce"`
	Reference *struct {
		MessageID string `json:"message_id"`
		Fail      *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
}

type embed struct {
	Title       string `json:"title"`
	URL         string `json:"url"`
	Description string `json:"description"`
	Fields      []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"fields"`
	Footer *struct {
		Text string `json:"text"`
	} `json:"footer"`
	Author *struct {
		Name string `json:"name"`
	} `json:"author"`
}

type component struct {
	Type       int         `json:"type"`
	Components []component `json:"components"`
	Label      string      `json:"label"`
	CustomID   string      `json:"custom_id"`
	Style      int         `json:"style"`
}

// Check reads the JSON with which a message is made or edited, and says what is
// wrong with it: what Discord would refuse, a part that is missing so that an
// edit would leave the old one, mentions that are not switched off, and text
// that acts and is not meant to.
func Check(message []byte) (Shown, error) {
	var p payload
	if !utf8.Valid(message) {
		return Shown{}, errors.New("not UTF-8")
	}
	if err := json.Unmarshal(message, &p); err != nil {
		return Shown{}, err
	}
	if p.Content == nil || p.Embeds == nil || p.Components == nil {
		return Shown{}, errors.New("content, embeds and components must be there, if only empty")
	}
	var errs []error
	m := p.AllowedMentions
	if m == nil || m.Parse == nil || len(*m.Parse) > 0 || len(m.Roles)+len(m.Users) > 0 || m.RepliedUser == nil || *m.RepliedUser {
		errs = append(errs, errors.New("allowed_mentions must forbid all"))
	}
	if units(p.Nonce) > mostNonce || p.Enforce && p.Nonce == "" {
		errs = append(errs, fmt.Errorf("the nonce %q", p.Nonce))
	}
	if p.Reference != nil && (p.Reference.Fail == nil || *p.Reference.Fail) {
		errs = append(errs, errors.New("a reply must not fail when its question was deleted"))
	}
	r := reader{Shown: Shown{Quotes: []string{}}}
	r.markdown("content", *p.Content, mostContent)
	if len(*p.Embeds) > mostEmbeds {
		r.wrong("%d embeds", len(*p.Embeds))
	}
	for _, e := range *p.Embeds {
		r.embed(e)
	}
	if r.total > mostTotal {
		r.wrong("%d characters in embeds", r.total)
	}
	if blank(*p.Content) && len(*p.Embeds) == 0 {
		r.wrong("an empty message")
	}
	r.components(*p.Components)
	r.Text = strings.Join(r.parts, "\n")
	return r.Shown, errors.Join(append(errs, r.errs...)...)
}

// reader collects what is shown and what is wrong with it.
type reader struct {
	Shown
	parts []string
	total int // characters in embeds
	errs  []error
}

func (r *reader) wrong(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

// limit checks the length of a part.
func (r *reader) limit(what, s string, most int) {
	if n := units(s); n > most {
		r.wrong("%s has %d characters, %d may be", what, n, most)
	}
}

func (r *reader) markdown(what, s string, most int) {
	r.limit(what, s, most)
	if s == "" {
		return
	}
	v, err := read(s)
	if err != nil {
		r.wrong("%s: %w", what, err)
	}
	r.parts = append(r.parts, v.text)
	r.Quotes = append(r.Quotes, v.quotes...)
	r.Links = append(r.Links, v.links...)
}

func (r *reader) embed(e embed) {
	if e.Title+e.Description == "" && len(e.Fields) == 0 && e.Footer == nil && e.Author == nil {
		r.wrong("an empty embed")
	}
	r.markdown("title", e.Title, mostTitle)
	r.markdown("description", e.Description, mostDescription)
	r.total += units(e.Title) + units(e.Description)
	if len(e.Fields) > mostFields {
		r.wrong("%d fields", len(e.Fields))
	}
	for i, f := range e.Fields {
		if blank(f.Name) || blank(f.Value) {
			r.wrong("field %d is empty", i)
		}
		r.markdown(fmt.Sprintf("name %d", i), f.Name, mostName)
		r.markdown(fmt.Sprintf("value %d", i), f.Value, mostValue)
		r.total += units(f.Name) + units(f.Value)
	}
	if e.Footer != nil {
		r.limit("footer", e.Footer.Text, mostFooter)
		if blank(e.Footer.Text) {
			r.wrong("an empty footer")
		}
		r.total += units(e.Footer.Text)
		r.parts = append(r.parts, strings.TrimSpace(e.Footer.Text))
	}
	if e.Author != nil {
		r.limit("author", e.Author.Name, mostName)
		r.total += units(e.Author.Name)
	}
}

func (r *reader) components(rows []component) {
	if len(rows) > mostRows {
		r.wrong("%d rows of buttons", len(rows))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		if row.Type != 1 || len(row.Components) < 1 || len(row.Components) > mostInRow {
			r.wrong("a row of type %d with %d components", row.Type, len(row.Components))
		}
		for _, b := range row.Components {
			if b.Type != 2 || b.Style < 1 || b.Style > 4 {
				r.wrong("a component of type %d and style %d", b.Type, b.Style)
			}
			if n := units(b.CustomID); n < 1 || n > mostCustomID || seen[b.CustomID] {
				r.wrong("the custom_id %q", b.CustomID)
			}
			seen[b.CustomID] = true
			if blank(b.Label) {
				r.wrong("a button without a label")
			}
			r.limit("a label", b.Label, mostLabel)
			r.Buttons = append(r.Buttons, Button{b.Label, b.CustomID})
		}
	}
}

// blank reports whether Discord takes a text for empty.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
