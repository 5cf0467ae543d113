package index

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

// testNow is the present of all tests.
var testNow = time.Date(2024, 6, 15, 12, 0, 0, 0, corpus.Zone)

// openIndex opens an index that is closed with the test.
func openIndex(t *testing.T, dir string, articles Articles) *Index {
	t.Helper()
	o := Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: func() time.Time { return testNow }}
	x, err := Open(t.Context(), dir, articles, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// madeIndex is openIndex for one case of a property; close ends it early.
func madeIndex(t rapid.TB, articles Articles) (x *Index, closeIndex func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "trichdan-index-")
	if err != nil {
		t.Fatal(err)
	}
	x, err = Open(context.Background(), dir, articles, Options{Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	return x, func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}
}

func mustUpdate(t rapid.TB, x *Index) int {
	t.Helper()
	n, err := x.Update(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// vocabulary is small, so that terms collide; several of its syllables are
// one without diacritics, and all are in normal form.
var vocabulary = []struct{ accented, folded string }{
	{"hà", "ha"}, {"hạ", "ha"}, {"nội", "noi"}, {"nối", "noi"}, {"sông", "song"}, {"song", "song"},
	{"cầu", "cau"}, {"câu", "cau"}, {"mưa", "mua"}, {"mùa", "mua"}, {"đường", "duong"}, {"dương", "duong"},
}

var foldedForm = func() map[string]string {
	m := map[string]string{}
	for _, v := range vocabulary {
		m[v.accented] = v.folded
	}
	return m
}()

var (
	madeOutlets = []string{"", "Nhân Dân", "Báo Giấy Dó"}
	madeDates   = []corpus.Date{
		{}, {Year: 2021}, {Year: 2022, Month: 4}, {Year: 2022, Month: 4, Day: 12},
		{Year: 2022, Month: 12, Day: 31}, {Year: 2023, Month: 1, Day: 1}, {Year: 2024, Month: 2, Day: 29},
	}
)

// madeSentence is a sentence of n syllables, with a comma now and then.
func madeSentence(r *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		// The first syllables of the vocabulary are the frequent ones.
		w := vocabulary[min(r.IntN(len(vocabulary)), r.IntN(len(vocabulary)))].accented
		switch {
		case i == 0:
			first := []rune(w)[0]
			w = strings.ToUpper(string(first)) + strings.TrimPrefix(w, string(first))
		case r.IntN(9) == 0:
			b.WriteString(", ")
		default:
			b.WriteString(" ")
		}
		b.WriteString(w)
	}
	return b.String() + "."
}

// madeArticle makes an article of up to three paragraphs: of none, of short
// ones that share a passage, or of long ones that make several.
func madeArticle(r *rand.Rand, id string) *corpus.Article {
	a := &corpus.Article{ID: id, Outlet: madeOutlets[r.IntN(len(madeOutlets))], Published: madeDates[r.IntN(len(madeDates))]}
	if r.IntN(4) > 0 {
		a.Title = strings.TrimSuffix(madeSentence(r, 1+r.IntN(6)), ".")
		a.TitleDerived = r.IntN(4) == 0
	}
	var paragraphs []string
	for range r.IntN(4) {
		var sentences []string
		size := 1 + r.IntN(4)
		if r.IntN(3) == 0 {
			size = 40
		}
		for range 1 + r.IntN(4) {
			sentences = append(sentences, madeSentence(r, size+r.IntN(5)))
		}
		paragraphs = append(paragraphs, strings.Join(sentences, " "))
	}
	a.Body = strings.Join(paragraphs, "\n")
	return a
}

// madeCorpus draws a corpus and an index of it with several segments,
// revisions and deletions.
func madeCorpus(t *rapid.T) (*memArticles, *Index, func()) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	m := newMemory()
	x, closeIndex := madeIndex(t, m)
	ids := rapid.IntRange(1, 30).Draw(t, "ids")
	for range rapid.IntRange(1, 3).Draw(t, "batches") {
		for range rapid.IntRange(1, 20).Draw(t, "changes") {
			id := fmt.Sprintf("id%02d", r.IntN(ids))
			if a := m.byID[id]; a != nil && r.IntN(3) == 0 {
				m.withdraw(id, !a.Withdrawn)
				continue
			}
			m.put(madeArticle(r, id))
		}
		mustUpdate(t, x)
	}
	return m, x, closeIndex
}
