package bot

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/jobs/ledger"
)

// fakeEditor changes a real store; what is staged is the text of one article,
// the first line its headline.
type fakeEditor struct {
	*library
	t      *testing.T
	err    error             // of all it does
	gone   string            // no file gives this article
	later  bool              // what is restored can be found after a reload that goes on
	same   bool              // what is staged is there already
	drafts map[string]string // by key
	did    []string
	// adding is called while a draft is added.
	adding func(ctx context.Context, progress func(Progress))
}

func (e *fakeEditor) article(text string) *corpus.Article {
	title, body, found := strings.Cut(text, "\n")
	if !found {
		body = text
	}
	return news(e.t, "Nhân Dân", "2024-11-30", title, body)
}

func (e *fakeEditor) Stage(_ context.Context, name string, content io.Reader) (Draft, error) {
	text, err := io.ReadAll(content)
	if err != nil {
		return Draft{}, err
	}
	if e.err != nil {
		return Draft{}, e.err
	}
	if e.drafts == nil {
		e.drafts = map[string]string{}
	}
	a := e.article(string(text))
	e.drafts["k1"] = string(text)
	e.did = append(e.did, "stage "+name)
	d := Draft{Key: "k1", Path: "them-moi.txt", Articles: []*corpus.Article{a}, New: 1}
	if e.same {
		d.New, d.Same = 0, 1
	}
	return d, nil
}

func (e *fakeEditor) Add(ctx context.Context, key string, progress func(Progress)) (Added, error) {
	if e.err != nil {
		return Added{}, e.err
	}
	text, ok := e.drafts[key]
	if !ok {
		return Added{}, ErrNoDraft
	}
	if e.adding != nil {
		e.adding(ctx, progress)
		if ctx.Err() != nil {
			return Added{}, ctx.Err()
		}
	}
	delete(e.drafts, key)
	e.did = append(e.did, "add "+key)
	a := e.article(text)
	before, err := e.store.Articles(ctx, []string{a.ID})
	if err != nil {
		return Added{}, err
	}
	e.put(e.t, a)
	stored, err := e.store.Article(ctx, a.ID)
	added := Added{Articles: []*corpus.Article{stored}, Reload: Reload{Unchanged: 1}}
	if before[a.ID] == nil {
		added.Reload = Reload{Added: 1}
	}
	return added, err
}

func (e *fakeEditor) Discard(_ context.Context, key string) error {
	if e.err != nil {
		return e.err
	}
	if _, ok := e.drafts[key]; !ok {
		return ErrNoDraft
	}
	delete(e.drafts, key)
	e.did = append(e.did, "discard "+key)
	return nil
}

func (e *fakeEditor) Withdraw(ctx context.Context, id string) (bool, error) {
	if e.err != nil {
		return false, e.err
	}
	e.did = append(e.did, "withdraw "+id)
	changed, err := e.store.Withdraw(ctx, id)
	e.update(e.t)
	return changed, err
}

func (e *fakeEditor) Restore(ctx context.Context, id string) (bool, error) {
	if e.err != nil {
		return false, e.err
	}
	if id == e.gone {
		return false, ErrFileGone
	}
	e.did = append(e.did, "restore "+id)
	changed, err := e.store.Restore(ctx, id)
	if e.later {
		return changed, ErrReloading
	}
	e.update(e.t)
	return changed, err
}

func (e *fakeEditor) Withdrawn(ctx context.Context, limit int) ([]*corpus.Article, int, error) {
	var list []*corpus.Article
	for a, err := range e.store.After(ctx, 0) {
		if err != nil {
			return nil, 0, err
		}
		if a.Withdrawn {
			list = append(list, a)
		}
	}
	slices.Reverse(list)
	return list[:min(len(list), limit)], len(list), e.err
}

// editing is a town whose bot has an editor, and "1" for an admin.
func editing(t *testing.T, o Options) (*fakeEditor, *ledger.Ledger) {
	t.Helper()
	e := &fakeEditor{library: town(t), t: t}
	g, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), func() time.Time { return testNow })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, g.Close) })
	o.Admins, o.Editor, o.Ledger = boss, e, g
	e.bot = New(e.index, e.store, o)
	return e, g
}

// audits are the lines of the audit log, the oldest first: "them [Tệp] -> note",
// with "refused" where something was not allowed.
func audits(t *testing.T, g *ledger.Ledger) []string {
	t.Helper()
	log, err := g.Audits(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, a := range slices.Backward(log) {
		line := strings.TrimSpace(a.Command + " " + a.Text)
		if a.Note != "" {
			line += " -> " + a.Note
		}
		if !a.Allowed {
			line += " refused"
		}
		lines = append(lines, line)
	}
	return lines
}

// does sends a command of the admin, or presses a button with ">" before its
// data, and gives what is said in the end.
func does(t *testing.T, b *Bot, text string, files ...chat.File) chat.Message {
	t.Helper()
	return doesAs(t, b, "1", text, files...)
}

func doesAs(t *testing.T, b *Bot, user, text string, files ...chat.File) chat.Message {
	t.Helper()
	r := chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, ID: fmt.Sprint(len(text)), User: user, Direct: true, Files: files}
	if data, ok := strings.CutPrefix(text, ">"); ok {
		r.Button = data
	} else {
		r.Command, r.Text, _ = strings.Cut(strings.TrimPrefix(text, "/"), " ")
	}
	return settled(t, handle(t, b, r))
}

// file is an attachment.
func file(name, content string) chat.File {
	return chat.File{Name: name, Size: int64(len(content)), Open: func(context.Context, int64) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}
