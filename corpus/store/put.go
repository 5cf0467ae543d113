package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Outcome says what Put did.
type Outcome string

// The outcomes of Put.
const (
	Added     Outcome = "added"     // a new article
	Changed   Outcome = "changed"   // a new revision of a known one
	Unchanged Outcome = "unchanged" // the same content as before
	Duplicate Outcome = "duplicate" // another article says the same; nothing was stored
	Restored  Outcome = "restored"  // it was withdrawn; perhaps with a new revision
)

// Result is what became of an article given to Put.
type Result struct {
	Outcome Outcome
	Seq     corpus.Seq // of the article's current state; 0 for a duplicate
	Of      string     // for a duplicate: the ID of the article that it repeats
	// Revision is that of the article, for a duplicate of the one it repeats.
	Revision int
}

// ErrArticle is the error of Put for an article that no reader should produce:
// without ID or body, with a lead longer than its body, with text that is not
// UTF-8, or with a day that no calendar has.
var ErrArticle = errors.New("not a proper article")

func check(a *corpus.Article) error {
	switch _, err := loadDate(a.Published.String(), basis(a)); {
	case err != nil:
		return fmt.Errorf("%w: published: %w", ErrArticle, err)
	case a.ID == "":
		return fmt.Errorf("%w: no ID", ErrArticle)
	case a.Body == "":
		return fmt.Errorf("%w: no text", ErrArticle)
	case a.LeadLen < 0 || a.LeadLen > len(a.Body):
		return fmt.Errorf("%w: a lead of %d bytes in a text of %d", ErrArticle, a.LeadLen, len(a.Body))
	}
	for _, list := range [][]string{{a.ID, a.Title, a.Body, a.Outlet, a.Author, a.URL, a.Path}, a.Tags, a.Captions} {
		for _, s := range list {
			if !utf8.ValidString(s) {
				return fmt.Errorf("%w: not UTF-8", ErrArticle)
			}
		}
	}
	return nil
}

// basis is that of the date, "" for an unknown date.
func basis(a *corpus.Article) string {
	if !a.Published.Known() {
		return ""
	}
	return string(a.Published.Basis)
}

// head is an article's row in short.
type head struct {
	num, seq, revised corpus.Seq
	revision          int
	withdrawn         bool
	story, path       string
	content           []byte
	text              []byte
}

// Put stores an article in a transaction of its own. See Tx.Put.
func (s *Store) Put(ctx context.Context, a *corpus.Article) (r Result, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		r, err = tx.Put(a)
		return err
	})
	return r, err
}

// Put stores an article under its ID and sets its Seq, Arrived, Revised,
// Revision, Withdrawn and Story:
//
//   - an unknown ID is Added, a known one with other content Changed: the
//     earlier revisions stay readable, and other articles take new numbers
//     only if their story was named after this one, which has left it;
//   - the same content is Unchanged; only its Path is brought up to date;
//   - a withdrawn article is Restored, with a new revision if the content is
//     another one;
//   - it is a Duplicate, and nothing is stored, when another article that is
//     not withdrawn has the same words in title and body, and the two do not
//     name different addresses or different outlets: those are two sources of
//     one story. If the ID is known, its earlier state stays.
//
// The content is all that a reader fills but Path.
func (tx *Tx) Put(a *corpus.Article) (Result, error) { return tx.put(a, true) }

// Refresh is Put, but a withdrawn article stays withdrawn: its content is
// brought up to date for the day on which somebody restores it. It is for
// readers that come by again and must not undo a person's decision.
func (tx *Tx) Refresh(a *corpus.Article) (Result, error) { return tx.put(a, false) }

func (tx *Tx) put(a *corpus.Article, restore bool) (Result, error) {
	r, err := tx.store(a, restore)
	return r, wrap(err, "store article %s (%s)", a.ID, a.Path)
}

func (tx *Tx) store(a *corpus.Article, restore bool) (Result, error) {
	if err := check(a); err != nil {
		return Result{}, err
	}
	h, err := tx.head(a.ID)
	known := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Result{}, err
	}
	content := contentHash(a)
	same := known && bytes.Equal(content, h.content)
	if same && (!h.withdrawn || !restore) {
		if h.path != a.Path {
			if err := tx.db.Exec(sqlSetPath, a.Path, a.ID); err != nil {
				return Result{}, err
			}
		}
		a.Seq, a.Arrived, a.Revised = h.seq, h.num, h.revised
		a.Revision, a.Withdrawn, a.Story = h.revision, h.withdrawn, h.story
		return Result{Outcome: Unchanged, Seq: h.seq, Revision: h.revision}, nil
	}

	body := words(a.Body)
	text := textHash(words(a.Title), body)
	if of, revision, err := tx.duplicateOf(a, text); err != nil || of != "" {
		return Result{Outcome: Duplicate, Of: of, Revision: revision}, err
	}
	sim := sketch(body)
	seq := tx.next()
	if !known {
		a.Seq, a.Arrived, a.Revised = seq, seq, seq
		a.Revision, a.Withdrawn, a.Story = 1, false, a.ID
		err := tx.db.Exec(sqlInsertArticle, a.ID, seq, seq, seq, a.ID, a.Path, a.Outlet, a.Published.String(),
			content, text, sim.signature.bytes())
		if err != nil {
			return Result{}, err
		}
		if err := tx.insertRevision(a); err != nil {
			return Result{}, err
		}
		if err := tx.insertBands(sim.signature, seq); err != nil {
			return Result{}, err
		}
		return Result{Outcome: Added, Seq: seq, Revision: 1}, tx.placeNew(a, sim)
	}

	a.Seq, a.Arrived, a.Revised = seq, h.num, h.revised
	a.Revision, a.Withdrawn, a.Story = h.revision, h.withdrawn && !restore, h.story
	if !same {
		a.Revised = seq
		a.Revision++
		if err := tx.insertRevision(a); err != nil {
			return Result{}, err
		}
		if err := tx.replaceBands(a.ID, sim.signature, h.num); err != nil {
			return Result{}, err
		}
	}
	err = tx.db.Exec(sqlUpdateArticle, seq, a.Revised, a.Revision, a.Withdrawn, a.Path, a.Outlet, a.Published.String(),
		content, text, sim.signature.bytes(), a.ID)
	if err != nil {
		return Result{}, err
	}
	r := Result{Outcome: Changed, Seq: seq, Revision: a.Revision}
	if h.withdrawn && restore {
		r.Outcome = Restored
	}
	if bytes.Equal(text, h.text) && !h.withdrawn {
		return r, nil // its words are the same: so is its story
	}
	return r, tx.placeAgain(a, sim)
}

