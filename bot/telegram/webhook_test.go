package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

const address = "https://tin.example/telegram/hook"

func (w *world) webhookBot() *telegram.Telegram {
	return w.bot(func(o *telegram.Options) { o.Webhook = address })
}

// direct is the network between Telegram and a handler.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// deliver has Telegram deliver to a bot.
func (w *world) deliver(b http.Handler) error {
	err := w.Deliver(w.Context(), &http.Client{Transport: direct{b}}, "")
	synctest.Wait()
	return err
}

func TestWebhook(t *testing.T) {
	in(t, func(w *world) {
		b := w.webhookBot()
		if got := b.WebhookPath(); got != "/telegram/hook" {
			t.Errorf("the path is %q", got)
		}
		stop := w.receive(b, new(echo).handle)
		if url, secret := w.Webhook(); url != address || len(secret) != 64 {
			t.Errorf("the webhook is %q with a secret of %d characters", url, len(secret))
		}
		if s := b.Status(); !s.Connected || w.Count("getUpdates") != 0 || w.Count("deleteWebhook") != 0 {
			t.Errorf("status %+v, %d polls", s, w.Count("getUpdates"))
		}
		w.Say(telegramtest.Said{From: an, Text: "một"})
		w.Say(telegramtest.Said{From: an, Text: "hai"})
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		again := w.Update(1002, `"message":{"message_id":2,"text":"hai","chat":{"id":71,"type":"private"},"from":{"id":71}}`)
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		if got := texts(w.Replies(an.ID)); len(got) != 2 {
			t.Errorf("update %d came twice: got %q", again, got)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if url, _ := w.Webhook(); url == "" {
			t.Error("the webhook is gone, and with it what comes while the bot is not there")
		}
	})
}

// What comes before Receive, after it, and what was not answered, is answered
// by the next one; each once.
func TestWebhookWithoutReceive(t *testing.T) {
	in(t, func(w *world) {
		b := w.webhookBot()
		stop := w.receive(b, func(ctx context.Context, _ chat.Request) (chat.Message, error) {
			<-ctx.Done()
			return chat.Message{}, ctx.Err()
		})
		w.Say(telegramtest.Said{From: an, Text: "một"})
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		w.Say(telegramtest.Said{From: an, Text: "hai"})
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		b = w.webhookBot()
		w.Say(telegramtest.Said{From: binh, Text: "ba"})
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		if len(w.Replies(an.ID))+len(w.Replies(binh.ID)) != 0 {
			t.Error("answered without Receive")
		}
		e := new(echo)
		w.receive(b, e.handle)
		w.Say(telegramtest.Said{From: binh, Text: "bốn"})
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if len(e.all()) != 4 || len(w.Replies(an.ID)) != 2 || len(w.Replies(binh.ID)) != 2 {
			t.Errorf("asked %d times, answers %q and %q", len(e.all()), texts(w.Replies(an.ID)), texts(w.Replies(binh.ID)))
		}
	})
}

func TestWebhookRefuses(t *testing.T) {
	in(t, func(w *world) {
		b := w.webhookBot()
		e := new(echo)
		w.receive(b, e.handle)
		_, secret := w.Webhook()
		const update = `{"update_id":5,"message":{"message_id":1,"text":"x","chat":{"id":71,"type":"private"},"from":{"id":71}}}`
		for _, tt := range []struct {
			name, method, secret, body string
			want                       int
		}{
			{"no secret", "POST", "", update, 403},
			{"wrong secret", "POST", strings.Repeat("0", 64), update, 403},
			{"longer secret", "POST", secret + "0", update, 403},
			{"GET", "GET", secret, "", 405},
			{"too large", "POST", secret, `{"update_id":6,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
			{"no JSON", "POST", secret, `<xml>`, 200}, // it would come again and again
			{"no ID", "POST", secret, `{"message":{}}`, 200},
			{"no object", "POST", secret, `[5]`, 200},
			{"null", "POST", secret, `null`, 200},
		} {
			r := httptest.NewRequest(tt.method, address, strings.NewReader(tt.body))
			if tt.secret != "" {
				r.Header.Set("X-Telegram-Bot-Api-Secret-Token", tt.secret)
			}
			rec := httptest.NewRecorder()
			b.ServeHTTP(rec, r)
			if rec.Code != tt.want {
				t.Errorf("%s: got status %d, want %d", tt.name, rec.Code, tt.want)
			}
		}
		synctest.Wait()
		if n := len(e.all()); n != 0 {
			t.Errorf("the handler was asked %d times", n)
		}
		if strings.Contains(w.log.all(), secret) {
			t.Error("the secret is in the log")
		}
		rec := httptest.NewRecorder()
		w.bot(nil).ServeHTTP(rec, httptest.NewRequest("POST", address, strings.NewReader(update)))
		if rec.Code != 404 || w.bot(nil).WebhookPath() != "" {
			t.Errorf("a bot without a webhook: status %d", rec.Code)
		}
	})
}

// What is not stored is not acknowledged.
func TestWebhookJournalFails(t *testing.T) {
	in(t, func(w *world) {
		b := w.webhookBot()
		w.receive(b, new(echo).handle)
		w.journal.failing = 1
		w.Say(telegramtest.Said{From: an, Text: "một"})
		if err := w.deliver(b); err == nil {
			t.Error("it was acknowledged")
		}
		if err := w.deliver(b); err != nil {
			t.Error(err)
		}
		w.only(an.ID)
	})
}

// More than can wait is refused, and comes again.
func TestWebhookCrowded(t *testing.T) {
	in(t, func(w *world) {
		b := w.bot(func(o *telegram.Options) { o.Webhook, o.Pending = address, 1 })
		leave := make(chan struct{})
		w.receive(b, func(context.Context, chat.Request) (chat.Message, error) {
			<-leave
			return text("Xong."), nil
		})
		for i := range 20 {
			w.Say(telegramtest.Said{From: telegramtest.User{ID: int64(100 + i)}, Text: fmt.Sprint(i)})
		}
		refused := 0
		for range 20 {
			if w.deliver(b) != nil {
				refused++
			}
		}
		if refused != 20 {
			t.Errorf("%d refused", refused)
		}
		close(leave)
		for range 20 {
			_ = w.deliver(b)
		}
		pass(time.Minute)
		for i := range 20 {
			w.only(int64(100 + i))
		}
	})
}

// From the webhook back to polling nothing is lost.
func TestFromWebhookToPolling(t *testing.T) {
	in(t, func(w *world) {
		b := w.webhookBot()
		stop := w.receive(b, new(echo).handle)
		w.Say(telegramtest.Said{From: an, Text: "một"})
		if err := w.deliver(b); err != nil {
			t.Fatal(err)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		w.Say(telegramtest.Said{From: an, Text: "hai"})
		w.receive(w.bot(nil), new(echo).handle)
		if got := fmt.Sprint(texts(w.Replies(an.ID))); got != "[Đáp: |một Đáp: |hai]" {
			t.Errorf("got %s", got)
		}
	})
}
