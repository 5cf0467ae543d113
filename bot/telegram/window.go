package telegram

import (
	"math"
	"slices"
	"time"
)

// What is added to the second that Telegram counts in, since messages do not
// arrive in the moment in which they leave.
const (
	// margin is added always, and to the pauses between posts to one chat.
	margin = 5 * time.Millisecond
	// late is added to what a message took more than others lately: it may have
	// been on its way there for so much longer. What is later still has most
	// likely arrived, and only its answer is late.
	late      = 100 * time.Millisecond
	lateExtra = 2 * time.Millisecond
)

// window holds the places of the messages to all chats: each is taken for a
// while, so that no more messages than there are places arrive in any such
// while. Unlike a token bucket, which lets twice its burst pass in the first
// second, that is a sliding window log.
type window struct {
	most  int           // places, 0: no limit
	span  time.Duration // how long one is taken
	taken []*slot
	usual fastest
}

// slot is the leave to say one thing in one chat.
type slot struct {
	chat *allowance
	post bool
	// due is when the message may leave at the earliest.
	due    time.Time
	before time.Time // when something was sent in the chat before
	left   time.Time // when it left, zero before
	free   time.Time // when the place is free again, zero if that is not known yet
	done   bool
}

// newWindow makes a window for so many messages a second: fewer than one need
// more than a second, and 2.5 are two in 0.8 seconds. A negative number is no
// limit.
func newWindow(perSecond float64) window {
	if perSecond < 0 {
		return window{}
	}
	n := max(1, math.Floor(perSecond))
	return window{most: int(n), span: time.Duration(n / perSecond * float64(time.Second))}
}

// wait gives how long it is until fewer than so many places are taken.
func (w *window) wait(now time.Time, fewer int) time.Duration {
	if w.most == 0 {
		return 0
	}
	w.taken = slices.DeleteFunc(w.taken, func(s *slot) bool { return s.over(now) })
	k := len(w.taken) - fewer // the k-th that gets free, from 0
	if k < 0 {
		return 0
	}
	w.sort()
	return w.taken[k].until().Sub(now)
}

// sort puts first what gets free first.
func (w *window) sort() {
	slices.SortStableFunc(w.taken, func(a, b *slot) int { return a.until().Compare(b.until()) })
}

// until is when a place is free again: far away, if that is not known yet.
func (s *slot) until() time.Time {
	if s.free.IsZero() {
		return s.due.Add(time.Hour)
	}
	return s.free
}

// over reports whether a place is free at a time.
func (s *slot) over(at time.Time) bool { return !s.until().After(at) }

// take takes a place: one that is free by the time that it is due.
func (w *window) take(s *slot) {
	if w.most == 0 {
		return
	}
	w.sort()
	// Until then it stands for both: those before are as many.
	if len(w.taken) > 0 && w.taken[0].over(s.due) {
		w.taken = w.taken[1:]
	}
	w.taken = append(w.taken, s)
}

// leave notes that a message leaves.
func (w *window) leave(s *slot, now time.Time) {
	s.left = now
	s.free = now.Add(w.span + margin + late)
}

// arrive notes that a message was answered, and gives when it has arrived at the
// latest, as if the way there took no time.
func (w *window) arrive(s *slot, now time.Time) time.Time {
	took := now.Sub(s.left)
	extra := min(took-w.usual.of(took), late)
	s.free = s.left.Add(w.span + max(margin, extra+lateExtra))
	return s.left.Add(extra)
}

// fastest keeps the shortest time that one of the last calls took: of a hundred
// to two hundred, and none of the first hundred.
type fastest struct {
	now, before time.Duration // in this hundred and in the one before
	n           int           // how many this one has
}

// of takes note of a call and gives the shortest time.
func (f *fastest) of(took time.Duration) time.Duration {
	if f.n == 100 {
		f.before, f.n = f.now, 0
	}
	if f.n == 0 || took < f.now {
		f.now = took
	}
	f.n++
	return min(f.now, f.before)
}
