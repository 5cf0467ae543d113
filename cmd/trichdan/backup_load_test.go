//go:build unix

package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"trichdan/bot/telegram/telegramtest"
)

// loadedBot is a process that answers on a fake Telegram, while people ask and
// subscribe and its folder changes and is read again and again.
type loadedBot struct {
	data, articles string
	stop           func()
}

func startLoad(t *testing.T) *loadedBot {
	t.Helper()
	network := telegramtest.New()
	t.Cleanup(network.Close)
	b := &loadedBot{data: filepath.Join(t.TempDir(), "data"), articles: t.TempDir()}
	write := func(n int) {
		text := fmt.Sprintf("Tin số %d của xã Đồng Lim\n\nXã Đồng Lim nhận %d cây giống trong đợt thứ %d. Cây được trồng ở bờ đê phía nam.\n", n%40, 100+n, n)
		if err := os.WriteFile(filepath.Join(b.articles, fmt.Sprintf("%02d.txt", n%40)), []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	for n := range 20 {
		write(n)
	}
	s := startServer(t, false, []string{
		"TRICHDAN_TELEGRAM_TOKEN=" + network.Token, "TRICHDAN_TELEGRAM_API=" + network.URL, "TRICHDAN_TELEGRAM_ADMINS=7",
		"TRICHDAN_USER_RATE=0", "TRICHDAN_CHAT_RATE=0",
	}, "serve", "--data", b.data, "--corpus", b.articles)
	var load sync.WaitGroup
	over := make(chan struct{})
	say := func(person int64, text string) {
		network.Say(telegramtest.Said{From: telegramtest.User{ID: person, Name: "N"}, Text: text})
	}
	load.Go(func() {
		for n := 20; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			write(n)
			say(int64(100+n), fmt.Sprintf("Xã Đồng Lim nhận bao nhiêu cây giống, lần %d?", n))
			say(int64(100+n), "/dangky hằng ngày 7h về cây giống")
			say(7, "/naplai")
			pause(t.Context(), 20*time.Millisecond)
		}
	})
	b.stop = sync.OnceFunc(func() {
		close(over)
		load.Wait()
		if err := s.stop(t, syscall.SIGKILL); err == nil {
			t.Error("it was killed, and yet it ended well")
		}
	})
	t.Cleanup(b.stop)
	// It is under load when it has answered some.
	if err := network.WaitCount(t.Context(), "sendMessage", 20); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBackupUnderLoad: backups of a bot that is being asked, subscribed to and
// reloaded are each restored into an empty folder, to a state that equals the
// backup row by row, and from which a bot answers. What the ledger says of the
// corpus is never ahead of it.
func TestBackupUnderLoad(t *testing.T) {
	b := startLoad(t)
	var files []string
	for i := range 3 {
		file := filepath.Join(t.TempDir(), fmt.Sprint(i, ".tar.gz"))
		if out, err := program(t, "backup", "--data", b.data, file).CombinedOutput(); err != nil || !strings.Contains(string(out), "corpus.db") {
			t.Fatalf("%v, %s", err, out)
		}
		files = append(files, file)
	}
	b.stop()
	for i, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		data := filepath.Join(t.TempDir(), "new machine")
		if out, err := program(t, "restore", "--data", data, file).CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "restored ") {
			t.Fatalf("%v, %s", err, out)
		}
		wanted := extract(t, file)
		for _, name := range []string{"corpus.db", "ledger.db"} {
			want, got := rowsOf(t, filepath.Join(wanted, name)), rowsOf(t, filepath.Join(data, name))
			if len(want) < 10 || !slices.Equal(want, got) {
				t.Errorf("backup %d: %s has %d rows, and restored %d, or others", i, name, len(want), len(got))
			}
		}
		last := oneNumber(t, filepath.Join(data, "corpus.db"), "SELECT MAX(seq) FROM articles")
		if cursor := oneNumber(t, filepath.Join(data, "ledger.db"), "SELECT COALESCE(MAX(seen), 0) FROM subscriptions"); cursor > last {
			t.Errorf("backup %d: a subscription has seen article %d of %d", i, cursor, last)
		}
		out, err := program(t, "ask", "--data", data, "Xã Đồng Lim nhận bao nhiêu cây giống?").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "[1]") || !strings.Contains(string(out), "cây giống") {
			t.Errorf("backup %d: the restored bot says %v, %s", i, err, out)
		}
	}
	if left, err := filepath.Glob(filepath.Join(b.data, ".backup-*")); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}

func oneNumber(t *testing.T, path, query string) (n int64) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
