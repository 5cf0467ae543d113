package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"trichdan/bot"
	"trichdan/jobs"
)

// errNoControl: no process answers at the control socket of the data folder.
var errNoControl = errors.New("no running trichdan takes orders for this data folder")

// controlClient has the bot that runs over a data folder do something. It is a
// controlled itself.
type controlClient struct {
	c      *config
	client *http.Client
}

// newControlClient makes a client; nothing is connected before the first call.
func newControlClient(c *config) *controlClient {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", c.controlAddress())
	}
	return &controlClient{c, &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Reload implements controlled. Where ctx ends before, the error says that the
// reload goes on.
func (x *controlClient) Reload(ctx context.Context, progress func(bot.Progress)) (jobs.Report, error) {
	last, err := x.follow(ctx, "reload", progress)
	return reportIn(last.Report), err
}

// Rebuild implements controlled.
func (x *controlClient) Rebuild(ctx context.Context, progress func(bot.Progress)) error {
	_, err := x.follow(ctx, "rebuild", progress)
	return err
}

// Rollback implements controlled.
func (x *controlClient) Rollback(ctx context.Context) error {
	_, err := x.follow(ctx, "rollback", nil)
	return err
}

// Status implements controlled.
func (x *controlClient) Status(ctx context.Context) (s bot.Status, err error) {
	err = x.get(ctx, "status", &s)
	return s, err
}

// Folders implements controlled.
func (x *controlClient) Folders(ctx context.Context) (dirs []string, err error) {
	err = x.get(ctx, "folders", &dirs)
	return dirs, err
}

// get asks for something and stores it in to.
func (x *controlClient) get(ctx context.Context, what string, to any) error {
	r, err := x.call(ctx, http.MethodGet, what)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(to); err != nil {
		return fmt.Errorf("what the running trichdan says cannot be read: %w", err)
	}
	return nil
}

// follow asks for something and follows what is told of it, up to the last line.
func (x *controlClient) follow(ctx context.Context, what string, progress func(bot.Progress)) (last controlEvent, err error) {
	r, err := x.call(ctx, http.MethodPost, what)
	if err != nil {
		return last, err
	}
	defer r.Body.Close()
	lines := json.NewDecoder(r.Body)
	for {
		var e controlEvent
		switch err := lines.Decode(&e); {
		case ctx.Err() != nil:
			return last, fmt.Errorf("%w: the %s goes on in the running trichdan%s", ctx.Err(), what, x.c.owner())
		case err != nil:
			return last, fmt.Errorf("the running trichdan%s has ended before the %s was done", x.c.owner(), what)
		case e.Done && e.Error != "":
			return e, errors.New(e.Error)
		case e.Done:
			return e, nil
		case e.Progress != nil && progress != nil:
			progress(*e.Progress)
		}
	}
}

// call makes a request. The error is errNoControl, wrapped, where nobody listens.
func (x *controlClient) call(ctx context.Context, method, what string) (*http.Response, error) {
	q, err := http.NewRequestWithContext(ctx, method, "http://control/"+what, nil)
	if err != nil {
		return nil, err
	}
	r, err := x.client.Do(q)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNoControl, err)
	case r.StatusCode != http.StatusOK:
		defer r.Body.Close()
		b, _ := io.ReadAll(io.LimitReader(r.Body, longestBody))
		return nil, errors.New(strings.TrimSpace(string(b)))
	}
	return r, nil
}
