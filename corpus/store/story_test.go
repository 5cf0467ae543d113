package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

// edited replaces n of the words by others, at random places.
func edited(r *rand.Rand, words []string, n int) []string {
	out := slices.Clone(words)
	for _, i := range r.Perm(len(words))[:n] {
		out[i] = fmt.Sprint("khác", i)
	}
	return out
}

func body(words []string) string { return strings.Join(words, " ") + "." }

// TestStoryProperty: of two texts, three words in a hundred replaced are one
// story, texts of other words another one.
func TestStoryProperty(t *testing.T) {
	s, n := temp(t), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		words := syllables(r, rapid.IntRange(100, 600).Draw(t, "words"))
		first := corpus.Article{ID: fmt.Sprint(n, "a"), Title: "Tin", Body: body(words), Outlet: "Một"}
		second := corpus.Article{ID: fmt.Sprint(n, "b"), Title: "Tin khác", Body: body(edited(r, words, len(words)*3/100)), Outlet: "Hai"}
		for _, a := range []*corpus.Article{&first, &second} {
			if res, err := s.Put(t.Context(), a); err != nil || res.Outcome != Added {
				t.Fatalf("%+v, %v", res, err)
			}
			if a.Story != first.ID {
				t.Fatalf("%s is in story %s, want %s", a.ID, a.Story, first.ID)
			}
		}
	})
}

func TestStoryGrouping(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := syllables(r, 300)
	on := func(d int, b corpus.Basis) corpus.Date {
		return corpus.Date{Year: 2022, Month: 1, Day: d, Basis: b}
	}
	tests := map[string]struct {
		words []string
		date  corpus.Date
		want  bool
	}{
		"same words":                 {words, on(8, corpus.Stated), true},
		"within days":                {words, on(11, corpus.Stated), true},
		"a week later":               {words, on(15, corpus.Stated), false},
		"a week later, by inference": {words, on(15, corpus.Inferred), true},
		"no date":                    {words, corpus.Date{}, true},
		"a paragraph more":           {slices.Concat(words, syllables(r, 60)), on(8, corpus.Stated), true},
		"a paragraph less":           {words[:240], on(8, corpus.Stated), true},
		"paragraphs in other order":  {slices.Concat(words[150:], words[:150]), on(8, corpus.Stated), true},
		"a brief of it":              {words[:60], on(8, corpus.Stated), false},
		"half of it is new":          {slices.Concat(words[:150], syllables(r, 150)), on(8, corpus.Stated), false},
		"words in other order":       {edited(r, slices.Sorted(slices.Values(words)), 0), on(8, corpus.Stated), false},
		"other words":                {syllables(r, 300), on(8, corpus.Stated), false},
		"one word":                   {words[:1], on(8, corpus.Stated), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := temp(t)
			put(t, s, corpus.Article{ID: "a", Body: body(words), Outlet: "Một", Published: on(8, corpus.Stated)}, Added)
			b := put(t, s, corpus.Article{ID: "b", Body: body(tt.words), Outlet: "Hai", Published: tt.date}, Added)
			if want := map[bool]string{true: "a", false: "b"}[tt.want]; b.Story != want {
				t.Errorf("story %s, want %s", b.Story, want)
			}
		})
	}
}

// TestShortTexts: texts without a whole shingle, or without any word, neither
// fail nor all become one story.
func TestShortTexts(t *testing.T) {
	s := temp(t)
	for i, b := range []string{"Một", "Hai ba", "Hai ba", "…", "!!!", "Một hai ba bốn"} {
		id := fmt.Sprint(i)
		a := put(t, s, corpus.Article{ID: id, Body: b, Outlet: id}, Added)
		want := id
		if i == 2 {
			want = "1"
		}
		if a.Story != want {
			t.Errorf("%q is in story %s, want %s", b, a.Story, want)
		}
	}
}

