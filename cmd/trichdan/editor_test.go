package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"trichdan/bot"
	"trichdan/corpus"
	"trichdan/corpus/store"
	"trichdan/jobs"
)

// TestEditWhileFoldersAreRead: an admin withdraws and restores while a reload has
// read half of the folders. That half is in no answer by it; what was withdrawn is
// in none at once, and what was restored is there when the reload is done.
func TestEditWhileFoldersAreRead(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "articles")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"cau.txt": "Cầu gỗ xã Bình Hòa được thay\n\nCầu gỗ xã Bình Hòa được thay bằng cầu bê tông rộng bốn mét.\n\nXã góp một nửa số tiền.",
		"cho.txt": "Chợ đêm bên sông mở lại\n\nChợ đêm bên sông mở lại với hơn một trăm gian hàng.\n\nKhách đến đông nhất vào cuối tuần.",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	c := testConfig(t, folder)
	c.data = filepath.Join(t.TempDir(), "data")
	a, err := newApp(ctx, c, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	e := editor{a, a.uploads}
	bridge, market := corpus.NewID("", "cau.txt"), corpus.NewID("", "cho.txt")
	if changed, err := e.Withdraw(ctx, market); !changed || err != nil {
		t.Fatal(changed, err)
	}
	cites := func(question, id string) bool {
		t.Helper()
		r, err := a.bot.Ask(ctx, question)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range r.Nearest {
			if n.ID == id {
				return true
			}
		}
		return len(r.Citations) > 0 && r.Citations[0].ArticleID == id
	}
	indexed := func() corpus.Seq {
		t.Helper()
		n, err := a.index.Cursor()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}

	a.refreshing.Lock() // as a reload does that reads the folders
	before := indexed()
	if err := a.store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Put(&corpus.Article{ID: corpus.NewID("", "moi.txt"), Path: "moi.txt", Title: "Tin mới", Body: "Bến đò Cốc có thêm hai chuyến mỗi ngày."})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if changed, err := e.Withdraw(ctx, bridge); !changed || err != nil {
		t.Errorf("withdraw: %v, %v", changed, err)
	}
	if cites("Cầu gỗ xã Bình Hòa được thay bằng gì?", bridge) {
		t.Error("what was withdrawn is in an answer")
	}
	if changed, err := e.Restore(ctx, market); !changed || !errors.Is(err, bot.ErrReloading) {
		t.Errorf("restore: %v, %v", changed, err)
	}
	if now := indexed(); now != before {
		t.Errorf("half of the folders can be found: %d, before %d", now, before)
	}
	a.refreshing.Unlock()

	if _, err := a.reload(ctx, "test", nil); err != nil { // it ends after the one that the admin's changes ask for
		t.Fatal(err)
	}
	if last, err := a.store.Last(ctx); err != nil || indexed() != last {
		t.Errorf("the index is at %d, the store at %d (%v)", indexed(), last, err)
	}
	if !cites("Chợ đêm bên sông có bao nhiêu gian hàng?", market) || cites("Cầu gỗ xã Bình Hòa được thay bằng gì?", bridge) {
		t.Error("the changes are not in the answers")
	}
}

// TestReloadInStatus: the status tells of reloads, whoever asked for them.
func TestReloadInStatus(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, corpus.Zone)
	byClock := []bot.JobStatus{{Name: "digest"}, {Name: "reload", Ended: at.Add(-time.Hour), Problem: "old", Next: at.Add(time.Hour)}}
	for _, tt := range []struct {
		name  string
		jobs  []bot.JobStatus
		state jobs.ReloadState
		want  []bot.JobStatus
	}{
		{"none", byClock[:1], jobs.ReloadState{}, byClock[:1]},
		{"running", byClock[:1:1], jobs.ReloadState{Running: true, Since: at}, []bot.JobStatus{{Name: "digest"}, {Name: "reload", Running: true, Started: at}}},
		{"failed", nil, jobs.ReloadState{Last: jobs.ReloadResult{At: at, Err: errors.New("no\nfolder")}}, []bot.JobStatus{{Name: "reload", Ended: at, Problem: "no; folder"}}},
		{"by the clock, too", byClock, jobs.ReloadState{Last: jobs.ReloadResult{At: at}}, []bot.JobStatus{{Name: "digest"}, {Name: "reload", Ended: at, Next: at.Add(time.Hour)}}},
	} {
		got := withReload(tt.jobs, tt.state)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %+v", tt.name, got)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: %+v, want %+v", tt.name, got[i], tt.want[i])
			}
		}
	}
}
