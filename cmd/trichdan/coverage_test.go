package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trichdan/corpus/store"
)

// binary, when set, is the program to test in place of this build.
const binary = "TRICHDAN_TEST_BINARY"

// coverageQuestions are about the articles beside the repository: what a quote
// must hold, and of which file; none where the coverage has no answer.
var coverageQuestions = []struct{ question, file, support string }{
	{"GRDP quý đầu năm 2022 tăng mấy phần trăm?", "003", "5,83%"},
	{"le thi thu hang giu chuc vu gi", "003", "Lê Thị Thu Hằng"},
	{"Đề án 11-ĐA/TU được ban hành hôm nào?", "003", "6/12/2021"},
	{"Kết luận 21-KL/TW được nhắc đến về việc gì?", "000", "21-KL/TW"},
	{"Ai chủ trì hội nghị tổng kết đầu năm 2022 của Thành ủy?", "000", "Đinh Tiến Dũng"},
	{"Nghị quyết 15-NQ/TW nói về điều gì?", "001", "15-NQ/TW"},
	{"Bao nhiêu hạn chế về kinh tế - xã hội được chỉ ra?", "001", "7 hạn chế"},
	{"Trương Thị Mai giữ chức vụ gì?", "002", "Trương Thị Mai"},
	{"Hội nghị học tập các chương trình của Thành ủy khóa 17 họp hôm nào?", "004", "22/4"},
	{"Giá vé máy bay Tết đi Phú Quốc là bao nhiêu?", "", ""},
	{"who won the last world cup", "", ""},
}

// TestCoverage asks about articles as they come off news sites, and checks that
// every answer is cited, every quote is in the store byte for byte, and says
// what it must.
func TestCoverage(t *testing.T) {
	coverage := filepath.Join(repository(t), "..", "shared", "coverage")
	if _, err := os.Stat(coverage); err != nil {
		const reason = "../shared/coverage (beside the repository) is missing: nothing to ask about"
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	data := filepath.Join(t.TempDir(), "data")
	var questions strings.Builder
	for _, q := range coverageQuestions {
		fmt.Fprintln(&questions, q.question)
	}
	out := askJSON(t, questions.String(), "--data", data, "--corpus", coverage)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(coverageQuestions) {
		t.Fatalf("%d objects for %d questions", len(lines), len(coverageQuestions))
	}
	st, err := store.Open(t.Context(), filepath.Join(data, "corpus.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	body := func(id string) (string, error) {
		a, err := st.Article(t.Context(), id)
		if err != nil {
			return "", err
		}
		return a.Body, nil
	}
	for i, q := range coverageQuestions {
		if err := checkAnswer(lines[i], q.question, q.file, q.support, body); err != nil {
			t.Errorf("%s: %v\n%s", q.question, err, lines[i])
		}
	}
}

// checkAnswer says what is wrong with an answer: body gives an article's text.
func checkAnswer(line, question, file, support string, body func(id string) (string, error)) error {
	a, err := parseAnswer(line)
	if err != nil {
		return err
	}
	if a.Question != question {
		return fmt.Errorf("it answers %q", a.Question)
	}
	if file == "" {
		if !a.Abstained {
			return fmt.Errorf("answered, though the coverage does not say")
		}
		return nil
	}
	if a.Abstained || len(a.Citations) == 0 {
		return fmt.Errorf("has no citation")
	}
	for _, c := range a.Citations {
		text, err := body(c.ArticleID)
		if err != nil {
			return err
		}
		if c.Start < 0 || c.End > len(text) || c.Start > c.End || text[c.Start:c.End] != c.Quote {
			return fmt.Errorf("citation %d is not what its article says at %d to %d", c.N, c.Start, c.End)
		}
	}
	if !slices.ContainsFunc(a.Citations, func(c jsonCitation) bool {
		return strings.HasPrefix(filepath.Base(c.Path), file) && strings.Contains(c.Quote, support)
	}) {
		return fmt.Errorf("no citation of %s says %q", file, support)
	}
	return nil
}

// askJSON runs ask --json over lines of input.
func askJSON(t *testing.T, in string, args ...string) string {
	t.Helper()
	args = append([]string{"ask", "--json"}, args...)
	if name := os.Getenv(binary); name != "" {
		cmd := exec.Command(name, args...)
		cmd.Stdin = strings.NewReader(in)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, errs.String())
		}
		return string(out)
	}
	got := runHere(t.Context(), t, strings.NewReader(in), args...)
	if got.code != exitDone {
		t.Fatalf("exit code %d: %s", got.code, got.err)
	}
	return got.out
}

// repository is its root.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestCheckAnswer: the check fails for everything that it is there for.
func TestCheckAnswer(t *testing.T) {
	const (
		text     = "Hồ Rừng thả cá. Có 3.000 con."
		citation = `{"n":1,"article_id":"a1","title":"","outlet":"","author":"","published":"","published_basis":"unknown","url":"","path":"007_x.txt","quote":"Có 3.000 con.","start":23,"end":37,"score":1}`
		answered = `{"question":"Bao nhiêu con?","abstained":false,"answer":{"citation":1,"text":"Có 3.000 con.","start":23,"end":37},"citations":[` + citation + `],"elapsed_ms":1}`
		refused  = `{"question":"Bao nhiêu con?","abstained":true,"answer":null,"citations":[],"elapsed_ms":1}`
	)
	body := func(id string) (string, error) {
		if id != "a1" {
			return "", store.ErrNotFound
		}
		return text, nil
	}
	replace := strings.NewReplacer
	for _, tt := range []struct {
		name, line, file, support string
		want                      string // "" for none
	}{
		{"good", answered, "007", "3.000", ""},
		{"rightly refused", refused, "", "", ""},
		{"refused", refused, "007", "3.000", "has no citation"},
		{"answered without knowing", answered, "", "", "the coverage does not say"},
		{"no citation", replace(citation, "").Replace(answered), "007", "3.000", "from citation 1 of 0"},
		{"not the slice", replace(`"start":23,"end":37`, `"start":22,"end":36`).Replace(answered), "007", "3.000", "is not what its article says"},
		{"changed quote", replace("3.000", "4.000").Replace(answered), "007", "4.000", "is not what its article says"},
		{"changed answer", replace(`"text":"Có 3`, `"text":"Có 4`).Replace(answered), "007", "3.000", "not the slice of its citation"},
		{"support missing", answered, "007", "5.000", `no citation of 007 says "5.000"`},
		{"another file", answered, "008", "3.000", "no citation of 008"},
		{"another article", replace(`"a1"`, `"a2"`).Replace(answered), "007", "3.000", "no such article"},
		{"another question", replace("Bao nhiêu con?", "Ai?").Replace(answered), "007", "3.000", "it answers"},
		{"a key missing", replace(`"score"`, `"rank"`).Replace(answered), "007", "3.000", `no "score"`},
		{"no object", "x", "007", "3.000", "invalid character"},
	} {
		err := checkAnswer(tt.line, "Bao nhiêu con?", tt.file, tt.support, body)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}
