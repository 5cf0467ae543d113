package bot

import (
	"context"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// automatic is the setting of a chat that speaks the language of whoever asks.
const automatic chat.Lang = ""

// words are those of the language that the chat has chosen, or, if it has not,
// of the person's.
func (b *Bot) words(ctx context.Context, r chat.Request) *words {
	chosen, err := b.ledger.Lang(ctx, r.Ref)
	if err != nil {
		b.log.Warn("language of a chat", "error", err)
	}
	if chosen != automatic {
		return wordsOf(chosen)
	}
	return wordsOf(r.Lang)
}

// Phrases gives what a platform says by itself, in the language of the chat.
func (b *Bot) Phrases(ctx context.Context, r chat.Request) chat.Phrases {
	w := b.words(ctx, r)
	return chat.Phrases{Searching: w.searching, Failed: w.failed}
}

// languageNamed reads a language as people write it.
func languageNamed(s string) (chat.Lang, bool) {
	switch vi.Fold(strings.TrimSpace(s)) {
	case "vi", "viet", "tieng viet", "vietnamese":
		return chat.Vietnamese, true
	case "en", "anh", "tieng anh", "english":
		return chat.English, true
	case "auto", "tu dong", "automatic":
		return automatic, true
	}
	return automatic, false
}

// languages completes /caidat.
func (b *Bot) languages(_ context.Context, w *words, text string) ([]chat.Choice, error) {
	var list []chat.Choice
	for _, c := range []chat.Choice{
		{Name: vietnamese.language, Value: "vi"}, {Name: english.language, Value: "en"}, {Name: w.automatic, Value: "auto"},
	} {
		if contains(c.Name, text) || contains(c.Value, text) {
			list = append(list, c)
		}
	}
	return list, nil
}

// settings shows the chat's language, or sets it. In a group that is for those
// who manage it.
func (b *Bot) settings(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	if strings.TrimSpace(r.Text) == "" {
		chosen, err := b.ledger.Lang(ctx, r.Ref)
		if err != nil {
			return chat.Message{}, err
		}
		return w.settingsMessage(chosen, w.settingsNow), nil
	}
	l, ok := languageNamed(r.Text)
	if !ok {
		return chat.Message{Text: w.settingsUsage}, nil
	}
	return b.setLanguage(ctx, w, r, l)
}

func (b *Bot) setLanguage(ctx context.Context, w *words, r chat.Request, l chat.Lang) (chat.Message, error) {
	may, err := r.MayManage(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	if !may {
		return chat.Message{Text: w.managersOnly}, nil
	}
	if err := b.ledger.SetLang(ctx, r.Ref, l); err != nil {
		return chat.Message{}, err
	}
	w = b.words(ctx, r)
	return w.settingsMessage(l, w.settingsNow), nil
}

// settingsMessage says the language of the chat, with buttons for the others.
func (w *words) settingsMessage(chosen chat.Lang, text string) chat.Message {
	names := map[chat.Lang]string{chat.Vietnamese: vietnamese.language, chat.English: english.language, automatic: w.automatic}
	var row []chat.Button
	for _, l := range []chat.Lang{chat.Vietnamese, chat.English, automatic} {
		if l != chosen {
			command := string(l)
			if l == automatic {
				command = "auto"
			}
			row = append(row, chat.Button{Text: names[l], Data: button{verb: setLanguage, lang: l}.String(), Command: "/caidat " + command})
		}
	}
	return chat.Message{Text: text + " " + names[chosen] + ".", Buttons: [][]chat.Button{row}}
}
