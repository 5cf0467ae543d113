package telegramtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Fault is one way in which a call goes wrong.
type Fault struct {
	// Status is the error code that is answered, with Description, RetryAfter in
	// seconds and MigrateTo. With Body it is that of the HTTP response alone, 0
	// for 200.
	Status      int
	Description string
	RetryAfter  int
	MigrateTo   int64
	Body        string // is answered as it is, in place of JSON

	Delay time.Duration // before the answer; a Fault with nothing else is only slow
	Drop  bool          // the connection ends without an answer
	Hang  bool          // the answer stops in the middle, until the bot leaves
	// Done carries the call out all the same: the bot does not learn of it.
	Done bool

	Chat  int64 // only calls for this chat; 0: all
	Times int   // how many calls; 0: one, below 0: all until Heal
	// Arrived is closed when the first call has come; nil tells nobody.
	Arrived chan struct{}

	method string
	seen   bool
}

// Fail makes calls of a method fail, "" those of every one; "download" are
// downloads of files, which have nothing to be Done. Faults wait in a row: a call meets the first that fits.
func (s *Server) Fail(method string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.method = method
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// Heal takes back the faults of a method, "" all.
func (s *Server) Heal(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool { return method == "" || f.method == method })
}

// fault gives the fault for a call, nil if there is none.
func (s *Server) fault(method string, p url.Values) *Fault {
	i := slices.IndexFunc(s.faults, func(f *Fault) bool {
		return (f.method == "" || f.method == method) && (f.Chat == 0 || strconv.FormatInt(f.Chat, 10) == p.Get("chat_id"))
	})
	if i < 0 {
		return nil
	}
	f := s.faults[i]
	if f.Times--; f.Times == 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	if f.Arrived != nil && !f.seen {
		close(f.Arrived)
	}
	f.seen = true
	return f
}

// fail answers a call with a fault.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, method, file string, f *Fault) {
	if f.Delay > 0 {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.Context().Done():
		case <-s.closed:
		}
	}
	if f.Status == 0 && f.Body == "" && !f.Drop && !f.Hang { // no more than slow
		s.carry(w, r, method, file)
		return
	}
	if f.Done && method != download {
		_, _ = s.do(r.Context(), method, r.Form)
	} else {
		s.mu.Lock()
		s.record(Call{Method: method, Params: r.Form, Status: f.Status, At: time.Now()})
		s.mu.Unlock()
	}
	switch {
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.Hang:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write([]byte(`{"ok":true,"result":[{"update_id":`))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
	case f.Body != "":
		if f.Status != 0 {
			w.WriteHeader(f.Status)
		}
		_, _ = w.Write([]byte(f.Body))
	default:
		reply(w, nil, &problem{Code: f.Status, Description: f.Description, RetryAfter: f.RetryAfter, MigrateTo: f.MigrateTo})
	}
}
