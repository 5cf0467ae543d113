package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"trichdan/bot/web"
)

// TestOnward: a login leads to where one wanted to go, on this host.
func TestOnward(t *testing.T) {
	s, clock := newPrivate(t, false)
	for next, want := range onwards {
		clock.now = clock.now.Add(time.Minute)
		target := "/login?" + url.Values{"next": {next}}.Encode()
		if got := do(t, s, post(target, loginWith(token))).Header().Get("Location"); got != want {
			t.Errorf("%q: to %q, want %q", next, got, want)
		}
		if got := do(t, s, with(request("GET", target), login(t, s))).Header().Get("Location"); got != want {
			t.Errorf("%q, logged in before: to %q, want %q", next, got, want)
		}
	}
}

var onwards = map[string]string{
	"":                          "/",
	"/":                         "/",
	"/?q=ai&l=en":               "/?l=en&q=ai",
	"/a/cho-hom?r=1":            "/a/cho-hom?r=1",
	"/a/x y":                    "/a/x%20y",
	"/login":                    "/",
	"/logout":                   "/",
	"a/cho-hom":                 "/",
	"//xau.example/a/x":         "/",
	"/\\xau.example":            "/",
	"https://xau.example/a/x":   "/",
	"javascript:alert(1)":       "/",
	"/a/../../xau":              "/",
	"/a//xau.example":           "/",
	"/a/..":                     "/",
	"/a/x\\y":                   "/",
	"/a/x\r\nSet-Cookie: y=z":   "/",
	"http:/a/x":                 "/",
	"/a/x?r=1#p3":               "/a/x?r=1",
	"///a/x":                    "/",
	"/%2fxau.example":           "/",
	"/a/%2e%2e/%2e%2e/%5cxau.x": "/",
}

// FuzzOnward: whatever is asked for, a login leads to a page of this host.
func FuzzOnward(f *testing.F) {
	for next := range onwards {
		f.Add(next)
	}
	now := time.Unix(0, 0)
	p := web.New(web.Options{Token: token, Now: func() time.Time { return now }})
	f.Fuzz(func(t *testing.T, next string) {
		now = now.Add(time.Minute) // to be let in each time
		w := httptest.NewRecorder()
		p.ServeHTTP(w, post("/login?"+url.Values{"next": {next}}.Encode(), loginWith(token)))
		got := w.Header().Get("Location")
		base, _ := url.Parse("https://trich.example/login")
		to, err := base.Parse(got)
		if err != nil || to.Host != "trich.example" || to.Scheme != "https" || w.Code != 303 || got == "" || strings.HasPrefix(got, "//") || strings.Contains(got, "\\") ||
			strings.ContainsAny(got, "\r\n\x00") {
			t.Fatalf("%q leads to %q", next, got)
		}
	})
}
