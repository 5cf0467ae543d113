package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// sessionTime is how long a login holds.
const sessionTime = 30 * 24 * time.Hour

// mostLoginBytes is how long the form of a login may be.
const mostLoginBytes = 8 << 10

// loginView is the page of the login.
type loginView struct {
	frame
	Wrong string // what was wrong with the attempt, "" before one
}

func (p *Page) loginForm(w http.ResponseWriter, r *http.Request) {
	if p.known(r) {
		http.Redirect(w, r, onward(r.URL), http.StatusSeeOther)
		return
	}
	p.showLogin(w, r, http.StatusOK, "")
}

func (p *Page) showLogin(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	f := p.frame(r)
	f = f.titled(f.W.Login)
	f.Bare, f.Private = true, false
	p.show(w, status, loginTemplate, loginView{frame: f, Wrong: wrong})
}

// login takes the token of a form. The form has no address of its own, so that
// the one it goes to is that of its page, with ?next and with the fragment:
// browsers take the latter through the redirection, and the passage is found.
func (p *Page) login(w http.ResponseWriter, r *http.Request) {
	words := p.frame(r).W
	if err := p.origins.Check(r); err != nil {
		p.showLogin(w, r, http.StatusForbidden, words.FromElsewhere)
		return
	}
	visitor := p.visitors.name(r)
	if !p.attempts.allow(visitor, p.o.Now()) {
		p.log.Warn("login: too many attempts", "visitor", visitor)
		p.showLogin(w, r, http.StatusTooManyRequests, words.TooManyLogins)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostLoginBytes)
	// Of a form that is too long or broken, the token is not the right one.
	given := strings.TrimSpace(r.PostFormValue("token"))
	if !same(given, p.o.Token) {
		p.log.Warn("login: wrong token", "visitor", visitor)
		p.showLogin(w, r, http.StatusForbidden, words.WrongToken)
		return
	}
	c := p.cookie(p.session(p.o.Now()))
	c.MaxAge = int(sessionTime / time.Second)
	http.SetCookie(w, c)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, onward(r.URL), http.StatusSeeOther)
}

func (p *Page) logout(w http.ResponseWriter, r *http.Request) {
	if err := p.origins.Check(r); err != nil {
		f := p.frame(r)
		p.problem(w, http.StatusForbidden, problem{frame: f, Heading: f.W.Logout, Text: f.W.FromElsewhere})
		return
	}
	c := p.cookie("")
	c.MaxAge = -1
	http.SetCookie(w, c)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (p *Page) cookie(value string) *http.Cookie {
	return &http.Cookie{
		Name: p.cookieName(), Value: value, Path: "/",
		HttpOnly: true, Secure: p.o.Secure, SameSite: http.SameSiteStrictMode,
	}
}

// cookieName has the prefix by which browsers refuse a cookie that another host
// of the domain has set (RFC 6265bis, section 4.1.3.2), where they can.
func (p *Page) cookieName() string {
	if p.o.Secure {
		return "__Host-trichdan"
	}
	return "trichdan"
}

// session is the value of a cookie: when it was given out, and what only somebody
// who has the token can make of that.
func (p *Page) session(at time.Time) string {
	when := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(p.o.Token))
	mac.Write([]byte("trichdan page " + when))
	return when + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// known reports whether the request has the cookie of a login that holds.
func (p *Page) known(r *http.Request) bool {
	now := p.o.Now()
	for _, c := range r.CookiesNamed(p.cookieName()) {
		when, _, _ := strings.Cut(c.Value, ".")
		seconds, err := strconv.ParseInt(when, 10, 64)
		if err != nil || !same(c.Value, p.session(time.Unix(seconds, 0))) {
			continue
		}
		if age := now.Unix() - seconds; age >= 0 && age < int64(sessionTime/time.Second) {
			return true
		}
	}
	return false
}

// same compares in a time that says nothing of either text.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return hmac.Equal(x[:], y[:])
}

// loginPath is the login that leads on to u.
func loginPath(u *url.URL) string {
	q := url.Values{}
	if l := u.Query().Get("l"); l != "" {
		q.Set("l", l)
	}
	if next := u.RequestURI(); next != "/" {
		q.Set("next", next)
	}
	return (&url.URL{Path: "/login", RawQuery: q.Encode()}).String()
}

// onward is where the login leads: to a page of this host, and nowhere else.
func onward(u *url.URL) string {
	next, err := url.Parse(u.Query().Get("next"))
	if err != nil || next.Scheme != "" || next.Host != "" || next.User != nil || next.Opaque != "" {
		return "/"
	}
	article, ok := strings.CutPrefix(next.Path, "/a/")
	if next.Path != "/" && (!ok || article == "." || article == ".." || strings.ContainsAny(article, "/\\")) {
		return "/"
	}
	// Put together anew, of the parts that were checked.
	return (&url.URL{Path: next.Path, RawQuery: next.Query().Encode()}).String()
}
