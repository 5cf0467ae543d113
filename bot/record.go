package bot

import (
	"context"
	"strings"
	"time"
	"unicode"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// questionRunes is how much of a question is kept for statistics.
const questionRunes = 300

// recordTime bounds how long a question is written down: the answer waits for it.
const recordTime = 5 * time.Second

// record notes what came of a question. That it cannot be noted is no reason not
// to answer.
func (b *Bot) record(ctx context.Context, w *words, r chat.Request, exchange string, o chat.Outcome, began time.Time) {
	now := b.now()
	q := chat.Question{
		Exchange: exchange, Platform: r.Platform, Lang: w.lang, Outcome: o, Took: now.Sub(began), At: now,
		Text: oneLine(r.Text, questionRunes), Key: questionKey(r.Text),
	}
	b.observe(q)
	if b.records == nil || o == chat.Unclear { // nothing was asked that the articles could lack
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	if err := b.records.PutQuestion(ctx, q); err != nil {
		b.log.Error("note a question", "error", err)
	}
}

// outcome is what came of a question that there was something to search for in.
func (r *Result) outcome() chat.Outcome {
	switch {
	case !r.Abstained:
		return chat.Answered
	case len(r.Nearest) > 0:
		return chat.Abstained
	}
	return chat.Nothing
}

// questionKey is the same for questions that differ in case, diacritics, marks
// and white space only.
func questionKey(text string) string {
	text = chat.Cut(strings.TrimSpace(text), questionRunes)
	key := strings.Join(strings.FieldsFunc(vi.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ")
	if key == "" {
		return chat.CleanLine(text)
	}
	return key
}
