package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot/chat"
)

type follow = func(ctx context.Context, show func(context.Context, chat.Message) error)

// goesOn answers "đi" with what goes on, and all else as echo does.
func goesOn(f follow) chat.Handler {
	return func(ctx context.Context, r chat.Request) (chat.Message, error) {
		if r.Text != "đi" {
			return echo(ctx, r)
		}
		return chat.Message{Text: "Đang nạp.", Follow: f}, nil
	}
}

// says shows texts, a second apart.
func says(texts ...string) follow {
	return func(ctx context.Context, show func(context.Context, chat.Message) error) {
		for _, text := range texts {
			_ = show(ctx, chat.Message{Text: text})
			select {
			case <-time.After(time.Second): // of the fake clock
			case <-ctx.Done():
			}
		}
	}
}

// TestFollowInAPipe: of what goes on only the last is said, before the next line
// is read.
func TestFollowInAPipe(t *testing.T) {
	for _, tt := range []struct {
		name   string
		follow follow
		want   string
	}{
		{"some steps", says("Một.", "Hai.", "Ba."), "Ba."},
		{"nothing more", says(), "Đang nạp."},
		{"a panic", func(context.Context, func(context.Context, chat.Message) error) { panic("as it should in this test") }, sayFailed},
		{"longer than an answer may take", func(ctx context.Context, show func(context.Context, chat.Message) error) {
			select {
			case <-time.After(10 * time.Minute):
				_ = show(ctx, chat.Message{Text: "Xong."})
			case <-ctx.Done():
			}
		}, "Xong."},
		{"longer than it may take itself", func(ctx context.Context, show func(context.Context, chat.Message) error) {
			<-ctx.Done()
			_ = show(ctx, chat.Message{Text: "Vẫn đang chạy."})
		}, "Vẫn đang chạy."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				if err := New(strings.NewReader("đi\nsau\n"), &out, Options{}).Receive(t.Context(), goesOn(tt.follow)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want+"\n\n()(sau)\n", out.String()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestFollowOnATerminal: what goes on is written over itself, and the last of it
// stays.
func TestFollowOnATerminal(t *testing.T) {
	for _, tt := range []struct {
		name   string
		follow follow
		want   string
	}{
		{"some steps", says("Một\nhai\nba.", "Hai.", "Ba\nbốn.", "Năm."), "Năm."},
		{"nothing more", says(), "Đang nạp."},
		{"a panic", func(context.Context, func(context.Context, chat.Message) error) { panic("as it should in this test") }, sayFailed},
		{"empty ones between", says("Một.", "", "Ba."), "Ba."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				c := New(strings.NewReader("trước\nđi\nsau\n"), &out, Options{})
				c.overwrites = true
				if err := c.Receive(t.Context(), goesOn(tt.follow)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff("()(trước)\n\n"+tt.want+"\n\n()(sau)\n", seen(out.String())); diff != "" {
					t.Errorf("(-want +got):\n%s\n%q", diff, out.String())
				}
			})
		})
	}
}

// TestFollowAndSend: what is sent while something goes on stands whole above it.
func TestFollowAndSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		c := New(strings.NewReader("đi\n"), &out, Options{})
		c.overwrites = true
		var steps []string
		for i := range 20 {
			steps = append(steps, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("Bước %d\n", i), 1+i%3), "\n"))
		}
		var sending sync.WaitGroup
		for i := range 10 {
			sending.Go(func() {
				<-time.After(time.Duration(1+i) * 1700 * time.Millisecond)
				if _, err := c.Send(t.Context(), chat.Post{To: here, Message: chat.Message{Text: fmt.Sprintf("Tin %d\nhai dòng.", i)}}); err != nil {
					t.Error(err)
				}
			})
		}
		if err := c.Receive(t.Context(), goesOn(says(steps...))); err != nil {
			t.Fatal(err)
		}
		sending.Wait()
		var want strings.Builder
		for i := range 10 {
			fmt.Fprintf(&want, "Tin %d\nhai dòng.\n\n", i)
		}
		want.WriteString("Bước 19\nBước 19\n")
		if diff := cmp.Diff(want.String(), seen(out.String())); diff != "" {
			t.Errorf("(-want +got):\n%s\n%q", diff, out.String())
		}
	})
}

// TestFollowCancelled: it ends with the console, and what it says then is not
// seen.
func TestFollowCancelled(t *testing.T) {
	for _, overwrites := range []bool{false, true} {
		var out bytes.Buffer
		c := New(strings.NewReader("đi\n"), &out, Options{})
		c.overwrites = overwrites
		ctx, cancel := context.WithCancel(t.Context())
		err := c.Receive(ctx, goesOn(func(ctx context.Context, show func(context.Context, chat.Message) error) {
			cancel()
			<-ctx.Done()
			_ = show(ctx, chat.Message{Text: "Muộn rồi."})
		}))
		if !errors.Is(err, context.Canceled) || strings.Contains(out.String(), "Muộn") {
			t.Errorf("overwrites %v: got %v and %q", overwrites, err, out.String())
		}
	}
}

// TestFollowUnwritten: that the output is gone ends the console.
func TestFollowUnwritten(t *testing.T) {
	for _, overwrites := range []bool{false, true} {
		c := New(strings.NewReader("đi\nsau\n"), brokenWriter{}, Options{})
		c.overwrites = overwrites
		if err := c.Receive(t.Context(), goesOn(says("Một."))); !errors.Is(err, errBroken) {
			t.Errorf("overwrites %v: got %v", overwrites, err)
		}
	}
}

func TestRowsOf(t *testing.T) {
	for _, tt := range []struct {
		line    string
		columns int
		want    int
	}{
		{"", 80, 1}, {"Hà Nội", 6, 1}, {"Hà Nội.", 6, 2}, {strings.Repeat("a", 240), 80, 3}, {strings.Repeat("漢", 40), 80, 1},
		{strings.Repeat("漢", 41), 80, 2}, {plain(bold + "Hà" + notBold + " " + dim + "Nội" + notDim), 6, 1}, {"abc", 0, 1},
	} {
		if got := rowsOf(tt.line, tt.columns); got != tt.want {
			t.Errorf("%q in %d columns: got %d, want %d", tt.line, tt.columns, got, tt.want)
		}
	}
}

var erasing = regexp.MustCompile("\x1b\\[(\\d+)A\r\x1b\\[J")

// seen gives what a terminal shows in the end: "up n rows and clear what is
// below" takes the last n lines away.
func seen(out string) string {
	for {
		at := erasing.FindStringSubmatchIndex(out)
		if at == nil {
			return out
		}
		n, err := strconv.Atoi(out[at[2]:at[3]])
		if err != nil {
			panic(err)
		}
		lines := strings.SplitAfter(out[:at[0]], "\n")
		// Behind the last line break there is nothing.
		out = strings.Join(lines[:len(lines)-1-n], "") + out[at[1]:]
	}
}
