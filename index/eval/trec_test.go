package eval

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWriteTREC(t *testing.T) {
	run := Run{"q2": {{"b", 2.5}, {"a", 2.5}, {"c", -1e-9}}, "q10": {{"a", 1}}, "q3": nil}
	var b strings.Builder
	if err := run.WriteTREC(&b, "trichdan"); err != nil {
		t.Fatal(err)
	}
	const want = "q10 Q0 a 1 1 trichdan\nq2 Q0 b 1 2.5 trichdan\nq2 Q0 a 2 2.5 trichdan\nq2 Q0 c 3 -1e-09 trichdan\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestWriteTRECRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		run  Run
		tag  string
		want string
	}{
		"empty tag":        {Run{}, "", "tag"},
		"tag of two words": {Run{}, "a b", "tag"},
		"query ID":         {Run{"q 1": ranking("a")}, "t", `"q 1"`},
		"document ID":      {Run{"q": ranking("a\u00a0b")}, "t", "document ID"},
		"no document ID":   {Run{"q": ranking("")}, "t", "document ID"},
		"repeat":           {Run{"q": ranking("a", "b", "a")}, "t", "document a is there twice"},
		"ascending":        {Run{"q": {{"a", 1}, {"b", 2}}}, "t", "document b scores higher"},
		"not a number":     {Run{"q": {{"a", math.NaN()}}}, "t", "not finite"},
		"infinite":         {Run{"q": {{"a", math.Inf(1)}}}, "t", "not finite"},
	} {
		err := tt.run.WriteTREC(&bytes.Buffer{}, tt.tag)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in it", name, err, tt.want)
		}
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteTRECReportsWriter(t *testing.T) {
	if err := (Run{"q": ranking("a")}).WriteTREC(fullDisk{}, "t"); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func TestReadTREC(t *testing.T) {
	run, err := ReadTREC(strings.NewReader("q Q0 low 1 0.5 t\r\nq Q0 high 2 1.5 t\n\nq Q0 tied 3 0.5 t\np\t0\tx\t7\t-3\tt"))
	if err != nil {
		t.Fatal(err)
	}
	want := Run{"q": {{"high", 1.5}, {"low", 0.5}, {"tied", 0.5}}, "p": {{"x", -3}}}
	if diff := cmp.Diff(want, run); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]string{
		"q Q0 a 1 1 t\nq Q0 b 2 t":     "run:2: 5 fields",
		"q Q0 a one 1 t":               "run:1: rank",
		"q Q0 a 1 high t":              "run:1: score",
		"q Q0 a 1 NaN t":               "run:1: score NaN",
		"q Q0 a 1 -Inf t":              "run:1: score -Inf",
		"q Q0 a 1 1e999 t":             "run:1: score",
		"q Q0 a 1 2 t\n\nq Q0 a 2 1 t": "run:3: query q has document a twice",
		"q Q0 \xff 1 2 t":              "run:1: not UTF-8",
	} {
		if _, err := ReadTREC(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
}

// genRun draws a run as a system makes it: scores descend, and may be equal.
func genRun(t *rapid.T) Run {
	id := rapid.StringMatching(`[^\s]{1,8}`).Filter(field)
	run := Run{}
	for _, query := range rapid.SliceOfNDistinct(id, 0, 4, rapid.ID[string]).Draw(t, "queries") {
		score := 100.0
		for _, document := range rapid.SliceOfNDistinct(id, 1, 8, rapid.ID[string]).Draw(t, "documents") {
			score -= rapid.Float64Range(0, 1).Draw(t, "step") * float64(rapid.IntRange(0, 1).Draw(t, "descends"))
			run[query] = append(run[query], Scored{document, score})
		}
	}
	return run
}

func TestTRECRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := genRun(t)
		var b bytes.Buffer
		if err := run.WriteTREC(&b, "tag"); err != nil {
			t.Fatal(err)
		}
		got, err := ReadTREC(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(run, got); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzReadTREC: what is read can be written, and reads the same again.
func FuzzReadTREC(f *testing.F) {
	f.Add("q Q0 a 1 1.5 t\nq Q0 b 2 1 t\n")
	f.Add("\ufeffq\t0\ta\t-1\t0x1p-2\tt\r\n\n")
	f.Add("q Q0 a 1 NaN t")
	f.Fuzz(func(t *testing.T, text string) {
		run, err := ReadTREC(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := run.WriteTREC(&b, "t"); err != nil {
			t.Fatal(err)
		}
		again, err := ReadTREC(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(run, again); diff != "" {
			t.Error(diff)
		}
	})
}
