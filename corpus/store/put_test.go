package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/corpus"
)

var day = corpus.Date{Year: 2022, Month: 1, Day: 8, Basis: corpus.Stated}

func base() corpus.Article {
	return corpus.Article{
		ID: "a", Title: "Cầu mới thông xe", Body: "Lời dẫn.\nSáng nay cầu đã thông xe.", LeadLen: 10,
		Outlet: "Báo Một", Author: "An", Published: day, URL: "https://mot.vn/cau", Path: "cau.txt",
		Tags: []string{"cầu"}, Captions: []string{"Cây cầu"},
	}
}

func TestPutContent(t *testing.T) {
	tests := map[string]struct {
		edit func(*corpus.Article)
		want Outcome
	}{
		"same":          {func(*corpus.Article) {}, Unchanged},
		"path":          {func(a *corpus.Article) { a.Path = "khac.txt" }, Unchanged},
		"title":         {func(a *corpus.Article) { a.Title = "Cầu" }, Changed},
		"title derived": {func(a *corpus.Article) { a.TitleDerived = true }, Changed},
		"body":          {func(a *corpus.Article) { a.Body += " Đông người." }, Changed},
		"case":          {func(a *corpus.Article) { a.Body = "LỜI DẪN.\nSáng nay cầu đã thông xe." }, Changed},
		"lead":          {func(a *corpus.Article) { a.LeadLen = 0 }, Changed},
		"outlet":        {func(a *corpus.Article) { a.Outlet = "Báo Hai" }, Changed},
		"author":        {func(a *corpus.Article) { a.Author = "" }, Changed},
		"date":          {func(a *corpus.Article) { a.Published.Day = 9 }, Changed},
		"basis":         {func(a *corpus.Article) { a.Published.Basis = corpus.Inferred }, Changed},
		"no date":       {func(a *corpus.Article) { a.Published = corpus.Date{} }, Changed},
		"url":           {func(a *corpus.Article) { a.URL += "?page=2" }, Changed},
		"tags":          {func(a *corpus.Article) { a.Tags = nil }, Changed},
		"captions":      {func(a *corpus.Article) { a.Captions = append(slices.Clone(a.Captions), "") }, Changed},
		"tag or caption": {func(a *corpus.Article) {
			a.Tags, a.Captions = append(slices.Clone(a.Tags), a.Captions...), nil
		}, Changed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := temp(t)
			old := put(t, s, base(), Added)
			next := base()
			tt.edit(&next)
			got := put(t, s, next, tt.want)
			stored, err := s.Article(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(got, stored); d != "" {
				t.Errorf("what Put set and what is stored: %s", d)
			}
			if tt.want == Unchanged {
				if stored.Seq != old.Seq || stored.Revision != 1 || stored.Path != next.Path {
					t.Errorf("stored as %+v", stored)
				}
				return
			}
			if stored.Seq != old.Seq+1 || stored.Revision != 2 {
				t.Errorf("seq %d revision %d", stored.Seq, stored.Revision)
			}
			first, err := s.Revision(t.Context(), "a", 1)
			if err != nil {
				t.Fatal(err)
			}
			old.Seq, old.Revised, old.Path = stored.Seq, stored.Revised, stored.Path
			if d := cmp.Diff(old, first); d != "" {
				t.Errorf("the first revision is now: %s", d)
			}
		})
	}
}

