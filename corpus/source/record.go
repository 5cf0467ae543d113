package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// record is what a line of .jsonl and the front matter of a .md file state.
type record struct {
	ID        scalar `json:"id" yaml:"id"`
	Title     scalar `json:"title" yaml:"title"`
	Lead      scalar `json:"lead" yaml:"lead"`
	Summary   scalar `json:"summary" yaml:"summary"`
	Body      scalar `json:"body" yaml:"body"`
	Outlet    scalar `json:"outlet" yaml:"outlet"`
	Author    scalar `json:"author" yaml:"author"`
	Published scalar `json:"published" yaml:"published"`
	URL       scalar `json:"url" yaml:"url"`
	Tags      list   `json:"tags" yaml:"tags"`
	Captions  list   `json:"captions" yaml:"captions"`
}

// draft starts an article with what the record states; the body is left to
// the caller.
func (rec *record) draft(d *draft) {
	d.title = line(string(rec.Title))
	d.titleGiven = d.title != ""
	d.lead = line(first(string(rec.Lead), string(rec.Summary)))
	if !hasWord(d.lead) {
		d.lead = ""
	}
	d.outlet = line(string(rec.Outlet))
	d.author = line(string(rec.Author))
	d.url = line(string(rec.URL))
	d.published = parseStated(string(rec.Published))
	for _, t := range rec.Tags {
		if t = line(t); t != "" {
			d.tags = append(d.tags, t)
		}
	}
	for _, c := range rec.Captions {
		d.addCaption(line(c))
	}
	if d.lead != "" {
		if rest, outlet, ok := cutAgency(d.lead); ok && hasWord(rest) {
			d.lead = rest
			d.setOutlet(outlet)
		}
	}
}

// line is text that stands in one line.
func line(s string) string { return squeeze(Clean(s)) }

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "\"'“‘(-– "))
	return unicode.IsUpper(r) || unicode.IsDigit(r)
}

// scalar is a string, or what else was written where one is wanted: a number,
// a date, a truth value. null is "".
type scalar string

// UnmarshalJSON accepts any JSON value that is neither object nor array.
func (s *scalar) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		*s = ""
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(s))
	case b[0] == '{', b[0] == '[':
		return fmt.Errorf("want text, not %.20s", b)
	default:
		*s = scalar(b)
	}
	return nil
}

// UnmarshalYAML accepts any scalar, as it is written.
func (s *scalar) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: want text", n.Line)
	}
	if n.Tag != "!!null" {
		*s = scalar(n.Value)
	}
	return nil
}

// list is a list of strings, or one string with commas.
type list []string

func (l *list) split(s string) {
	for p := range strings.SplitSeq(s, ",") {
		*l = append(*l, p)
	}
}

// UnmarshalJSON accepts an array of scalars or one string.
func (l *list) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		var ss []scalar
		if err := json.Unmarshal(b, &ss); err != nil {
			return err
		}
		for _, s := range ss {
			*l = append(*l, string(s))
		}
		return nil
	}
	var s scalar
	if err := s.UnmarshalJSON(b); err != nil {
		return err
	}
	l.split(string(s))
	return nil
}

// UnmarshalYAML accepts a sequence of scalars or one scalar.
func (l *list) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		var ss []scalar
		if err := n.Decode(&ss); err != nil {
			return err
		}
		for _, s := range ss {
			*l = append(*l, string(s))
		}
		return nil
	}
	var s scalar
	if err := s.UnmarshalYAML(n); err != nil {
		return err
	}
	l.split(string(s))
	return nil
}
