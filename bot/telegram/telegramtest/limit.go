package telegramtest

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Limits are the most messages that the server takes, sent and edited ones
// together, as Telegram documents them
// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
// They are kept to the letter: no window of that length, wherever it begins, has
// more messages arrive in it. One too many is refused with status 429, and with
// the seconds, rounded up, until there is room again, and does not count. 0 is
// no limit.
type Limits struct {
	All      int // in any second, to all chats together
	Chat     int // in any second, to one chat
	PerGroup int // in any minute, to one group or channel
	// Bursts lets replies and edits exceed Chat: "We may allow short bursts that
	// go over this limit". They count all the same, for what follows them and is
	// none.
	Bursts bool
}

// Refusals counts the messages that were refused, by the limit that they
// exceeded; the first of several.
type Refusals struct{ All, Chat, PerGroup int }

// Total is the sum of them.
func (r Refusals) Total() int { return r.All + r.Chat + r.PerGroup }

// Limit has the server enforce limits from now on; the zero Limits are none,
// which is how a server begins.
func (s *Server) Limit(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l
}

// Refused gives what was refused for exceeding the limits.
func (s *Server) Refused() Refusals {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// arrivals are when messages arrived, the oldest first.
type arrivals []time.Time

// within gives those that arrived less than a while ago.
func (a arrivals) within(d time.Duration, now time.Time) arrivals {
	i, _ := slices.BinarySearchFunc(a, now.Add(-d), func(at, from time.Time) int {
		if at.After(from) {
			return 1
		}
		return -1
	})
	return a[i:]
}

// room gives how long it is until less than most arrived within a while.
func (a arrivals) room(most int, d time.Duration, now time.Time) time.Duration {
	in := a.within(d, now)
	if most == 0 || len(in) < most {
		return 0
	}
	return in[len(in)-most].Add(d).Sub(now)
}

// pace refuses a message for which there is no room, and takes note of others.
// It is called with the lock held.
func (s *Server) pace(method string, p url.Values) error {
	if s.limits == (Limits{}) || method != "sendMessage" && method != "editMessageText" {
		return nil
	}
	now, id := time.Now(), p.Get("chat_id")
	arrived := s.arrivals[id].within(time.Minute, now)
	burst := s.limits.Bursts && (method != "sendMessage" || p.Get("reply_parameters") != "")
	for _, limit := range []struct {
		holds bool
		log   arrivals
		most  int
		span  time.Duration
		count *int
	}{
		{true, s.arrivals[""], s.limits.All, time.Second, &s.refused.All},
		{!burst, arrived, s.limits.Chat, time.Second, &s.refused.Chat},
		{strings.HasPrefix(id, "-"), arrived, s.limits.PerGroup, time.Minute, &s.refused.PerGroup},
	} {
		if !limit.holds {
			continue
		}
		if wait := limit.log.room(limit.most, limit.span, now); wait > 0 {
			*limit.count++
			seconds := int(math.Ceil(wait.Seconds()))
			return &problem{Code: 429, Description: fmt.Sprintf("Too Many Requests: retry after %d", seconds), RetryAfter: seconds}
		}
	}
	s.arrivals[id] = append(arrived, now)
	s.arrivals[""] = append(s.arrivals[""].within(time.Second, now), now)
	return nil
}
