package bot

import (
	"context"
	"sync"
	"time"

	"trichdan/corpus"
)

// item is an article that a digest may tell of, without its text.
type item struct {
	corpus.Article
	updated bool // it was told before, and has another content now
}

// window is what is new between two places in the order of arrival.
type window struct {
	after, upTo corpus.Seq
	last        corpus.Seq // the newest when it was read: it is good as long as that is
	read        time.Time
	items       []item // by Seq
	// known are the outlets of the articles of a story that had arrived before
	// the window. Of the stories in complete, these are all; others are looked up.
	known    map[string][]string
	complete map[string]bool

	mu     sync.Mutex
	quotes map[string][]piece // by the articles of the story, see quote
}

// newWindow reads the window from the articles after its beginning.
//
// An article is new if it arrived in the window, also when it was revised after
// it: the next digest will call it updated. It is updated if it had arrived and
// its present content is of the window. A restoration, another name of its
// story, a withdrawal tell nothing.
func (b *Bot) newWindow(ctx context.Context, after, upTo, last corpus.Seq) (*window, error) {
	win := &window{after: after, upTo: upTo, last: last, read: b.now(),
		known: map[string][]string{}, complete: map[string]bool{}, quotes: map[string][]piece{}}
	for a, err := range b.articles.After(ctx, after) {
		if err != nil {
			return nil, err
		}
		if a.Arrived > after && a.Story == a.ID {
			// A story is named after its first article. What had arrived before
			// that one and is in the story all the same has joined it since, with
			// a Seq that is read here.
			win.complete[a.Story] = true
		}
		if a.Withdrawn {
			continue
		}
		if a.Arrived <= after {
			win.known[a.Story] = append(win.known[a.Story], a.Outlet)
		}
		i := item{Article: *a, updated: a.Arrived <= after}
		i.Body, i.LeadLen, i.Tags, i.Captions = "", 0, nil, nil
		if i.updated && after < a.Revised && a.Revised <= upTo || !i.updated && a.Arrived <= upTo {
			win.items = append(win.items, i)
		}
	}
	return win, nil
}

// before gives the outlets of the articles of a story that had arrived before
// the window.
func (b *Bot) before(ctx context.Context, win *window, story string) ([]string, error) {
	win.mu.Lock()
	defer win.mu.Unlock()
	if win.complete[story] {
		return win.known[story], nil
	}
	sources, err := b.articles.Sources(ctx, story)
	if err != nil {
		return nil, err
	}
	var outlets []string
	for _, a := range sources {
		if a.Arrived <= win.after {
			outlets = append(outlets, a.Outlet)
		}
	}
	win.known[story], win.complete[story] = outlets, true
	return outlets, nil
}

// windows keeps the last few: at one tick of the clock many subscriptions want
// to know of the same.
type windows struct {
	mu   sync.Mutex
	list []*window // the one that was used last is last
}

const (
	mostWindows = 6
	windowKept  = 10 * time.Minute // so that memory is not held for nobody
)

// window gives the window between two places.
func (b *Bot) window(ctx context.Context, after, upTo corpus.Seq) (*window, error) {
	last, err := b.articles.Last(ctx)
	if err != nil {
		return nil, err
	}
	s := &b.windows
	s.mu.Lock()
	defer s.mu.Unlock()
	var found *window
	var kept []*window
	for _, w := range s.list {
		switch {
		case w.last != last || b.now().Sub(w.read).Abs() >= windowKept:
		case w.after == after && w.upTo == upTo:
			found = w
		default:
			kept = append(kept, w)
		}
	}
	if found == nil {
		if found, err = b.newWindow(ctx, after, upTo, last); err != nil {
			return nil, err
		}
	}
	kept = append(kept, found)
	s.list = kept[max(0, len(kept)-mostWindows):]
	return found, nil
}
