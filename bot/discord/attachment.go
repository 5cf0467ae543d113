package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"trichdan/bot/chat"
)

// attachment is a file in an event
// (https://discord.com/developers/docs/resources/message#attachment-object).
type attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"` // without what Discord takes for special
	Title    string `json:"title"`    // the name as it was, without its ending; "" if nothing was taken away
	Size     int64  `json:"size"`
	URL      string `json:"url"`
}

// fileHosts are those from which Discord serves attachments.
var fileHosts = []string{"cdn.discordapp.com", "media.discordapp.net"}

// files makes attachments files of a request.
func (d *Discord) files(list []attachment) []chat.File {
	var files []chat.File
	for _, a := range list {
		files = append(files, chat.File{
			Name: a.name(), Size: a.Size,
			Open: func(ctx context.Context, limit int64) (io.ReadCloser, error) { return d.fetch(ctx, a, limit) },
		})
	}
	return files
}

// name is what the file is called on the person's device.
func (a attachment) name() string {
	ending := path.Ext(a.Filename)
	if a.Title == "" || strings.HasSuffix(a.Title, ending) {
		return cmp.Or(a.Title, a.Filename)
	}
	return a.Title + ending
}

// fetch downloads an attachment: without the bot's token, from Discord's hosts
// alone, whatever the event says, and at most limit bytes. The error is
// chat.ErrTooLarge, wrapped, an *chat.Error or that of ctx, wrapped.
func (d *Discord) fetch(ctx context.Context, a attachment, limit int64) (io.ReadCloser, error) {
	const what = "download attachment"
	if a.Size > limit {
		return nil, fmt.Errorf("discord: %s: %w", what, chat.ErrTooLarge)
	}
	rejected := func(reason string) error {
		return &chat.Error{Kind: chat.Rejected, Reason: what + ": " + reason}
	}
	u, err := url.Parse(a.URL)
	if err != nil || !d.serves(u) {
		return nil, rejected("its address is none of Discord's")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, rejected("its address cannot be asked for")
	}
	req.Header.Set("User-Agent", d.rest.UserAgent)
	req.Header.Set("Accept-Encoding", "identity") // the bytes as they are, no more of them than are sent
	client := &http.Client{Transport: d.transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if !d.serves(next.URL) || next.URL.Host != via[0].URL.Host || len(via) > 3 {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("discord: %s: %w", what, ctx.Err())
		}
		return nil, &chat.Error{Kind: chat.Temporary, Reason: what + ": " + cause(err)}
	}
	if resp.StatusCode == http.StatusOK && resp.ContentLength <= limit {
		return &download{body: resp.Body, left: limit}, nil
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil, fmt.Errorf("discord: %s: %w", what, chat.ErrTooLarge)
	}
	e := &chat.Error{Kind: chat.Rejected, Reason: fmt.Sprintf("%s: HTTP %d", what, resp.StatusCode)}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		e.Kind, e.RetryAfter = chat.RateLimited, seconds(resp.Header.Get("Retry-After"))
	case resp.StatusCode >= 500, resp.StatusCode == http.StatusRequestTimeout:
		e.Kind = chat.Temporary
	}
	return nil, e
}

// serves reports whether an address is one at which there are attachments: of
// Discord's own or, where Options.API leads elsewhere, at the same host.
func (d *Discord) serves(u *url.URL) bool {
	if u.User != nil {
		return false
	}
	if d.api != nil && u.Scheme == d.api.Scheme && u.Host == d.api.Host {
		return true
	}
	return u.Scheme == "https" && slices.Contains(fileHosts, u.Host)
}

// download reads an attachment up to a limit.
type download struct {
	body io.ReadCloser
	left int64
}

func (d *download) Read(p []byte) (int, error) {
	// One byte more than may be: whether there is one tells what is too large.
	if int64(len(p))-1 > d.left {
		p = p[:d.left+1]
	}
	n, err := d.body.Read(p)
	if int64(n) > d.left {
		n, err = int(d.left), chat.ErrTooLarge
	}
	d.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, chat.ErrTooLarge) {
		err = &chat.Error{Kind: chat.Temporary, Reason: "download attachment: " + cause(err)}
	}
	return n, err
}

func (d *download) Close() error { return d.body.Close() }
