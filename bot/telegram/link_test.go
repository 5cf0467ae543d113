package telegram

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/telegram/telegramtest"
)

// links gives where the links of a message lead, as Telegram reads it.
func links(t fataler, m chat.Message) (all []string) {
	t.Helper()
	p := fit(m)
	if p == nil {
		t.Fatalf("it cannot be sent")
	}
	_, entities, err := telegramtest.Check(p.html.String())
	if err != nil {
		t.Fatalf("Telegram would refuse it: %v", err)
	}
	for _, e := range entities {
		if e.Type == "text_link" {
			all = append(all, e.URL)
		}
	}
	return all
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// linked is a message with an address in each place that can have one.
func linked(address string) chat.Message {
	c := chattest.Cite(1, "Cầu mới", "Cầu có sáu làn xe.", "")
	c.Link, c.LinkText = address, "Đọc bài"
	return chat.Message{Citations: []chat.Citation{c}, Links: []chat.Link{{N: 2, Title: "Chợ đêm", URL: address}}}
}

// Addresses with text fragments arrive byte for byte.
func TestTextFragments(t *testing.T) {
	for _, fragment := range []string{
		"#:~:text=C%E1%BA%A7u%20c%C3%B3%20s%C3%A1u%20l%C3%A0n%20xe.",
		"#:~:text=5%2C83%25,n%C4%83m%20tr%C6%B0%E1%BB%9Bc",
		"#:~:text=tr%C6%B0%E1%BB%9Bc-,H%C3%A0%20N%E1%BB%99i%2DHu%E1%BA%BF,sau,-n%E1%BB%AFa",
		"#muc-2:~:text=A%26B&text=%22C%22%20%3Cb%3E%20'D'",
		"#:~:text=Cầu có nghĩa", // not encoded: white space is no part of an address
		"?a=1&amp=2&lt;&#38;&quot=3#:~:text=%26amp%3B&text=x",
	} {
		address := "https://bao.example/xã-hội/cau?x=1&y=2" + fragment
		want := []string{address, address}
		if strings.ContainsAny(address, " ") {
			want = nil
		}
		if got := links(t, linked(address)); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s\nbecame %q", address, got)
		}
	}
	text := rapid.StringOfN(rapid.Rune(), 1, 120, -1)
	rapid.Check(t, func(t *rapid.T) {
		// url.QueryEscape leaves "-", which a text fragment must not.
		encode := func(s string) string {
			return strings.NewReplacer("+", "%20", "-", "%2D").Replace(url.QueryEscape(s))
		}
		address := "https://bao.example/bai?a=1&b=" + encode(text.Draw(t, "query")) + "#:~:text=" + encode(text.Draw(t, "start")) + "," + encode(text.Draw(t, "end"))
		if len(address) > mostAddress {
			t.Skip("too long")
		}
		if got := links(t, linked(address)); len(got) != 2 || got[0] != address || got[1] != address {
			t.Fatalf("%s\nbecame %q", address, got)
		}
	})
}

// Long addresses: what only finds the place in the page goes first.
func TestLongAddresses(t *testing.T) {
	page := "https://bao.example/" + strings.Repeat("a", 500)
	for _, tt := range []struct{ name, address, want string }{
		{"as long as may be", page + "#:~:text=" + strings.Repeat("b", mostAddress-len(page)-9), page + "#:~:text=" + strings.Repeat("b", mostAddress-len(page)-9)},
		{"a long fragment", page + "#:~:text=" + strings.Repeat("%E1", mostAddress), page},
		{"behind another fragment", page + "#muc-2:~:text=" + strings.Repeat("%E1", mostAddress), page + "#muc-2"},
		{"a long address", page + strings.Repeat("b", mostAddress), ""},
		{"a long address with a fragment", page + strings.Repeat("b", mostAddress) + "#:~:text=c", ""},
	} {
		got := strings.Join(links(t, linked(tt.address)), " ")
		want := strings.TrimSpace(tt.want + " " + tt.want)
		if got != want {
			t.Errorf("%s: got %.60q…, want %.60q…", tt.name, got, want)
		}
	}
}
