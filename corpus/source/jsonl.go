package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"trichdan/corpus"
)

var errLine = errors.New("line longer than 10 MB")

// lines reads a stream of JSON objects, one a line.
func (rd reader) lines(ctx context.Context, p string, r io.Reader, yield func(*corpus.Article, error) bool) {
	limited := &io.LimitedReader{R: r, N: rd.lineLimit.bytes + 1}
	br := bufio.NewReaderSize(limited, 1<<16)
	if mark, _ := br.Peek(2); bytes.Equal(mark, utf16LEMark) || bytes.Equal(mark, utf16BEMark) {
		br = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(br), 1<<16)
	} else if mark, _ := br.Peek(3); bytes.Equal(mark, utf8Mark) {
		_, _ = br.Discard(3) // just peeked at
	}
	ids := map[string]int{} // where each id stands
	var buf []byte
	empty := true
	for n := 1; ; n++ {
		if err := ctx.Err(); err != nil {
			yield(nil, Failure{p, err})
			return
		}
		line, err := readLine(br, &buf)
		if limited.N <= 0 {
			yield(nil, Failure{p, rd.lineLimit.err})
			return
		}
		if err != nil && err != io.EOF && !errors.Is(err, errLine) {
			yield(nil, Failure{p, fmt.Errorf("line %d: %w", n, err)})
			return
		}
		at := fmt.Sprintf("%s#line %d", p, n)
		switch {
		case errors.Is(err, errLine):
			empty = false
			if !yield(nil, Failure{at, err}) {
				return
			}
			continue
		case len(bytes.TrimSpace(line)) > 0:
			empty = false
			a, failure := rd.line(p, n, line, ids)
			if failure != nil {
				failure = Failure{at, failure}
			}
			if !yield(a, failure) {
				return
			}
		}
		if err == io.EOF {
			break
		}
	}
	if empty {
		yield(nil, Failure{p, ErrEmpty})
	}
}

// readLine reads a line into buf, which it reuses. Of a line that is too long
// nothing is kept. The error is io.EOF with the last line.
func readLine(br *bufio.Reader, buf *[]byte) ([]byte, error) {
	*buf = (*buf)[:0]
	long := false
	for {
		part, err := br.ReadSlice('\n')
		if long = long || len(*buf)+len(part) > maxArticle; !long {
			*buf = append(*buf, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == nil && long:
			return nil, errLine
		case err == io.EOF && long:
			return nil, errLine
		}
		return *buf, err
	}
}

// line reads one article. ids holds the ids seen before and their lines.
func (rd reader) line(p string, n int, b []byte, ids map[string]int) (*corpus.Article, error) {
	if !utf8.Valid(b) {
		return nil, ErrEncoding
	}
	var rec record
	if err := json.Unmarshal(b, &rec); err != nil {
		return nil, fmt.Errorf("not an article in JSON: %w", err)
	}
	id := line(string(rec.ID))
	if id == "" {
		id = fmt.Sprintf("line %d", n)
	}
	if before, ok := ids[id]; ok {
		return nil, fmt.Errorf("id %q stands in line %d already", id, before)
	}
	d := &draft{path: p + "#" + id, now: rd.now}
	rec.draft(d)
	for _, s := range splitParagraphs(Clean(string(rec.Body))) {
		d.paras = append(d.paras, paragraph{text: s})
	}
	if len(d.paras) == 0 && d.lead == "" {
		return nil, fmt.Errorf("no body: %w", ErrNoText)
	}
	a, err := d.structured()
	if err != nil {
		return nil, err
	}
	ids[id] = n
	return a, nil
}

// structured makes the article of a record. The fields are taken at their
// word, so only what cannot be text is taken out of the body: the agency line,
// furniture and byline at the end, and the captions that are given.
func (d *draft) structured() (*corpus.Article, error) {
	if len(d.paras) > 0 {
		if rest, outlet, ok := cutAgency(d.paras[0].text); ok && (hasWord(rest) || len(d.paras) > 1) {
			d.paras[0] = paragraph{text: rest}
			if !hasWord(rest) {
				d.paras[0].role = dropped
			}
			d.setOutlet(outlet)
		}
	}
	for i := len(d.paras) - 1; i > 0 && isFurniture(d.paras[i].text); i-- {
		d.paras[i].role = dropped
	}
	d.takeTail()
	for i := range d.paras {
		if p := &d.paras[i]; p.inBody() && len(d.captions) > 0 && d.hasCaption(p.text) {
			p.role = dropped
		}
	}
	return d.finish(-1)
}
