package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"trichdan/bot/web"
)

const token = "mã-của-tòa-soạn 17"

// clock is the time of a private page.
type clock struct{ now time.Time }

func newPrivate(t *testing.T, secure bool) (*site, *clock) {
	t.Helper()
	c := &clock{time.Date(2024, 5, 7, 8, 0, 0, 0, time.UTC)}
	return newSite(t, func(o *web.Options) {
		o.Token, o.Secure, o.Now = token, secure, func() time.Time { return c.now }
	}), c
}

// post sends a form, as a browser does from the page itself.
func post(target, body string) *http.Request {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.7:1234"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func loginWith(token string) string { return url.Values{"token": {token}}.Encode() }

// login gives the cookie of a login.
func login(t *testing.T, s *site) *http.Cookie {
	t.Helper()
	d := do(t, s, post("/login", loginWith(token)))
	cookies := d.Result().Cookies()
	if d.Code != 303 || len(cookies) != 1 {
		t.Fatalf("login: status %d, cookies %v", d.Code, cookies)
	}
	return cookies[0]
}

func with(r *http.Request, c *http.Cookie) *http.Request {
	r.AddCookie(c)
	return r
}

// TestPrivate: without a login there is nothing to see but the login.
func TestPrivate(t *testing.T) {
	s, _ := newPrivate(t, false)
	for target, want := range map[string]string{
		"/":                                 "/login",
		"/?q=ai":                            "/login?next=%2F%3Fq%3Dai",
		"/?l=en":                            "/login?l=en&next=%2F%3Fl%3Den",
		"/a/cho-hom?r=1":                    "/login?next=%2Fa%2Fcho-hom%3Fr%3D1",
		"/a/none":                           "/login?next=%2Fa%2Fnone",
		"/elsewhere":                        "/login?next=%2Felsewhere",
		"/?token=" + url.QueryEscape(token): "/login?next=" + url.QueryEscape("/?token="+url.QueryEscape(token)),
	} {
		d := get(t, s, target)
		if got := d.Header().Get("Location"); d.Code != 303 || got != want {
			t.Errorf("%s: status %d, to %s, want %s", target, d.Code, got, want)
		}
		if strings.Contains(d.Body.String(), "Chợ") {
			t.Errorf("%s shows an article", target)
		}
	}
	for _, target := range []string{"/login", "/robots.txt", attr(all(get(t, s, "/login").root, tag("link"))[0], "href")} {
		if d := get(t, s, target); d.Code != 200 {
			t.Errorf("%s: status %d", target, d.Code)
		}
	}
	for target, status := range map[string]int{"/": 200, "/?q=ai": 200, "/a/cho-hom": 200, "/a/none": 404, "/elsewhere": 404} {
		if d := do(t, s, with(request("GET", target), login(t, s))); d.Code != status {
			t.Errorf("%s with a login: status %d", target, d.Code)
		}
	}
	if len(s.asked) != 1 {
		t.Errorf("asked %d times, want once", len(s.asked))
	}
}

// TestLogin: only the token opens the page, and only to its own form.
func TestLogin(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*http.Request)
		body   string
		status int
	}{
		{"the token", nil, loginWith(token), 303},
		{"white space around it", nil, loginWith(" " + token + "\n"), 303},
		{"another", nil, loginWith(token + "x"), 403},
		{"a part", nil, loginWith(token[:5]), 403},
		{"empty", nil, loginWith(""), 403},
		{"none", nil, "", 403},
		{"not a form", nil, "%zz", 403},
		{"too long", nil, loginWith(strings.Repeat("x", 10_000)) + "&" + loginWith(token), 403},
		{"in the address", func(r *http.Request) { r.URL.RawQuery = loginWith(token) }, "", 403},
		{"from another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, loginWith(token), 403},
		{"from another host of the domain", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, loginWith(token), 403},
		{"from another origin", func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "https://xau.example")
		}, loginWith(token), 403},
		{"from its own origin", func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "http://example.com")
		}, loginWith(token), 303},
		{"from no browser", func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }, loginWith(token), 303},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := newPrivate(t, false)
			r := post("/login", tt.body)
			if tt.change != nil {
				tt.change(r)
			}
			d := do(t, s, r)
			if d.Code != tt.status || (len(d.Result().Cookies()) > 0) != (tt.status == 303) {
				t.Errorf("status %d, want %d; cookies %v", d.Code, tt.status, d.Result().Cookies())
			}
			if tt.status == 403 && words(one(t, d.root, id("wrong"))) == "" {
				t.Error("the page does not say what is wrong")
			}
		})
	}
}

