package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram, when set, makes the test binary the program itself.
const asProgram = "TRICHDAN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"trichdan": main})
}

// TestScripts runs testdata/*.txt, each in a home of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("USERPROFILE", home)
			return os.Mkdir(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"objects": cmdObjects,
			"repeat":  cmdRepeat,
			"escape":  cmdEscape,
			"code":    cmdCode,
			"cut":     cmdCut,
			"cutall":  cmdCutAll,
		},
	})
}

// cmdObjects: "objects N" checks that the last standard output has N lines, each
// an object of the contract (DESIGN.md, section 7) that agrees with itself.
func cmdObjects(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: objects N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	out := ts.ReadFile("stdout")
	if !strings.HasSuffix(out, "\n") && want > 0 {
		ts.Fatalf("the last line is not ended")
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if out == "" {
		lines = nil
	}
	if len(lines) != want {
		ts.Fatalf("%d lines, want %d", len(lines), want)
	}
	for i, line := range lines {
		if _, err := parseAnswer(line); err != nil {
			ts.Fatalf("line %d: %v\n%s", i+1, err, line)
		}
	}
}

// cmdRepeat: "repeat FILE N TEXT" writes TEXT N times and a line break.
func cmdRepeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat FILE N TEXT")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(args[2], n)+"\n"), 0o600))
}

// cmdEscape: "escape FILE" writes a question with escape sequences in it.
func cmdEscape(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: escape FILE")
	}
	const question = "SEA Games 31 \x1b[31mkhai mạc\x1b]0;x\x07 ở đâu?\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(question), 0o600))
}

// cmdCode: "code N PROGRAM ARG..." runs a program that must end with code N.
func cmdCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N PROGRAM ARG...")
	}
	got, err := 0, ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// cmdCut: "cut FILE FROM N" makes FILE the first N bytes of another.
func cmdCut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cut FILE FROM N")
	}
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[1])[:n]), 0o600))
}

// cmdCutAll: "cutall DIR SUFFIX N" leaves N bytes of the files below DIR whose
// names have a suffix; there must be one.
func cmdCutAll(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cutall DIR SUFFIX N")
	}
	n, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	found := false
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, args[1]) {
			return err
		}
		found = true
		return os.Truncate(path, n)
	}))
	if !found {
		ts.Fatalf("no %s below %s", args[1], args[0])
	}
}

// jsonAnswer is an object that ask --json prints.
type jsonAnswer struct {
	Question  string
	Abstained bool
	Answer    *struct {
		Citation   int
		Text       string
		Start, End int
	}
	Citations []jsonCitation
	Nearest   []struct {
		Title string
	}
	ElapsedMS float64 `json:"elapsed_ms"`
}

type jsonCitation struct {
	N              int
	ArticleID      string `json:"article_id"`
	Title          string
	Outlet         string
	Published      string
	PublishedBasis string `json:"published_basis"`
	Path           string
	Quote          string
	Start, End     int
}

// parseAnswer reads an object of the contract. The error says what is missing
// from it, or contradicts the rest.
func parseAnswer(line string) (*jsonAnswer, error) {
	var keys struct {
		Answer    map[string]any
		Citations []map[string]any
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(line), &all); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(line), &keys); err != nil {
		return nil, err
	}
	if err := has(all, "question", "abstained", "answer", "citations", "elapsed_ms"); err != nil {
		return nil, err
	}
	if all["citations"] == nil {
		return nil, fmt.Errorf("citations is null, want a list")
	}
	for _, c := range keys.Citations {
		if err := has(c, "n", "article_id", "title", "outlet", "author", "published", "published_basis", "url", "path", "quote", "start", "end", "score"); err != nil {
			return nil, fmt.Errorf("citation: %w", err)
		}
	}
	var a jsonAnswer
	if err := json.Unmarshal([]byte(line), &a); err != nil {
		return nil, err
	}
	if a.ElapsedMS < 0 {
		return nil, fmt.Errorf("elapsed_ms is %v", a.ElapsedMS)
	}
	if a.Abstained {
		if a.Answer != nil || len(a.Citations) > 0 {
			return nil, fmt.Errorf("abstained, and yet there is an answer or a citation")
		}
		return &a, nil
	}
	if err := has(keys.Answer, "citation", "text", "start", "end"); err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	for i, c := range a.Citations {
		switch {
		case c.N != i+1:
			return nil, fmt.Errorf("citation %d has the number %d", i+1, c.N)
		case c.End-c.Start != len(c.Quote) || c.Quote == "":
			return nil, fmt.Errorf("citation %d quotes %d bytes, of %d to %d", c.N, len(c.Quote), c.Start, c.End)
		case !slices.Contains([]string{"stated", "inferred", "unknown"}, c.PublishedBasis):
			return nil, fmt.Errorf("citation %d has the basis %q", c.N, c.PublishedBasis)
		case (c.PublishedBasis == "unknown") != (c.Published == ""):
			return nil, fmt.Errorf("citation %d is of %q, and that is %s", c.N, c.Published, c.PublishedBasis)
		}
	}
	n := a.Answer.Citation
	if n < 1 || n > len(a.Citations) {
		return nil, fmt.Errorf("the answer is from citation %d of %d", n, len(a.Citations))
	}
	c := a.Citations[n-1]
	if a.Answer.Start < c.Start || a.Answer.End > c.End || a.Answer.Start >= a.Answer.End ||
		c.Quote[a.Answer.Start-c.Start:a.Answer.End-c.Start] != a.Answer.Text {
		return nil, fmt.Errorf("the answer is not the slice of its citation that it says")
	}
	return &a, nil
}

func has(object map[string]any, keys ...string) error {
	for _, k := range keys {
		if _, ok := object[k]; !ok {
			return fmt.Errorf("no %q", k)
		}
	}
	return nil
}