func TestPutDuplicates(t *testing.T) {
	tests := map[string]struct {
		edit func(*corpus.Article)
		want Outcome
	}{
		"other name":        {func(*corpus.Article) {}, Duplicate},
		"spacing, tone":     {func(a *corpus.Article) { a.Title = "CẦU  mới thông xe!" }, Duplicate},
		"no outlet":         {func(a *corpus.Article) { a.Outlet = "" }, Duplicate},
		"no url":            {func(a *corpus.Article) { a.URL = "" }, Duplicate},
		"same url, written": {func(a *corpus.Article) { a.URL = "http://www.mot.vn/cau/?utm_source=x" }, Duplicate},
		"other date":        {func(a *corpus.Article) { a.Published.Day = 9 }, Duplicate},
		"other outlet":      {func(a *corpus.Article) { a.Outlet, a.URL = "Báo Hai", "" }, Added},
		"other url":         {func(a *corpus.Article) { a.URL = "https://mot.vn/cau-2" }, Added},
		"word moved from title to body": {func(a *corpus.Article) {
			a.Title, a.Body, a.LeadLen = "Cầu mới thông", "xe Lời dẫn.\nSáng nay cầu đã thông xe.", 0
		}, Added},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := temp(t)
			put(t, s, base(), Added)
			b := base()
			b.ID = "b"
			tt.edit(&b)
			r, err := s.Put(t.Context(), &b)
			if err != nil {
				t.Fatal(err)
			}
			if r.Outcome != tt.want {
				t.Fatalf("%+v, want %s", r, tt.want)
			}
			_, err = s.Article(t.Context(), "b")
			if tt.want == Duplicate {
				if r.Of != "a" || r.Revision != 1 || r.Seq != 0 || b.Seq != 0 || !errors.Is(err, ErrNotFound) {
					t.Errorf("%+v, %v", r, err)
				}
				// It is one no longer when the other is withdrawn.
				if _, err := s.Withdraw(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				put(t, s, b, Added)
				put(t, s, base(), Duplicate)
				return
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPutRefuses(t *testing.T) {
	for name, edit := range map[string]func(*corpus.Article){
		"no ID":         func(a *corpus.Article) { a.ID = "" },
		"no text":       func(a *corpus.Article) { a.Body, a.LeadLen = "", 0 },
		"long lead":     func(a *corpus.Article) { a.LeadLen = len(a.Body) + 1 },
		"negative lead": func(a *corpus.Article) { a.LeadLen = -1 },
		"broken body":   func(a *corpus.Article) { a.Body = "a\xff" + a.Body },
		"broken tag":    func(a *corpus.Article) { a.Tags = []string{"\xc3"} },
		"no such day":   func(a *corpus.Article) { a.Published.Day = 32 },
		"no such year":  func(a *corpus.Article) { a.Published.Year = 12022 },
	} {
		t.Run(name, func(t *testing.T) {
			s := temp(t)
			a := base()
			edit(&a)
			if r, err := s.Put(t.Context(), &a); !errors.Is(err, ErrArticle) {
				t.Errorf("%+v, %v", r, err)
			}
			if got := all(t, s, 0); len(got) != 0 {
				t.Error("stored")
			}
		})
	}
}

func TestWithdrawRestore(t *testing.T) {
	s, ctx := temp(t), t.Context()
	put(t, s, base(), Added)
	step := func(f func() (bool, error), want bool) {
		t.Helper()
		if got, err := f(); got != want || err != nil {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
	}
	withdraw := func() (bool, error) { return s.Withdraw(ctx, "a") }
	restore := func() (bool, error) { return s.Restore(ctx, "a") }
	step(restore, false)
	step(withdraw, true)
	step(withdraw, false)
	a, err := s.Article(ctx, "a")
	if err != nil || !a.Withdrawn || a.Seq != 2 || a.Revision != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	step(restore, true)
	if a, err = s.Article(ctx, "a"); err != nil || a.Withdrawn || a.Seq != 3 {
		t.Fatalf("%+v, %v", a, err)
	}
	step(withdraw, true)
	if a := put(t, s, base(), Restored); a.Withdrawn || a.Seq != 5 || a.Revision != 1 {
		t.Errorf("%+v", a)
	}
	step(withdraw, true)
	next := base()
	next.Body += " Thêm một câu."
	if a := put(t, s, next, Restored); a.Withdrawn || a.Seq != 7 || a.Revision != 2 {
		t.Errorf("%+v", a)
	}

	// Refresh leaves it withdrawn, with its content up to date.
	step(withdraw, true)
	third := base()
	third.Body += " Và câu thứ ba."
	for _, want := range []Outcome{Changed, Unchanged} {
		err = s.Update(ctx, func(tx *Tx) error {
			r, err := tx.Refresh(&third)
			if r.Outcome != want || !third.Withdrawn {
				t.Errorf("%+v, want %s, withdrawn", r, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	step(restore, true)
	if a, err = s.Article(ctx, "a"); err != nil || a.Body != third.Body || a.Revision != 3 || a.Withdrawn {
		t.Errorf("%+v, %v", a, err)
	}

	for _, f := range []func() (bool, error){
		func() (bool, error) { return s.Withdraw(ctx, "x") },
		func() (bool, error) { return s.Restore(ctx, "x") },
	} {
		if _, err := f(); !errors.Is(err, ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
	}
}

// TestStoredAsGiven: whatever a reader may produce comes back byte by byte.
func TestStoredAsGiven(t *testing.T) {
	s := temp(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		str := rapid.String()
		a := corpus.Article{
			ID: fmt.Sprint(n), Title: str.Draw(t, "title"), TitleDerived: rapid.Bool().Draw(t, "derived"),
			Body:   rapid.StringN(1, -1, -1).Draw(t, "body"),
			Outlet: fmt.Sprint(n), // else it may be a duplicate
			Author: str.Draw(t, "author"), URL: str.Draw(t, "url"), Path: str.Draw(t, "path"),
		}
		a.LeadLen = rapid.IntRange(0, len(a.Body)).Draw(t, "lead")
		if list := rapid.SliceOf(str).Draw(t, "tags"); len(list) > 0 {
			a.Tags, a.Captions = list, list[1:len(list):len(list)]
		}
		if len(a.Captions) == 0 {
			a.Captions = nil
		}
		if y := rapid.IntRange(0, 2100).Draw(t, "year"); y > 0 {
			a.Published = corpus.Date{Year: y, Basis: corpus.Inferred}
			if m := rapid.IntRange(0, 12).Draw(t, "month"); m > 0 {
				a.Published.Month = 1
				a.Published.Day = rapid.IntRange(0, 31).Draw(t, "day")
			}
		}
		given := a
		if r, err := s.Put(t.Context(), &a); err != nil || r.Outcome != Added {
			t.Fatalf("%+v, %v", r, err)
		}
		got, err := s.Article(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(&a, got); d != "" {
			t.Fatal(d)
		}
		given.Seq, given.Arrived, given.Revised, given.Revision, given.Story = a.Seq, a.Seq, a.Seq, a.Revision, a.Story
		if d := cmp.Diff(given, a); d != "" {
			t.Fatalf("Put altered more than it may: %s", d)
		}
		if r, err := s.Put(t.Context(), got); err != nil || r.Outcome != Unchanged {
			t.Fatalf("again: %+v, %v", r, err)
		}
	})
}

// TestModel compares the store with a map through random steps.
func TestModel(t *testing.T) {
	dir, round := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		s, err := Open(t.Context(), filepath.Join(dir, fmt.Sprint(round)), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		model := map[string]*corpus.Article{}
		last := corpus.Seq(0)
		ids := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		steps := rapid.IntRange(1, 25).Draw(t, "steps")
		for range steps {
			id := ids.Draw(t, "id")
			m := model[id]
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0, 1:
				// The outlet keeps equal texts from being duplicates.
				a := corpus.Article{ID: id, Outlet: id, Body: text(rapid.Uint64Range(0, 3).Draw(t, "text"), 60)}
				want := Added
				switch {
				case m == nil:
				case m.Withdrawn:
					want = Restored
				case m.Body == a.Body:
					want = Unchanged
				default:
					want = Changed
				}
				r, err := s.Put(t.Context(), &a)
				if err != nil || r.Outcome != want {
					t.Fatalf("put %s: %+v, %v, want %s", id, r, err, want)
				}
				if want != Unchanged && a.Seq <= last {
					t.Fatalf("seq %d after %d", a.Seq, last)
				}
				revision := 1
				if m != nil {
					revision = m.Revision
					if m.Body != a.Body {
						revision++
					}
				}
				if a.Revision != revision {
					t.Fatalf("revision %d, want %d", a.Revision, revision)
				}
				arrived, revised := a.Seq, a.Seq
				if m != nil {
					arrived = m.Arrived
					if m.Body == a.Body {
						revised = m.Revised
					}
				}
				if a.Arrived != arrived || a.Revised != revised {
					t.Fatalf("arrived %d, revised %d, want %d, %d", a.Arrived, a.Revised, arrived, revised)
				}
				model[id] = &a
			case 2, 3:
				f, to := s.Withdraw, true
				if rapid.Bool().Draw(t, "restore") {
					f, to = s.Restore, false
				}
				did, err := f(t.Context(), id)
				if m == nil {
					if !errors.Is(err, ErrNotFound) {
						t.Fatal(err)
					}
					continue
				}
				if err != nil || did != (m.Withdrawn != to) {
					t.Fatalf("%s to %v: %v, %v", id, to, did, err)
				}
				m.Withdrawn = to
			}
			if last, err = s.Last(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		at, n := corpus.Seq(0), 0
		live := map[string]map[string]bool{} // text -> stories
		for a, err := range s.After(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			m := model[a.ID]
			if m == nil || a.Body != m.Body || a.Withdrawn != m.Withdrawn || a.Revision != m.Revision ||
				a.Arrived != m.Arrived || a.Revised != m.Revised {
				t.Fatalf("%+v, want %+v", a, m)
			}
			if a.Seq <= at {
				t.Fatalf("%d after %d", a.Seq, at)
			}
			at = a.Seq
			if !a.Withdrawn {
				if live[a.Body] == nil {
					live[a.Body] = map[string]bool{}
				}
				live[a.Body][a.Story] = true
			}
		}
		if n != len(model) || at != last {
			t.Fatalf("%d articles up to %d, want %d up to %d", n, at, len(model), last)
		}
		// One story a text, one text a story.
		stories := map[string]bool{}
		for _, names := range live {
			if len(names) != 1 {
				t.Fatalf("one text has the stories %v", names)
			}
			for name := range names {
				if stories[name] {
					t.Fatalf("story %s has two texts", name)
				}
				stories[name] = true
			}
		}
		c, err := s.Counts(t.Context())
		if err != nil || c.Stories != len(stories) || c.Articles+c.Withdrawn != n {
			t.Fatalf("%+v, %v, want %d stories", c, err, len(stories))
		}
	})
}
