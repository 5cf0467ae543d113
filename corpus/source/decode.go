package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// maxArticle is the size in bytes of a file of one article, and of a line
// of .jsonl, after decompression.
const maxArticle = 10 << 20

// limit bounds the size of a whole .jsonl file after decompression.
type limit struct {
	bytes int64
	err   error // of a file that is larger
}

var (
	// asStream is for a file that is read as a stream: it only ends a bomb.
	asStream = limit{1 << 30, errors.New("larger than 1 GB")}
	// likeOneArticle is for a file whose articles are held together.
	likeOneArticle = limit{maxArticle, ErrTooLarge}
)

// readAll reads at most maxArticle bytes.
func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxArticle+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxArticle {
		return nil, ErrTooLarge
	}
	return b, nil
}

var (
	utf8Mark    = []byte("\xef\xbb\xbf")
	utf16LEMark = []byte("\xff\xfe")
	utf16BEMark = []byte("\xfe\xff")
	utf32LEMark = []byte("\xff\xfe\x00\x00")
)

// documentMarks begin documents that may consist of ASCII and are no text.
var documentMarks = [][]byte{[]byte("%PDF-"), []byte("%!PS"), []byte(`{\rtf`)}

// decode gives the text of a file: UTF-8, with or without a byte order mark,
// or UTF-16 with one.
func decode(b []byte) (string, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, utf32LEMark):
		return "", fmt.Errorf("UTF-32: %w", ErrEncoding)
	case bytes.HasPrefix(b, utf16LEMark):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, utf16BEMark):
		order = binary.BigEndian
	default:
		return decode8(bytes.TrimPrefix(b, utf8Mark))
	}
	b = b[2:]
	if len(b)%2 != 0 {
		return "", fmt.Errorf("UTF-16 with half a code unit at the end: %w", ErrEncoding)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
			if i+1 < len(units) {
				r = utf16.DecodeRune(rune(units[i]), rune(units[i+1]))
			}
			if r == utf8.RuneError {
				return "", fmt.Errorf("UTF-16 with half a surrogate pair at byte %d: %w", 2+2*i, ErrEncoding)
			}
			i++
		}
		out = utf8.AppendRune(out, r)
	}
	return decode8(out)
}

func decode8(b []byte) (string, error) {
	if len(bytes.TrimSpace(b)) == 0 {
		return "", ErrEmpty
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return "", ErrBinary
	}
	for _, mark := range documentMarks {
		if bytes.HasPrefix(b, mark) {
			return "", ErrDocument
		}
	}
	if !utf8.Valid(b) {
		at := 0
		for at < len(b) {
			if r, size := utf8.DecodeRune(b[at:]); r == utf8.RuneError && size == 1 {
				break
			} else {
				at += size
			}
		}
		return "", fmt.Errorf("byte %d: %w", at, ErrEncoding)
	}
	return string(b), nil
}
