package web_test

import (
	"testing"

	"golang.org/x/net/html"

	"trichdan/bot/chat"
	"trichdan/bot/web"
)

func TestHeaders(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy":      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "",
	}
	private := func(o *web.Options) { o.Token, o.Secure = "mã bí mật", true }
	for _, tt := range []struct {
		method, target string
		change         func(*web.Options)
		status         int
		kind, cache    string
	}{
		{"GET", "/", nil, 200, "text/html; charset=utf-8", "no-store"},
		{"HEAD", "/", nil, 200, "text/html; charset=utf-8", "no-store"},
		{"GET", "/?q=ai", nil, 200, "text/html; charset=utf-8", "no-store"},
		{"GET", "/a/cho-hom", nil, 200, "text/html; charset=utf-8", "private, no-cache"},
		{"GET", "/a/none", nil, 404, "text/html; charset=utf-8", "no-store"},
		{"GET", "/robots.txt", nil, 200, "text/plain; charset=utf-8", ""},
		{"GET", "/style-0.css", nil, 404, "text/html; charset=utf-8", "no-store"},
		{"GET", "/login", nil, 404, "text/html; charset=utf-8", "no-store"},
		{"POST", "/", nil, 405, "text/plain; charset=utf-8", ""},
		{"PUT", "/a/cho-hom", nil, 405, "text/plain; charset=utf-8", ""},
		{"DELETE", "/elsewhere", nil, 405, "text/plain; charset=utf-8", ""},
		{"POST", "/login", nil, 405, "text/plain; charset=utf-8", ""},
		{"GET", "/login", private, 200, "text/html; charset=utf-8", "no-store"},
		{"GET", "/a/cho-hom", private, 303, "text/html; charset=utf-8", "no-store"},
		{"PUT", "/login", private, 405, "text/plain; charset=utf-8", ""},
		{"GET", "/logout", private, 404, "text/html; charset=utf-8", "no-store"},
	} {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			d := do(t, newSite(t, tt.change), request(tt.method, tt.target))
			if d.Code != tt.status {
				t.Errorf("status %d, want %d", d.Code, tt.status)
			}
			if got := d.Header().Get("Content-Type"); got != tt.kind {
				t.Errorf("content type %q, want %q", got, tt.kind)
			}
			if got := d.Header().Get("Cache-Control"); got != tt.cache {
				t.Errorf("cache control %q, want %q", got, tt.cache)
			}
			for name, value := range want {
				if tt.change != nil { // private and secure
					switch name {
					case "Referrer-Policy":
						value = "same-origin"
					case "Strict-Transport-Security":
						value = "max-age=31536000"
					}
				}
				if got := d.Header().Get(name); got != value {
					t.Errorf("%s: %q, want %q", name, got, value)
				}
			}
		})
	}
}

// TestFiles: the page names its files by their content, loads nothing else, and
// they may be kept for good.
func TestFiles(t *testing.T) {
	s := newSite(t, nil)
	files := all(get(t, s, "/").root, tag("link"))
	if len(files) != 2 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		d := get(t, s, attr(f, "href"))
		if d.Code != 200 || d.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || d.Body.Len() == 0 {
			t.Errorf("%s: %d, %q", attr(f, "href"), d.Code, d.Header())
		}
	}
	if body := get(t, s, "/robots.txt").Body.String(); body != "User-agent: *\nDisallow: /\n" {
		t.Errorf("robots.txt: %q", body)
	}
}

// TestLanguage: what is chosen, else what the browser wants most of all.
func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		target, accept string
		want           chat.Lang
		kept           bool // by the links
	}{
		{"/", "", "vi", false},
		{"/", "en", "en", false},
		{"/", "en-GB,vi;q=0.9", "en", false},
		{"/", "en;q=0.5, vi", "vi", false},
		{"/", "fr, en;q=0.9", "vi", false},
		{"/", "*", "vi", false},
		{"/", "!!", "vi", false},
		{"/?l=en", "vi", "en", true},
		{"/?l=vi", "en", "vi", true},
		{"/?l=xx", "en", "en", false},
		{"/a/cho-hom?l=en", "", "en", true},
		{"/?q=ai&l=en", "", "en", true},
	} {
		t.Run(tt.target+" "+tt.accept, func(t *testing.T) {
			s := newSite(t, nil)
			r := request("GET", tt.target)
			r.Header.Set("Accept-Language", tt.accept)
			d := do(t, s, r)
			if got := attr(one(t, d.root, tag("html")), "lang"); got != string(tt.want) {
				t.Errorf("lang %q, want %q", got, tt.want)
			}
			for _, asked := range s.asked {
				if asked.Lang != tt.want {
					t.Errorf("asked in %q", asked.Lang)
				}
			}
			home := attr(one(t, d.root, class("site")), "href")
			if kept := home == "/?l="+string(tt.want); kept != tt.kept || !kept && home != "/" {
				t.Errorf("the way home is %q", home)
			}
			other := all(d.root, func(n *html.Node) bool { return attr(n, "hreflang") != "" })[0]
			switched := get(t, s, attr(other, "href"))
			if got := attr(one(t, switched.root, tag("html")), "lang"); got == string(tt.want) || switched.Code != 200 {
				t.Errorf("the other language is %q, with status %d", got, switched.Code)
			}
		})
	}
}
