package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// call is one call of the REST API.
type call struct {
	what   string // it does, for errors and logs
	method string
	url    string // as discordgo's endpoints give it
	bucket string // "" for the URL
	body   any    // marshalled as JSON, nil for none
	// hook says that the call belongs to an interaction: its right is the
	// interaction's token, and Discord does not count it with the bot's calls.
	hook bool
	// within bounds the call, 0 for the usual time.
	within time.Duration
	// finish says that a call that has begun goes on for a moment when ctx has
	// ended: what is said should not be said again because its answer was lost.
	finish bool
	// post says that nobody waits for the call: all others go first. And what
	// came of it matters more than that ctx has ended.
	post bool
	// begin is called when the rate limits let the call go, nil does nothing; if
	// it fails the call is not made.
	begin func() error
}

// failure is what Discord said of a call.
type failure struct {
	as     *chat.Error
	status int // of HTTP, 0 if there was no answer
	code   int // of Discord, 0 if it gave none
}

func (f *failure) Error() string { return f.as.Error() }
func (f *failure) Unwrap() error { return f.as }

// Codes of Discord
// (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json).
const (
	codeUnknownChannel     = 10003
	codeUnknownMessage     = 10008
	codeUnknownWebhook     = 10015
	codeUnknownInteraction = 10062
	codeAcknowledged       = 40060
	codeMissingAccess      = 50001
	codeDirectClosed       = 50007
	codeMissingPermissions = 50013
	codeHookToken          = 50027
	codeBlockedByFilter    = 200000
)

// codeOf gives Discord's code in an error, 0 if there is none.
func codeOf(err error) int {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	return 0
}

// kindOf gives the kind of an error, and whether it has one.
func kindOf(err error) (chat.Kind, time.Duration, bool) {
	e, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return 0, 0, false
	}
	return e.Kind, e.RetryAfter, true
}

// mostResponse is the most bytes that are read of an answer.
const mostResponse = 4 << 20

// quota is what an answer says of the rate limit: that no call may follow for a
// while, none in the bucket or none at all.
type quota struct {
	wait   time.Duration
	global bool
}

// recorder keeps what discordgo does not pass on of an answer, and keeps from
// it what it would wait for by itself.
type recorder struct {
	next    http.RoundTripper
	replace func(*http.Request) *http.Request
	status  int
	header  http.Header

	asked bool // there was a request at all
	// traced says that the transport tells of connections, reached that it had
	// one: then it may have written the request.
	traced, reached atomic.Bool
}

// trace makes a context that notes how far a request comes.
func (r *recorder) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { r.traced.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { r.reached.Store(true) },
	})
}

// arrived reports whether a call that failed may have had its effect all the
// same: it may have been written and there was no answer, or only the beginning
// of a good one, or one that says nothing of it.
func (r *recorder) arrived() bool {
	if r.status == 0 {
		return r.asked && (r.reached.Load() || !r.traced.Load())
	}
	return r.status < 300 || r.status >= 500
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.asked = true
	resp, err := r.next.RoundTrip(r.replace(req))
	if err != nil {
		return nil, err
	}
	r.status, r.header = resp.StatusCode, resp.Header.Clone()
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") {
			delete(resp.Header, name)
		}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, mostResponse), resp.Body}
	return resp, nil
}

// replaced gives a request for the same at Options.API.
func (d *Discord) replaced(req *http.Request) *http.Request {
	if d.api == nil {
		return req
	}
	rest, ok := strings.CutPrefix(req.URL.String(), discordgo.EndpointAPI)
	if !ok {
		return req
	}
	to, err := url.Parse(strings.TrimSuffix(d.api.String(), "/") + "/" + rest)
	if err != nil {
		return req
	}
	req = req.Clone(req.Context())
	req.URL, req.Host = to, ""
	return req
}

// do makes a call, once, when the rate limits allow it. The error is ctx.Err(),
// wrapped, or what begin returned, wrapped, or a *failure. For a post whose call
// has begun it is a *failure.
func (d *Discord) do(ctx context.Context, c call) (answer []byte, err error) {
	var body []byte
	if c.body != nil {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			return nil, &failure{as: &chat.Error{Kind: chat.Rejected, Reason: c.what + ": " + err.Error()}}
		}
	}
	limits := d.limits
	if c.hook {
		limits = d.hooks
	}
	key := c.bucket
	if key == "" {
		key = c.url
	}
	who := answers
	if c.post {
		who = posts
	}
	pass, err := limits.acquire(ctx, c.method+" "+key, who)
	if err != nil {
		if e, ok := errors.AsType[*chat.Error](err); ok {
			return nil, &failure{as: &chat.Error{Kind: e.Kind, RetryAfter: e.RetryAfter, Reason: c.what + ": " + e.Reason}}
		}
		return nil, fmt.Errorf("discord: %s: %w", c.what, err)
	}
	rec := &recorder{next: d.transport, replace: d.replaced}
	var said quota
	defer func() { pass.release(said) }()
	if c.begin != nil {
		if err := c.begin(); err != nil {
			return nil, fmt.Errorf("discord: %s: not begun: %w", c.what, err)
		}
	}
	client := &http.Client{Transport: rec, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	within := c.within
	if within == 0 {
		within = d.t.request
	}
	begun := ctx
	if c.finish {
		begun = context.WithoutCancel(ctx)
	}
	limited, cancel := context.WithTimeout(begun, within)
	defer cancel()
	if c.finish {
		defer context.AfterFunc(ctx, func() { time.AfterFunc(d.t.grace, cancel) })()
	}
	// A bucket and a limiter of its own for each call: waiting is done above.
	own := discordgo.NewRatelimiter().LockBucket(key)
	pass.begin()
	answer, err = d.rest.RequestWithLockedBucket(c.method, c.url, "application/json", body, own, 0,
		discordgo.WithClient(client), discordgo.WithContext(rec.trace(limited)))
	said = quotaOf(rec, err)
	if err == nil {
		return answer, nil
	}
	if ctx.Err() != nil && !c.post {
		return nil, fmt.Errorf("discord: %s: %w", c.what, ctx.Err())
	}
	f := classify(rec, c, err)
	f.as.Reason = d.redact(f.as.Reason)
	if f.as.Kind == chat.Unauthorized {
		f.as.Reason = "the token is wrong or was revoked: " + f.as.Reason
		d.refused(f.as)
	}
	return nil, f
}

