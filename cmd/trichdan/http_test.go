package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"trichdan/bot/chat"
)

// TestRoutes: requests are counted by route and status, panics are errors in the
// log, and a body has an end.
func TestRoutes(t *testing.T) {
	var mu sync.Mutex
	counts := map[string]int{}
	var log strings.Builder
	r := newRoutes(func(route string, code int) {
		mu.Lock()
		defer mu.Unlock()
		counts[route+" "+codeLabel(code)]++
	}, newLog(&log, nil))
	handle := func(pattern, route string, f http.HandlerFunc) { r.handle(pattern, route, f) }
	handle("GET /ok", "ok", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") })
	handle("GET /empty", "empty", func(http.ResponseWriter, *http.Request) {})
	handle("GET /gone", "gone", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "x", http.StatusGone) })
	handle("GET /panic", "panic", func(http.ResponseWriter, *http.Request) { panic("lỗi lập trình") })
	handle("GET /late", "late", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "x")
		panic("late")
	})
	handle("POST /body", "body", func(w http.ResponseWriter, q *http.Request) {
		_, err := io.Copy(io.Discard, q.Body)
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	ask := func(method, path, body string) int {
		w := httptest.NewRecorder()
		r.mux.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w.Code
	}
	for _, tt := range []struct {
		method, path, body string
		want               int
		counted            string
	}{
		{"GET", "/ok", "", 200, "ok 200"},
		{"GET", "/empty", "", 200, "empty 200"},
		{"GET", "/gone", "", 410, "gone 410"},
		{"GET", "/panic", "", 500, "panic 500"},
		{"GET", "/late", "", 200, "late 200"},
		{"POST", "/body", "few", 200, "body 200"},
		{"POST", "/body", strings.Repeat("x", longestBody+1), 413, "body 413"},
		{"GET", "/body", "", 405, ""},
		{"GET", "/unknown", "", 404, ""},
	} {
		if got := ask(tt.method, tt.path, tt.body); got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, got, tt.want)
		}
		if tt.counted != "" && counts[tt.counted] != 1 {
			t.Errorf("%s %s: counted %v", tt.method, tt.path, counts)
		}
	}
	if got := log.String(); strings.Count(got, "level=ERROR") != 2 || !strings.Contains(got, "lỗi lập trình") || !strings.Contains(got, "http_test.go") {
		t.Errorf("logged %s", got)
	}
}

// TestFinish: a request that is being answered when the end comes is answered;
// one that takes longer than the end may is cut off.
func TestFinish(t *testing.T) {
	for _, patient := range []bool{true, false} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		begun, answer := make(chan struct{}), make(chan struct{})
		s := startHTTP(t.Context(), l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			select {
			case <-answer:
				io.WriteString(w, "đây")
			case <-r.Context().Done():
			}
		}), newLog(t.Output(), nil))
		got := make(chan string, 1)
		go func() {
			body, err := fetch(t.Context(), "http://"+l.Addr().String()+"/")
			if err != nil {
				body = "cut off"
			}
			got <- body
		}()
		<-begun
		ctx, cancel := context.WithCancel(t.Context())
		want := "đây"
		if patient {
			close(answer)
		} else {
			cancel()
			want = "cut off"
		}
		s.finish(ctx)
		if body := <-got; body != want {
			t.Errorf("patient %v: got %q, want %q", patient, body, want)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("it still listens: %v", err)
		}
		cancel()
		if s.err != nil {
			t.Error(s.err)
		}
	}
}

// fakePlatform is one that only has a status.
type fakePlatform struct {
	chat.Receiver
	chat.Sender
	status chat.Status
}

func (p fakePlatform) Status() chat.Status { return p.status }

func TestReadiness(t *testing.T) {
	r := &readiness{
		refreshed: make(chan struct{}), ending: func() bool { return false },
		platforms: []platform{fakePlatform{status: chat.Status{Platform: "telegram", Connected: true}}, fakePlatform{status: chat.Status{Platform: "discord", Problem: "wrong"}}},
	}
	const platforms = "telegram: connected\ndiscord: not connected\n"
	for _, tt := range []struct {
		articles int
		err      error
		before   func()
		first    bool
		code     int
		body     string
	}{
		{0, nil, nil, true, 503, "not ready: the articles are being read for the first time\n"},
		{3, nil, nil, false, 200, "ready\n"}, // of an earlier process
		{0, errors.New("the index is being built"), nil, false, 503, "not ready: the index is being built\n"},
		{0, nil, func() { close(r.refreshed) }, false, 200, "ready\n"}, // of an empty folder
		{3, nil, func() { r.ending = func() bool { return true } }, false, 503, "not ready: ending\n"},
	} {
		r.indexed = func() (int, error) { return tt.articles, tt.err }
		if tt.before != nil {
			tt.before()
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if r.first() != tt.first || w.Code != tt.code || w.Body.String() != tt.body+platforms {
			t.Errorf("%+v: %v, %d, %q", tt, r.first(), w.Code, w.Body.String())
		}
	}
}

func TestUnlessEnding(t *testing.T) {
	ending := false
	h := unlessEnding(func() bool { return ending }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, want := range []int{http.StatusNoContent, http.StatusServiceUnavailable} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
		if w.Code != want {
			t.Errorf("%d, want %d", w.Code, want)
		}
		ending = true
	}
}
