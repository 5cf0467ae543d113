package telegram

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// deleteWebhook has Telegram keep updates for polling. What waits stays.
func (t *Telegram) deleteWebhook(ctx context.Context) error {
	return t.call(ctx, t.sending, callTime, "deleteWebhook", tgbotapi.Params{"drop_pending_updates": "false"}, nil)
}

// poll asks for updates, one poll after the other. What has come is in the
// journal before the next poll tells Telegram to forget it.
func (s *session) poll(ctx context.Context) error {
	left, err := s.unfinished(ctx)
	if err != nil {
		return err
	}
	if err := s.replay(ctx, left); err != nil {
		return err
	}
	offset, at, err := s.position(ctx)
	if err != nil {
		return err
	}
	pause := s.backoff()
	wait := pollTime
	for {
		if offset != 0 && s.now().Sub(at) > positionAge {
			s.log.Info("the position is too old to go on from, update IDs may have begun anew")
			offset = 0
		}
		begun := s.now()
		updates, err := s.getUpdates(ctx, offset, wait)
		if err != nil {
			if failureOf(err).code != 409 { // another poller would only be disturbed
				wait = 0 // that it works again is to be seen at once
			}
			if err := s.lost(ctx, err, pause); err != nil {
				return err
			}
			continue
		}
		pause.reset()
		wait = pollTime
		s.up()
		batch, next := s.sort(updates)
		var fresh []chat.Update
		if len(batch) > 0 {
			if fresh, err = s.accept(ctx, next, batch); err != nil {
				return err
			}
			offset, at = next, s.now()
		}
		for _, u := range fresh {
			if err := s.start(ctx, u); err != nil {
				return err
			}
		}
		// A server that does not wait, or repeats what is known, is not asked
		// without a pause.
		if len(fresh) == 0 && s.now().Sub(begun) < time.Second {
			if err := sleep(ctx, idlePause); err != nil {
				return err
			}
		}
	}
}

// lost waits after a poll that failed. The error is one to end with.
func (s *session) lost(ctx context.Context, err error, pause *backoff) error {
	webhook := failureOf(err).webhookSet()
	if err := s.retry(ctx, err, pause, "updates cannot be received"); err != nil {
		return err
	}
	// The other reason of a conflict than a second poller is a webhook.
	if webhook {
		if err := s.deleteWebhook(ctx); err != nil {
			s.log.Debug("delete the webhook", "error", err)
		}
	}
	return nil
}

// position reads the next update ID to ask for, 0 for the oldest that Telegram
// has.
func (s *session) position(ctx context.Context) (offset int64, at time.Time, err error) {
	pause := s.backoff()
	for {
		if offset, at, err = s.o.Journal.Position(ctx, Name); err == nil {
			return offset, at, nil
		}
		if err := s.disk(ctx, err, pause); err != nil {
			return 0, time.Time{}, err
		}
	}
}

// accept stores updates; it tries until it can, and nothing is acknowledged
// before.
func (s *session) accept(ctx context.Context, position int64, batch []chat.Update) (fresh []chat.Update, err error) {
	pause := s.backoff()
	for {
		if fresh, err = s.o.Journal.Accept(ctx, Name, position, batch); err == nil {
			return fresh, nil
		}
		if err := s.disk(ctx, err, pause); err != nil {
			return nil, err
		}
	}
}

// sort makes what was received updates, and gives the position behind them.
func (t *Telegram) sort(received []json.RawMessage) (batch []chat.Update, next int64) {
	for _, body := range received {
		id, ok := identify(body)
		if !ok {
			t.log.Warn("an update without an ID is left out", "bytes", len(body))
			continue
		}
		next = max(next, id+1)
		batch = append(batch, chat.Update{ID: strconv.FormatInt(id, 10), Body: body})
	}
	return batch, next
}
