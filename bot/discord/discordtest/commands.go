package discordtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// Choice is one of a completion.
type Choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

func (s *Server) putCommands(r *http.Request, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.PathValue("app") != App {
		return refuse(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	if err := checkCommands(body); err != nil {
		s.violation("commands: %v: %.500s", err, body)
		return refuse(http.StatusBadRequest, 50035, "Invalid Form Body: "+err.Error())
	}
	s.commands = append(json.RawMessage{}, body...)
	s.count(func(c *Counts) { c.Commands++ })
	return reply{http.StatusOK, json.RawMessage(body)}
}

// named is what commands and their options have.
type named struct {
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations"`
}

func checkCommands(body []byte) error {
	var list []struct {
		named
		Type    int      `json:"type"`
		Options []option `json:"options"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return err
	}
	if len(list) > 100 {
		return fmt.Errorf("%d commands", len(list))
	}
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.Name] || c.Type != 1 {
			return fmt.Errorf("command %q of type %d", c.Name, c.Type)
		}
		seen[c.Name] = true
		if err := c.check(); err != nil {
			return err
		}
		if err := checkOptions(c.Options); err != nil {
			return fmt.Errorf("command %q: %w", c.Name, err)
		}
	}
	return nil
}

// option is what may follow a command.
type option struct {
	named
	Type         int  `json:"type"`
	Required     bool `json:"required"`
	Autocomplete bool `json:"autocomplete"`
}

// Types of an option.
const (
	optionText = 3
	optionFile = 11
)

func checkOptions(options []option) error {
	if len(options) > 25 {
		return fmt.Errorf("%d options", len(options))
	}
	seen := map[string]bool{}
	for i, o := range options {
		if o.Type != optionText && o.Type != optionFile || o.Type == optionFile && o.Autocomplete {
			return fmt.Errorf("an option of type %d, completed %v", o.Type, o.Autocomplete)
		}
		if i > 0 && o.Required && !options[i-1].Required {
			return fmt.Errorf("the option %q is required and behind one that is not", o.Name)
		}
		if err := o.check(); err != nil {
			return err
		}
		for locale, name := range o.all() {
			if seen[locale+" "+name] {
				return fmt.Errorf("two options are called %q", name)
			}
			seen[locale+" "+name] = true
		}
	}
	return nil
}

// all gives the names by their locales, the default one with "".
func (n named) all() map[string]string {
	names := map[string]string{"": n.Name}
	maps.Copy(names, n.Names)
	return names
}

func (n named) check() error {
	for _, name := range append(values(n.Names), n.Name) {
		if !commandName.MatchString(name) || name != strings.ToLower(name) {
			return fmt.Errorf("the name %q", name)
		}
	}
	for _, d := range append(values(n.Descriptions), n.Description) {
		if u := units(d); u < 1 || u > 100 {
			return fmt.Errorf("the description %q", d)
		}
	}
	return nil
}

func values(m map[string]string) []string {
	var list []string
	for _, v := range m {
		list = append(list, v)
	}
	return list
}
