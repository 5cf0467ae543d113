package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"strings"
	"time"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// PutQuestion stores a question for statistics; another one of the same exchange
// takes its place. One without Key is in no list of Usage. A zero At is now.
func (l *Ledger) PutQuestion(ctx context.Context, q chat.Question) error {
	exchange := sql.NullString{String: q.Exchange, Valid: q.Exchange != ""}
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		return tx.Exec(sqlAddQuestion, exchange, q.Platform, q.Lang, q.Text, alike(q.Key), q.Outcome, q.Took, l.stamp(q.At))
	}), "store a question")
}

// alike is how the key of a question is stored: 64 bits of its SHA-256, so few
// that their index is small and so many that a million questions have two in
// common by chance once in 30 million times. The key "" is NULL.
func alike(key string) sql.NullInt64 {
	if key == "" {
		return sql.NullInt64{}
	}
	h := sha256.Sum256([]byte(key))
	return sql.NullInt64{Int64: int64(binary.BigEndian.Uint64(h[:8])), Valid: true}
}

// alikeText is alike of a question whose key nobody has said.
func alikeText(question string) sql.NullInt64 {
	return alike(strings.ToLower(strings.Join(strings.Fields(question), " ")))
}

// longestText is how many characters of a question that was not stored for
// statistics are given.
const longestText = 300

// Usage tells of the questions and the feedback since a time, by days of a zone:
// from that of the time to today. The zero time is the first that is kept. Each
// list has at most limit questions. Feedback counts on the day on which it was
// given last.
func (l *Ledger) Usage(ctx context.Context, since time.Time, zone *time.Location, limit int) (chat.Usage, error) {
	u, err := l.usage(ctx, since, zone, max(limit, 0))
	return u, wrap(err, "count questions")
}

func (l *Ledger) usage(ctx context.Context, since time.Time, zone *time.Location, limit int) (u chat.Usage, err error) {
	now := l.now().In(zone)
	if since.IsZero() {
		if since, err = l.first(ctx, now); err != nil {
			return u, err
		}
	}
	if kept := now.Add(-l.kept()); since.Before(kept) {
		since = kept // older ones only wait to be deleted
	}
	begin := since.In(zone)
	end := day(now, 1)
	for i := 0; day(begin, i).Before(end); i++ {
		d := chat.UsageDay{Day: day(begin, i)}
		span := []any{max(d.Day.UnixNano(), since.UnixNano()), day(begin, i+1).UnixNano()}
		_, err := l.get(ctx, sqlDay, span, &d.Questions, &d.Answered, &d.Abstained, &d.Nothing, &d.Failed)
		if err == nil {
			_, err = l.get(ctx, sqlFeedbackOfDay, span, &d.Useful, &d.NotUseful)
		}
		if err != nil {
			return u, err
		}
		u.Days = append(u.Days, d)
	}
	for _, list := range []struct {
		query string
		into  *[]chat.AskedOften
	}{{sqlAsked, &u.Asked}, {sqlMissing, &u.Missing}, {sqlNotUseful, &u.NotUseful}} {
		err := l.db.Each(ctx, list.query, []any{since.UnixNano(), end.UnixNano(), limit}, func(r *sql.Rows) error {
			var q chat.AskedOften
			err := r.Scan(&q.Text, &q.Times)
			q.Text = cut(q.Text)
			*list.into = append(*list.into, q)
			return err
		})
		if err != nil {
			return u, err
		}
	}
	return u, nil
}

// first is when the first question or feedback that is kept came, now if there
// is none.
func (l *Ledger) first(ctx context.Context, now time.Time) (time.Time, error) {
	var at sql.NullInt64
	if _, err := l.get(ctx, sqlFirst, nil, &at); err != nil || !at.Valid {
		return now, err
	}
	return loadTime(at.Int64), nil
}

// day is the beginning of the day that comes so many days after that of t.
func day(t time.Time, days int) time.Time {
	year, month, d := t.Date()
	begin := time.Date(year, month, d+days, 0, 0, 0, 0, t.Location())
	if begin.Hour() > 12 { // there is no midnight: time.Date gives an hour before it
		_, begin = begin.ZoneBounds()
	}
	return begin
}

// cut makes one line of a text, and a short one.
func cut(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= longestText {
		return text
	}
	return string([]rune(text)[:longestText-1]) + "…"
}

// Queue is what waits of one platform.
type Queue struct {
	Updates int       // accepted and not finished
	Oldest  time.Time // when the first of them was accepted
}

// Queues gives what waits of each platform of which anything does. It costs
// little however much the ledger holds.
func (l *Ledger) Queues(ctx context.Context) (map[string]Queue, error) {
	queues := map[string]Queue{}
	err := l.db.Each(ctx, sqlQueues, nil, func(r *sql.Rows) error {
		var platform string
		var q Queue
		var oldest int64
		err := r.Scan(&platform, &q.Updates, &oldest)
		q.Oldest = loadTime(oldest)
		queues[platform] = q
		return err
	})
	if err != nil {
		return nil, wrap(err, "count the updates that wait")
	}
	return queues, nil
}
