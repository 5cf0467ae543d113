package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/vi"
)

// sameHits checks that Search finds what searchPlainly does, to the last bit.
func sameHits(ctx context.Context, x *Index, query Query) error {
	want, err := searchPlainly(ctx, x, query)
	if err != nil {
		return err
	}
	return finds(ctx, x, query, want)
}

func finds(ctx context.Context, x *Index, query Query, want *Result) error {
	got, err := x.Search(ctx, query)
	if err != nil {
		return err
	}
	if len(got.Hits) != len(want.Hits) {
		return fmt.Errorf("%q: %d hits, want %d", query.Text, len(got.Hits), len(want.Hits))
	}
	for i, w := range want.Hits {
		g := got.Hits[i]
		if g.Article.ID != w.Article.ID || g.Article.Revision != w.Article.Revision || g.Score != w.Score || g.Passage != w.Passage || g.Evidence != w.Evidence {
			return fmt.Errorf("%q, place %d, %s:\n got %+v\nwant %+v", query.Text, i, w.Article.ID, g.Evidence, w.Evidence)
		}
	}
	return nil
}

// askingForms are questions of every kind, and keywords.
var askingForms = []string{"%s", "Ai %s?", "%s khi nào?", "%s ở đâu?", "%s bao nhiêu?", "Nghị quyết nào %s?", "Vì sao %s?", "%s như thế nào?"}

// questionsOf makes a question of each kind from the words of every article,
// every fourth without diacritics.
func questionsOf(articles []*corpus.Article) []string {
	r := rand.New(rand.NewPCG(3, 5))
	var list []string
	for i, a := range articles {
		words := strings.Fields(a.Title + " " + a.Body)
		if len(words) == 0 {
			continue
		}
		for j, form := range askingForms {
			n := 2 + r.IntN(7)
			start := r.IntN(max(1, len(words)-n))
			q := fmt.Sprintf(form, strings.Join(words[start:min(len(words), start+n)], " "))
			if (i+j)%4 == 0 {
				q = vi.Fold(q)
			}
			list = append(list, q)
		}
	}
	return list
}

// TestSharedReadings asks many questions twice, at the same time, of an index that
// keeps all readings and of one that has to drop them again and again: each
// answer is the one that is found without sharing anything.
func TestSharedReadings(t *testing.T) {
	for _, c := range []struct {
		name     string
		articles func(t *testing.T) []*corpus.Article
		step     int // of the questions made, one in so many is asked
	}{
		{"sample", func(t *testing.T) []*corpus.Article { return sampleCorpus(t).list }, 3},
		{"coverage", func(t *testing.T) []*corpus.Article { return sharedArticles(t, "coverage", 0) }, 1},
		{"vietnews", func(t *testing.T) []*corpus.Article { return sharedArticles(t, "data", 300) }, 51},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory(c.articles(t)...)
			x := openIndex(t, t.TempDir(), m)
			mustUpdate(t, x)
			var queries []Query
			for i, q := range questionsOf(m.list) {
				if i%c.step == 0 {
					queries = append(queries, Query{Text: q, NoTime: len(queries)%2 == 0})
				}
			}
			wants := make([]*Result, len(queries))
			for i, q := range queries {
				var err error
				if wants[i], err = searchPlainly(t.Context(), x, q); err != nil {
					t.Fatal(err)
				}
			}
			for _, limit := range []int{readingBytes, 200 << 10, 0} {
				x.readings = newLRU[readingKey, *reading](limit)
				group, ctx := errgroup.WithContext(t.Context())
				for range 2 { // both ask for the same articles
					group.Go(func() error {
						for i, q := range queries {
							if err := finds(ctx, x, q, wants[i]); err != nil {
								return err
							}
						}
						return nil
					})
				}
				if err := group.Wait(); err != nil {
					t.Fatal(err)
				}
				if kept := x.readings.recent.Len(); (kept == 0) != (limit == 0) || x.readings.size > limit {
					t.Errorf("%d readings of %d bytes are kept, the limit is %d", kept, x.readings.size, limit)
				}
			}
		})
	}
}

// sharedArticles reads articles of a folder of the example data beside the
// repository, up to limit (0 is all). It is part of every checked build;
// elsewhere its tests are skipped.
func sharedArticles(tb testing.TB, name string, limit int) []*corpus.Article {
	tb.Helper()
	fsys := os.DirFS(filepath.Join("..", "..", "shared", name))
	if _, err := fs.Stat(fsys, "."); errors.Is(err, fs.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			tb.Fatalf("../shared/%s is missing, and CI=true wants it", name)
		}
		tb.Skipf("../shared/%s is missing", name)
	}
	files, failures, err := source.List(tb.Context(), fsys)
	if err != nil || len(failures) > 0 {
		tb.Fatal(err, failures)
	}
	var articles []*corpus.Article
	for _, f := range files {
		for a, err := range source.All(tb.Context(), fsys, f) {
			if err != nil {
				tb.Fatal(err)
			}
			if articles = append(articles, a); len(articles) == limit {
				return articles
			}
		}
	}
	return articles
}

