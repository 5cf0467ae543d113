package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// The verbs of the buttons under a preview.
const (
	confirmDraft = "+"
	cancelDraft  = "-"
)

// draftWords are what follows /them to do what a button does.
var draftWords = map[string][]string{
	confirmDraft: {"xacnhan", "confirm"},
	cancelDraft:  {"bo", "cancel"},
}

// draftCommand reads a word and the key of a draft: "xacnhan a1b2c3".
func draftCommand(text string) (verb, key string, ok bool) {
	word, key, _ := strings.Cut(text, " ")
	word = vi.Fold(word)
	for _, verb := range []string{confirmDraft, cancelDraft} {
		if slices.Contains(draftWords[verb], word) && isDraftKey(key) {
			return verb, key, true
		}
	}
	return "", "", false
}

// isDraftKey reports whether a text can be the key of a draft.
func isDraftKey(s string) bool {
	return s != "" && len(s) <= 16 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// draftButtons add a draft, or forget it.
func (w *words) draftButtons(key string) [][]chat.Button {
	command, language := "/them", 0
	if w.lang == chat.English {
		command, language = "/add", 1
	}
	make := func(text, verb string) chat.Button {
		return chat.Button{
			Text: text, Data: button{verb: verb, draft: key}.String(),
			Command: command + " " + draftWords[verb][language] + " " + key,
		}
	}
	return [][]chat.Button{{make(w.addButton, confirmDraft), make(w.dropButton, cancelDraft)}}
}

// pressDraft does what a button under a preview says.
func (b *Bot) pressDraft(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	text := draftWords[d.verb][1] + " " + d.draft
	return b.adminPress(ctx, w, r, "them", text, func(b *Bot, ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
		if b.editor == nil {
			return chat.Message{Notice: w.noEditor}, "this bot changes nothing", nil
		}
		return b.settleDraft(ctx, w, r, d)
	})
}

// settleDraft adds a draft or forgets it. What an admin has done already is said
// to the next one.
func (b *Bot) settleDraft(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, string, error) {
	pressed := r.Button != ""
	if state := b.drafts.get(d.draft); state != draftOpen {
		return said(pressed, w.draftState(state)), string(state), nil
	}
	if d.verb == cancelDraft {
		return b.cancelDraft(ctx, w, pressed, d.draft)
	}
	work := func(ctx context.Context, progress func(Progress)) chat.Message {
		m, note := b.addDraft(ctx, w, r, d.draft, progress)
		b.audit(ctx, r, true, note)
		return m
	}
	if r.Passing {
		return work(ctx, nil), "", nil
	}
	return w.following(chat.Message{Text: w.adding, Update: pressed}, w.adding, work), "", nil
}

// said is a text as the answer to a command, or to the press of a button.
func said(pressed bool, text string) chat.Message {
	if pressed {
		return chat.Message{Notice: text}
	}
	return chat.Message{Text: text}
}

func (b *Bot) cancelDraft(ctx context.Context, w *words, pressed bool, key string) (chat.Message, string, error) {
	if state := b.drafts.begin(key); state != draftOpen {
		return said(pressed, w.draftState(state)), string(state), nil
	}
	state := draftOpen
	defer func() { b.drafts.end(key, state) }()
	err := b.editor.Discard(ctx, key)
	switch {
	case errors.Is(err, ErrNoDraft):
		return said(pressed, w.noDraft), "no such draft", nil
	case err != nil:
		return chat.Message{}, "", err
	}
	state = draftDropped
	return chat.Message{Text: w.nothingAdded, Update: pressed}, string(state), nil
}

// addDraft adds a draft and says what that did; note is for the audit log.
func (b *Bot) addDraft(ctx context.Context, w *words, r chat.Request, key string, progress func(Progress)) (m chat.Message, note string) {
	if state := b.drafts.begin(key); state != draftOpen {
		return chat.Message{Text: w.draftState(state)}, string(state)
	}
	state := draftOpen
	defer func() { b.drafts.end(key, state) }()
	added, err := b.editor.Add(ctx, key, progress)
	switch {
	case errors.Is(err, ErrNoDraft):
		return chat.Message{Text: w.noDraft}, "no such draft"
	case err != nil && goesOn(ctx, err):
		state = draftAdded
		return chat.Message{Text: w.addingOn}, reloadNote(ctx, Reload{}, err)
	case err != nil:
		return chat.Message{Text: b.refusal(w, err), Buttons: w.draftButtons(key)}, reloadNote(ctx, Reload{}, err)
	}
	state = draftAdded
	m = chat.Message{Text: strings.Join(w.addedLines(added), "\n")}
	if len(added.Articles) > 0 {
		m.LinksTitle, m.Links = w.addedTitle, w.links(b.to, added.Articles)
		if added.Added+added.Changed+added.Restored == 0 {
			m.LinksTitle = w.thereTitle
		}
		m.Buttons = w.openers(added.Articles, 1)
		b.shown.set(r.Ref, ids(added.Articles))
	}
	return m, reloadNote(ctx, added.Reload, nil)
}

// addedLines word what adding a draft did.
func (w *words) addedLines(a Added) []string {
	lines := []string{fmt.Sprintf(w.added, w.count(a.Added), w.count(a.Changed), w.count(a.Restored))}
	if a.Added+a.Changed+a.Restored == 0 {
		lines[0] = w.addedNothing
	}
	if a.Withdrawn > 0 { // the folders are read whole
		lines = append(lines, fmt.Sprintf(w.addedWithdrawn, w.count(a.Withdrawn)))
	}
	return append(lines, w.reportLines(a.Reload)...)
}

// draftState words what an admin has done with a draft.
func (w *words) draftState(s draftState) string {
	return map[draftState]string{draftBusy: w.draftBusy, draftAdded: w.draftAdded, draftDropped: w.draftDropped}[s]
}

// draftState is what became of a draft; it stands in the audit log.
type draftState string

const (
	draftOpen    draftState = "" // nothing, as far as this process knows
	draftBusy    draftState = "is being settled"
	draftAdded   draftState = "added already"
	draftDropped draftState = "cancelled already"
)

// drafts remembers, for a bounded number of them, what became of drafts, so that
// two who press a button under the same one do not both add it.
type drafts struct {
	mu    sync.Mutex
	state map[string]draftState
	order []string // of the keys, oldest first
}

const mostDrafts = 1000

// open notes that a draft was staged, perhaps once more.
func (d *drafts) open(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state[key] != draftBusy {
		d.set(key, draftOpen)
	}
}

func (d *drafts) get(key string) draftState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state[key]
}

// begin gives what became of a draft. If that is draftOpen, it is the caller's
// until end.
func (d *drafts) begin(key string) draftState {
	d.mu.Lock()
	defer d.mu.Unlock()
	state := d.state[key]
	if state == draftOpen {
		d.set(key, draftBusy)
	}
	return state
}

func (d *drafts) end(key string, state draftState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.set(key, state)
}

// set is called with mu held.
func (d *drafts) set(key string, state draftState) {
	if d.state == nil {
		d.state = map[string]draftState{}
	}
	if _, ok := d.state[key]; !ok {
		if len(d.order) == mostDrafts {
			delete(d.state, d.order[0])
			d.order = d.order[1:]
		}
		d.order = append(d.order, key)
	}
	d.state[key] = state
}