// TestStoryLife follows a story through withdrawals and changes.
func TestStoryLife(t *testing.T) {
	s, ctx := temp(t), t.Context()
	same, other := text(1, 200), text(2, 200)
	article := func(id, body string) corpus.Article { return corpus.Article{ID: id, Body: body, Outlet: "Báo " + id} }
	stories := func(want string) {
		t.Helper()
		var got []string
		for _, id := range []string{"a", "b", "c", "d"} {
			a, err := s.Article(ctx, id)
			if err != nil {
				continue
			}
			got = append(got, id+":"+a.Story)
		}
		if g := strings.Join(got, " "); g != want {
			t.Fatalf("stories %s, want %s", g, want)
		}
	}
	sources := func(story, want string) {
		t.Helper()
		as, err := s.Sources(ctx, story)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range as {
			got = append(got, a.ID)
			if a.Body == "" {
				t.Error("without body")
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Fatalf("sources of %s: %s, want %s", story, g, want)
		}
	}
	do := func(f func() (bool, error)) {
		t.Helper()
		if did, err := f(); !did || err != nil {
			t.Fatal(did, err)
		}
	}
	put(t, s, article("a", same), Added)
	put(t, s, article("b", same), Added)
	put(t, s, article("c", same), Added)
	stories("a:a b:a c:a")
	sources("a", "a b c")

	do(func() (bool, error) { return s.Withdraw(ctx, "a") })
	stories("a:a b:a c:a")
	sources("a", "b c")
	put(t, s, article("d", same), Added)
	stories("a:a b:a c:a d:a")
	do(func() (bool, error) { return s.Restore(ctx, "a") })
	sources("a", "a b c d")

	// The first one comes to tell something else: the others take a new name,
	// and consumers learn of it.
	last, err := s.Last(ctx)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, article("a", other), Changed)
	stories("a:a b:b c:b d:b")
	if news := all(t, s, last); len(news) != 4 {
		t.Errorf("%d articles have new numbers, want all 4", len(news))
	}
	sources("a", "a")
	sources("b", "b c d")

	// A member leaves, and comes back.
	put(t, s, article("c", other), Changed)
	stories("a:a b:b c:a d:b")
	put(t, s, article("c", same), Changed)
	stories("a:a b:b c:b d:b")

	// New metadata alone moves nothing.
	renamed := article("b", same)
	renamed.Author = "Bình"
	put(t, s, renamed, Changed)
	stories("a:a b:b c:b d:b")

	// An article that arrives when the others are withdrawn starts anew.
	for _, id := range []string{"b", "c", "d"} {
		do(func() (bool, error) { return s.Withdraw(ctx, id) })
	}
	put(t, s, article("a", same), Changed)
	stories("a:a b:b c:b d:b")
	do(func() (bool, error) { return s.Restore(ctx, "c") })
	stories("a:a b:b c:a d:b")
}

func TestContainment(t *testing.T) {
	w := strings.Fields("một hai ba bốn năm sáu bảy tám chín mười")
	tests := []struct {
		name string
		s, t []string
		want float64
	}{
		{"equal", w, w, 1},
		{"empty", nil, w, 0},
		{"part", w, w[:9], 1},
		{"too small a part", w, w[:5], 0},
		{"one word of ten", w, slices.Concat(w[:9], []string{"x"}), 6.0 / 7},
		{"repeated words count once", slices.Concat(w, w), slices.Concat(w, w, w), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, pair := range [][2][]string{{tt.s, tt.t}, {tt.t, tt.s}} {
				if got := containment(sketch(pair[0]), sketchSet(pair[1])); got != tt.want {
					t.Errorf("%v, want %v", got, tt.want)
				}
			}
		})
	}
}

// TestSignatureFormat: the database holds signatures, so they must never come
// out otherwise without a migration that makes them anew.
func TestSignatureFormat(t *testing.T) {
	g := sketch(strings.Fields("mỗi câu trích là một đoạn của bài")).signature
	bands := g.bands()
	if g[0] != 153767106 || g[71] != 2388891996 || bands[23] != -6024945473629370418 {
		t.Errorf("got %d, %d and %d", g[0], g[71], bands[23])
	}
	back, ok := loadSignature(g.bytes())
	if !ok || back != g {
		t.Error("a stored signature is read as another one")
	}
	if _, ok := loadSignature(g.bytes()[1:]); ok {
		t.Error("a signature of another length is accepted")
	}
}

// BenchmarkPut puts generated articles, one in ten a near-duplicate.
func BenchmarkPut(b *testing.B) {
	const batch, length = 500, 600
	s := temp(b)
	r := rand.New(rand.NewPCG(3, 4))
	n := 0
	for b.Loop() {
		b.StopTimer()
		as := make([]*corpus.Article, batch)
		var words []string
		for i := range as {
			if i%10 == 9 {
				words = edited(r, words, length/50)
			} else {
				words = syllables(r, length)
			}
			n++
			as[i] = &corpus.Article{ID: fmt.Sprint(n), Body: body(words)}
		}
		b.StartTimer()
		err := s.Update(b.Context(), func(tx *Tx) error {
			for _, a := range as {
				if _, err := tx.Put(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "articles/s")
}
