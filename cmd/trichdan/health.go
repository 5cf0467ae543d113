package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"trichdan/bot/chat"
)

// readiness says whether questions can be answered.
type readiness struct {
	refreshed chan struct{} // closed when the folders were read and indexed
	ending    func() bool
	// indexed is how many articles can be found; an error that none can be for now.
	indexed   func() (int, error)
	platforms []platform
}

// first reports whether the folders are being read for the first time: there is
// nothing to answer from, and to say so would be wrong in a moment. What an
// earlier process has indexed answers while they are read again.
func (r *readiness) first() bool {
	select {
	case <-r.refreshed:
		return false
	default:
	}
	n, err := r.indexed()
	return n == 0 && err == nil
}

// problem is why no question is answered, "" if one would be.
func (r *readiness) problem() string {
	if r.ending() {
		return "ending"
	}
	if _, err := r.indexed(); err != nil {
		return err.Error()
	}
	if r.first() {
		return "the articles are being read for the first time"
	}
	return ""
}

// ServeHTTP is /readyz: 200 while questions can be answered, 503 while they
// cannot. The body says why, and which platforms are connected: one that is not
// keeps the others from nothing.
func (r *readiness) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	line := "ready"
	if problem := r.problem(); problem != "" {
		w.WriteHeader(http.StatusServiceUnavailable)
		line = "not ready: " + problem
	}
	fmt.Fprintln(w, line)
	for _, p := range r.platforms {
		fmt.Fprintln(w, connection(p.Status()))
	}
}

// connection says how a platform is doing, without what only the operator
// should read.
func connection(s chat.Status) string {
	if s.Connected {
		return s.Platform + ": connected"
	}
	return s.Platform + ": not connected"
}

// serveHealth is /healthz: the process answers.
func serveHealth(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintln(w, "ok")
}

// healthVerb asks the running bot whether it is alive, for containers, which
// have no other program to ask with.
type healthVerb struct {
	Listen string `placeholder:"ADDR" env:"TRICHDAN_LISTEN" help:"Address at which the bot listens, as it was given to serve. Default: localhost:8080."`
}

func (v *healthVerb) problems() []string {
	if wrong := listenProblem(v.Listen); wrong != "" {
		return []string{wrong}
	}
	return nil
}

// healthTime bounds the question.
const healthTime = 5 * time.Second

func (v *healthVerb) run(ctx context.Context, c *config) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	if v.Listen == listenOff {
		_, err := newControlClient(c).Status(ctx)
		return err
	}
	address := v.Listen
	if address == "" {
		address = listenHere
	}
	body, err := fetch(ctx, localURL(address)+"/healthz")
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.out, body)
	return err
}

// fetch gives the body of a page on this machine; a status other than 200 is an
// error.
func fetch(ctx context.Context, address string) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	transport := &http.Transport{DisableKeepAlives: true} // without a proxy
	r, err := (&http.Client{Transport: transport}).Do(q)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return "", fmt.Errorf("nothing answers at %s: is trichdan serve running, with the same --listen (TRICHDAN_LISTEN)? (%w)", address, op.Err)
	} else if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s says %s: %s", address, r.Status, strings.TrimSpace(string(body)))
	}
	return string(body), err
}
