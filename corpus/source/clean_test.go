package source

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Hà Nội 2022", "Hà Nội 2022"},
		{"NFD", norm.NFD.String("Thành ủy Hà Nội"), "Thành ủy Hà Nội"},
		{"eth", "Ðổi mới, ðồng bộ", "Đổi mới, đồng bộ"},
		{"african d", "Ɖà Nẵng", "Đà Nẵng"},
		{"spaces", "a\u00a0b\u2003c\u202fd\u3000e\tf", "a b c d e f"},
		{"zero width", "Hà\u200b Nội\u200d\u2060\ufeff", "Hà Nội"},
		{"soft hyphen", "truyền\u00ad thông", "truyền thông"},
		{"bidi", "\u202eabc\u202c \u2066def\u2069", "abc def"},
		{"control", "a\x00b\x07c\x7fd", "abcd"},
		{"line ends", "a\r\nb\rc\u2028d\u0085e\ff", "a\nb\nc\nd\ne\nf"},
		{"blank fillers", "a\u1160\u034fb\u3164", "ab"},
		{"icon font", "\ue001 Chia sẻ", " Chia sẻ"},
		{"mark behind a removed character", "a\u200b\u0301", "á"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestCleanProperties(t *testing.T) {
	odd := []rune("aàÐð đ\r\n\t\v\f\u00a0\u00ad\u200b\u200d\u2028\u202e\u0301\u0323\ufeff\ue000\u1160ế")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(odd))).Draw(t, "s")
		got := Clean(s)
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Fatalf("Clean(%q) = %q is not NFC", s, got)
		}
		if again := Clean(got); again != got {
			t.Fatalf("Clean(%q) = %q, again %q", s, got, again)
		}
		if i := strings.IndexFunc(got, func(r rune) bool {
			return r != '\n' && r != ' ' && (unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co))
		}); i >= 0 {
			t.Fatalf("Clean(%q) = %q has an unwanted character at %d", s, got, i)
		}
	})
}
