package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"trichdan/bot/web"
	"trichdan/corpus/store"
	"trichdan/index"
)

// site is all that the program answers over HTTP: the web page, the doors of
// platforms, and what operators look at. A site without a server is closed: all
// its methods do nothing.
type site struct {
	server *httpServer
	ready  *readiness
	url    string // of the page, "" where there is none
}

// openSite begins to answer; requests end with ctx. Ending says that the process
// takes nothing more, required that the site is all that there is.
func (a *app) openSite(ctx context.Context, doors []door, ending func() bool, required bool) (*site, error) {
	c := a.config
	s := a.noSite()
	ready := s.ready
	ready.ending = ending
	address, open := c.endpoint.address(c.platforms.webhook())
	if address == "" {
		if required {
			return nil, errNothingToServe
		}
		return s, nil
	}
	l, err := c.endpoint.listen(ctx, address, required || len(doors) > 0, c.log)
	if l == nil || err != nil {
		return s, err
	}
	r := newRoutes(c.metrics.request, c.log)
	r.handle("GET /healthz", "healthz", http.HandlerFunc(serveHealth))
	r.handle("GET /readyz", "readyz", ready)
	for _, d := range doors {
		r.handle("POST "+d.path, d.route, unlessEnding(ending, d.handler))
	}
	if open {
		c.metrics.registry.MustRegister(stateCollector{a})
		r.handle("GET /metrics", "metrics", c.metrics.handler(c.endpoint.metricsToken))
		r.handle("/", "page", a.page(ctx, ready))
		if s.url = c.endpoint.public(); s.url == "" {
			s.url = localURL(l.Addr().String())
		}
	} else {
		c.log.Info("only webhooks are answered; for the web page and /metrics there, say where to listen: TRICHDAN_LISTEN=" + address)
	}
	s.server = startHTTP(ctx, l, r.mux, c.log)
	return s, nil
}

// noSite is a site without a server.
func (a *app) noSite() *site {
	return &site{ready: &readiness{
		refreshed: make(chan struct{}), ending: func() bool { return false }, indexed: a.indexed, platforms: a.platforms,
	}}
}

// errNothingToServe: no platform and no page.
var errNothingToServe = errors.New("there is nothing to serve: set TRICHDAN_TELEGRAM_TOKEN or TRICHDAN_DISCORD_TOKEN, or give --listen (TRICHDAN_LISTEN) an address")

// indexed is how many articles can be found. The error says that none can be
// until they are indexed.
func (a *app) indexed() (int, error) {
	s, err := a.index.Status()
	if err == nil && s.Building {
		err = &index.BuildingError{Done: s.Done, Total: s.Total}
	}
	return s.Articles, err
}

// wait waits for the end of ctx; an error is that the server has ended before.
func (s *site) wait(ctx context.Context) error {
	if s.server == nil {
		return nil
	}
	select {
	case <-ctx.Done():
		return nil
	case <-s.server.done:
		return s.server.err
	}
}

// refreshed says, once, that the folders were read.
func (s *site) refreshed() { close(s.ready.refreshed) }

// finish answers what has been asked, and nothing more.
func (s *site) finish(ctx context.Context) {
	if s.server != nil {
		s.server.finish(ctx)
	}
}

// sayFirst is what the page says before there is an article for the first time.
const sayFirst = "Kho bài đang được nạp lần đầu, hãy thử lại sau ít phút.\nThe articles are being loaded for the first time. Please try again in a few minutes.\n"

// page is the web page. Its examples are known when the articles are.
func (a *app) page(ctx context.Context, ready *readiness) http.Handler {
	c := a.config
	o := web.Options{
		Handler: a.bot.Handle, Articles: a.store, NotFound: store.ErrNotFound, Commands: a.bot.Commands(),
		Token: c.endpoint.webToken, Secure: strings.HasPrefix(c.endpoint.PublicURL, "https://"), Log: c.log,
	}
	early := web.New(o)
	late := sync.OnceValue(func() http.Handler {
		o.Examples = a.examples(ctx)
		return web.New(o)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-ready.refreshed:
			late().ServeHTTP(w, r)
			return
		default:
		}
		if ready.first() {
			w.Header().Set("Retry-After", "60")
			http.Error(w, sayFirst, http.StatusServiceUnavailable)
			return
		}
		early.ServeHTTP(w, r)
	})
}

// unlessEnding keeps what arrives when the process ends for the next one: the
// platform delivers it again.
func unlessEnding(ending func() bool, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ending() {
			w.Header().Set("Retry-After", "5")
			http.Error(w, "ending", http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
}
