package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"trichdan/bot"
	"trichdan/corpus/source"
	"trichdan/jobs"
)

// controlled is what other processes of the operator may have the running bot
// do, see serveControl.
type controlled interface {
	// Reload mirrors the folders; it goes on where ctx ends before. The report is
	// that of what was done, also with an error.
	Reload(ctx context.Context, progress func(bot.Progress)) (jobs.Report, error)
	// Rebuild makes the index anew beside the one in use, and Rollback brings the
	// one before back.
	Rebuild(ctx context.Context, progress func(bot.Progress)) error
	Rollback(ctx context.Context) error
	Status(ctx context.Context) (bot.Status, error)
	// Folders are those that Reload mirrors, by their absolute paths.
	Folders(ctx context.Context) ([]string, error)
}

// controlEvent is a line of an answer to reload, rebuild and rollback: how far it
// has come, and in the last one what came of it.
type controlEvent struct {
	Progress *bot.Progress  `json:"progress,omitempty"`
	Report   *controlReport `json:"report,omitempty"`
	Error    string         `json:"error,omitempty"`
	Done     bool           `json:"done,omitempty"`
}

// controlReport is a jobs.Report on its way.
type controlReport struct {
	Added, Changed, Withdrawn, Restored, Unchanged int
	Duplicates                                     []jobs.Duplicate
	Failures                                       []controlFailure
	Elapsed                                        time.Duration
}

type controlFailure struct{ Path, Reason string }

func reportOut(r jobs.Report) *controlReport {
	out := &controlReport{
		Added: r.Added, Changed: r.Changed, Withdrawn: r.Withdrawn, Restored: r.Restored, Unchanged: r.Unchanged,
		Duplicates: r.Duplicates, Elapsed: r.Elapsed,
	}
	for _, f := range r.Failures {
		out.Failures = append(out.Failures, controlFailure{f.Path, oneLine(f.Err)})
	}
	return out
}

func reportIn(r *controlReport) jobs.Report {
	if r == nil {
		return jobs.Report{}
	}
	in := jobs.Report{
		Added: r.Added, Changed: r.Changed, Withdrawn: r.Withdrawn, Restored: r.Restored, Unchanged: r.Unchanged,
		Duplicates: r.Duplicates, Elapsed: r.Elapsed,
	}
	for _, f := range r.Failures {
		in.Failures = append(in.Failures, source.Failure{Path: f.Path, Err: errors.New(f.Reason)})
	}
	return in
}

// longestSocket is how long the path of a Unix socket may be on every system,
// in bytes.
const longestSocket = 100

// The files of the control socket: the socket, or where its path would be too
// long, a file that says where it is.
func (c *config) controlFile() string   { return filepath.Join(c.data, "control") }
func (c *config) controlAtFile() string { return filepath.Join(c.data, "control.at") }
func (c *config) controlAddress() string {
	return strings.TrimSpace(readOr(c.controlAtFile(), c.controlFile()))
}

// readOr gives what is in a file, or else.
func readOr(name, otherwise string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return otherwise
	}
	return string(b)
}

