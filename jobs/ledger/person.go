package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"

	"trichdan/corpus/sqlite"
)

// The names of the ledger's own notes.
const (
	notePeople  = "people"  // the key of people's hashes, in hexadecimal
	noteRewrite = "rewrite" // there while the file may hold remains of what was deleted
)

// hashStep is how many rows of an older ledger get their hashes in one
// transaction.
const hashStep = 300

// person is what stands for a person in the exchanges and the feedback, "" for
// one whose ID is hidden: 128 bits of HMAC-SHA256 (RFC 2104) of platform and ID,
// in hexadecimal. It tells people apart, and finds what is stored about one who
// asks for it, but leads to nobody without the key of this ledger.
func (l *Ledger) person(platform, user string) string {
	if user == "" {
		return ""
	}
	mac := hmac.New(sha256.New, l.people)
	mac.Write([]byte(platform + "\x00" + user))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// readPeople reads the key of people's hashes, and makes it the first time.
func (l *Ledger) readPeople(ctx context.Context) error {
	var stored string
	found, err := l.get(ctx, sqlNote, []any{"", notePeople}, &stored)
	if err == nil && !found {
		fresh := make([]byte, 32)
		if _, err := rand.Read(fresh); err != nil {
			return err
		}
		err = l.write(ctx, func(tx *sqlite.Tx) error {
			if err := tx.Exec(sqlKeepNote, notePeople, hex.EncodeToString(fresh)); err != nil {
				return err
			}
			return tx.Get(sqlNote, []any{"", notePeople}, &stored)
		})
	}
	if err != nil {
		return err
	}
	l.people, err = hex.DecodeString(stored)
	if err != nil || len(l.people) != 32 {
		return fmt.Errorf("the key of people's hashes is not 32 bytes: %w", sqlite.ErrCorrupt)
	}
	return nil
}

// hashPeople hashes the IDs of people that an earlier version of the program has
// stored as they are. What is done is marked, row by row: if it is interrupted,
// the next Open goes on.
func (l *Ledger) hashPeople(ctx context.Context) error {
	for _, some := range []func(*sqlite.Tx) (int, error){l.hashExchanges, l.hashFeedback} {
		for n := hashStep; n == hashStep; {
			err := l.write(ctx, func(tx *sqlite.Tx) (err error) {
				if n, err = some(tx); err != nil || n == 0 {
					return err
				}
				return l.remains(tx)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// hashExchanges does some, and says how many.
func (l *Ledger) hashExchanges(tx *sqlite.Tx) (int, error) {
	var changes []change
	err := tx.Each(sqlPlainExchanges, []any{hashStep}, func(r *sql.Rows) error {
		var key, platform, user string
		err := r.Scan(&key, &platform, &user)
		changes = append(changes, change{sqlHashExchange, []any{l.person(platform, user), key}})
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(changes), inTurn(tx, changes...)
}

func (l *Ledger) hashFeedback(tx *sqlite.Tx) (int, error) {
	var changes []change
	err := tx.Each(sqlPlainFeedback, []any{hashStep}, func(r *sql.Rows) error {
		var exchange, platform, user, question string
		err := r.Scan(&exchange, &platform, &user, &question)
		changes = append(changes, change{sqlHashFeedback, []any{l.person(platform, user), alikeText(question), exchange, platform, user}})
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(changes), inTurn(tx, changes...)
}

// remains notes that the file may hold remains of what the transaction deletes,
// until it is rewritten.
func (l *Ledger) remains(tx *sqlite.Tx) error {
	return tx.Exec(sqlSetNote, "", noteRewrite, rand.Text())
}

// rewrite gets rid of the remains of what was deleted, if there may be some. A
// database of more than so many bytes it only rids of its log.
func (l *Ledger) rewrite(ctx context.Context, atMost int64) error {
	var since string // differs for each that has deleted something
	noted, err := l.get(ctx, sqlNote, []any{"", noteRewrite}, &since)
	if err != nil || !noted {
		return err
	}
	size, err := l.db.Size(ctx)
	if err != nil {
		return err
	}
	if size > atMost {
		return l.db.Checkpoint(ctx)
	}
	if err := l.db.Rewrite(ctx); err != nil {
		return err
	}
	return l.write(ctx, func(tx *sqlite.Tx) error { return tx.Exec(sqlDropNote, noteRewrite, since) })
}
