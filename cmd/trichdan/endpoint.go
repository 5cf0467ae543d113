package main

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// endpoint is where the program answers over HTTP, as the operator wants it.
type endpoint struct {
	Listen    string `placeholder:"ADDR" env:"TRICHDAN_LISTEN" help:"Address of the HTTP server, which has the web page, webhooks, /healthz, /readyz and /metrics; or off. Default: localhost:8080, for this machine alone; where a webhook is set up :8080, without page and metrics."`
	PublicURL string `name:"public-url" placeholder:"URL" env:"TRICHDAN_PUBLIC_URL" help:"Public address of the web page, to which citations lead. Default: they lead to the article at its publisher."`

	webToken, metricsToken string // TRICHDAN_WEB_TOKEN, TRICHDAN_METRICS_TOKEN, or files
}

// Where the HTTP server listens when nothing is said.
const (
	listenHere    = "localhost:8080"
	listenWebhook = ":8080"
	listenOff     = "off"
)

// problems reads the secrets and says what is wrong; webhook says that one needs
// the server.
func (e *endpoint) problems(webhook bool) (list []string) {
	problem := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	for _, s := range []struct {
		name string
		to   *string
	}{{"TRICHDAN_WEB_TOKEN", &e.webToken}, {"TRICHDAN_METRICS_TOKEN", &e.metricsToken}} {
		var wrong string
		if *s.to, wrong = secret(s.name); wrong != "" {
			list = append(list, wrong)
		} else if *s.to != "" && len(*s.to) < shortestSecret {
			problem("%s is shorter than %d characters, it could be guessed: make one with openssl rand -hex 16", s.name, shortestSecret)
		}
	}
	if wrong := listenProblem(e.Listen); wrong != "" {
		list = append(list, wrong)
	} else if e.Listen == listenOff && webhook {
		problem("--listen (TRICHDAN_LISTEN) is off, but a webhook needs it: give an address, or leave the webhook out")
	}
	if e.PublicURL != "" {
		u, err := url.Parse(e.PublicURL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil ||
			strings.Trim(u.Path, "/") != "" || strings.ContainsAny(e.PublicURL, "?#") { // the links of the page begin with /
			problem("--public-url (TRICHDAN_PUBLIC_URL) is %q: want https://HOST or http://HOST, without user, path, ? and #", e.PublicURL)
		}
	}
	return list
}

// listenProblem says what is wrong with the address to listen on, "" if nothing
// is.
func listenProblem(address string) string {
	if address == "" || address == listenOff {
		return ""
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Sprintf("--listen (TRICHDAN_LISTEN) is %q: want HOST:PORT, :PORT for every address, or off", address)
	}
	return ""
}

// address is where to listen, "" for nowhere. With open set the web page and the
// metrics are there, too: where the operator has said so, and where only this
// machine can ask.
func (e *endpoint) address(webhook bool) (address string, open bool) {
	switch {
	case e.Listen == listenOff:
		return "", false
	case e.Listen != "":
		return e.Listen, true
	case webhook:
		return listenWebhook, false
	}
	return listenHere, true
}

// public is the public address of the page, without a slash at its end.
func (e *endpoint) public() string { return strings.TrimRight(e.PublicURL, "/") }

// localURL is the address of a server on this machine that listens on address.
func localURL(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
		if ip != nil && ip.To4() == nil && ip.IsLoopback() {
			host = "::1"
		} else if ip != nil && ip.IsLoopback() && !ip.Equal(net.IPv4(127, 0, 0, 1)) {
			host = ip.String()
		}
	}
	return "http://" + net.JoinHostPort(host, port)
}
