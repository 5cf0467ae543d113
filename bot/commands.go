package bot

import (
	"context"
	"slices"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// command is one line of the table that dispatch, help, completion and the
// registration on the platforms come from.
type command struct {
	name, alias string
	// args is what follows the command, as help shows it: <needed> or
	// [optional], "" for nothing. argHelp and help are one line each.
	args, argHelp, help func(*words) string
	private             bool
	complete            func(b *Bot, ctx context.Context, w *words, text string) ([]chat.Choice, error) // of the argument, nil for none
	// completeHere is the same where it depends on the place.
	completeHere func(b *Bot, ctx context.Context, w *words, r chat.Request) ([]chat.Choice, error)
	run          run
	// manage is there instead of run for commands of admins.
	manage    adminRun
	takesFile bool // or the text of the message that it replies to
	// lasting commands are about a place to which something can be said later.
	lasting bool
}

// run answers a request.
type run func(b *Bot, ctx context.Context, w *words, r chat.Request) (chat.Message, error)

// admin reports whether a command is for admins only.
func (c command) admin() bool { return c.manage != nil }

// commands is the table. Names are Vietnamese without diacritics, as they are
// typed.
func commands() []command {
	none := func(*words) string { return "" }
	numberArgs := func(w *words) string { return w.unsubscribeArgs }
	numberArgHelp := func(w *words) string { return w.unsubscribeArgHelp }
	return []command{
		{
			name: "hoi", alias: "ask", run: (*Bot).question,
			args:    func(w *words) string { return w.askArgs },
			argHelp: func(w *words) string { return w.askArgHelp },
			help:    func(w *words) string { return w.askHelp },
		}, {
			name: "moi", alias: "latest", run: (*Bot).latest, complete: (*Bot).topics,
			args:    func(w *words) string { return w.latestArgs },
			argHelp: func(w *words) string { return w.latestArgHelp },
			help:    func(w *words) string { return w.latestHelp },
		}, {
			name: "bai", alias: "article", run: (*Bot).article, complete: (*Bot).titles,
			args:    func(w *words) string { return w.articleArgs },
			argHelp: func(w *words) string { return w.articleArgHelp },
			help:    func(w *words) string { return w.articleHelp },
		}, {
			name: "tomtat", alias: "digest", run: (*Bot).digest, complete: (*Bot).topics,
			args:    func(w *words) string { return w.digestArgs },
			argHelp: func(w *words) string { return w.digestArgHelp },
			help:    func(w *words) string { return w.digestHelp },
		}, {
			name: "dangky", lasting: true, alias: "subscribe", run: (*Bot).subscribe,
			args:    func(w *words) string { return w.subscribeArgs },
			argHelp: func(w *words) string { return w.subscribeArgHelp },
			help:    func(w *words) string { return w.subscribeHelp },
		}, {
			name: "lich", lasting: true, alias: "subscriptions", run: (*Bot).listSubscriptions, completeHere: (*Bot).subscriptionNumbers,
			args: numberArgs, argHelp: numberArgHelp,
			help: func(w *words) string { return w.subscriptionsHelp },
		}, {
			name: "huy", lasting: true, alias: "unsubscribe", run: (*Bot).unsubscribe, completeHere: (*Bot).subscriptionNumbers,
			args: numberArgs, argHelp: numberArgHelp,
			help: func(w *words) string { return w.unsubscribeHelp },
		}, {
			name: "tamdung", lasting: true, alias: "pause", run: (*Bot).pause, completeHere: (*Bot).subscriptionNumbers,
			args: numberArgs, argHelp: numberArgHelp,
			help: func(w *words) string { return w.pauseHelp },
		}, {
			name: "tieptuc", lasting: true, alias: "resume", run: (*Bot).resume, completeHere: (*Bot).subscriptionNumbers,
			args: numberArgs, argHelp: numberArgHelp,
			help: func(w *words) string { return w.resumeHelp },
		}, {
			name: "trogiup", alias: "help", run: (*Bot).help,
			args: none, argHelp: none,
			help: func(w *words) string { return w.helpHelp },
		}, {
			name: "caidat", lasting: true, alias: "settings", run: (*Bot).settings, complete: (*Bot).languages,
			args:    func(w *words) string { return w.settingsArgs },
			argHelp: func(w *words) string { return w.settingsArgHelp },
			help:    func(w *words) string { return w.settingsHelp },
		}, {
			name: "quentoi", alias: "forgetme", run: (*Bot).forgetMe, private: true,
			args: none, argHelp: none,
			help: func(w *words) string { return w.forgetHelp },
		}, {
			name: "naplai", alias: "reload", manage: (*Bot).reload, private: true,
			args: none, argHelp: none,
			help: func(w *words) string { return w.reloadHelp },
		}, {
			name: "them", alias: "add", manage: (*Bot).add, private: true, takesFile: true,
			args:    func(w *words) string { return w.addArgs },
			argHelp: func(w *words) string { return w.addArgHelp },
			help:    func(w *words) string { return w.addHelp },
		}, {
			name: "go", alias: "remove", manage: (*Bot).withdraw, private: true, complete: (*Bot).titles,
			args:    func(w *words) string { return w.withdrawArgs },
			argHelp: func(w *words) string { return w.withdrawArgHelp },
			help:    func(w *words) string { return w.withdrawHelp },
		}, {
			name: "phuchoi", alias: "restore", manage: (*Bot).restore, private: true, complete: (*Bot).withdrawnTitles,
			args:    func(w *words) string { return w.restoreArgs },
			argHelp: func(w *words) string { return w.restoreArgHelp },
			help:    func(w *words) string { return w.restoreHelp },
		}, {
			name: "trangthai", alias: "status", manage: (*Bot).status, private: true,
			args: none, argHelp: none,
			help: func(w *words) string { return w.statusHelp },
		}, {
			name: "thongke", alias: "stats", manage: (*Bot).usage, private: true,
			args:    func(w *words) string { return w.usageArgs },
			argHelp: func(w *words) string { return w.usageArgHelp },
			help:    func(w *words) string { return w.usageHelp },
		},
	}
}

// commandNamed finds a command by its name or alias, whatever the case, and
// also where a keyboard has put diacritics: "/hỏi".
func commandNamed(name string) (command, bool) {
	name = vi.Fold(name)
	if name == "start" { // what Telegram sends first
		name = "trogiup"
	}
	list := commands()
	i := slices.IndexFunc(list, func(c command) bool { return c.name == name || c.alias == name })
	if i < 0 {
		return command{}, false
	}
	return list[i], true
}

// Commands lists the commands for platforms to register, complete and show.
func (b *Bot) Commands() []chat.Command {
	var list []chat.Command
	for _, c := range commands() {
		entry := chat.Command{Name: c.name, Alias: c.alias, Admin: c.admin(), Private: c.private, Lasting: c.lasting, TakesFile: c.takesFile, Help: map[chat.Lang]string{}}
		for lang, w := range catalogues {
			entry.Help[lang] = c.help(w)
			args := c.args(w)
			if args == "" {
				continue
			}
			if entry.Arg == nil {
				entry.Arg = &chat.Arg{
					Required: strings.HasPrefix(args, "<"), Complete: c.complete != nil || c.completeHere != nil,
					Name: map[chat.Lang]string{}, Help: map[chat.Lang]string{},
				}
			}
			entry.Arg.Name[lang] = strings.ReplaceAll(strings.Trim(args, "<>[]"), " ", "_")
			entry.Arg.Help[lang] = c.argHelp(w)
		}
		list = append(list, entry)
	}
	return list
}

// Complete gives values for the argument of a command; it is a chat.Completer.
func (b *Bot) Complete(ctx context.Context, r chat.Request) ([]chat.Choice, error) {
	c, ok := commandNamed(r.Command)
	if !ok || c.admin() && !b.admin(r) {
		return nil, nil
	}
	var choices []chat.Choice
	var err error
	r.Text = strings.TrimSpace(r.Text)
	switch w := b.words(ctx, r); {
	case c.complete != nil:
		choices, err = c.complete(b, ctx, w, r.Text)
	case c.completeHere != nil:
		choices, err = c.completeHere(b, ctx, w, r)
	}
	return choices[:min(len(choices), mostChoices)], err
}
