package discordtest

import (
	"encoding/json"
	"strings"
	"testing"
)

const forbidden = `"allowed_mentions":{"parse":[],"replied_user":false}`

// TestMarkdown: what is text and what acts.
func TestMarkdown(t *testing.T) {
	for s, want := range map[string]string{
		"Chào bạn":                                "Chào bạn",
		"**đậm** và *nghiêng*":                    "đậm và nghiêng",
		"\\*\\*không\\*\\* \\_ \\~ \\| \\` \\\\":  "**không** _ ~ | ` \\",
		"> “một\n> hai”\nba":                      "“một\nhai”\nba",
		"[Đọc bài](https://bao.example/x%29)":     "Đọc bài",
		"[Đọc](https://bao.example/#:~:text=b)":   "Đọc",
		"1\\. một\n\\- hai\n\\# ba\n\\> bốn":      "1. một\n- hai\n# ba\n> bốn",
		"\\<\\@1\\> \\@everyone \\<\\#1\\> a\\:b": "<@1> @everyone <#1> a:b",
		"-1 độ, 3.5 và a - b":                     "-1 độ, 3.5 và a - b",
	} {
		if v, err := read(s); err != nil || v.text != want {
			t.Errorf("%q reads %q, %v; want %q", s, v.text, err, want)
		}
	}
	for _, s := range []string{
		"<@123>", "@everyone", "<#1>", "<:a:1>", "<t:1:R>", "</hoi:1>", "a_b_c", "~~x~~", "||x||", "`x`", "```x```",
		"https://xau.example", "- mục", "  * mục", "+ mục", "1. mục", "> 12. mục", "# Lớn", "-# nhỏ", ">>> hết", ">không",
		"**hở", "*hở", "***x***", "[x](javascript:alert)", "[x](https://a b)", "[x](https://a.b/(c)", "[x](https://a.b/~~c)", "[x]", "[](https://a.b/)",
		"[a [b](https://a.b/)](https://c.d/)", "x]", "đuôi \\", "\\a", "\\é", "(x)",
	} {
		if v, err := read(s); err == nil {
			t.Errorf("%q passes, as %q", s, v.text)
		}
	}
	v, err := read("> một **hai**\n> ba\n\n> bốn [x](https://a.b/)")
	if err != nil || len(v.quotes) != 2 || v.quotes[0] != "một hai\nba" || v.quotes[1] != "bốn x" || v.links[0] != (Link{"x", "https://a.b/"}) {
		t.Errorf("read %+v, %v", v, err)
	}
}

func TestCheck(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	field := `{"name":"a","value":"b"}`
	row := func(buttons string) string { return `[{"type":1,"components":[` + buttons + `]}]` }
	button := func(id string) string { return `{"type":2,"style":2,"label":"x","custom_id":"` + id + `"}` }
	for _, tt := range []struct {
		name, message string
		ok            bool
	}{
		{"words", `{"content":"x","embeds":[],"components":[],` + forbidden + `}`, true},
		{"an embed", `{"content":"","embeds":[{"description":"x","fields":[` + field + `],"footer":{"text":"<b>"}}],"components":` + row(button("1")+","+button("2")) + `,` + forbidden + `}`, true},
		{"mentions not forbidden", `{"content":"x","embeds":[],"components":[]}`, false},
		{"null", `{"content":"x","embeds":[],"components":[],"allowed_mentions":{"parse":null,"replied_user":false}}`, false},
		{"users", `{"content":"x","embeds":[],"components":[],"allowed_mentions":{"parse":["users"],"replied_user":false}}`, false},
		{"one user", `{"content":"x","embeds":[],"components":[],"allowed_mentions":{"parse":[],"users":["1"],"replied_user":false}}`, false},
		{"who asked", `{"content":"x","embeds":[],"components":[],"allowed_mentions":{"parse":[],"replied_user":true}}`, false},
		{"no components", `{"content":"x","embeds":[],` + forbidden + `}`, false},
		{"nothing", `{"content":" ","embeds":[],"components":[],` + forbidden + `}`, false},
		{"long content", `{"content":"` + long(2001) + `","embeds":[],"components":[],` + forbidden + `}`, false},
		{"long description", `{"content":"","embeds":[{"description":"` + long(4097) + `"}],"components":[],` + forbidden + `}`, false},
		{"long value", `{"content":"","embeds":[{"fields":[{"name":"a","value":"` + long(1025) + `"}]}],"components":[],` + forbidden + `}`, false},
		{"long name", `{"content":"","embeds":[{"fields":[{"name":"` + long(257) + `","value":"x"}]}],"components":[],` + forbidden + `}`, false},
		{"long altogether", `{"content":"","embeds":[{"description":"` + long(4000) + `"},{"description":"` + long(2001) + `"}],"components":[],` + forbidden + `}`, false},
		{"many fields", `{"content":"","embeds":[{"fields":[` + strings.Repeat(field+",", 25) + field + `]}],"components":[],` + forbidden + `}`, false},
		{"an empty field", `{"content":"","embeds":[{"fields":[{"name":"a","value":" "}]}],"components":[],` + forbidden + `}`, false},
		{"an empty embed", `{"content":"","embeds":[{}],"components":[],` + forbidden + `}`, false},
		{"two buttons of one ID", `{"content":"x","embeds":[],"components":` + row(button("1")+","+button("1")) + `,` + forbidden + `}`, false},
		{"six in a row", `{"content":"x","embeds":[],"components":` + row(button("1")+","+button("2")+","+button("3")+","+button("4")+","+button("5")+","+button("6")) + `,` + forbidden + `}`, false},
		{"a long nonce", `{"content":"x","embeds":[],"components":[],"nonce":"` + long(26) + `",` + forbidden + `}`, false},
		{"a reply that can fail", `{"content":"x","embeds":[],"components":[],"message_reference":{"message_id":"1"},` + forbidden + `}`, false},
		{"text that acts", `{"content":"@everyone","embeds":[],"components":[],` + forbidden + `}`, false},
		{"no JSON", `{`, false},
	} {
		if !json.Valid([]byte(tt.message)) != (tt.name == "no JSON") {
			t.Errorf("%s: the test is no JSON", tt.name)
		}
		if _, err := Check([]byte(tt.message)); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
