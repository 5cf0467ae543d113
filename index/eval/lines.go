package eval

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"unicode/utf8"
)

// maxLine bounds a line, in bytes: a broken file must not fill the memory.
const maxLine = 64 << 20

// line is one line of a file, without its end. The text is valid until the
// next one is read.
type line struct {
	name   string
	number int // from 1
	text   []byte
}

// errorf makes an error that names the file and the line.
func (l line) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", l.name, l.number, fmt.Errorf(format, args...))
}

// fileLines yields the lines of the file, or of the file with .gz behind its
// name where that exists instead. It reads as it goes. An error ends it.
func fileLines(name string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		f, err := os.Open(name)
		zipped := false
		if errors.Is(err, fs.ErrNotExist) {
			if z, zerr := os.Open(name + ".gz"); zerr == nil {
				f, err, zipped = z, nil, true
			}
		}
		if err != nil {
			yield(line{}, err) // names the file
			return
		}
		defer f.Close()
		var r io.Reader = f
		if zipped {
			if r, err = gzip.NewReader(f); err != nil {
				yield(line{}, fmt.Errorf("%s: %w", f.Name(), err))
				return
			}
		}
		for l, err := range readLines(r, f.Name()) {
			if !yield(l, err) {
				return
			}
		}
	}
}

// readLines yields the lines of r that are not blank, without a byte order
// mark. A line that is not UTF-8 or too long, or a read that fails, is an
// error that names the line and ends the sequence.
func readLines(r io.Reader, name string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		s := bufio.NewScanner(r)
		s.Buffer(make([]byte, 64<<10), maxLine)
		l := line{name: name}
		for s.Scan() {
			l.number++
			l.text = s.Bytes()
			if l.number == 1 && len(l.text) >= 3 && string(l.text[:3]) == "\ufeff" {
				l.text = l.text[3:]
			}
			if blank(l.text) {
				continue
			}
			if !utf8.Valid(l.text) {
				yield(line{}, l.errorf("not UTF-8"))
				return
			}
			if !yield(l, nil) {
				return
			}
		}
		if err := s.Err(); err != nil {
			l.number++
			yield(line{}, l.errorf("%w", err))
		}
	}
}

func blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
