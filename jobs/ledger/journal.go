package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// Accept stores the updates that were never seen, or not for 48 hours since
// they were finished, and returns those, in order. In the same transaction it
// stores the position, unless that is 0. An ID that comes twice counts once.
func (l *Ledger) Accept(ctx context.Context, platform string, position int64, updates []chat.Update) (fresh []chat.Update, err error) {
	at := l.stamp(l.now())
	err = l.write(ctx, func(tx *sqlite.Tx) error {
		for _, u := range updates {
			n, err := tx.Count(sqlAccept, platform, u.ID, at, append([]byte{}, u.Body...)) // nil would be NULL
			if err != nil {
				return err
			}
			if n > 0 {
				fresh = append(fresh, u)
			}
		}
		if position == 0 {
			return nil
		}
		return tx.Exec(sqlSetPosition, platform, position, at)
	})
	if err != nil {
		return nil, wrap(err, "accept %d updates of %s", len(updates), platform)
	}
	return fresh, nil
}

// Position gives the position that was last stored and when; 0 and the zero
// time if there was none.
func (l *Ledger) Position(ctx context.Context, platform string) (position int64, at time.Time, err error) {
	var stamp int64
	if ok, err := l.get(ctx, sqlPosition, []any{platform}, &position, &stamp); err != nil || !ok {
		return 0, time.Time{}, wrap(err, "read the position of %s", platform)
	}
	return position, loadTime(stamp), nil
}

// Unfinished gives what was accepted and not finished, in the order of Accept.
func (l *Ledger) Unfinished(ctx context.Context, platform string) ([]chat.Update, error) {
	var updates []chat.Update
	err := l.db.Each(ctx, sqlUnfinished, []any{platform}, func(r *sql.Rows) error {
		u := chat.Update{Again: true}
		err := r.Scan(&u.ID, &u.Body)
		updates = append(updates, u)
		return err
	})
	if err != nil {
		return nil, wrap(err, "read the unfinished updates of %s", platform)
	}
	return updates, nil
}

// Begin notes that an update that was left unfinished is about to be handled
// again, and says for which time, 2 at first. One that was never accepted is an
// error.
func (l *Ledger) Begin(ctx context.Context, platform, id string) (attempt int, err error) {
	err = l.write(ctx, func(tx *sqlite.Tx) error {
		err := tx.Get(sqlBegin, []any{platform, id}, &attempt)
		if errors.Is(err, sql.ErrNoRows) {
			return errors.New("it was not accepted")
		}
		return err
	})
	if err != nil {
		return 0, wrap(err, "begin update %s of %s", id, platform)
	}
	return attempt, nil
}

// Finish notes, in one transaction, that an update is handled and how it was
// replied to, if r has a message. Its body is forgotten. To finish what is
// finished or unknown changes nothing but the reply.
func (l *Ledger) Finish(ctx context.Context, platform, id string, r chat.Reply) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.Exec(sqlFinish, l.stamp(l.now()), []byte{}, platform, id); err != nil {
			return err
		}
		if r.Message == "" {
			return nil
		}
		return l.setReply(tx, r)
	}), "finish update %s of %s", id, platform)
}

// SetReply notes a reply while its question is still being handled. Without a
// message it forgets the one that was noted: it was taken back.
func (l *Ledger) SetReply(ctx context.Context, r chat.Reply) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		if r.Message == "" {
			return tx.Exec(sqlDropReply, r.Platform, r.Chat, r.Thread, r.Question)
		}
		return l.setReply(tx, r)
	}), "note the reply to %s in %s", r.Question, r.Platform)
}

func (l *Ledger) setReply(tx *sqlite.Tx, r chat.Reply) error {
	return tx.Exec(sqlSetReply, r.Platform, r.Chat, r.Thread, r.Question, r.Message, l.stamp(l.now()))
}

// ReplyTo gives the ID of the message that replied to a question, "" if none is
// known.
func (l *Ledger) ReplyTo(ctx context.Context, ref chat.Ref, question string) (id string, err error) {
	_, err = l.get(ctx, sqlReply, []any{ref.Platform, ref.Chat, ref.Thread, question}, &id)
	return id, wrap(err, "read the reply to %s in %s", question, ref.Platform)
}

