package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// The limits of the HTTP server, which hold off clients that are slow on purpose,
// or say too much.
const (
	headerTime    = 10 * time.Second
	readTime      = 30 * time.Second
	writeTime     = 90 * time.Second // an answer on the page may take a minute
	idleTime      = 2 * time.Minute
	longestHeader = 64 << 10 // bytes
	longestBody   = 2 << 20  // bytes; webhooks have limits of their own below it
)

// listen opens the address of the HTTP server. Where the operator has given none
// and another program has the default one, there is no server, and a warning;
// unless required says that it is all there would be.
func (e *endpoint) listen(ctx context.Context, address string, required bool, log *slog.Logger) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err == nil {
		log.Info("listening", "address", l.Addr().String())
		return l, nil
	}
	if errors.Is(err, syscall.EADDRINUSE) && e.Listen == "" && !required {
		log.Warn("another program listens on "+address+", so there is no web page: give another address with --listen (TRICHDAN_LISTEN), or off", "error", err)
		return nil, nil
	}
	return nil, fmt.Errorf("--listen (TRICHDAN_LISTEN): %w", err)
}

// httpServer answers requests on a listener, on goroutines of its own.
type httpServer struct {
	server *http.Server
	done   chan struct{} // closed when it answers nothing more
	err    error         // why, before it was ended; read after done
}

// startHTTP answers requests with h; their contexts end with ctx.
func startHTTP(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) *httpServer {
	s := &httpServer{done: make(chan struct{}), server: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    longestHeader,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(log.With("component", "http").Handler(), slog.LevelDebug),
	}}
	go func() {
		defer close(s.done)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	}()
	return s
}

// finish takes no more requests and waits for the answers to those that are
// there, until ctx ends; then they are cut off.
func (s *httpServer) finish(ctx context.Context) {
	if err := s.server.Shutdown(ctx); err != nil {
		_ = s.server.Close() // whoever is left has waited long enough
	}
	<-s.done
}

// routes are the handlers of the HTTP server, each counted under a name.
type routes struct {
	mux      *http.ServeMux
	observed func(route string, code int)
	log      *slog.Logger
}

func newRoutes(observed func(route string, code int), log *slog.Logger) *routes {
	return &routes{http.NewServeMux(), observed, log.With("component", "http")}
}

// handle adds a handler. Its panics are errors in the log, and bodies longer
// than longestBody end early.
func (r *routes) handle(pattern, route string, h http.Handler) {
	r.mux.HandleFunc(pattern, func(w http.ResponseWriter, q *http.Request) {
		counted := &counted{ResponseWriter: w}
		q.Body = http.MaxBytesReader(counted, q.Body, longestBody)
		defer func() {
			switch p := recover(); {
			case p == http.ErrAbortHandler: // the usual way to cut an answer off
				r.observed(route, http.StatusInternalServerError)
				panic(p)
			case p != nil:
				r.log.Error("panic in a request", "route", route, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if counted.code == 0 {
					http.Error(counted, "internal error", http.StatusInternalServerError)
				}
			}
			r.observed(route, max(counted.code, http.StatusOK))
		}()
		h.ServeHTTP(counted, q)
	})
}

// counted keeps the status of a response.
type counted struct {
	http.ResponseWriter
	code int // 0: not written yet
}

func (c *counted) WriteHeader(code int) {
	if c.code == 0 && code >= http.StatusOK {
		c.code = code
	}
	c.ResponseWriter.WriteHeader(code)
}

func (c *counted) Write(b []byte) (int, error) {
	if c.code == 0 {
		c.code = http.StatusOK
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// codeLabel is a status as a label of metrics.
func codeLabel(code int) string { return strconv.Itoa(code) }
