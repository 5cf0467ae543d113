package ledger

import (
	"context"
	"database/sql"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// rewriteAtOnce is how many bytes a ledger may have to be rewritten by Forget,
// while other writers wait: about a second of work. A larger one is by the next
// Prune.
const rewriteAtOnce = 64 << 20

// owner names a person to the queries that ask what is theirs.
type owner struct {
	either []any // of ofPerson
	named  []any // the ID itself and the platform
	direct []any // platform and the chat with them alone
}

// of makes what is unknown of a person NULL, which is equal to nothing: so who
// hides their ID is not taken for all others who do.
func (l *Ledger) of(p chat.Person) owner {
	known := func(s, value string) sql.NullString { return sql.NullString{String: value, Valid: s != ""} }
	hash, id := known(p.User, l.person(p.Platform, p.User)), known(p.User, p.User)
	place := known(p.Direct.Chat, p.Direct.Chat)
	return owner{
		either: []any{hash, p.Platform, place, p.Direct.Platform},
		named:  []any{id, p.Platform},
		direct: []any{p.Direct.Platform, place},
	}
}

// Stored counts what is stored about a person. Questions are their exchanges,
// those of other commands too; once an exchange is forgotten, nothing leads from
// a question that is kept for statistics to who asked it. Subscriptions are those
// of the chat with them alone.
func (l *Ledger) Stored(ctx context.Context, p chat.Person) (s chat.Stored, err error) {
	query, args := l.stored(p)
	_, err = l.get(ctx, query, args, storedInto(&s)...)
	return s, wrap(err, "count what is stored about a person")
}

func (l *Ledger) stored(p chat.Person) (query string, args []any) {
	o := l.of(p)
	for _, list := range [][]any{o.either, o.either, o.direct, o.direct, o.named} {
		args = append(args, list...)
	}
	return sqlStored, args
}

func storedInto(s *chat.Stored) []any {
	return []any{&s.Questions, &s.Feedback, &s.Subscriptions, &s.Settings, &s.Audit}
}

// Forget deletes what is stored about a person, all in one transaction, and says
// what that was. Their lines in the audit log stay. A subscription of another
// chat stays, without saying who made it, and feedback of others on an answer of
// theirs, without the question. What arrived and is not finished stays until it
// is; it may be the wish to be forgotten itself.
func (l *Ledger) Forget(ctx context.Context, p chat.Person) (s chat.Stored, err error) {
	query, args := l.stored(p)
	o := l.of(p)
	err = l.write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.Get(query, args, storedInto(&s)...); err != nil {
			return err
		}
		var rows int64
		for _, c := range []change{
			{sqlForgetQuestions, o.either},
			{sqlForgetFeedback, o.either},
			{sqlForgetQuoted, o.either},
			{sqlForgetExchanges, o.either},
			{sqlForgetSubscriptions, o.direct},
			{sqlForgetDeliveries, o.direct},
			{sqlDropChatNumbers, o.direct},
			{sqlDropReplies, o.direct},
			{sqlDropChats, o.direct},
			{sqlForgetSubscriber, o.named},
		} {
			n, err := tx.Count(c.query, c.args...)
			if err != nil {
				return err
			}
			rows += n
		}
		if rows == 0 {
			return nil
		}
		return l.remains(tx)
	})
	if err != nil {
		return chat.Stored{}, wrap(err, "forget a person")
	}
	// It is deleted. Should this fail, the next Prune does it and says why not.
	_ = l.rewrite(ctx, rewriteAtOnce)
	return s, nil
}