// Note gives a small value that was stored under a name, "" if none was.
func (l *Ledger) Note(ctx context.Context, platform, name string) (value string, err error) {
	_, err = l.get(ctx, sqlNote, []any{platform, name}, &value)
	return value, wrap(err, "read note %q of %s", name, platform)
}

// SetNote stores it.
func (l *Ledger) SetNote(ctx context.Context, platform, name, value string) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		return tx.Exec(sqlSetNote, platform, name, value)
	}), "set note %q of %s", name, platform)
}

// Lang gives the language that a chat has chosen, "" if it has not. Threads
// speak the language of their chat.
func (l *Ledger) Lang(ctx context.Context, ref chat.Ref) (lang chat.Lang, err error) {
	_, err = l.get(ctx, sqlLang, []any{ref.Platform, ref.Chat}, &lang)
	return lang, wrap(err, "read the language of a chat in %s", ref.Platform)
}

// SetLang stores the language of a chat; "" forgets it.
func (l *Ledger) SetLang(ctx context.Context, ref chat.Ref, lang chat.Lang) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		return tx.Exec(sqlSetLang, ref.Platform, ref.Chat, lang)
	}), "set the language of a chat in %s", ref.Platform)
}

// Closed notes that a chat, or with ref.Thread that thread alone, is closed to
// the bot, and why. That pauses the subscriptions there that are not paused.
func (l *Ledger) Closed(ctx context.Context, ref chat.Ref, reason string) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.Exec(sqlClose, ref.Platform, ref.Chat, ref.Thread, l.stamp(l.now()), reason); err != nil {
			return err
		}
		return follow(tx, ref.Platform, ref.Chat)
	}), "close a chat in %s", ref.Platform)
}

// Opened notes that what Closed has noted of the same ref is over, or that the
// chat is there at all. It resumes the subscriptions that were paused for that
// alone.
func (l *Ledger) Opened(ctx context.Context, ref chat.Ref) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.Exec(sqlKnow, ref.Platform, ref.Chat, ref.Thread); err != nil {
			return err
		}
		if err := tx.Exec(sqlOpen, ref.Platform, ref.Chat, ref.Thread); err != nil {
			return err
		}
		return follow(tx, ref.Platform, ref.Chat)
	}), "open a chat in %s", ref.Platform)
}

// Moved gives all that belongs to one chat to another of the same platform: its
// ID has changed. Threads keep their IDs, so those of the refs do not matter.
// Where both chats know something, what the new one knows stays: a subscription
// that both have ends in the one that moves. To move a chat
// again changes nothing. The audit log stays as it was written.
func (l *Ledger) Moved(ctx context.Context, from, to chat.Ref) error {
	if from.Platform != to.Platform {
		return wrap(fmt.Errorf("to %s", to.Platform), "move a chat of %s", from.Platform)
	}
	if from.Chat == to.Chat {
		return nil
	}
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		var lang chat.Lang
		err := tx.Get(sqlLang, []any{from.Platform, from.Chat}, &lang)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err = inTurn(tx,
			change{sqlMoveChats, []any{to.Chat, from.Platform, from.Chat, to.Chat}},
			change{sqlInheritLang, []any{lang, from.Platform, to.Chat}},
			change{sqlDropChats, []any{from.Platform, from.Chat}},
			change{sqlMoveReplies, []any{to.Chat, from.Platform, from.Chat, to.Chat}},
			change{sqlDropReplies, []any{from.Platform, from.Chat}},
			change{sqlMoveExchanges, []any{to.Chat, from.Platform, from.Chat}},
			change{sqlMoveFeedback, []any{to.Chat, from.Platform, from.Chat}})
		if err != nil {
			return err
		}
		if err := l.moveSubscriptions(tx, from.Platform, from.Chat, to.Chat); err != nil {
			return err
		}
		return follow(tx, to.Platform, to.Chat)
	}), "move a chat of %s", from.Platform)
}
