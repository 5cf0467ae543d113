package telegram

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// What the webhook takes.
const (
	longestUpdate = 1 << 20 // bytes
	connections   = "40"    // from Telegram at a time
	// crowd is how many updates, for each that is being handled, may wait in
	// memory; more are refused, and Telegram delivers them later.
	crowd = 4
)

// WebhookPath is the path of the webhook's address, "" if there is no webhook.
func (t *Telegram) WebhookPath() string { return t.path }

// setWebhook has Telegram deliver updates to the webhook.
func (t *Telegram) setWebhook(ctx context.Context) error {
	return t.call(ctx, t.sending, callTime, "setWebhook", tgbotapi.Params{
		"url": t.o.Webhook, "secret_token": t.secret, "allowed_updates": allowedUpdates, "max_connections": connections,
	}, nil)
}

// ServeHTTP is the webhook. An update is in the journal before it is
// acknowledged; it is handled by Receive, also by one that begins later.
func (t *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t.path == "" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	secret := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	if subtle.ConstantTimeCompare([]byte(secret), []byte(t.secret)) != 1 {
		t.log.Warn("webhook: a call without the secret is refused")
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestUpdate))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		t.log.Warn("webhook: an update is too long", "more than bytes", longestUpdate)
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	} else if err != nil {
		http.Error(w, "the body ended early", http.StatusBadRequest)
		return
	}
	n, ok := identify(body)
	if !ok { // to refuse it would only bring it back
		t.log.Warn("webhook: an update without an ID is left out", "bytes", len(body))
		return
	}
	t.mu.Lock()
	inbox := t.inbox
	t.mu.Unlock()
	if inbox.full() {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	// Deliveries overtake each other, so that there is no position behind all.
	fresh, err := t.o.Journal.Accept(r.Context(), Name, 0, []chat.Update{{ID: id(n), Body: body}})
	if err != nil {
		t.log.Error("webhook: the journal fails", "error", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	// The Receive of now: an earlier one may have ended meanwhile.
	t.mu.Lock()
	inbox = t.inbox
	t.mu.Unlock()
	inbox.add(fresh...)
}

// listen takes updates from the webhook.
func (s *session) listen(ctx context.Context) error {
	in := &inbox{most: crowd * s.o.Pending, some: make(chan struct{}, 1)}
	s.mu.Lock()
	s.inbox = in
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.inbox = nil
		s.mu.Unlock()
	}()
	// What is accepted from now on is in the inbox; some of it perhaps in what
	// was left, too.
	left, err := s.unfinished(ctx)
	if err != nil {
		return err
	}
	twice := map[string]bool{}
	for _, u := range left {
		twice[u.ID] = true
	}
	if err := s.replay(ctx, left); err != nil {
		return err
	}
	for {
		for _, u := range in.take() {
			if twice[u.ID] {
				continue
			}
			if err := s.start(ctx, u); err != nil {
				return err
			}
		}
		select {
		case <-in.some:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// inbox holds accepted updates until they are handled. A nil one takes none:
// they are in the journal.
type inbox struct {
	most int
	some chan struct{}

	mu      sync.Mutex
	updates []chat.Update
}

func (b *inbox) full() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.updates) >= b.most
}

func (b *inbox) add(updates ...chat.Update) {
	if b == nil || len(updates) == 0 {
		return
	}
	b.mu.Lock()
	b.updates = append(b.updates, updates...)
	b.mu.Unlock()
	select {
	case b.some <- struct{}{}:
	default:
	}
}

func (b *inbox) take() []chat.Update {
	b.mu.Lock()
	defer b.mu.Unlock()
	updates := b.updates
	b.updates = nil
	return updates
}
