package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// mostFile is how large a file may be that bots can download, in bytes
// (https://core.telegram.org/bots/api#getfile).
const mostFile = 20 << 20

// fileTime is how long a download may take, with what the reader does meanwhile.
const fileTime = 5 * time.Minute

// document is a file as people attach it.
type document struct {
	ID   string `json:"file_id"`
	Name string `json:"file_name"`
	Size int64  `json:"file_size"`
}

// document gives the file that a message has. An animation is shown as one, too,
// and is none.
func (m *message) document() (d document, ok bool) {
	if len(m.Document) == 0 || len(m.Animation) > 0 {
		return d, false
	}
	err := json.Unmarshal(m.Document, &d)
	return d, err == nil && d.ID != ""
}

// file is a document that can be opened. Its content is fetched by this process:
// its address has the token in it.
func (t *Telegram) file(d document) chat.File {
	return chat.File{Name: d.Name, Size: d.Size, Open: func(ctx context.Context, limit int64) (io.ReadCloser, error) {
		limit = min(limit, mostFile)
		if d.Size > limit {
			return nil, tooLarge(d.Size)
		}
		var at struct {
			Size int64  `json:"file_size"`
			Path string `json:"file_path"`
		}
		err := t.call(ctx, t.sending, callTime, "getFile", tgbotapi.Params{"file_id": d.ID}, &at)
		switch {
		case err != nil && failureOf(err).is("file is too big"):
			return nil, tooLarge(d.Size)
		case err != nil:
			return nil, public(err)
		case at.Size > limit:
			return nil, tooLarge(at.Size)
		case !fs.ValidPath(at.Path):
			// A server of one's own with --local keeps files on its disk.
			return nil, rejected("getFile: the file is at no path of the Bot API server's")
		}
		return t.download(ctx, at.Path, limit)
	}}
}

func tooLarge(size int64) error {
	return fmt.Errorf("telegram: %w: %d bytes", chat.ErrTooLarge, size)
}

// download gets a file from the server, at most limit bytes of it.
func (t *Telegram) download(ctx context.Context, path string, limit int64) (content io.ReadCloser, err error) {
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.files+escapedPath(path), nil)
	if err != nil {
		return nil, rejected("the address of a file cannot be made")
	}
	r.Header.Set("Accept-Encoding", "identity") // the bytes as they were attached
	response, err := t.sending.Do(r)
	if err != nil {
		return nil, t.broken(ctx, err)
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, statusError(response)
	}
	if response.ContentLength > limit {
		_ = response.Body.Close()
		return nil, tooLarge(response.ContentLength)
	}
	return &download{t: t, ctx: ctx, cancel: cancel, body: response.Body, left: limit}, nil
}

// escapedPath escapes the parts of a path.
func escapedPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// statusError says what a response without the file means.
func statusError(r *http.Response) error {
	e := &chat.Error{Kind: chat.Rejected, Reason: fmt.Sprintf("download of a file: HTTP status %d", r.StatusCode)}
	switch {
	case r.StatusCode == http.StatusUnauthorized:
		e.Kind = chat.Unauthorized
	case r.StatusCode == http.StatusTooManyRequests, r.StatusCode >= 500:
		e.Kind = chat.Temporary
	}
	return e
}

// broken makes an error of the network one without the address.
func (t *Telegram) broken(ctx context.Context, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("telegram: download of a file: %w", ctx.Err())
	}
	return temporary("download of a file: " + t.hidden.Replace(err.Error()))
}

// download is a file on its way.
type download struct {
	t      *Telegram
	ctx    context.Context
	cancel context.CancelFunc
	body   io.ReadCloser
	left   int64 // how many bytes may still come
}

// Read implements io.Reader. More than may come is chat.ErrTooLarge.
func (d *download) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	if d.left < 0 {
		return 0, fmt.Errorf("telegram: %w", chat.ErrTooLarge)
	}
	// One byte more than may come says whether there is more.
	n, err = d.body.Read(p[:min(int64(len(p)), d.left+1)])
	if d.left -= int64(n); d.left < 0 {
		return n - 1, fmt.Errorf("telegram: %w", chat.ErrTooLarge)
	}
	if err != nil && err != io.EOF {
		err = d.t.broken(d.ctx, err)
	}
	return n, err
}

// Close ends the download.
func (d *download) Close() error {
	d.cancel()
	return d.body.Close()
}
