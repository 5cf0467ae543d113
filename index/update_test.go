package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"trichdan/corpus"
)

// checkWhole checks that an index is what its corpus says at this moment: the
// state is that of the articles, no other document is there, and every term
// of the vocabulary ranks as in the reference.
func checkWhole(t rapid.TB, x *Index, m *memArticles) {
	t.Helper()
	checkState(t, x, m.seq, m.current())
	reader, closeReader := snapshot(t, x)
	defer closeReader()
	docs, err := reader.DocCount()
	if err != nil {
		t.Fatal(err)
	}
	if s := sums(m.current()); docs != uint64(s.Articles+s.Passages) && docs != uint64(s.Articles) {
		t.Fatalf("%d documents of %d articles with %d passages", docs, s.Articles, s.Passages)
	}
	for _, v := range vocabulary {
		clauses := []clause{
			{term: v.accented, article: articleSyllables, passage: passageSyllables, weight: 1},
			{term: v.folded + "_" + v.folded, article: articleFoldedBi, passage: passageFoldedBi, bigram: true, weight: 0.5},
		}
		k := len(m.byID) + 1
		got, _ := runBlock(t, reader, &blockQuery{clauses: clauses, k: k})
		checkRanking(t, m, got, reference(m.current(), clauses, func(*corpus.Article) bool { return true }), k)
	}
}

// sums are the lengths of some articles together.
func sums(articles []*corpus.Article) (s lengths) {
	z := newAnalyzer()
	for _, a := range articles {
		_, l := newDocument(z, a)
		s.add(l, 1)
	}
	return s
}

// stateOf is the state of the current generation, shown or not.
func stateOf(t rapid.TB, x *Index) state {
	t.Helper()
	s, err := x.gen.state()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkState(t rapid.TB, x *Index, cursor corpus.Seq, articles []*corpus.Article) {
	t.Helper()
	got := stateOf(t, x)
	got.Target = 0
	if want := (state{Cursor: cursor, Lengths: sums(articles)}); got != want {
		t.Fatalf("state %+v, want %+v", got, want)
	}
}

func TestUpdateFollowsTheCorpus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		m := newMemory()
		x, closeIndex := madeIndex(t, m)
		defer func() { closeIndex() }()
		seen := corpus.Seq(0)
		id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
		for range rapid.IntRange(1, 6).Draw(t, "updates") {
			for range rapid.IntRange(0, 6).Draw(t, "changes") {
				id := id.Draw(t, "id")
				if a := m.byID[id]; a == nil || rapid.Bool().Draw(t, "content") {
					m.put(madeArticle(r, id))
				} else {
					m.withdraw(id, !a.Withdrawn)
				}
			}
			changed := 0
			for _, a := range m.list {
				if a.Seq > seen {
					changed++
				}
			}
			seen = m.seq
			if n := mustUpdate(t, x); n != changed {
				t.Fatalf("Update took in %d articles, %d have changed", n, changed)
			}
			if n := mustUpdate(t, x); n != 0 {
				t.Fatalf("Update took in %d articles, none has changed", n)
			}
			checkState(t, x, m.seq, m.current())
		}
		checkWhole(t, x, m)

		fresh, closeFresh := madeIndex(t, m)
		defer closeFresh()
		mustUpdate(t, fresh)
		checkWhole(t, fresh, m)
		// Whole questions, with evidence: the same hits from both.
		for range 3 {
			text := madeSentence(r, 3)
			got, want := ask(t, x, text), ask(t, fresh, text)
			if len(got) != len(want) {
				t.Fatalf("%q: %d hits, %d from a fresh index", text, len(got), len(want))
			}
			for i := range got {
				if got[i].Article.Withdrawn || m.byID[got[i].Article.ID].Withdrawn {
					t.Fatalf("%q finds %s, which is withdrawn", text, got[i].Article.ID)
				}
				if got[i].Article != want[i].Article || got[i].Passage != want[i].Passage ||
					math.Abs(got[i].Score-want[i].Score) > tolerance || math.Abs(got[i].SentenceScore-want[i].SentenceScore) > tolerance {
					t.Fatalf("%q, place %d: %+v, from a fresh index %+v", text, i, got[i], want[i])
				}
			}
		}
	})
}

