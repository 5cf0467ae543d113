package main

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// metrics count what happens while the program runs. What the databases and the
// index know is read when somebody asks, see stateCollector. No label has text
// of a question, or names a person or a chat.
type metrics struct {
	registry   *prometheus.Registry
	questions  *prometheus.CounterVec
	abstained  *prometheus.CounterVec
	answers    *prometheus.HistogramVec
	deliveries *prometheus.CounterVec
	reloads    *prometheus.CounterVec
	requests   *prometheus.CounterVec
}

// answerBuckets are upper bounds in seconds: most answers take milliseconds, and
// a minute is the longest.
var answerBuckets = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "trichdan_" + name, Help: help}, labels)
	}
	m := &metrics{
		registry:   prometheus.NewRegistry(),
		questions:  counter("questions_total", "Questions, by what came of them.", "platform", "outcome"),
		abstained:  counter("abstentions_total", "Questions that were not answered for lack of evidence.", "platform"),
		deliveries: counter("deliveries_total", "Attempts to send a digest, by the state that the message was in then.", "platform", "state"),
		reloads:    counter("reloads_total", "Reloads of the folders of articles, by result.", "result"),
		requests:   counter("http_requests_total", "HTTP requests, by route and status.", "route", "code"),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "trichdan_answer_seconds", Help: "Time from a question to its answer, without its way to the platform.", Buckets: answerBuckets,
		}, []string{"platform"}),
	}
	built := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "trichdan_build_info", Help: "The version of the program; always 1.",
		ConstLabels: prometheus.Labels{"version": thisVersion(), "go": runtime.Version()},
	})
	built.Set(1)
	m.registry.MustRegister(
		m.questions, m.abstained, m.answers, m.deliveries, m.reloads, m.requests, built,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// thisVersion is the version of this program.
func thisVersion() string {
	info, _ := debug.ReadBuildInfo()
	return version(info)
}

// question counts a question; it is for bot.Options.Observe.
func (m *metrics) question(q chat.Question) {
	m.questions.WithLabelValues(q.Platform, string(q.Outcome)).Inc()
	if q.Outcome == chat.Abstained || q.Outcome == chat.Nothing {
		m.abstained.WithLabelValues(q.Platform).Inc()
	}
	m.answers.WithLabelValues(q.Platform).Observe(q.Took.Seconds())
}

// delivery gives the function that counts attempts to send digests on a
// platform; it is for jobs.DelivererOptions.Observe.
func (m *metrics) delivery(platform string) func(state string) {
	return func(state string) { m.deliveries.WithLabelValues(platform, state).Inc() }
}

// reload counts a reload that has ended.
func (m *metrics) reload(err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// request counts an HTTP request.
func (m *metrics) request(route string, code int) {
	m.requests.WithLabelValues(route, codeLabel(code)).Inc()
}

// scrapeTime bounds what one look at the metrics may ask of the databases.
const scrapeTime = 5 * time.Second

// handler serves the metrics to this machine, and to whoever has the token where
// there is one.
func (m *metrics) handler(token string) http.Handler {
	h := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, Timeout: 2 * scrapeTime})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if ok && token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1 || !ok && direct(r) {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "the metrics are for this machine, and for whoever has TRICHDAN_METRICS_TOKEN", http.StatusUnauthorized)
	})
}

// direct reports whether a request comes from this machine, not through a proxy,
// and names it: the page of somebody else in a browser here has another name.
func direct(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// stateCollector reads what the app knows when the metrics are asked for.
type stateCollector struct{ a *app }

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("trichdan_"+name, help, labels, nil)
}

var (
	updatesWaiting    = described("updates_waiting", "Updates that were taken and are not finished.", "platform")
	deliveriesNow     = described("deliveries", "Messages of digests in the outbox, by state; those of an unknown outcome may be waiting, too.", "state")
	subscriptionsNow  = described("subscriptions", "Subscriptions, by whether they are paused.", "state")
	indexArticles     = described("index_articles", "Articles that can be found.")
	indexPassages     = described("index_passages", "Passages that can be found.")
	indexBytes        = described("index_bytes", "Size of the index on the disk.")
	indexGeneration   = described("index_generation_info", "The generation of the index that answers; always 1.", "generation")
	corpusArticles    = described("corpus_articles", "Articles in the corpus, by whether they are withdrawn.", "state")
	newestAge         = described("corpus_newest_age_seconds", "Time since the day of the newest article began; of a date without day or month, since the first.")
	platformConnected = described("platform_connected", "Whether a platform is connected.", "platform")
	stateProblems     = described("state_problems", "What could not be read for these metrics.")
)

// Describe implements prometheus.Collector.
func (s stateCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		updatesWaiting, deliveriesNow, subscriptionsNow, indexArticles, indexPassages, indexBytes, indexGeneration,
		corpusArticles, newestAge, platformConnected, stateProblems,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s stateCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	problems := 0
	for _, collect := range []func(context.Context, func(*prometheus.Desc, float64, ...string)) error{s.ledger, s.corpus, s.index} {
		if err := collect(ctx, gauge); err != nil {
			s.a.config.log.Warn("metrics", "error", err)
			problems++
		}
	}
	gauge(stateProblems, float64(problems))
	for _, p := range s.a.platforms {
		connected := 0.0
		status := p.Status()
		if status.Connected {
			connected = 1
		}
		gauge(platformConnected, connected, status.Platform)
	}
}

func (s stateCollector) ledger(ctx context.Context, gauge func(*prometheus.Desc, float64, ...string)) error {
	queues, err := s.a.ledger.Queues(ctx)
	if err != nil {
		return err
	}
	for _, p := range s.a.platforms {
		name := p.Status().Platform
		gauge(updatesWaiting, float64(queues[name].Updates), name)
	}
	d, err := s.a.ledger.DeliveryStats(ctx, time.Now())
	if err != nil {
		return err
	}
	for state, n := range map[string]int{
		"waiting": d.Waiting - d.Held, "held": d.Held, "sending": d.Sending, "unknown": d.UnknownNow, "parked": d.ParkedNow,
	} {
		gauge(deliveriesNow, float64(n), state)
	}
	gauge(subscriptionsNow, float64(d.Subscriptions-d.Paused), "active")
	gauge(subscriptionsNow, float64(d.Paused), "paused")
	return nil
}

func (s stateCollector) corpus(ctx context.Context, gauge func(*prometheus.Desc, float64, ...string)) error {
	counts, err := s.a.store.Counts(ctx)
	if err != nil {
		return err
	}
	gauge(corpusArticles, float64(counts.Articles), "present")
	gauge(corpusArticles, float64(counts.Withdrawn), "withdrawn")
	newest, err := s.a.store.Newest(ctx, 1)
	if err != nil {
		return err
	}
	if len(newest) > 0 && newest[0].Published.Known() {
		d := newest[0].Published
		published := time.Date(d.Year, max(d.Month, time.January), max(d.Day, 1), 0, 0, 0, 0, corpus.Zone)
		gauge(newestAge, time.Since(published).Seconds())
	}
	return nil
}

func (s stateCollector) index(_ context.Context, gauge func(*prometheus.Desc, float64, ...string)) error {
	status, err := s.a.index.Status()
	if err != nil {
		return err
	}
	gauge(indexArticles, float64(status.Articles))
	gauge(indexPassages, float64(status.Passages))
	gauge(indexBytes, float64(status.Bytes))
	gauge(indexGeneration, 1, status.Generation)
	return nil
}