// head reads an article's row; ErrNotFound if there is none.
func (tx *Tx) head(id string) (head, error) {
	var h head
	err := tx.db.Get(sqlHead, []any{id}, &h.num, &h.seq, &h.revised, &h.revision, &h.withdrawn, &h.story, &h.path, &h.content, &h.text)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return h, err
}

func (tx *Tx) insertRevision(a *corpus.Article) error {
	tags, err := marshal(a.Tags)
	if err != nil {
		return err
	}
	captions, err := marshal(a.Captions)
	if err != nil {
		return err
	}
	return tx.db.Exec(sqlInsertRevision, a.ID, a.Revision, a.Title, a.TitleDerived, a.Body, a.LeadLen, a.Outlet, a.Author,
		a.Published.String(), basis(a), a.URL, tags, captions)
}

// duplicateOf gives the ID and revision of the article that a repeats, or "".
func (tx *Tx) duplicateOf(a *corpus.Article, text []byte) (of string, revision int, err error) {
	err = tx.db.Each(sqlSameText, []any{text, a.ID}, func(r *sql.Rows) error {
		var id, outlet, url string
		var n int
		if err := r.Scan(&id, &n, &outlet, &url); err != nil {
			return err
		}
		if of == "" && !differ(outlet, a.Outlet) && !differ(corpus.CanonicalURL(url), corpus.CanonicalURL(a.URL)) {
			of, revision = id, n
		}
		return nil
	})
	return of, revision, err
}

// differ reports whether both are known and are not the same.
func differ(x, y string) bool {
	return x != "" && y != "" && !strings.EqualFold(x, y)
}

// Withdraw takes an article out of the corpus: it is no longer found or cited,
// and stays in the store. It reports whether anything changed; the error is
// ErrNotFound, wrapped, for an unknown ID.
func (s *Store) Withdraw(ctx context.Context, id string) (changed bool, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		changed, err = tx.Withdraw(id)
		return err
	})
	return changed, err
}

// Restore undoes Withdraw, with the same results.
func (s *Store) Restore(ctx context.Context, id string) (changed bool, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		changed, err = tx.Restore(id)
		return err
	})
	return changed, err
}

// Withdraw is Store.Withdraw within the transaction.
func (tx *Tx) Withdraw(id string) (bool, error) {
	changed, err := tx.setWithdrawn(id, true)
	return changed, wrap(err, "withdraw article %s", id)
}

// Restore is Store.Restore within the transaction.
func (tx *Tx) Restore(id string) (bool, error) {
	changed, err := tx.setWithdrawn(id, false)
	if err == nil && changed {
		err = tx.placeRestored(id)
	}
	return changed, wrap(err, "restore article %s", id)
}

func (tx *Tx) setWithdrawn(id string, withdrawn bool) (bool, error) {
	h, err := tx.head(id)
	if err != nil || h.withdrawn == withdrawn {
		return false, err
	}
	return true, tx.db.Exec(sqlSetWithdrawn, withdrawn, tx.next(), id)
}

// words are the normalised tokens of text. Compounds kept whole are left out:
// their parts are there.
func words(text string) []string {
	tokens := vi.AppendTokens(make([]vi.Token, 0, len(text)/4), text)
	ws := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if !t.Whole {
			ws = append(ws, t.Text)
		}
	}
	return ws
}

// textHash is equal for texts that differ only in spacing, punctuation, case
// and the placement of tone marks.
func textHash(title, body []string) []byte {
	b := make([]byte, 0, 8*(len(title)+len(body)))
	for _, part := range [][]string{title, body} {
		for _, w := range part {
			b = append(b, w...)
			b = append(b, ' ')
		}
		b = append(b, '\n')
	}
	h := sha256.Sum256(b)
	return h[:]
}

// contentHash covers all that a revision holds. Each part is preceded by its
// length, so that no two contents have the same bytes.
func contentHash(a *corpus.Article) []byte {
	b := make([]byte, 0, len(a.Body)+1024)
	str := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	strs := func(list []string) {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			str(s)
		}
	}
	derived := byte(0)
	if a.TitleDerived {
		derived = 1
	}
	b = append(b, derived)
	b = binary.AppendUvarint(b, uint64(a.LeadLen))
	for _, s := range []string{a.Title, a.Body, a.Outlet, a.Author, a.Published.String(), basis(a), a.URL} {
		str(s)
	}
	strs(a.Tags)
	strs(a.Captions)
	h := sha256.Sum256(b)
	return h[:]
}