func TestCookie(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s, clock := newPrivate(t, secure)
		c := login(t, s)
		name := map[bool]string{false: "trichdan", true: "__Host-trichdan"}[secure]
		if c.Name != name || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 30*24*3600 {
			t.Errorf("secure %v: cookie %v", secure, c)
		}
		if strings.Contains(c.Value, token) || strings.Contains(url.QueryEscape(token), c.Value) {
			t.Errorf("the token is in the cookie %v", c)
		}
		opens := func(change func(*http.Cookie)) bool {
			other := *c
			if change != nil {
				change(&other)
			}
			return do(t, s, with(request("GET", "/"), &other)).Code == 200
		}
		if !opens(nil) {
			t.Error("the cookie does not open the page")
		}
		when, mac, _ := strings.Cut(c.Value, ".")
		for what, value := range map[string]string{
			"empty": "", "only a time": when + ".", "another time": when + "0." + mac, "a later time": "9" + when[1:] + "." + mac,
			"the token": token, "no number": "x." + mac, "a sign": "+" + when + "." + mac, "a part": c.Value[:len(c.Value)-1],
		} {
			if opens(func(c *http.Cookie) { c.Value = value }) {
				t.Errorf("%s opens the page", what)
			}
		}
		clock.now = clock.now.Add(30*24*time.Hour - time.Second)
		if !opens(nil) {
			t.Error("it does not hold for 30 days")
		}
		clock.now = clock.now.Add(time.Second)
		if opens(nil) {
			t.Error("it holds after 30 days")
		}
		clock.now = clock.now.Add(-31 * 24 * time.Hour)
		if opens(nil) {
			t.Error("it holds before it was given out")
		}
	}
	// Another token, and the cookies of the one before are void; the same token,
	// as after a restart, and they are not.
	s, _ := newPrivate(t, false)
	c := login(t, s)
	again, _ := newPrivate(t, false)
	if d := do(t, again, with(request("GET", "/"), c)); d.Code != 200 {
		t.Errorf("after a restart: status %d", d.Code)
	}
	other := newSite(t, func(o *web.Options) { o.Token = "khác" })
	if d := do(t, other, with(request("GET", "/"), c)); d.Code != 303 {
		t.Errorf("with another token: status %d", d.Code)
	}
}

// TestLogout: the cookie is taken back, and only on one's own wish.
func TestLogout(t *testing.T) {
	s, _ := newPrivate(t, false)
	c := login(t, s)
	form := one(t, do(t, s, with(request("GET", "/"), c)).root, func(n *html.Node) bool { return attr(n, "action") == "/logout" })
	if attr(form, "method") != "post" {
		t.Errorf("the form is %v", form.Attr)
	}
	d := do(t, s, with(post("/logout", ""), c))
	if got := d.Result().Cookies(); d.Code != 303 || d.Header().Get("Location") != "/login" || len(got) != 1 || got[0].MaxAge >= 0 || got[0].Value != "" {
		t.Errorf("status %d, cookies %v", d.Code, got)
	}
	r := post("/logout", "")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if d := do(t, s, with(r, c)); d.Code != 403 || len(d.Result().Cookies()) > 0 {
		t.Errorf("from another site: status %d", d.Code)
	}
}

// TestLoginLimit: five attempts at once, then one every twelve seconds, and
// nobody else feels it.
func TestLoginLimit(t *testing.T) {
	s, clock := newPrivate(t, false)
	try := func(remote, token string) int {
		r := post("/login", loginWith(token))
		r.RemoteAddr = remote
		return do(t, s, r).Code
	}
	const guesser, other = "192.0.2.9:1", "192.0.2.10:1"
	for range 5 {
		if code := try(guesser, "sai"); code != 403 {
			t.Fatalf("status %d", code)
		}
	}
	for _, tt := range []struct {
		after  time.Duration
		remote string
		token  string
		want   int
	}{
		{0, guesser, "sai", 429},
		{0, guesser, token, 429}, // else a guess would be seen to be right
		{0, other, token, 303},
		{11 * time.Second, guesser, "sai", 429},
		{time.Second, guesser, "sai", 403},
		{0, guesser, "sai", 429},
		{time.Minute, guesser, token, 303},
	} {
		clock.now = clock.now.Add(tt.after)
		if code := try(tt.remote, tt.token); code != tt.want {
			t.Errorf("%+v: status %d", tt, code)
		}
	}
}