// seconds reads a number of seconds as Discord writes it.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f <= 0 || f > 1e6 { // also what is no number
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// quotaOf reads the rate limit of an answer. One that is refused and does not
// say for how long waits for a second.
func quotaOf(r *recorder, err error) quota {
	if r.status != http.StatusTooManyRequests {
		if r.header.Get("X-Ratelimit-Remaining") == "0" {
			// It is rounded, to thousandths of a second.
			return quota{wait: seconds(r.header.Get("X-Ratelimit-Reset-After")) + time.Millisecond}
		}
		return quota{}
	}
	q := quota{wait: seconds(r.header.Get("Retry-After")), global: r.header.Get("X-Ratelimit-Global") != ""}
	if e, ok := errors.AsType[*discordgo.RateLimitError](err); ok && e.RateLimit != nil && e.TooManyRequests != nil && e.RetryAfter > 0 {
		q.wait = e.RetryAfter
	} else if !ok {
		q.global = true // no JSON: it comes from what stands before Discord, and is for all
	}
	if q.wait <= 0 {
		q.wait = time.Second
	}
	return q
}

// classify says what a failed call means.
func classify(r *recorder, c call, err error) *failure {
	f := &failure{as: &chat.Error{Unknown: r.arrived()}, status: r.status}
	if e, ok := errors.AsType[*discordgo.RESTError](err); ok && e.Message != nil {
		f.code = e.Message.Code
		f.as.Reason = fmt.Sprintf("%s: HTTP %d, code %d: %s", c.what, f.status, f.code, chat.CleanLine(chat.Cut(e.Message.Message, 300)))
	} else if f.status >= 300 {
		f.as.Reason = fmt.Sprintf("%s: HTTP %d", c.what, f.status)
	} else {
		f.as.Reason = c.what + ": " + cause(err)
	}
	switch {
	case f.status == http.StatusTooManyRequests:
		f.as.Kind, f.as.RetryAfter = chat.RateLimited, quotaOf(r, err).wait
	case f.code == codeUnknownChannel, f.code == codeMissingAccess, f.code == codeDirectClosed, f.code == codeMissingPermissions:
		f.as.Kind = chat.Gone
	case f.code == codeBlockedByFilter:
		f.as.Kind = chat.Rejected
	case f.status == http.StatusUnauthorized && !c.hook:
		f.as.Kind = chat.Unauthorized
	case f.status == http.StatusForbidden && !c.hook && f.code != 0:
		f.as.Kind = chat.Gone
	case f.status == http.StatusForbidden && f.code == 0: // not from Discord itself
		f.as.Kind = chat.Temporary
	case f.status == http.StatusRequestTimeout:
		f.as.Kind = chat.Temporary
	case f.status >= 300 && f.status < 500:
		f.as.Kind = chat.Rejected
	}
	return f
}

// cause is what went wrong with a connection, without the address: that of an
// interaction is a secret.
func cause(err error) string {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	if errors.Is(err, context.Canceled) {
		return "given up before the answer came"
	}
	return err.Error()
}

// redact takes the bot's token out of a text.
func (d *Discord) redact(s string) string {
	if d.token == "" {
		return s
	}
	return strings.ReplaceAll(s, d.token, "[token]")
}

// persist makes a call until it succeeds, is refused, or ctx ends.
func (d *Discord) persist(ctx context.Context, c call, again func(error) bool) ([]byte, error) {
	for n := 0; ; n++ {
		answer, err := d.do(ctx, c)
		if err == nil {
			return answer, nil
		}
		kind, wait, ok := kindOf(err)
		switch {
		case ctx.Err() != nil || !ok:
			return nil, err
		case kind == chat.RateLimited:
			// The limiter waits.
			if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
				return nil, err
			}
		case kind == chat.Temporary, again != nil && again(err):
			d.log.Debug("trying again", "call", c.what, "error", err)
			if pause(ctx, d.backoff(n, d.t.retry, d.t.retryMost)) != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

// backoff is the time before attempt n+1: twice as long each time, with jitter.
func (d *Discord) backoff(n int, first, most time.Duration) time.Duration {
	wait := min(first<<min(n, 20), most)
	return wait/2 + time.Duration(float64(wait/2)*d.jitter())
}

// idIn reads the ID of a message that Discord answered with.
func idIn(answer []byte) string {
	var m struct{ ID string }
	if json.Unmarshal(answer, &m) != nil {
		return ""
	}
	return m.ID
}
