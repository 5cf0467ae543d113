package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"trichdan/bot"
	"trichdan/corpus"
	"trichdan/jobs"
)

// editor lets admins change the corpus; it is the bot.Editor.
type editor struct {
	*app
	uploads *jobs.Uploads
}

// addedShown is how many of the articles of a file are named.
const addedShown = 5

// Stage implements bot.Editor.
func (e *editor) Stage(ctx context.Context, name string, content io.Reader) (bot.Draft, error) {
	d, err := e.uploads.Stage(ctx, name, content)
	return bot.Draft{
		Key: d.Key, Path: d.Path, Articles: d.Articles, New: d.New, Changed: d.Changed, Same: d.Same,
		Failures: d.Failures, Failed: d.Failed,
	}, refused(err)
}

// refused words the errors of jobs.Uploads as the bot knows them.
func refused(err error) error {
	if errors.Is(err, jobs.ErrNoDraft) {
		return bot.ErrNoDraft
	}
	if r, ok := errors.AsType[*jobs.RefusedError](err); ok {
		return &bot.RefusedError{Reason: bot.Refusal(r.Reason), Detail: r.Detail}
	}
	return err
}

// Add implements bot.Editor.
func (e *editor) Add(ctx context.Context, key string, progress func(bot.Progress)) (bot.Added, error) {
	path, err := e.uploads.Place(ctx, key)
	if err != nil {
		return bot.Added{}, refused(err)
	}
	reload, err := e.reloadFor(ctx, "upload", progress)
	added := bot.Added{Reload: reload}
	if err != nil {
		return added, err
	}
	added.Articles, added.Restored, err = e.given(ctx, path, added.Restored)
	return added, err
}

// given gives the first articles of a file in the first folder, and restores
// those that somebody withdrew by hand: whoever adds them wants them back. It
// counts them, on from restored.
func (e *editor) given(ctx context.Context, path string, restored int) ([]*corpus.Article, int, error) {
	files, err := e.store.Files(ctx, e.uploads.Dir)
	if err != nil {
		return nil, restored, err
	}
	file, ok := files[path]
	if !ok {
		return nil, restored, fmt.Errorf("the reload did not find the file %s", path)
	}
	before := restored
	ids := slices.Clone(file.Articles)
	for _, id := range ids {
		changed, err := e.store.Restore(ctx, id)
		if err != nil {
			return nil, restored, err
		}
		if changed {
			restored++
		}
	}
	if restored > before {
		if err := e.reindex(ctx); err != nil && !errors.Is(err, bot.ErrReloading) {
			return nil, restored, err
		}
	}
	for _, d := range file.Duplicates { // the article is there under another name
		ids = append(ids, d.Of)
	}
	ids = ids[:min(len(ids), addedShown)]
	known, err := e.store.Articles(ctx, ids)
	if err != nil {
		return nil, restored, err
	}
	var list []*corpus.Article
	for _, id := range ids {
		if a := known[id]; a != nil && !a.Withdrawn {
			list = append(list, a)
		}
	}
	return list, restored, nil
}

// Discard implements bot.Editor.
func (e *editor) Discard(ctx context.Context, key string) error {
	return refused(e.uploads.Discard(ctx, key))
}

// Withdraw implements bot.Editor. No answer has what is withdrawn in the store,
// so that it need not wait for a reload.
func (e *editor) Withdraw(ctx context.Context, id string) (changed bool, err error) {
	changed, err = e.change(ctx, id, e.store.Withdraw)
	if errors.Is(err, bot.ErrReloading) {
		err = nil
	}
	return changed, err
}

// Restore implements bot.Editor.
func (e *editor) Restore(ctx context.Context, id string) (changed bool, err error) {
	known, err := e.store.States(ctx, []string{id})
	if err != nil {
		return false, err
	}
	if _, _, there, err := e.store.FileOf(ctx, id); known[id].Withdrawn && (err != nil || !there) {
		return false, errors.Join(err, bot.ErrFileGone)
	}
	return e.change(ctx, id, e.store.Restore)
}

func (e *editor) change(ctx context.Context, id string, f func(context.Context, string) (bool, error)) (bool, error) {
	changed, err := f(ctx, id)
	if err != nil || !changed {
		return changed, err
	}
	return true, e.reindex(ctx)
}

// reindex has the index follow the store. While folders are read the store is
// half old and half new, and while that is indexed there is a long time to wait:
// then a reload after the running one does it, and the error is bot.ErrReloading.
func (e *editor) reindex(ctx context.Context) error {
	if e.refreshing.TryLock() { // and no folder is read before it is unlocked
		defer e.refreshing.Unlock()
		if !e.reloader.State().Running {
			_, err := e.index.Update(ctx, nil)
			return err
		}
	}
	asked, cancel := context.WithCancel(ctx)
	cancel() // who asks for a reload and does not wait has it all the same
	if _, err := e.reloader.Reload(asked, "admin", nil); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return bot.ErrReloading
}

// Withdrawn implements bot.Editor.
func (e *editor) Withdrawn(ctx context.Context, limit int) ([]*corpus.Article, int, error) {
	counts, err := e.store.Counts(ctx)
	if err != nil {
		return nil, 0, err
	}
	list, err := e.store.Withdrawn(ctx, limit)
	return list, counts.Withdrawn, err
}
