package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

const (
	usageDays     = 7  // that /thongke tells of, if nothing is said
	mostUsageDays = 90 // as long as questions are kept
	usageListed   = 5  // questions in each list
	// daysSingly is up to how many days each has a line; above it, each week has.
	daysSingly = 14
)

// usage is the answer to /thongke.
func (b *Bot) usage(ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
	if b.records == nil {
		return chat.Message{Text: w.noUsage}, "nothing to tell", nil
	}
	days := usageDays
	if args := strings.Fields(r.Text); len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > mostUsageDays {
			return chat.Message{Text: w.usageUsage}, "not a number of days", nil
		}
		days = n
	}
	now := b.now().In(corpus.Zone)
	since := time.Date(now.Year(), now.Month(), now.Day()-days+1, 0, 0, 0, 0, corpus.Zone)
	u, err := b.records.Usage(ctx, since, corpus.Zone, usageListed)
	if err != nil {
		return chat.Message{}, "", err
	}
	return chat.Message{Text: w.usageText(u, days)}, "told", nil
}

// usageText words what people ask.
func (w *words) usageText(u chat.Usage, days int) string {
	var all chat.UsageDay
	for _, d := range u.Days {
		all = sum(all, d)
	}
	if all.Questions == 0 {
		return fmt.Sprintf(w.usageNone, days)
	}
	lines := []string{fmt.Sprintf(w.usageTotal, days, w.count(all.Questions), w.count(all.Answered))}
	if missed := all.Abstained + all.Nothing; all.Answered+missed > 0 {
		lines = append(lines, fmt.Sprintf(w.usageRate, share(missed, all.Answered+missed)))
	}
	if all.Failed > 0 {
		lines = append(lines, fmt.Sprintf(w.usageFailed, all.Failed))
	}
	lines = append(lines, fmt.Sprintf(w.usageFeedback, all.Useful, all.NotUseful))
	groups := []string{strings.Join(lines, "\n"), strings.Join(w.usageDayLines(u.Days), "\n")}
	for _, list := range []struct {
		title string
		asked []chat.AskedOften
	}{{w.usageAsked, u.Asked}, {w.usageMissing, u.Missing}, {w.usageNotUseful, u.NotUseful}} {
		if len(list.asked) == 0 {
			continue
		}
		lines := []string{list.title}
		for _, q := range list.asked {
			lines = append(lines, "- "+oneLine(q.Text, 120)+" "+fmt.Sprintf(w.usageTimes, q.Times))
		}
		groups = append(groups, strings.Join(lines, "\n"))
	}
	return strings.Join(groups, "\n\n")
}

// usageDayLines have a line for each day or, where there are many, each week.
func (w *words) usageDayLines(days []chat.UsageDay) []string {
	lines := []string{w.usageByDay}
	step := 1
	if len(days) > daysSingly {
		lines[0], step = w.usageByWeek, 7
	}
	for i := 0; i < len(days); i += step {
		var all chat.UsageDay
		for _, d := range days[i:min(i+step, len(days))] {
			all = sum(all, d)
		}
		lines = append(lines, fmt.Sprintf(w.usageDay, w.day(days[i].Day), w.count(all.Questions), w.count(all.Abstained+all.Nothing)))
	}
	return lines
}

func sum(a, b chat.UsageDay) chat.UsageDay {
	return chat.UsageDay{
		Questions: a.Questions + b.Questions, Answered: a.Answered + b.Answered, Abstained: a.Abstained + b.Abstained,
		Nothing: a.Nothing + b.Nothing, Failed: a.Failed + b.Failed, Useful: a.Useful + b.Useful, NotUseful: a.NotUseful + b.NotUseful,
	}
}

// share words n of all as a percentage.
func share(n, all int) string { return fmt.Sprintf("%.0f%%", 100*float64(n)/float64(all)) }
