package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

const (
	// mostFileBytes is how large a file may be that somebody gives, packed and
	// unpacked.
	mostFileBytes = 10 << 20
	// previewRunes is how much of the beginning of an article a preview quotes,
	// and previewRunesEach where there are several.
	previewRunes, previewRunesEach = 400, 150
)

// add is the answer to /them: a preview of what was recognised in a file or a
// text, or, with a word and the key of a draft behind it, what the buttons under
// a preview do.
func (b *Bot) add(ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
	if b.editor == nil {
		return chat.Message{Text: w.noEditor}, "this bot changes nothing", nil
	}
	text := strings.TrimSpace(r.Text)
	if len(r.Files) == 0 {
		if verb, key, ok := draftCommand(text); ok {
			return b.settleDraft(ctx, w, r, button{verb: verb, draft: key})
		}
		if text == "" {
			return chat.Message{Text: w.addUsage}, "nothing given", nil
		}
		if isAddress(text) {
			return chat.Message{Text: w.addressGiven}, "an address", nil
		}
		return b.stage(ctx, w, r, "", strings.NewReader(text))
	}
	f := r.Files[0]
	content, err := f.Open(ctx, mostFileBytes)
	if err != nil {
		return b.notStaged(ctx, w, err)
	}
	defer content.Close()
	return b.stage(ctx, w, r, f.Name, content)
}

// isAddress reports whether a text is one address of a page.
func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && !strings.ContainsAny(text, " \n\t") && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// stage shows what was recognised.
func (b *Bot) stage(ctx context.Context, w *words, r chat.Request, name string, content io.Reader) (chat.Message, string, error) {
	d, err := b.editor.Stage(ctx, name, content)
	if err != nil {
		return b.notStaged(ctx, w, err)
	}
	m := w.preview(d)
	note := fmt.Sprintf("draft %s: new %d, changed %d, same %d, failures %d", d.Key, d.New, d.Changed, d.Same, d.Failed)
	if d.New+d.Changed == 0 {
		// To add it would only make another file of the same.
		if err := b.editor.Discard(ctx, d.Key); err != nil && !errors.Is(err, ErrNoDraft) {
			return chat.Message{}, "", err
		}
	} else {
		b.drafts.open(d.Key)
	}
	if len(r.Files) > 1 {
		m.Text += "\n" + w.onlyFirstFile
	}
	return m, note, nil
}

// notStaged says why something was not taken.
func (b *Bot) notStaged(ctx context.Context, w *words, err error) (chat.Message, string, error) {
	if ctx.Err() != nil {
		return chat.Message{}, "", err
	}
	return chat.Message{Text: b.refusal(w, err)}, "refused: " + oneLine(err.Error(), auditRunes), nil
}

// refusal words why something is not taken, or what went wrong.
func (b *Bot) refusal(w *words, err error) string {
	refused := &RefusedError{}
	switch {
	case errors.Is(err, chat.ErrTooLarge):
		refused.Reason = RefusedSize
	case !errors.As(err, &refused):
		b.log.Error("take a file", "error", err)
		return fmt.Sprintf(w.addFailed, oneLine(err.Error(), errorRunes))
	}
	text := w.refusedReason(refused.Reason)
	if refused.Detail != "" && refused.Reason != RefusedKind && refused.Reason != RefusedSize { // these say all
		text += "\n" + fmt.Sprintf(w.refusedDetail, oneLine(w.reason(refused.Detail), failureRunes))
	}
	return text
}

// refusedReason words a reason.
func (w *words) refusedReason(reason Refusal) string {
	switch reason {
	case RefusedNoFolder:
		return w.refusedNoFolder
	case RefusedReadOnly:
		return w.refusedReadOnly
	case RefusedKind:
		return w.refusedKind
	case RefusedSize:
		return w.refusedSize
	case RefusedNotText:
		return w.refusedNotText
	case RefusedNothing:
		return w.refusedNothing
	case RefusedFull:
		return w.refusedFull
	}
	return fmt.Sprintf(w.addFailed, oneLine(string(reason), failureRunes))
}

// preview words a draft: what it is to the corpus, what cannot be read of it,
// and how its first articles begin.
func (w *words) preview(d Draft) chat.Message {
	lines := []string{w.recognised(d)}
	if n := d.New + d.Changed + d.Same; n > len(d.Articles) {
		lines = append(lines, fmt.Sprintf(w.firstShown, len(d.Articles)))
	}
	adds := d.New+d.Changed > 0
	if !adds && d.Same > 1 {
		lines = append(lines, w.nothingToAdd)
	}
	m := chat.Message{Text: strings.Join(append(lines, w.failureLines(d.Failures, d.Failed)...), "\n")}
	if adds {
		m.Buttons = w.draftButtons(d.Key)
	}
	most := previewRunes
	if len(d.Articles) > 1 {
		most = previewRunesEach
	}
	for _, a := range d.Articles {
		span := chat.Shorten(a.Body, vi.Span{}, most)
		c := w.citation(Citation{Citation: corpus.Cite(a, span), Sources: 1})
		c.Source = w.draftSource(a)
		c.After = strings.TrimSpace(a.Body[span.End:]) != ""
		m.Citations = append(m.Citations, c)
	}
	if adds && d.Path != "" {
		m.Footer = fmt.Sprintf(w.savedAs, chat.CleanLine(d.Path))
	}
	return m
}

// recognised says what a draft is to the corpus.
func (w *words) recognised(d Draft) string {
	n := d.New + d.Changed + d.Same
	if n == 1 {
		switch {
		case d.Changed == 1:
			return w.oneChanged
		case d.Same == 1:
			return w.oneSame
		}
		return w.oneNew
	}
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{{d.New, w.someNew}, {d.Changed, w.someChanged}, {d.Same, w.someSame}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf(p.text, w.count(p.n)))
		}
	}
	return fmt.Sprintf(w.recognisedSome, w.count(n), strings.Join(parts, ", "))
}

// draftSource is the source of an article, with how its date is known.
func (w *words) draftSource(a *corpus.Article) string {
	source := w.source(a.Outlet, a.Published)
	if a.Published.Basis == corpus.Stated && a.Published.Known() {
		source += " (" + w.statedDate + ")"
	}
	return source
}
