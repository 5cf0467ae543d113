package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord"
	"trichdan/bot/discord/discordtest"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/jobs"
	"trichdan/jobs/ledger"
)

// mailbox is a chat on a fake network, in a bubble of synctest.
type mailbox struct {
	chat.Sender
	ref chat.Ref
	// fail makes the next call that says something fail; lock closes the chat, or
	// with "" opens it.
	fail func(failing)
	lock func(why string)
	move func() (to string)
	got  func(ref chat.Ref) int
	end  func()
}

// failing is a way in which a call fails, on any platform.
type failing struct {
	status int
	retry  time.Duration // of status 429
	drop   bool          // no answer at all
	done   bool          // it has its effect nevertheless
}

func onFakeTelegram(t *testing.T, l *ledger.Ledger) *mailbox {
	const id = -400
	n := telegramtest.NewMemory()
	n.AddChat(telegramtest.Chat{ID: id, Type: "group"})
	p := telegram.New(telegram.Options{Token: n.Token, API: n.URL, Client: n.Client(), Journal: l, Now: time.Now, Log: newLog(t.Output(), nil)})
	return &mailbox{
		Sender: p, ref: chat.Ref{Platform: "telegram", Chat: strconv.Itoa(id)},
		fail: func(f failing) {
			n.Fail("sendMessage", telegramtest.Fault{Status: f.status, Description: "as told", RetryAfter: int(f.retry.Seconds()), Drop: f.drop, Done: f.done})
		},
		lock: func(why string) { n.Block(id, why) },
		move: func() string { return strconv.FormatInt(n.Migrate(id, false), 10) },
		got: func(ref chat.Ref) int {
			id, err := strconv.ParseInt(ref.Chat, 10, 64)
			if err != nil {
				t.Error(err)
			}
			return len(n.Replies(id))
		},
		end: n.Close,
	}
}

func onFakeDiscord(t *testing.T, l *ledger.Ledger) *mailbox {
	const channel = "301"
	n := discordtest.NewPiped()
	client := n.Client()
	p, err := discord.New(discord.Options{Token: discordtest.Token, API: n.API, Client: client, Journal: l, Now: time.Now, Log: newLog(t.Output(), nil)})
	if err != nil {
		t.Fatal(err)
	}
	return &mailbox{
		Sender: p, ref: chat.Ref{Platform: "discord", Chat: channel},
		fail: func(f failing) {
			fault := discordtest.Refuse(f.status, 0, "as told")
			if f.status == http.StatusTooManyRequests {
				fault = discordtest.TooMany(f.retry, false)
			}
			fault.Drop, fault.After = f.drop, f.done
			n.Fail(1, fault, discordtest.Saying...)
		},
		lock: func(why string) {
			fault := discordtest.Fault{}
			if why != "" {
				fault = discordtest.Refuse(http.StatusForbidden, 50001, why)
			}
			n.Lock(channel, fault)
		},
		got: func(chat.Ref) int { return n.Counts().Messages },
		end: func() {
			n.Close()
			client.CloseIdleConnections()
		},
	}
}

