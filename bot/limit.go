package bot

import (
	"maps"
	"sync"
	"time"
)

// Rate is how much is answered: Burst at once, and then one each Every. The
// zero Rate is no limit.
type Rate struct {
	Burst int
	Every time.Duration
}

// limiter holds a rate for each of many keys, by the generic cell rate
// algorithm (ITU-T I.371): of each key it keeps the time at which its bucket
// will be full again.
type limiter struct {
	rate Rate

	mu    sync.Mutex
	keys  map[string]*bucket
	sweep int // at how many keys those whose bucket is full are dropped
}

type bucket struct {
	full   time.Time // when it is full again
	warned bool      // was told to wait since it was last full
}

// sweptBuckets is the least number of keys at which they are swept.
const sweptBuckets = 10_000

func newLimiter(r Rate) *limiter {
	return &limiter{rate: r, keys: map[string]*bucket{}, sweep: sweptBuckets}
}

// allow reports whether a request of a key is within the rate. Where it is not,
// wait says when the next one will be, and warn whether to tell so: only once
// until the bucket is full again.
func (l *limiter) allow(key string, now time.Time) (ok bool, wait time.Duration, warn bool) {
	if l.rate.Burst <= 0 || l.rate.Every <= 0 {
		return true, 0, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.keys[key]
	if b == nil {
		if len(l.keys) >= l.sweep {
			maps.DeleteFunc(l.keys, func(_ string, b *bucket) bool { return !b.full.After(now) })
			l.sweep = max(sweptBuckets, 2*len(l.keys))
		}
		b = &bucket{full: now}
		l.keys[key] = b
	}
	if !b.full.After(now) {
		b.full, b.warned = now, false
	}
	most := now.Add(time.Duration(l.rate.Burst) * l.rate.Every)
	next := b.full.Add(l.rate.Every)
	if next.After(most) {
		warn, b.warned = !b.warned, true
		return false, next.Sub(most), warn
	}
	b.full = next
	return true, 0, false
}
