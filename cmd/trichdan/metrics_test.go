package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"trichdan/bot/chat"
)

// TestMetrics: all that is promised is there, says what happened, passes the
// linter of Prometheus, and names nobody.
func TestMetrics(t *testing.T) {
	c := testConfig(t)
	a, err := newApp(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	a.platforms = []platform{fakePlatform{status: chat.Status{Platform: "telegram", Connected: true}}}
	m := c.metrics
	m.registry.MustRegister(stateCollector{a})
	for _, o := range []chat.Outcome{chat.Answered, chat.Answered, chat.Abstained, chat.Nothing, chat.Failed} {
		m.question(chat.Question{Platform: "web", Outcome: o, Took: 3 * time.Millisecond, Text: "bí mật của tôi", Key: "bi mat", Exchange: "khoa"})
	}
	m.delivery("telegram")("sent")
	m.reload(nil)
	m.reload(errors.New("x"))
	m.request("page", http.StatusOK)
	if problems, err := testutil.GatherAndLint(m.registry); len(problems) > 0 || err != nil {
		t.Errorf("%+v, %v", problems, err)
	}
	w := httptest.NewRecorder()
	q := httptest.NewRequest(http.MethodGet, "http://localhost:8080/metrics", nil)
	q.RemoteAddr = "127.0.0.1:5000"
	m.handler("").ServeHTTP(w, q)
	got := w.Body.String()
	for _, want := range []string{
		`trichdan_questions_total{outcome="answered",platform="web"} 2`, `trichdan_abstentions_total{platform="web"} 2`,
		`trichdan_answer_seconds_bucket{platform="web",le="0.001"} 0`, `trichdan_answer_seconds_count{platform="web"} 5`,
		`trichdan_deliveries_total{platform="telegram",state="sent"} 1`, `trichdan_reloads_total{result="failed"} 1`,
		`trichdan_http_requests_total{code="200",route="page"} 1`, `trichdan_platform_connected{platform="telegram"} 1`,
		`trichdan_updates_waiting{platform="telegram"} 0`, `trichdan_deliveries{state="parked"} 0`, `trichdan_subscriptions{state="active"} 0`,
		`trichdan_corpus_articles{state="present"} `, `trichdan_index_passages `, `trichdan_index_bytes `, `trichdan_index_generation_info{generation="`,
		`trichdan_corpus_newest_age_seconds `, `trichdan_build_info{`, `trichdan_state_problems 0`, `go_goroutines `, `process_start_time_seconds `,
	} {
		if !strings.Contains(got, "\n"+want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(got, "mật") || strings.Contains(got, "bi mat") || strings.Contains(got, "khoa") {
		t.Error("a question is in the metrics")
	}
	if strings.Contains(got, "trichdan_index_articles 0\n") || strings.Contains(got, "trichdan_index_bytes 0\n") {
		t.Errorf("nothing is in the index: %s", got)
	}
}

// TestMetricsOfClosed: what cannot be read is counted, and the rest is there.
func TestMetricsOfClosed(t *testing.T) {
	c := testConfig(t)
	a, err := newApp(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	c.metrics.registry.MustRegister(stateCollector{a})
	want := strings.NewReader("# HELP trichdan_state_problems What could not be read for these metrics.\n# TYPE trichdan_state_problems gauge\ntrichdan_state_problems 3\n")
	if err := testutil.GatherAndCompare(c.metrics.registry, want, "trichdan_state_problems"); err != nil {
		t.Error(err)
	}
}

// TestMetricsAccess: this machine may ask, without a proxy in between and by a
// name of this machine, and whoever has the token.
func TestMetricsAccess(t *testing.T) {
	m := newMetrics()
	for _, tt := range []struct {
		name, peer, host, token string
		header                  [2]string
		want                    int
	}{
		{"here", "127.0.0.1:1", "localhost:8080", "", [2]string{}, 200},
		{"here by IPv6", "[::1]:1", "[::1]:8080", "", [2]string{}, 200},
		{"here by IPv4 in IPv6", "[::ffff:127.0.0.1]:1", "127.0.0.1:8080", "", [2]string{}, 200},
		{"elsewhere", "10.0.0.5:1", "localhost:8080", "", [2]string{}, 401},
		{"by a proxy", "127.0.0.1:1", "localhost:8080", "", [2]string{"X-Forwarded-For", "1.2.3.4"}, 401},
		{"by another name", "127.0.0.1:1", "news.example.org", "", [2]string{}, 401},
		{"with the token", "10.0.0.5:1", "news.example.org", "token-of-metrics", [2]string{"Authorization", "Bearer token-of-metrics"}, 200},
		{"with another", "127.0.0.1:1", "localhost", "token-of-metrics", [2]string{"Authorization", "Bearer wrong"}, 401},
		{"with none where none is", "10.0.0.5:1", "localhost", "", [2]string{"Authorization", "Bearer "}, 401},
		{"no address", "", "localhost", "", [2]string{}, 401},
	} {
		w := httptest.NewRecorder()
		q := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		q.RemoteAddr, q.Host = tt.peer, tt.host
		if tt.header[0] != "" {
			q.Header.Set(tt.header[0], tt.header[1])
		}
		m.handler(tt.token).ServeHTTP(w, q)
		if w.Code != tt.want || strings.Contains(w.Body.String(), "go_goroutines") != (tt.want == 200) {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.want)
		}
	}
}
