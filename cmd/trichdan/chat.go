package main

import (
	"context"
	"errors"

	"trichdan/bot/chat"
	"trichdan/bot/console"
	"trichdan/corpus"
	"trichdan/corpus/sample"
)

// chatVerb is the chat in the terminal.
type chatVerb struct {
	tasks
}

func (v *chatVerb) problems() []string { return v.tasks.problems() }

func (v *chatVerb) run(ctx context.Context, c *config) error {
	c.tasks = &v.tasks
	return converse(ctx, c, false)
}

// converse answers what the console says, and on the page where that is wanted,
// until the console ends.
func converse(ctx context.Context, c *config, page bool) error {
	a, err := openApp(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(a.converse(ctx, page), a.Close())
}

func (a *app) converse(ctx context.Context, page bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := a.noSite()
	if page {
		var err error
		if s, err = a.openSite(ctx, nil, func() bool { return ctx.Err() != nil }, false); err != nil {
			return err
		}
	}
	defer s.finish(ctx) // which is over then
	defer stop()
	defer a.takeOrders(ctx)()
	defer a.startWatch(ctx)()
	if err := a.refresh(ctx, false); err != nil {
		return err
	}
	a.sayMirrored()
	s.refreshed()
	o, err := a.consoleOptions(ctx)
	if err != nil {
		return err
	}
	o.Page = s.url
	terminal := console.New(a.config.in, a.config.out, o)
	wait, err := a.work(ctx, map[string]chat.Sender{"console": terminal})
	if err != nil {
		return err
	}
	err = terminal.Receive(ctx, a.bot.Handle)
	ended := ctx.Err()
	stop()
	wait()
	if ended != nil && errors.Is(err, ended) {
		return nil // that is how a chat ends
	}
	return err
}

// shownExamples is how many questions a chat begins with.
const shownExamples = 3

func (a *app) consoleOptions(ctx context.Context) (console.Options, error) {
	status, err := a.index.Status()
	if err != nil {
		return console.Options{}, err
	}
	o := console.Options{
		Articles: status.Articles,
		Examples: a.examples(ctx),
		History:  a.config.historyFile(),
		NoColor:  a.config.noColor,
		Log:      a.config.log,
	}
	for _, c := range a.bot.Commands() {
		o.Commands = append(o.Commands, c.Name)
		if c.Alias != "" {
			o.Commands = append(o.Commands, c.Alias)
		}
	}
	return o, nil
}

// examples are questions that the articles answer, to begin with: the sample's
// own; of other articles no questions are known, but a headline finds its
// article.
func (a *app) examples(ctx context.Context) []string {
	folders, err := a.folders(ctx)
	if err == nil && len(folders) == 0 {
		return sample.Questions()[:shownExamples]
	}
	var titles []string
	if err == nil {
		var newest []*corpus.Article
		newest, err = a.store.Newest(ctx, shownExamples)
		for _, n := range newest {
			titles = append(titles, n.Title)
		}
	}
	if err != nil { // a conversation begins without
		a.config.log.Error("examples of questions", "error", err)
	}
	return titles
}

// sayMirrored tells the operator what mirroring real folders changed.
func (a *app) sayMirrored() {
	if a.mirrored != nil && len(a.config.corpus) > 0 {
		sayReport(a.config.err, *a.mirrored)
	}
}
