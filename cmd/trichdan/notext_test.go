package main_test

import (
	"bufio"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The articles and questions beside the repository belong to others: none of
// their text is committed. A run of copiedRun syllables of an article, or a
// whole question of at least wholeQuestion, counts as copied; less may be a
// name or chance.
const (
	copiedRun     = 8
	wholeQuestion = 4
)

// foreignText is what must not appear.
type foreignText struct {
	runs map[[copiedRun]string]string // -> file
	// questions go by their first syllables.
	questions map[[wholeQuestion]string][]foreignQuestion
}

type foreignQuestion struct {
	words []string
	file  string
}

func newForeignText() *foreignText {
	return &foreignText{map[[copiedRun]string]string{}, map[[wholeQuestion]string][]foreignQuestion{}}
}

func (x *foreignText) addArticle(file, text string) {
	words := bareSyllables(text)
	for i := 0; i+copiedRun <= len(words); i++ {
		x.runs[[copiedRun]string(words[i:])] = file
	}
}

func (x *foreignText) addQuestion(file, text string) {
	if words := bareSyllables(text); len(words) >= wholeQuestion {
		key := [wholeQuestion]string(words)
		x.questions[key] = append(x.questions[key], foreignQuestion{words, file})
	}
}

// find lists what text has of the foreign text: copied runs joined to the
// passage that they make up, and questions, each with its file.
func (x *foreignText) find(text string) []string {
	words := bareSyllables(text)
	var found []string
	start, end, from := 0, 0, ""
	flush := func() {
		if end > start {
			found = append(found, from+": "+strings.Join(words[start:end], " "))
		}
	}
	for i := 0; i+wholeQuestion <= len(words); i++ {
		for _, q := range x.questions[[wholeQuestion]string(words[i:])] {
			if n := len(q.words); i+n <= len(words) && strings.Join(words[i:i+n], " ") == strings.Join(q.words, " ") {
				found = append(found, q.file+": "+strings.Join(q.words, " "))
			}
		}
		if i+copiedRun > len(words) {
			continue
		}
		if file, ok := x.runs[[copiedRun]string(words[i:])]; ok {
			if i >= end {
				flush()
				start, from = i, file
			}
			end = i + copiedRun
		}
	}
	flush()
	return found
}

// bareSyllables are the runs of letters and digits, in lower case and without
// diacritics, so that no spelling hides a copy.
func bareSyllables(s string) []string {
	s = strings.ToLower(norm.NFD.String(s))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ', r == 'ð':
			return 'd'
		default:
			return r
		}
	}, s)
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// repositoryTexts are the files of the repository that hold text, by name.
func repositoryTexts(t *testing.T, root string) iter.Seq2[string, string] {
	return func(yield func(name, text string) bool) {
		for _, name := range repositoryFiles(t) {
			text, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Error(err)
				continue
			}
			if utf8.Valid(text) && !yield(name, string(text)) {
				return
			}
		}
	}
}

func TestNoForeignText(t *testing.T) {
	root := repositoryRoot(t)
	shared := filepath.Join(root, "..", "shared")
	if _, err := os.Stat(shared); err != nil {
		const reason = "../shared (beside the repository) is missing: nothing to compare with"
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	foreign := newForeignText()
	for _, name := range glob(t, filepath.Join(shared, "coverage", "*.txt")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		foreign.addArticle(filepath.Base(name), string(text))
	}
	for _, name := range append(glob(t, filepath.Join(shared, "eval", "*.jsonl")), glob(t, filepath.Join(shared, "eval", "*", "*.jsonl"))...) {
		file, err := filepath.Rel(filepath.Join(shared, "eval"), name)
		if err != nil {
			t.Fatal(err)
		}
		jsonLines(t, name, func(row evalRow) {
			if filepath.Base(name) == "corpus.jsonl" {
				foreign.addArticle(file, row.Text)
				return
			}
			foreign.addQuestion(file, row.Question+row.Text)
		})
	}
	if len(foreign.runs) == 0 || len(foreign.questions) == 0 {
		t.Fatalf("../shared has %d runs and %d questions to compare with", len(foreign.runs), len(foreign.questions))
	}
	for name, text := range repositoryTexts(t, root) {
		for _, f := range foreign.find(text) {
			t.Errorf("%s has text of ../shared, %s", name, f)
		}
	}
}

// evalRow is a line of a question set or of a BEIR file.
type evalRow struct{ Question, Text string }

func jsonLines(t *testing.T, name string, each func(evalRow)) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row evalRow
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		each(row)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFindForeignText(t *testing.T) {
	foreign := newForeignText()
	foreign.addArticle("a", "Sáng nay, trời đẹp; lũ trẻ ra đồng thả diều rất sớm.")
	foreign.addQuestion("q", "Trẻ con thả gì?")
	foreign.addQuestion("q", "Ai đi?")
	for text, want := range map[string]string{
		"Trời đẹp, lũ trẻ ra đồng thả diều.":           "a: troi dep lu tre ra dong tha dieu",
		"x \"sang nay troi dep lu tre ra dong tha\" y": "a: sang nay troi dep lu tre ra dong tha",
		"Trời đẹp, lũ trẻ ra đồng chơi thả diều.":      "",
		"lũ trẻ ra đồng thả diều rất":                  "",
		"hỏi: TRẺ CON thả gì":                          "q: tre con tha gi",
		"trẻ con thả":                                  "",
		"Ai đi? Ai đi?":                                "",
		"":                                             "",
	} {
		if got := strings.Join(foreign.find(text), "|"); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}
