package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A visitor may try so many tokens at once, and one more every so often.
const (
	loginBurst = 5
	loginEvery = time.Minute / loginBurst
)

// mostLimited is how many visitors are remembered for it.
const mostLimited = 10_000

// attempts bounds how often visitors try to log in.
type attempts struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

func (a *attempts) allow(visitor string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.of[visitor]
	if l == nil {
		if a.of == nil {
			a.of = map[string]*rate.Limiter{}
		}
		a.makeRoom(now)
		l = rate.NewLimiter(rate.Every(loginEvery), loginBurst)
		a.of[visitor] = l
	}
	return l.AllowN(now, 1)
}

// makeRoom forgets those who have not tried of late, and if that is not enough,
// anybody.
func (a *attempts) makeRoom(now time.Time) {
	if len(a.of) < mostLimited {
		return
	}
	for v, l := range a.of {
		if l.TokensAt(now) >= loginBurst {
			delete(a.of, v)
		}
	}
	for v := range a.of {
		if len(a.of) < mostLimited {
			return
		}
		delete(a.of, v)
	}
}
