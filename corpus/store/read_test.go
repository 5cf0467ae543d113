package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/corpus"
)

func TestNewest(t *testing.T) {
	s, ctx := temp(t), t.Context()
	on := func(y, m, d int) corpus.Date {
		return corpus.Date{Year: y, Month: time.Month(m), Day: d, Basis: corpus.Stated}
	}
	for i, d := range []corpus.Date{on(2022, 1, 8), {}, on(2023, 5, 1), on(2022, 1, 8), on(2022, 0, 0), on(2024, 1, 1)} {
		put(t, s, corpus.Article{ID: fmt.Sprint(i), Body: text(uint64(i), 30), Published: d, Outlet: []string{"B", "", "A"}[i%3]}, Added)
	}
	if _, err := s.Withdraw(ctx, "5"); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{0: "", -1: "", 2: "2 3", 100: "2 3 0 4 1"} {
		as, err := s.Newest(ctx, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range as {
			got = append(got, a.ID)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("newest %d: %s, want %s", limit, g, want)
		}
	}
	for upTo, want := range map[corpus.Seq]string{0: "", 1: "0", 4: "2 3 0 1", 6: "2 3 0 4 1"} {
		as, err := s.NewestUpTo(ctx, upTo, 100)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range as {
			got = append(got, a.ID)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("newest up to %d: %s, want %s", upTo, g, want)
		}
	}
	outlets, err := s.Outlets(ctx)
	if d := cmp.Diff([]string{"A", "B"}, outlets); d != "" || err != nil {
		t.Error(d, err)
	}
	c, err := s.Counts(ctx)
	if d := cmp.Diff(Counts{Articles: 5, Withdrawn: 1, Stories: 5, Revisions: 6}, c); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestSourcesOldestFirst(t *testing.T) {
	s := temp(t)
	for i, d := range []int{0, 9, 8, 8} {
		a := corpus.Article{ID: fmt.Sprint(i), Body: text(1, 50), Outlet: fmt.Sprint(i)}
		if d > 0 {
			a.Published = corpus.Date{Year: 2022, Month: 1, Day: d, Basis: corpus.Stated}
		}
		put(t, s, a, Added)
	}
	as, err := s.Sources(t.Context(), "0")
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, a := range as {
		got += a.ID
	}
	if got != "2310" {
		t.Errorf("sources %s, want 2310", got)
	}
}

func TestLookups(t *testing.T) {
	s, ctx := temp(t), t.Context()
	const n = maxList + 20
	var ids []string
	err := s.Update(ctx, func(tx *Tx) error {
		for i := range n {
			ids = append(ids, fmt.Sprint(i))
			if _, err := tx.Put(&corpus.Article{ID: ids[i], Body: "Bài số " + ids[i] + ".", Path: "p" + ids[i]}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Withdraw(ctx, "7"); err != nil {
		t.Fatal(err)
	}
	as, err := s.Articles(ctx, append(ids, "none"))
	if err != nil || len(as) != n || as["519"].Body != "Bài số 519." || !as["7"].Withdrawn {
		t.Errorf("%d articles, %v", len(as), err)
	}
	states, err := s.States(ctx, append(ids, "none"))
	if err != nil || len(states) != n {
		t.Errorf("%d states, %v", len(states), err)
	}
	if d := cmp.Diff(State{Seq: n + 1, Revision: 1, Withdrawn: true, Path: "p7"}, states["7"]); d != "" {
		t.Error(d)
	}
	if as, err := s.Articles(ctx, nil); err != nil || len(as) != 0 {
		t.Error(as, err)
	}
	for what, f := range map[string]func() (*corpus.Article, error){
		"article":  func() (*corpus.Article, error) { return s.Article(ctx, "none") },
		"revision": func() (*corpus.Article, error) { return s.Revision(ctx, "1", 2) },
	} {
		if a, err := f(); a != nil || !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, %v", what, a, err)
		}
	}
}

func TestMeta(t *testing.T) {
	s, ctx := temp(t), t.Context()
	for _, want := range []string{"", "một", "hai"} {
		if want != "" {
			if err := s.SetMeta(ctx, "name", want); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Meta(ctx, "name"); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestFiles(t *testing.T) {
	s, ctx := temp(t), t.Context()
	at := time.Date(2024, 1, 9, 10, 11, 12, 345678901, time.UTC)
	full := FileState{
		Root: "/tin", Path: "một.jsonl", Prefix: "x/", Size: 12, ModTime: at, Scanned: at.Add(time.Minute),
		Articles:   []string{"a", "b"},
		Duplicates: []FileDuplicate{{ID: "c", Path: "một.jsonl#3", Of: "a", Revision: 2}},
		Failures:   []FileFailure{{Path: "một.jsonl#line 4", Reason: "không phải JSON"}},
	}
	bare := FileState{Root: "/tin", Path: "hai.txt"}
	elsewhere := FileState{Root: "sample", Path: "hai.txt", Articles: []string{"z"}}
	err := s.Update(ctx, func(tx *Tx) error {
		return errors.Join(tx.SetFile(bare), tx.SetFile(full), tx.SetFile(elsewhere))
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func(root string, want ...FileState) {
		t.Helper()
		m := map[string]FileState{}
		for _, f := range want {
			m[f.Path] = f
		}
		got, err := s.Files(ctx, root)
		if d := cmp.Diff(m, got); d != "" || err != nil {
			t.Error(d, err)
		}
	}
	check("/tin", bare, full)
	check("sample", elsewhere)
	check("none")
	full.Articles, full.Failures, full.Scanned, full.Size = nil, nil, time.Time{}, 13
	err = s.Update(ctx, func(tx *Tx) error {
		return errors.Join(tx.SetFile(full), tx.DropFile("/tin", "hai.txt"), tx.DropFile("none", "none"))
	})
	if err != nil {
		t.Fatal(err)
	}
	check("/tin", full)
	check("sample", elsewhere)
	roots, err := s.Roots(ctx)
	if d := cmp.Diff([]string{"/tin", "sample"}, roots); d != "" || err != nil {
		t.Error(d, err)
	}
}
