package ledger

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// pageSize is how many records Feedbacks reads at a time.
const pageSize = 200

// PutExchange stores a question and what was cited in the answer; the same key
// again replaces it. Of the person a hash is stored, which comes back as User.
// A zero At is now.
func (l *Ledger) PutExchange(ctx context.Context, e chat.Exchange) error {
	quotes, err := storeCited(e.Cited)
	if err != nil {
		return wrap(err, "store an exchange")
	}
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.Exec(sqlKnow, e.Platform, e.Chat, ""); err != nil {
			return err
		}
		return tx.Exec(sqlSetExchange, e.Key, e.Platform, e.Chat, e.Thread, l.person(e.Platform, e.User), e.Lang, e.Command, e.Question, quotes, l.stamp(e.At))
	}), "store an exchange")
}

// Exchange gives what was stored under a key, nil if nothing was or it has been
// pruned.
func (l *Ledger) Exchange(ctx context.Context, key string) (*chat.Exchange, error) {
	var e chat.Exchange
	var quotes string
	var at int64
	ok, err := l.get(ctx, sqlExchange, []any{key},
		&e.Key, &e.Platform, &e.Chat, &e.Thread, &e.User, &e.Lang, &e.Command, &e.Question, &quotes, &at)
	if err == nil && ok {
		e.At = loadTime(at)
		e.Cited, err = loadCited(quotes)
	}
	if err != nil || !ok {
		return nil, wrap(err, "read an exchange")
	}
	return &e, nil
}

// PutFeedback stores what a person thought of an answer, in place of what they
// thought before, together with the exchange as far as it is known. Of the
// person a hash is stored, and the place as long as the exchange is known. A
// zero At is now.
func (l *Ledger) PutFeedback(ctx context.Context, f chat.Feedback) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		var lang chat.Lang
		var question, quotes string
		var same sql.NullInt64
		switch err := tx.Get(sqlJudged, []any{f.Exchange}, &lang, &question, &quotes, &same); {
		case errors.Is(err, sql.ErrNoRows):
			f.Chat, f.Thread = "", ""
		case err != nil:
			return err
		case !same.Valid:
			same = alikeText(question)
		}
		return tx.Exec(sqlSetFeedback, f.Exchange, f.Platform, l.person(f.Platform, f.User), f.Chat, f.Thread, f.Useful,
			f.Article, f.Revision, l.stamp(f.At), lang, question, quotes, same)
	}), "store feedback")
}

// FeedbackRecord is what a person thought of an answer, and the exchange that
// it belongs to.
type FeedbackRecord struct {
	// User is the hash of the person; Chat and Thread are empty once the exchange
	// is forgotten.
	chat.Feedback
	// Lang, Question and Cited are those of the exchange, empty if it had been
	// forgotten when the person spoke.
	Lang     chat.Lang
	Question string
	Cited    []chat.Cited
}

// Feedbacks gives all feedback since a time, oldest first. It reads page by page
// and holds no transaction while the caller works; feedback that is given again
// meanwhile may come twice. After an error it ends.
func (l *Ledger) Feedbacks(ctx context.Context, since time.Time) iter.Seq2[FeedbackRecord, error] {
	return func(yield func(FeedbackRecord, error) bool) {
		var last FeedbackRecord
		for key := []any{sinceStamp(since), "", "", ""}; ; key = []any{last.At.UnixNano(), last.Exchange, last.Platform, last.User} {
			page, err := l.feedbacks(ctx, append(key, pageSize))
			if err != nil {
				yield(FeedbackRecord{}, wrap(err, "read the feedback"))
				return
			}
			for _, last = range page {
				if !yield(last, nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

func (l *Ledger) feedbacks(ctx context.Context, args []any) ([]FeedbackRecord, error) {
	var page []FeedbackRecord
	err := l.db.Each(ctx, sqlFeedback, args, func(r *sql.Rows) error {
		var f FeedbackRecord
		var quotes string
		var at int64
		err := r.Scan(&f.Exchange, &f.Platform, &f.User, &f.Chat, &f.Thread, &f.Useful, &f.Article, &f.Revision,
			&at, &f.Lang, &f.Question, &quotes)
		if err != nil {
			return err
		}
		f.At = loadTime(at)
		f.Cited, err = loadCited(quotes)
		page = append(page, f)
		return err
	})
	return page, err
}

// sinceStamp is how a time from which to count is stored; the zero time is the
// beginning.
func sinceStamp(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixNano()
}

// PutAudit adds a line to the audit log. A zero At is now.
func (l *Ledger) PutAudit(ctx context.Context, a chat.Audit) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		return tx.Exec(sqlAddAudit, a.Platform, a.Chat, a.Thread, a.User, a.Command, a.Text, a.Allowed, a.Note, l.stamp(a.At))
	}), "write the audit log")
}

// Audits gives the last lines of the audit log, newest first.
func (l *Ledger) Audits(ctx context.Context, limit int) ([]chat.Audit, error) {
	var list []chat.Audit
	err := l.db.Each(ctx, sqlAudits, []any{max(limit, 0)}, func(r *sql.Rows) error { // SQLite takes -1 for no limit
		var a chat.Audit
		var at int64
		err := r.Scan(&a.Platform, &a.Chat, &a.Thread, &a.User, &a.Command, &a.Text, &a.Allowed, &a.Note, &at)
		a.At = loadTime(at)
		list = append(list, a)
		return err
	})
	if err != nil {
		return nil, wrap(err, "read the audit log")
	}
	return list, nil
}

// Stats is how the bot is doing.
type Stats struct {
	// Pending are the updates that are accepted and not finished, of all
	// platforms, now; OldestPending is when the first of them was accepted, the
	// zero time if there is none.
	Pending       int
	OldestPending time.Time
	// Exchanges are those since a time, as far as they are kept, that are no
	// other command. Questions are those kept for statistics since then, also of
	// places without exchanges, and Answered those of them with a citation.
	Exchanges           int
	Questions, Answered int
	Useful, NotUseful   int // feedback since then, each person's last word
	Refused             int // lines of the audit log since then that were not allowed
	// Chats are all that ever asked, were opened, closed or chose a language;
	// ClosedChats those of them that are closed now. Threads do not count.
	Chats, ClosedChats int
}

// Stats counts, from a time on where it says so; the zero time is the beginning.
func (l *Ledger) Stats(ctx context.Context, since time.Time) (Stats, error) {
	var s Stats
	var oldest sql.NullInt64
	at := sinceStamp(since)
	_, err := l.get(ctx, sqlStats, []any{at, at, at, at, at, at}, &s.Pending, &oldest,
		&s.Exchanges, &s.Questions, &s.Answered, &s.Useful, &s.NotUseful, &s.Refused, &s.Chats, &s.ClosedChats)
	if oldest.Valid {
		s.OldestPending = loadTime(oldest.Int64)
	}
	return s, wrap(err, "count")
}
