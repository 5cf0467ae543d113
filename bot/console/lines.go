package console

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
)

// MaxLine is how long a line of input may be, in bytes.
const MaxLine = 1 << 20

// Lines reads lines of questions.
type Lines struct {
	in    *interruptible
	r     *bufio.Reader
	first bool
}

// NewLines gives the lines of in.
func NewLines(in io.Reader) *Lines {
	i := &interruptible{r: in}
	return &Lines{in: i, r: bufio.NewReaderSize(i, 64<<10), first: true}
}

// Next gives the next line, without its end and, the first one, without a byte
// order mark. What is not UTF-8 becomes U+FFFD. Of a line longer than MaxLine
// it gives the beginning, and whole is false.
//
// The error is io.EOF when there are no more, ctx.Err() when ctx ends first,
// else that of the reader. A cancelled read leaves nothing running: a terminal
// or a pipe is not read until there is something, and a reader that is no file
// but can be closed is closed.
func (l *Lines) Next(ctx context.Context) (line string, whole bool, err error) {
	l.in.ctx = ctx
	var b []byte
	for {
		if err := ctx.Err(); err != nil {
			return "", false, err
		}
		part, err := l.r.ReadSlice('\n')
		b = append(b, part[:min(len(part), MaxLine+len("\r\n")-len(b))]...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(b) == 0) {
			return "", false, err
		}
		break
	}
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	whole = len(b) <= MaxLine
	line = strings.ToValidUTF8(string(b[:min(len(b), MaxLine)]), "\uFFFD")
	if l.first {
		line = strings.TrimPrefix(line, "\uFEFF")
		l.first = false
	}
	return line, whole, nil
}

// interruptible makes reads of r end when ctx does.
type interruptible struct {
	r   io.Reader
	ctx context.Context // of the read that is going on
}

func (i *interruptible) Read(p []byte) (int, error) {
	switch r := i.r.(type) {
	case *os.File:
		if err := readable(i.ctx, r); err != nil {
			return 0, err
		}
		return r.Read(p)
	case io.ReadCloser:
		closed := make(chan struct{})
		stop := context.AfterFunc(i.ctx, func() {
			defer close(closed)
			r.Close() // its error would say nothing: the read ends or it does not
		})
		n, err := r.Read(p)
		if !stop() {
			<-closed
			return 0, i.ctx.Err()
		}
		return n, err
	default:
		return r.Read(p)
	}
}
