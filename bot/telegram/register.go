package telegram

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// What Telegram takes of a command.
const (
	longestName = 32
	longestHelp = 256
)

// registration is what one call of setMyCommands says.
type registration struct {
	Scope    tgbotapi.BotCommandScope
	Language string // of the client, "" is any other
	Commands []tgbotapi.BotCommand
}

// register tells Telegram of the commands, so that clients show and complete
// them, if they have changed since that was last done. Nothing depends on it.
func (t *Telegram) register(ctx context.Context) {
	if len(t.o.Commands) == 0 {
		return
	}
	var all []registration
	for _, scope := range []tgbotapi.BotCommandScope{{Type: "default"}, {Type: "all_private_chats"}, {Type: "all_group_chats"}} {
		all = append(all, t.registrations(scope, false)...)
	}
	if err := t.registerChanged(ctx, "commands", all); err != nil && ctx.Err() == nil {
		t.log.Warn("the commands are not registered, clients do not show them", "error", err)
		return
	}
	for _, admin := range t.o.Admins {
		n, err := strconv.ParseInt(admin, 10, 64)
		if err != nil {
			t.log.Warn("the ID of an admin is no number", "id", admin)
			continue
		}
		// An admin who has not yet spoken to the bot has no chat with it.
		err = t.registerChanged(ctx, "commands of admin "+admin, t.registrations(tgbotapi.BotCommandScope{Type: "chat", ChatID: n}, true))
		if err != nil && ctx.Err() == nil {
			t.log.Debug("the commands of an admin are not registered", "error", err)
		}
	}
}

// registerChanged makes registrations unless the same were made before, which
// is noted under a name.
func (t *Telegram) registerChanged(ctx context.Context, name string, all []registration) error {
	content, err := json.Marshal(struct {
		Bot int64
		All []registration
	}{t.me().ID, all})
	if err != nil {
		return err
	}
	h := sha256.Sum256(content)
	sum := hex.EncodeToString(h[:])
	if before, err := t.o.Journal.Note(ctx, Name, name); err != nil || before == sum {
		return err
	}
	for _, r := range all {
		p := tgbotapi.Params{}
		p.AddNonEmpty("language_code", r.Language)
		for key, value := range map[string]any{"scope": r.Scope, "commands": r.Commands} {
			if err := p.AddInterface(key, value); err != nil {
				return err
			}
		}
		if err := t.setMyCommands(ctx, p); err != nil {
			return public(err)
		}
	}
	return t.o.Journal.SetNote(ctx, Name, name, sum)
}

// setMyCommands makes one registration, after a pause if Telegram asks for one.
func (t *Telegram) setMyCommands(ctx context.Context, p tgbotapi.Params) error {
	for attempt := 1; ; attempt++ {
		err := t.call(ctx, t.sending, callTime, "setMyCommands", p, nil)
		if kind, ok := kindOf(err); attempt == 3 || !ok || kind != chat.RateLimited {
			return err
		}
		if err := sleep(ctx, failureOf(err).as.RetryAfter); err != nil {
			return err
		}
	}
}

// registrations are those of one scope: Vietnamese for every client, and by
// their aliases for English ones.
func (t *Telegram) registrations(scope tgbotapi.BotCommandScope, admin bool) []registration {
	vietnamese, english := t.commands(chat.Vietnamese, admin), t.commands(chat.English, admin)
	return []registration{{scope, "", vietnamese}, {scope, "vi", vietnamese}, {scope, "en", english}}
}

// commands lists the commands in one language.
func (t *Telegram) commands(l chat.Lang, admin bool) []tgbotapi.BotCommand {
	list := []tgbotapi.BotCommand{} // null would be no list
	for _, c := range t.o.Commands {
		if c.Admin && !admin {
			continue
		}
		name, help := c.Name, c.Help[l]
		if l == chat.English && c.Alias != "" {
			name = c.Alias
		}
		if help == "" {
			help = c.Help[chat.Vietnamese]
		}
		help = chat.Cut(help, longestHelp)
		if !registrable(name) || help == "" || !utf8.ValidString(help) {
			t.log.Debug("a command cannot be registered", "name", name)
			continue
		}
		list = append(list, tgbotapi.BotCommand{Command: name, Description: help})
	}
	return list
}

// registrable reports whether Telegram takes a name: small letters of ASCII,
// digits and underscores.
func registrable(name string) bool {
	for i := range len(name) {
		if b := name[i]; !wordByte(b) || 'A' <= b && b <= 'Z' {
			return false
		}
	}
	return name != "" && len(name) <= longestName
}