// TestReadingOfRevision: a new revision is read anew, and one reading serves
// questions with and without diacritics.
func TestReadingOfRevision(t *testing.T) {
	m := newMemory()
	x := openIndex(t, t.TempDir(), m)
	for i, body := range []string{
		"Cầu mới có ba nhịp. Ông Lê Văn Tám trông coi bến đò.",
		"Bến đò nay do bà Trần Thị Nụ trông coi, hai bên bờ đã trồng tre.",
		"Bến đò đóng cửa.\nNgười trông coi bến đò là ông Đỗ Mười Ba.",
	} {
		m.put(&corpus.Article{ID: "a", Title: "Chuyện bến đò", Body: body})
		mustUpdate(t, x)
		for _, q := range []string{"Ai trông coi bến đò?", "ai trong coi ben do"} {
			for range 2 {
				if err := sameHits(t.Context(), x, Query{Text: q}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := x.readings.recent.Len(); n != i+1 {
			t.Errorf("%d revisions, %d readings", i+1, n)
		}
	}
}

// TestTokens: the pairs of a reading are those of its terms, also within every
// part of it.
func TestTokens(t *testing.T) {
	z := newAnalyzer()
	for _, c := range termCases {
		r := read(z, &corpus.Article{Body: c.in})
		terms := z.terms(nil, c.in)
		if got := r.terms(z, &Question{}, all); !slices.Equal(got, terms) {
			t.Errorf("%q: terms %+v, want %+v", c.in, got, terms)
		}
		var got []string
		for i, k := range r.body {
			if k.back > 0 {
				got = append(got, z.bigram(r.words[r.body[i-int(k.back)].word], r.words[k.word]))
			}
		}
		if got := strings.Join(got, " "); got != c.pairs {
			t.Errorf("%q: pairs %q, want %q", c.in, got, c.pairs)
		}
	}
}

// TestMatches: a pair counts where both of its syllables stand, and no syllable
// is a pair with itself.
func TestMatches(t *testing.T) {
	z := newAnalyzer()
	w := &weights{of: make([]float64, 4), index: map[string]int{"xanh": 0, "xanh_xanh": 1, "tre_xanh": 2, "tre": 3}}
	body := "Tre xanh xanh, tre. Xanh"
	_, found := w.find(z, &Question{}, read(z, &corpus.Article{Body: body}))
	for part, want := range map[string][]bool{
		body:        {true, true, true, true},
		"Tre xanh":  {true, false, true, true},
		"xanh xanh": {true, true, false, false},
		"Tre":       {false, false, false, true},
		"tre. Xanh": {true, false, false, true},
		"Xanh":      {true, false, false, false},
		",":         {false, false, false, false},
	} {
		start := strings.Index(body, part)
		seen := make([]bool, len(w.of))
		found.mark(seen, vi.Span{Start: start, End: start + len(part)})
		if !slices.Equal(seen, want) {
			t.Errorf("%q: %v, want %v", part, seen, want)
		}
	}
}

// TestReadingSize holds size to what readings take in truth.
func TestReadingSize(t *testing.T) {
	const n = 400
	r := rand.New(rand.NewPCG(7, 7))
	articles := make([]*corpus.Article, n)
	for i := range articles {
		articles[i] = madeArticle(r, fmt.Sprint("id", i))
		for range 20 {
			articles[i].Body += fmt.Sprintf("\n%s Bến số %d.", madeSentence(r, 30), r.IntN(1_000_000))
		}
	}
	z := newAnalyzer()
	c := newLRU[readingKey, *reading](1 << 30)
	before := heapInUse()
	for _, a := range articles {
		k := read(z, a)
		c.put(readingKey{id: a.ID, revision: 1}, k, k.size())
	}
	took := heapInUse() - before
	if c.recent.Len() != n || float64(took) > 1.25*float64(c.size) || float64(took) < 0.6*float64(c.size) {
		t.Errorf("%d readings take %d bytes of the heap, and are taken for %d", c.recent.Len(), took, c.size)
	}
	runtime.KeepAlive(articles)
	runtime.KeepAlive(z)
	t.Logf("a reading of %d bytes takes %d", len(articles[0].Body), took/n)
}

func heapInUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestLRU compares with a list of keys in the order of their use.
func TestLRU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 2000).Draw(t, "limit")
		c := newLRU[int, int](limit)
		sizes := map[int]int{}
		var order []int // the last used first
		for range rapid.IntRange(0, 40).Draw(t, "calls") {
			key := rapid.IntRange(0, 9).Draw(t, "key")
			at := slices.Index(order, key)
			if rapid.Bool().Draw(t, "get") {
				if v, ok := c.get(key); ok != (at >= 0) || ok && v != 10*key {
					t.Fatalf("get %d: %d %v, kept are %v", key, v, ok, order)
				}
				if at >= 0 {
					order = slices.Insert(slices.Delete(order, at, at+1), 0, key)
				}
				continue
			}
			size := rapid.IntRange(0, 800).Draw(t, "size")
			c.put(key, 10*key, size)
			if size += entryBytes; at < 0 && size <= limit {
				order, sizes[key] = slices.Insert(order, 0, key), size
				for sum(order, sizes) > limit {
					order = order[:len(order)-1]
				}
			}
			if c.size != sum(order, sizes) || c.size > limit || len(c.byKey) != len(order) {
				t.Fatalf("%d keys of %d, want %d of %d", len(c.byKey), c.size, len(order), sum(order, sizes))
			}
		}
	})
}

func sum(keys []int, sizes map[int]int) (n int) {
	for _, k := range keys {
		n += sizes[k]
	}
	return n
}
