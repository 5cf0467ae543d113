package discordtest

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Discord's rate limits (https://discord.com/developers/docs/topics/rate-limits):
// the bot's calls in any second, and those that make, or edit, messages in one
// channel, in a window that begins with the first of them. The second limit is
// not documented, Discord tells it in the headers of its answers.
const (
	mostCalls     = 50
	mostInChannel = 5
	channelWindow = 5 * time.Second
)

// limits are the calls that count for the rate limits; Server.mu guards them.
type limits struct {
	calls    []time.Time // of the last second
	channels map[string]*counted
}

// counted are the calls of one window.
type counted struct {
	begun time.Time
	n     int
}

// meter counts a call, and gives the headers of its answer, or refuses it.
func (s *Server) meter(r *http.Request, route string) (header map[string]string, refused *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	x := &s.limits
	for len(x.calls) > 0 && now.Sub(x.calls[0]) >= time.Second {
		x.calls = x.calls[1:]
	}
	refuse := func(wait time.Duration, global bool) (map[string]string, *Fault) {
		s.count(func(c *Counts) { c.Limited++ })
		f := TooMany(wait, global)
		return nil, &f
	}
	if len(x.calls) >= mostCalls {
		return refuse(time.Second-now.Sub(x.calls[0]), true)
	}
	if route == RouteCreate || route == RouteEdit {
		if x.channels == nil {
			x.channels = map[string]*counted{}
		}
		key := route + " " + r.PathValue("channel")
		w := x.channels[key]
		if w == nil || now.Sub(w.begun) >= channelWindow {
			w = &counted{begun: now}
			x.channels[key] = w
		}
		left := channelWindow - now.Sub(w.begun)
		if w.n >= mostInChannel {
			return refuse(left, false)
		}
		w.n++
		header = map[string]string{
			"X-RateLimit-Limit":       strconv.Itoa(mostInChannel),
			"X-RateLimit-Remaining":   strconv.Itoa(mostInChannel - w.n),
			"X-RateLimit-Reset-After": strconv.FormatFloat(math.Ceil(left.Seconds()*1000)/1000, 'f', 3, 64),
		}
	}
	x.calls = append(x.calls, now)
	return header, nil
}