func ask(t rapid.TB, x *Index, text string) []Hit {
	t.Helper()
	r, err := x.Search(context.Background(), Query{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return r.Hits
}

// TestWithdrawnAfterUpdate withdraws and changes articles that the index still
// has: what it finds is never withdrawn, and always the text that was indexed.
func TestWithdrawnAfterUpdate(t *testing.T) {
	m := newMemory(
		&corpus.Article{ID: "a", Body: "Hội sách mùa thu mở cửa sáng thứ bảy."},
		&corpus.Article{ID: "b", Body: "Hội sách mùa thu đóng cửa chiều chủ nhật."},
	)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	m.withdraw("a", true)
	m.put(&corpus.Article{ID: "b", Body: "Bài này đã viết lại."})
	hits := ask(t, x, "hội sách mùa thu")
	if len(hits) != 1 || hits[0].Article.ID != "b" || hits[0].Article.Revision != 1 {
		t.Fatalf("hits %+v, want only b in its first revision", hits)
	}
	s := hits[0].Sentence
	if got := hits[0].Article.Body[s.Start:s.End]; got != "Hội sách mùa thu đóng cửa chiều chủ nhật." {
		t.Errorf("sentence %q", got)
	}
	mustUpdate(t, x)
	if hits := ask(t, x, "hội sách mùa thu"); len(hits) > 0 {
		t.Errorf("found %+v", hits[0].Article)
	}
	if hits := ask(t, x, "bài viết lại"); len(hits) != 1 || hits[0].Article.Revision != 2 {
		t.Errorf("found %+v", hits)
	}
}

// oneByOne is a corpus that tells of every article that is read from it.
type oneByOne struct {
	*memArticles
	read func(a *corpus.Article) error
}

func (o oneByOne) After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for a, err := range o.memArticles.After(ctx, seq) {
			if err == nil {
				err = o.read(a)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

// TestChangedWhileRead changes an article behind the reader's back, so that one
// pass over the corpus meets it twice.
func TestChangedWhileRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(m *memArticles)
		first  string // found by its first text
		second string
	}{
		{"changed", func(m *memArticles) { m.put(&corpus.Article{ID: "a", Body: "Phiên bản sau."}) }, "", "a"},
		{"changed twice", func(m *memArticles) {
			m.put(&corpus.Article{ID: "a", Body: "Phiên bản giữa."})
			m.put(&corpus.Article{ID: "a", Body: "Phiên bản sau."})
		}, "", "a"},
		{"withdrawn", func(m *memArticles) { m.withdraw("a", true) }, "", ""},
		{"restored", func(m *memArticles) { m.withdraw("a", true); m.withdraw("a", false) }, "a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory(&corpus.Article{ID: "a", Body: "Ấn phẩm đầu tiên."})
			for i := range memPage {
				m.put(&corpus.Article{ID: fmt.Sprintf("x%d", i), Body: "Hà Nội mưa."})
			}
			read := 0
			x := openIndex(t, t.TempDir(), oneByOne{m, func(*corpus.Article) error {
				if read++; read == 10 {
					c.change(m)
				}
				return nil
			}})
			mustUpdate(t, x)
			for text, want := range map[string]string{"ấn phẩm": c.first, "phiên bản sau": c.second} {
				got := ""
				for _, h := range ask(t, x, text) {
					got += h.Article.ID
				}
				if got != want {
					t.Errorf("%q finds %q, want %q", text, got, want)
				}
			}
			checkState(t, x, m.seq, m.current())
		})
	}
}

// manyArticles makes a corpus of three batches.
func manyArticles() *memArticles {
	r := rand.New(rand.NewPCG(7, 7))
	m := newMemory()
	for i := range 2*batchArticles + 300 {
		m.put(&corpus.Article{ID: fmt.Sprintf("id%05d", i), Body: madeSentence(r, 5)})
	}
	return m
}

// upTo is the part of a corpus that arrived up to a Seq.
func upTo(m *memArticles, seq corpus.Seq) []*corpus.Article {
	return slices.DeleteFunc(m.current(), func(a *corpus.Article) bool { return a.Seq > seq })
}

// multiples are those of step up to n.
func multiples(step, n int) (list []int) {
	for i := step; i <= n; i += step {
		list = append(list, i)
	}
	return list
}

func TestUpdateCutShort(t *testing.T) {
	errRead := errors.New("disk error")
	for name, cut := range map[string]struct {
		want error
		stop func(cancel func(), n int) error
	}{
		"by the caller": {context.Canceled, func(cancel func(), n int) error {
			if n == 2*batchArticles+10 {
				cancel()
			}
			return nil
		}},
		"by the corpus": {errRead, func(_ func(), n int) error {
			if n == 2*batchArticles+10 {
				return errRead
			}
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := manyArticles()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			read, armed := 0, true
			x := openIndex(t, t.TempDir(), oneByOne{m, func(*corpus.Article) error {
				if read++; armed {
					return cut.stop(cancel, read)
				}
				return nil
			}})
			var done []int
			n, err := x.Update(ctx, func(d, total int) {
				if done = append(done, d); total != int(m.seq) {
					t.Errorf("total %d", total)
				}
			})
			if !errors.Is(err, cut.want) {
				t.Fatalf("error %v, want %v", err, cut.want)
			}
			cursor := stateOf(t, x).Cursor
			if n == 0 || n%batchArticles != 0 || corpus.Seq(n) != cursor || !slices.Equal(done, append([]int{0}, multiples(batchArticles, n)...)) {
				t.Errorf("%d articles taken in, cursor %d, progress %v", n, cursor, done)
			}
			checkState(t, x, cursor, upTo(m, cursor))
			armed = false
			if rest := mustUpdate(t, x); rest != int(m.seq)-n {
				t.Errorf("then %d articles", rest)
			}
			checkState(t, x, m.seq, m.current())
		})
	}
}

const crashEnv = "TRICHDAN_TEST_CRASH"

// TestCrashChild is the process that TestCrash kills.
func TestCrashChild(t *testing.T) {
	dir, after, ok := strings.Cut(os.Getenv(crashEnv), "|")
	if !ok {
		t.Skip("run by TestCrash")
	}
	last, err := strconv.Atoi(after)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(t.Context(), dir, manyArticles(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	_, err = x.Update(t.Context(), func(done, _ int) {
		if done >= last {
			if err := self.Kill(); err != nil {
				t.Error(err)
			}
			select {} // until the signal arrives
		}
	})
	t.Fatalf("the update ended (%v) and this process is alive", err)
}

// TestCrash kills a process in the middle of an update. The batches that were
// reported are there, documents and state alike, and the next update goes on.
func TestCrash(t *testing.T) {
	m := manyArticles()
	for _, done := range []int{1, batchArticles + 1, 2*batchArticles + 1} {
		t.Run(strconv.Itoa(done), func(t *testing.T) {
			dir := t.TempDir()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashChild$")
			child.Env = append(os.Environ(), crashEnv+"="+dir+"|"+strconv.Itoa(done))
			out, err := child.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Exited() {
				t.Fatalf("%v\n%s", err, out)
			}
			x := openIndex(t, dir, m)
			cursor := stateOf(t, x).Cursor
			if int(cursor) < min(done, int(m.seq)) {
				t.Errorf("cursor %d after %d were reported", cursor, done)
			}
			checkState(t, x, cursor, upTo(m, cursor))
			if left, err := filepath.Glob(filepath.Join(dir, quarantine+"*")); err != nil || len(left) > 0 {
				t.Error("put aside:", left, err)
			}
			// What is only a part is not shown.
			var building *BuildingError
			if got, err := x.Rank(t.Context(), m.list[0].Body, 10); cursor < m.seq && (!errors.As(err, &building) || len(got) > 0) {
				t.Errorf("a part of the corpus answers %v, %v", got, err)
			}
			mustUpdate(t, x)
			checkState(t, x, m.seq, m.current())
			for _, a := range []*corpus.Article{m.list[0], m.list[int(cursor)-1], m.list[m.seq-1]} {
				if got, err := x.Rank(t.Context(), a.Body, int(m.seq)); err != nil || !slices.ContainsFunc(got, func(r Ranked) bool { return r.ID == a.ID }) {
					t.Errorf("%s is not found (%v)", a.ID, err)
				}
			}
		})
	}
}

func TestClosed(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	m := newMemory(&corpus.Article{ID: "a", Body: "Một cây cầu mới."})
	x, err := Open(t.Context(), t.TempDir(), m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, x)
	if _, err := x.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	q := ask(t, x, "cầu")
	if len(q) != 1 {
		t.Fatal(q)
	}
	for range 2 {
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, use := range map[string]func() error{
		"Update":   func() error { _, err := x.Update(t.Context(), nil); return err },
		"Rebuild":  func() error { _, err := x.Rebuild(t.Context(), nil); return err },
		"Rollback": func() error { _, err := x.Rollback(t.Context()); return err },
		"Search":   func() error { _, err := x.Search(t.Context(), Query{Text: "cầu"}); return err },
		"Rank":     func() error { _, err := x.Rank(t.Context(), "cầu", 1); return err },
		"Respell":  func() error { _, _, err := x.Respell(t.Context(), &Question{}); return err },
		"Status":   func() error { _, err := x.Status(); return err },
		"Cursor":   func() error { _, err := x.Cursor(); return err },
	} {
		if err := use(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	// Bleve's workers of analysis are of the process, not of an index.
	goleak.VerifyNone(t, leaks, goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}