// serveControl lets other processes that may write to the data folder have x do
// what it can: by HTTP on a Unix socket in that folder, which only its owner may
// open. The caller holds the lock of the folder, so what lies there is from a
// process that has ended. What is asked for goes on when whoever asked has gone,
// until end is called, which waits for it, or ctx ends.
func serveControl(ctx context.Context, c *config, x controlled) (end func(), err error) {
	l, remove, err := listenControl(c)
	if err != nil {
		return nil, fmt.Errorf("the control socket of %s: %w", c.data, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	s := &http.Server{
		Handler: controlHandler(ctx, c, x, &running), ReadHeaderTimeout: headerTime,
		ErrorLog: slog.NewLogLogger(c.log.With("component", "control").Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	return func() {
		remove()
		cancel()
		running.Wait() // whoever has asked is told what came of it
		closing, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer stop()
		if s.Shutdown(closing) != nil {
			_ = s.Close()
		}
		<-done
	}, nil
}

// listenControl makes the socket in a folder that nobody else may enter, and
// moves it to its place when only the owner may use it.
func listenControl(c *config) (l net.Listener, remove func(), err error) {
	entries, err := os.ReadDir(c.data)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if name := e.Name(); name == "control" || name == "control.at" || strings.HasPrefix(name, ".control-") {
			if err := os.RemoveAll(filepath.Join(c.data, name)); err != nil {
				return nil, nil, err
			}
		}
	}
	parent, move := c.data, true
	const private = "/.control-0123456789/s" // as MkdirTemp may name it
	if len(c.data)+len(private) > longestSocket {
		parent, move = "", false
	}
	dir, err := os.MkdirTemp(parent, ".control-")
	if err != nil {
		return nil, nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) } // what is left is replaced by the next process
	socket := filepath.Join(dir, "s")
	if runtime.GOOS == "windows" && move { // a socket cannot be moved there
		remove()
		socket, remove, move = c.controlFile(), func() { _ = os.Remove(c.controlFile()) }, false
	}
	u, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		remove()
		return nil, nil, err
	}
	u.SetUnlinkOnClose(false)
	err = os.Chmod(socket, 0o600)
	switch {
	case err != nil:
	case move:
		if err = os.Rename(socket, c.controlFile()); err == nil {
			remove()
			remove = func() { _ = os.Remove(c.controlFile()) }
		}
	case parent == "":
		err = os.WriteFile(c.controlAtFile(), []byte(socket+"\n"), 0o600)
		removeSocket := remove
		remove = func() {
			_ = os.Remove(c.controlAtFile())
			removeSocket()
		}
	}
	if err != nil {
		remove()
		return nil, nil, errors.Join(err, u.Close())
	}
	return u, remove, nil
}

// controlHandler is what the control socket answers; ctx is that of what it
// begins, which running counts.
func controlHandler(ctx context.Context, c *config, x controlled, running *sync.WaitGroup) http.Handler {
	mux := http.NewServeMux()
	order := func(what string, do func(send func(controlEvent)) (*controlReport, error)) {
		mux.HandleFunc("POST /"+what, func(w http.ResponseWriter, _ *http.Request) {
			running.Add(1)
			defer running.Done()
			stream(w, func(send func(controlEvent)) {
				report, err := do(send)
				send(controlEvent{Report: report, Error: explained(c, err), Done: true})
			})
		})
	}
	told := func(send func(controlEvent)) func(bot.Progress) {
		return func(p bot.Progress) { send(controlEvent{Progress: &p}) }
	}
	order("reload", func(send func(controlEvent)) (*controlReport, error) {
		report, err := x.Reload(ctx, told(send))
		return reportOut(report), err
	})
	order("rebuild", func(send func(controlEvent)) (*controlReport, error) { return nil, x.Rebuild(ctx, told(send)) })
	order("rollback", func(func(controlEvent)) (*controlReport, error) { return nil, x.Rollback(ctx) })
	mux.HandleFunc("GET /status", answer(c, x.Status))
	mux.HandleFunc("GET /folders", answer(c, x.Folders))
	return mux
}

// answer gives what get does, as JSON.
func answer[T any](c *config, get func(context.Context) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := get(r.Context())
		if err != nil {
			http.Error(w, explained(c, err), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // who does not read it has gone
	}
}

// explained words an error for the operator at the other end, "" for none.
func explained(c *config, err error) string {
	if err == nil {
		return ""
	}
	return c.err.known.replace(c.explain(err))
}

// stream gives f a function that writes a line of the answer at once. It may be
// called from any goroutine until f returns, and is a no-op afterwards.
func stream(w http.ResponseWriter, f func(send func(controlEvent))) {
	w.Header().Set("Content-Type", "application/jsonl")
	control := http.NewResponseController(w)
	var mu sync.Mutex
	ended := false
	enc := json.NewEncoder(w)
	f(func(e controlEvent) {
		mu.Lock()
		defer mu.Unlock()
		if ended {
			return
		}
		// Who does not read it has gone, and what was asked for goes on.
		_ = enc.Encode(e)
		_ = control.Flush()
	})
	mu.Lock()
	defer mu.Unlock()
	ended = true
}

// orders are what the app does for other processes.
type orders struct{ *app }

// takeOrders has the app do what other processes of the operator want, until end
// is called. Without the socket for that, the bot runs all the same.
func (a *app) takeOrders(ctx context.Context) (end func()) {
	end, err := serveControl(ctx, a.config, orders{a})
	if err != nil {
		a.config.log.Warn("trichdan reload cannot tell this process to reload", "error", err)
		return func() {}
	}
	return end
}
