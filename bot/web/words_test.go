package web

import (
	"reflect"
	"strings"
	"testing"
)

// TestWords: nothing is worded in one language only, and formats agree.
func TestWords(t *testing.T) {
	vi, en := reflect.ValueOf(vietnamese), reflect.ValueOf(english)
	for i := range vi.NumField() {
		name := vi.Type().Field(i).Name
		if vi.Field(i).Kind() == reflect.Func {
			if vi.Field(i).IsNil() || en.Field(i).IsNil() {
				t.Errorf("%s is missing", name)
			}
			continue
		}
		a, b := vi.Field(i).String(), en.Field(i).String()
		if a == "" || b == "" {
			t.Errorf("%s: %q, %q", name, a, b)
		}
		for _, verb := range []string{"%d", "%s", "%"} {
			if strings.Count(a, verb) != strings.Count(b, verb) {
				t.Errorf("%s: %q and %q differ in %s", name, a, b, verb)
			}
		}
		if a == b && name != "Site" {
			t.Errorf("%s is the same in both languages: %q", name, a)
		}
		if strings.ContainsAny(a+b, "!") {
			t.Errorf("%s exclaims", name)
		}
	}
}