// TestDeliveryStates: what becomes of a digest for each thing that can happen to
// it on a platform: its state in the ledger, and how often it is read there.
func TestDeliveryStates(t *testing.T) {
	for platform, open := range map[string]func(*testing.T, *ledger.Ledger) *mailbox{"telegram": onFakeTelegram, "discord": onFakeDiscord} {
		for _, tt := range []struct {
			name     string
			only     string // on this platform
			before   func(*mailbox)
			later    func(*mailbox, *ledger.Ledger) // an hour after
			once     bool
			state    ledger.State
			attempts int
			repeats  int
			got      int
			gotOn    map[string]int // where platforms differ
			paused   bool
		}{
			{name: "taken", state: ledger.Sent, attempts: 1, got: 1},
			{name: "too many", before: func(m *mailbox) { m.fail(failing{status: 429, retry: 7 * time.Second}) }, state: ledger.Sent, attempts: 2, got: 1},
			{name: "rejected", before: func(m *mailbox) { m.fail(failing{status: 400}) }, state: ledger.Parked, attempts: 1},
			{name: "token refused for a while", before: func(m *mailbox) { m.fail(failing{status: 401}) }, state: ledger.Sent, attempts: 2, got: 1},
			{name: "server error", before: func(m *mailbox) { m.fail(failing{status: 500}) }, state: ledger.Sent, attempts: 2, repeats: 1, got: 1},
			{name: "lost on the way there", before: func(m *mailbox) { m.fail(failing{drop: true}) }, state: ledger.Sent, attempts: 2, repeats: 1, got: 1},
			// Discord knows the second one by its nonce.
			{name: "lost on the way back", before: func(m *mailbox) { m.fail(failing{drop: true, done: true}) }, state: ledger.Sent, attempts: 2, repeats: 1,
				got: 2, gotOn: map[string]int{"discord": 1}},
			{name: "lost, and once is enough", once: true, before: func(m *mailbox) { m.fail(failing{drop: true, done: true}) }, state: ledger.Unknown, attempts: 1, got: 1},
			{name: "closed", before: func(m *mailbox) { m.lock("Forbidden: bot was kicked") }, state: ledger.Waiting, attempts: 1, paused: true},
			{name: "closed and opened", before: func(m *mailbox) { m.lock("Forbidden: bot was kicked") },
				later: func(m *mailbox, l *ledger.Ledger) {
					m.lock("")
					if err := l.Opened(context.Background(), m.ref); err != nil { // somebody speaks there
						t.Error(err)
					}
				}, state: ledger.Sent, attempts: 2, got: 1},
			{name: "moved", only: "telegram", before: func(m *mailbox) { m.ref.Chat = m.move() }, state: ledger.Sent, attempts: 1, got: 1},
		} {
			if tt.only != "" && tt.only != platform {
				continue
			}
			t.Run(platform+"/"+tt.name, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "ledger.db")
				synctest.Test(t, func(t *testing.T) {
					l, err := ledger.Open(context.Background(), file, time.Now)
					if err != nil {
						t.Fatal(err)
					}
					m := open(t, l)
					s := subscribed(t, l, m.ref)
					if tt.before != nil {
						tt.before(m)
					}
					d := jobs.NewDeliverer(jobs.DelivererOptions{
						Platform: platform, Ledger: l, Sender: m, Once: tt.once, Now: time.Now, Jitter: func() float64 { return 0 }, Log: newLog(t.Output(), nil),
						Current: func(_ context.Context, m chat.Message) (chat.Message, error) { return m, nil }, Told: func(chat.Ref, chat.Message) {},
					})
					ctx, cancel := context.WithCancel(context.Background())
					done := make(chan struct{})
					go func() {
						defer close(done)
						d.Run(ctx)
					}()
					<-time.After(time.Hour)
					if tt.later != nil {
						tt.later(m, l)
						<-time.After(time.Hour)
					}
					cancel()
					<-done
					list, err := l.Deliveries(context.Background(), s.ID, 9)
					if len(list) != 1 || err != nil {
						t.Fatal(list, err)
					}
					x := list[0]
					if x.State != tt.state || x.Attempts != tt.attempts || x.Repeats != tt.repeats || x.State == ledger.Sent && (x.Message == "" || len(x.Body) > 0) {
						t.Errorf("it is %s after %d attempts, %d of them repeats, as message %q, %q", x.State, x.Attempts, x.Repeats, x.Message, x.Problem)
					}
					want := tt.got
					if n, differs := tt.gotOn[platform]; differs {
						want = n
					}
					if got := m.got(m.ref); got != want {
						t.Errorf("it is there %d times, want %d", got, want)
					}
					now, err := l.Subscription(context.Background(), s.ID)
					if err != nil || (now.Paused != "") != tt.paused || now.Ref != m.ref {
						t.Errorf("%+v, %v", now, err)
					}
					m.end()
					if err := l.Close(); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

// subscribed makes a subscription of a place with a digest in the outbox.
func subscribed(t *testing.T, l *ledger.Ledger, ref chat.Ref) ledger.Subscription {
	t.Helper()
	s, err := l.Subscribe(context.Background(), ledger.Subscription{
		Ref: ref, Schedule: "daily 07:00", Zone: jobs.DefaultZone, Lang: chat.Vietnamese, Next: time.Now(), Cursor: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(chat.Message{Text: fmt.Sprint("Tin mới · ", s.ID, " tin")})
	if err != nil {
		t.Fatal(err)
	}
	taken, err := l.Advance(context.Background(), ledger.Step{
		Subscription: s.ID, From: 1, UpTo: 2, Next: time.Now().Add(24 * time.Hour), Deadline: time.Now().Add(48 * time.Hour), Parts: [][]byte{body},
	})
	if !taken || err != nil {
		t.Fatal(taken, err)
	}
	return s
}
