package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// The library's own logger prints addresses with the token.
func init() { _ = tgbotapi.SetLogger(silent{}) }

type silent struct{}

func (silent) Println(...any)        {}
func (silent) Printf(string, ...any) {}

// longestResponse is how many bytes of a response are read: a hundred updates,
// each with everything that Telegram lets into one, are far below.
const longestResponse = 32 << 20

// call calls a method and decodes what it gives into result, unless that is
// nil. The error is a *cut, which wraps that of ctx, or a
// *failure.
func (t *Telegram) call(ctx context.Context, c *http.Client, limit time.Duration, method string, p tgbotapi.Params, result any) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// The library has no contexts: each call has a client of its own that
	// carries its one.
	carrier := &carrier{ctx: limited, client: c}
	api := tgbotapi.BotAPI{Token: t.o.Token, Client: carrier}
	api.SetAPIEndpoint(t.endpoint)
	response, err := api.MakeRequest(method, p)
	if err == nil && result != nil {
		if err = json.Unmarshal(response.Result, result); err != nil {
			e := temporary("the result of " + method + " cannot be understood")
			e.Unknown = true
			return &failure{method: method, as: e}
		}
	}
	if err == nil {
		return nil
	}
	if _, said := errors.AsType[*tgbotapi.Error](err); ctx.Err() != nil && !said {
		return &cut{method: method, err: ctx.Err(), done: carrier.mayCount()}
	}
	return t.failed(method, carrier, limited.Err() != nil, err)
}

// carrier is the HTTP client of one call.
type carrier struct {
	ctx     context.Context
	client  *http.Client
	status  int         // of the response, 0 without one
	written atomic.Bool // the request has left, or is about to
}

// mayCount reports whether a request without an answer of Telegram's may have
// had its effect all the same.
func (c *carrier) mayCount() bool {
	return c.written.Load() && (c.status < 300 || c.status >= 500)
}

// Do implements tgbotapi.HTTPClient.
func (c *carrier) Do(r *http.Request) (*http.Response, error) {
	ctx := httptrace.WithClientTrace(c.ctx, &httptrace.ClientTrace{
		// From now on something may leave; whether all of it has is not said.
		WroteHeaders: func() { c.written.Store(true) },
	})
	response, err := c.client.Do(r.WithContext(ctx))
	if err != nil {
		if u, ok := err.(*url.Error); ok { // its text has the address
			err = u.Err
		}
		return nil, err
	}
	c.status = response.StatusCode
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, longestResponse), response.Body}
	return response, nil
}

// getMe gives who the bot is.
func (t *Telegram) getMe(ctx context.Context) (me account, err error) {
	err = t.call(ctx, t.sending, callTime, "getMe", nil, &me)
	return me, err
}

// getUpdates waits for updates from an ID on, but not longer than wait. To ask
// for them acknowledges those before.
func (t *Telegram) getUpdates(ctx context.Context, from int64, wait time.Duration) (updates []json.RawMessage, err error) {
	p := tgbotapi.Params{
		"timeout":         strconv.Itoa(int(wait / time.Second)),
		"limit":           "100",
		"allowed_updates": allowedUpdates,
	}
	p.AddNonZero64("offset", from)
	err = t.call(ctx, t.polling, wait+pollMargin, "getUpdates", p, &updates)
	return updates, err
}

// allowedUpdates are the kinds of updates that are asked for: without a list
// that of an earlier process would stay.
const allowedUpdates = `["message","edited_message","channel_post","edited_channel_post","callback_query","my_chat_member"]`
