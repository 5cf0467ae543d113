package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// TestSnapshot copies a ledger in which digests are made and questions asked.
// The copy opens as a ledger, each cursor in it is where the deliveries end, and
// what was stored before the copy was begun is in it.
func TestSnapshot(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"), c.now)
	ctx := t.Context()
	const places = 3
	for i := range places {
		subscribe(t, l, daily(chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)}, "", c.t))
	}
	asked := func(n int64) chat.Question {
		return chat.Question{Exchange: fmt.Sprint("k", n), Key: "cau nao", Text: fmt.Sprint("Cầu nào ", n), At: c.t}
	}
	var over atomic.Bool
	var last atomic.Int64
	var wg sync.WaitGroup
	for i := range places {
		wg.Go(func() {
			for run := corpus.Seq(0); !over.Load(); run++ {
				taken, err := l.Advance(ctx, Step{
					Subscription: int64(i) + 1, From: run, UpTo: run + 1, Next: c.t.Add(time.Duration(run) + 1), Parts: [][]byte{{1}, {2}},
				})
				if !taken || err != nil {
					t.Error(taken, err)
					return
				}
			}
		})
	}
	wg.Go(func() {
		for n := int64(1); !over.Load(); n++ {
			if err := l.PutQuestion(ctx, asked(n)); err != nil {
				t.Error(err)
				return
			}
			last.Store(n)
		}
	})
	before := map[string]int64{}
	for i := range 3 {
		path := filepath.Join(dir, fmt.Sprint("copy", i))
		before[path] = last.Load()
		if err := l.Snapshot(ctx, path); err != nil {
			t.Error(err)
		}
	}
	over.Store(true)
	wg.Wait()
	for path, n := range before {
		if err := l.Snapshot(ctx, path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over another copy: %v", err)
		}
		r := open(t, path, c.now)
		for id := range int64(places) {
			s, err := r.Subscription(ctx, id+1)
			ok(t, err)
			ds, err := r.Deliveries(ctx, id+1, 1e6)
			if len(ds) != 2*int(s.Cursor) || err != nil {
				t.Errorf("subscription %d is at %d and has %d deliveries, %v", id+1, s.Cursor, len(ds), err)
			}
		}
		u, err := r.Usage(ctx, time.Time{}, time.UTC, 1)
		ok(t, err)
		questions := u.Days[0].Questions
		if int64(questions) < n {
			t.Errorf("%d questions, %d were stored before", questions, n)
		}
		if questions > 0 && u.Asked[0] != (chat.AskedOften{Text: asked(int64(questions)).Text, Times: questions}) {
			t.Errorf("of %d questions: %+v", questions, u.Asked)
		}
		// It has the same key: a person is still found.
		if a, b := l.person("telegram", "5"), r.person("telegram", "5"); a != b {
			t.Errorf("a person is %s and %s", a, b)
		}
		if list, err := r.Interrupted(ctx); len(list) > 0 || err != nil {
			t.Error(list, err)
		}
	}
	path := filepath.Join(dir, "last")
	ok(t, l.Snapshot(ctx, path))
	if d := cmp.Diff(dump(t, l), dump(t, open(t, path, c.now))); d != "" {
		t.Errorf("a copy of what nobody changes differs: %s", d)
	}
}
