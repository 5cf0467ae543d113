package store

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"trichdan/corpus"
)

// A story is the group of articles that tell it in nearly the same words: an
// agency's text in several outlets, a copy with small edits. It is named after
// the first of them to arrive. An article looks for its story when it arrives,
// when its words change and when it is restored, among the articles that are
// not withdrawn; it joins the one that it has most in common with.
//
// A withdrawn article leaves its story as it is: the others keep the name. Only
// when the first one comes to tell something else do the others take a new
// name, and with it new numbers.

// maxApart is how far apart the days of one story may lie: an agency's text is
// reprinted within days, while the market report of next week repeats the
// words of this one.
const maxApart = 3 * 24 * time.Hour

// placeNew finds the story of an article that has just arrived.
func (tx *Tx) placeNew(a *corpus.Article, sim *sketched) error {
	story, err := tx.findStory(a, sim)
	if err != nil || story == "" {
		return err
	}
	a.Story = story
	return tx.db.Exec(sqlSetStory, story, a.ID)
}

// placeAgain finds the story of a known article whose words are new, or which
// has come back.
func (tx *Tx) placeAgain(a *corpus.Article, sim *sketched) error {
	if a.Withdrawn {
		return nil // Restore will
	}
	found, err := tx.findStory(a, sim)
	if err != nil {
		return err
	}
	if found == "" {
		found = a.ID
	} else if found == a.Story {
		return nil
	}
	if a.Story == a.ID {
		// The first of its story leaves it: the next one gives the name.
		if err := tx.rename(a.ID); err != nil {
			return err
		}
	}
	a.Story = found
	return tx.db.Exec(sqlSetStory, found, a.ID)
}

// rename names the story of the article id after the first of the others that
// are not withdrawn (those look for a story when they are restored). They take
// new numbers, for indexes hold the name.
func (tx *Tx) rename(id string) error {
	var members []string
	err := tx.db.Each(sqlMembers, []any{id, id}, func(r *sql.Rows) error {
		var m string
		err := r.Scan(&m)
		members = append(members, m)
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := tx.db.Exec(sqlMoveStory, members[0], tx.next(), m); err != nil {
			return err
		}
	}
	return nil
}

// placeRestored finds the story of a restored article.
func (tx *Tx) placeRestored(id string) error {
	a, err := scanArticle(func(dest ...any) error { return tx.db.Get(sqlArticle, []any{id}, dest...) })
	if err != nil {
		return err
	}
	return tx.placeAgain(a, sketch(words(a.Body)))
}

// findStory gives the story of a: the one that it is in if another article of
// it is like a, else that of the article most like it, "" if none is.
func (tx *Tx) findStory(a *corpus.Article, sim *sketched) (string, error) {
	type candidate struct{ id, story string }
	var candidates []candidate
	args := make([]any, 0, bandCount+1)
	for _, k := range sim.signature.bands() {
		args = append(args, k)
	}
	args = append(args, a.ID)
	err := tx.db.Each(candidatesQuery, args, func(r *sql.Rows) error {
		var c candidate
		var b []byte
		if err := r.Scan(&c.id, &c.story, &b); err != nil {
			return err
		}
		if g, ok := loadSignature(b); ok && g.estimate(&sim.signature) >= minEstimate {
			candidates = append(candidates, c)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	best, story := 0.0, ""
	for _, c := range candidates {
		var body, published, basis string
		if err := tx.db.Get(sqlBody, []any{c.id}, &body, &published, &basis); err != nil {
			return "", err
		}
		other, err := loadDate(published, basis)
		if err != nil {
			return "", err
		}
		if apart(a.Published, other) {
			continue
		}
		share := containment(sim, sketchSet(words(body)))
		if share < minContainment {
			continue
		}
		if c.story == a.Story {
			return c.story, nil
		}
		if share > best {
			best, story = share, c.story
		}
	}
	return story, nil
}

// apart reports whether two articles state days too far from each other for
// one story. An inferred day is too weak a reason.
func apart(d, e corpus.Date) bool {
	if d.Day == 0 || e.Day == 0 || d.Basis != corpus.Stated || e.Basis != corpus.Stated {
		return false
	}
	x := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	y := time.Date(e.Year, e.Month, e.Day, 0, 0, 0, 0, time.UTC)
	return x.Sub(y).Abs() > maxApart
}

var candidatesQuery = sqlCandidates + list(bandCount) + sqlCandidatesEnd

var insertBands = sqlInsertBands + strings.TrimSuffix(strings.Repeat("(?, ?), ", bandCount), ", ")

func (tx *Tx) insertBands(g signature, num corpus.Seq) error {
	args := make([]any, 0, 2*bandCount)
	for _, k := range g.bands() {
		args = append(args, k, num)
	}
	return tx.db.Exec(insertBands, args...)
}

// replaceBands gives the article id, whose row still has its old signature,
// the bands of the new one.
func (tx *Tx) replaceBands(id string, g signature, num corpus.Seq) error {
	var b []byte
	if err := tx.db.Get(sqlSignature, []any{id}, &b); err != nil {
		return err
	}
	old, ok := loadSignature(b)
	if !ok {
		return errors.New("the stored signature has another length")
	}
	if old == g {
		return nil
	}
	args := []any{num}
	for _, k := range old.bands() {
		args = append(args, k)
	}
	if err := tx.db.Exec(sqlDeleteBands+list(bandCount), args...); err != nil {
		return err
	}
	return tx.insertBands(g, num)
}
