package sample_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// runLength is how many syllables in a row count as copied. Names and titles
// of offices are shorter, or are worded so that they are.
const runLength = 8

// syllables yields the lower-case letter and digit runs of text. Punctuation
// is passed over, so a copy does not hide behind a comma.
// What it yields is valid until the next one. One pass, without a copy of the
// text: there are sixty megabytes to read.
func syllables(s string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var buf []byte
		for _, r := range norm.NFC.String(s) {
			switch {
			case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
				buf = append(buf, byte(r))
			case r == 'Ð', r == 'ð':
				buf = append(buf, "đ"...)
			case r >= utf8.RuneSelf && unicode.In(r, unicode.L, unicode.Nd), 'A' <= r && r <= 'Z':
				buf = utf8.AppendRune(buf, unicode.ToLower(r))
			case len(buf) > 0:
				if !yield(buf) {
					return
				}
				buf = buf[:0]
			}
		}
		if len(buf) > 0 {
			yield(buf)
		}
	}
}

// runs are the runs of syllables that the sample holds. Syllables are numbered
// so that reading past the data, most of which is foreign to the sample, is
// cheap.
type runs struct {
	number map[string]uint16
	text   []string // by number
	file   map[[runLength]uint16]string
}

func (r *runs) add(file, text string) {
	var run [runLength]uint16
	n := 0
	for s := range syllables(text) {
		id, ok := r.number[string(s)]
		if !ok {
			id = uint16(len(r.number))
			r.number[string(s)] = id
			r.text = append(r.text, string(s))
		}
		copy(run[:], run[1:])
		run[runLength-1] = id
		if n++; n >= runLength {
			r.file[run] = file
		}
	}
}

// in yields the runs that text shares with the sample, with their files.
func (r *runs) in(text string) iter.Seq2[string, string] {
	return func(yield func(run, file string) bool) {
		var run [runLength]uint16
		n := 0
		for s := range syllables(text) {
			id, ok := r.number[string(s)]
			if !ok {
				n = 0
				continue
			}
			copy(run[:], run[1:])
			run[runLength-1] = id
			if n++; n < runLength {
				continue
			}
			file, ok := r.file[run]
			if !ok {
				continue
			}
			words := make([]string, runLength)
			for i, id := range run {
				words[i] = r.text[id]
			}
			if !yield(strings.Join(words, " "), file) {
				return
			}
		}
	}
}

func TestRuns(t *testing.T) {
	own := runs{number: map[string]uint16{}, file: map[[runLength]uint16]string{}}
	own.add("a.md", "Một hai ba, bốn năm sáu bảy tám chín")
	for text, want := range map[string]int{
		"xin MỘT hai ba bốn năm: sáu bảy tám": 1,
		"một hai ba bốn năm sáu bảy tám chín": 2,
		"một hai ba bốn và năm sáu bảy tám":   0,
		"hai ba bốn năm sáu bảy tám":          0,
	} {
		got := 0
		for run, file := range own.in(text) {
			if got++; file != "a.md" || len(strings.Fields(run)) != runLength {
				t.Errorf("%q: run %q of %q", text, run, file)
			}
		}
		if got != want {
			t.Errorf("%q: %d shared runs, want %d", text, got, want)
		}
	}
}

// TestOwnWords compares the sample with the coverage and the data beside the
// repository, which are other people's writing.
func TestOwnWords(t *testing.T) {
	own := runs{number: map[string]uint16{}, file: map[[runLength]uint16]string{}}
	for _, a := range articles(t) {
		for _, text := range append(strings.Split(a.body, "\n\n"), a.Title, a.Lead) {
			own.add(a.file, text)
		}
	}
	shared := filepath.Join("..", "..", "..", "shared")
	coverage, _ := filepath.Glob(filepath.Join(shared, "coverage", "*.txt"))
	data, _ := filepath.Glob(filepath.Join(shared, "data", "*.jsonl.gz"))
	if len(coverage) == 0 || len(data) == 0 {
		const reason = "../shared (beside the repository) has no coverage and data to compare with"
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	for _, name := range append(coverage, data...) {
		copied(t, name, &own)
	}
}

// copied reports the runs of own that stand on a line of the file.
func copied(t *testing.T, name string, own *runs) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	reported := map[string]bool{}
	for lines.Scan() {
		// A JSON string has its line ends as \n, which would grow a letter.
		for run, file := range own.in(strings.ReplaceAll(lines.Text(), `\n`, " ")) {
			if !reported[run] {
				reported[run] = true
				t.Errorf("%s: %q is also in %s", file, run, filepath.Base(name))
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
