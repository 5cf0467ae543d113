package bot

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// recurs words when something happens, so that vi.ParseRecurrence reads the
// same, or cutCron.
func (w *words) recurs(at When) string {
	if at.Cron != "" {
		return fmt.Sprintf(w.onCron, at.Cron)
	}
	clock := fmt.Sprintf("%02d:%02d", at.Hour, at.Minute)
	switch at.Kind {
	case vi.Weekly:
		switch at.Weekdays {
		case vi.WorkingDays:
			return fmt.Sprintf(w.someDays, w.workingDays, clock)
		case vi.Weekend:
			return fmt.Sprintf(w.someDays, w.weekend, clock)
		}
		var days []string
		for d := range at.Weekdays.All() {
			days = append(days, w.weekdayName(d))
		}
		if n := len(days); n > 2 && consecutive(at.Weekdays) {
			return fmt.Sprintf(w.weekly, fmt.Sprintf(w.until, days[0], days[n-1]), clock)
		}
		return fmt.Sprintf(w.weekly, w.list(days), clock)
	case vi.Hourly:
		if at.Every == 1 {
			return w.everyHour
		}
		return fmt.Sprintf(w.everyHours, at.Every)
	case vi.Arrival:
		return w.onArrival
	}
	return fmt.Sprintf(w.daily, clock)
}

// consecutive reports whether days of the week follow each other from Monday on.
func consecutive(days vi.Weekdays) bool {
	last := -1
	for d := range days.All() {
		n := (int(d) + 6) % 7
		if last >= 0 && n != last+1 {
			return false
		}
		last = n
	}
	return true
}

// list joins with commas, and "và" before the last.
func (w *words) list(items []string) string {
	n := len(items) - 1
	if n < 1 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:n], ", ") + " " + w.and + " " + items[n]
}

// zoneName is how people write a zone: those of full hours as UTC+9, which
// IANA names count the other way.
func zoneName(name string) string {
	if hours, ok := strings.CutPrefix(name, "Etc/GMT-"); ok {
		return "UTC+" + hours
	}
	if hours, ok := strings.CutPrefix(name, "Etc/GMT+"); ok {
		return "UTC-" + hours
	}
	return name
}

// zoneOfVietnam reports whether a zone needs no mention.
func zoneOfVietnam(name string) bool {
	switch name {
	case "", "Asia/Ho_Chi_Minh", "Asia/Saigon", corpus.Zone.String():
		return true
	}
	return false
}

// recursIn is recurs with the zone, if it is not that of Vietnam.
func (w *words) recursIn(wish Wish) string {
	s := w.recurs(wish.When)
	if !zoneOfVietnam(wish.Zone) {
		s += ", " + fmt.Sprintf(w.inZone, zoneName(wish.Zone))
	}
	return s
}

// wish words what a subscription is about: "hằng ngày lúc 07:00, về “giá điện”".
func (w *words) wish(wish Wish, most int) string {
	parts := []string{w.recursIn(wish)}
	if wish.Topic != "" {
		parts = append(parts, fmt.Sprintf(w.ofTopic, "“"+chat.Cut(chat.CleanLine(wish.Topic), most)+"”"))
	}
	if len(wish.Outlets) > 0 {
		parts = append(parts, fmt.Sprintf(w.oneOutlets, chat.Cut(chat.CleanLine(strings.Join(wish.Outlets, ", ")), most)))
	}
	if len(parts) == 1 {
		parts = append(parts, w.everything)
	}
	return strings.Join(parts, ", ")
}

// sentence words a wish so that p reads the same; ok is false for one that has
// no such words.
func (p *requestReader) sentence(w *words, wish Wish) (text string, ok bool) {
	lead := w.recurs(wish.When)
	if wish.Zone != p.at.String() {
		lead += ", " + fmt.Sprintf(w.inZone, zoneName(wish.Zone))
	}
	if wish.Always {
		lead += ", " + w.alsoNothing
	}
	if len(wish.Outlets) > 0 {
		lead += " " + fmt.Sprintf(w.fromOutlets, strings.Join(wish.Outlets, ", "))
	}
	if wish.Topic == "" {
		return lead, p.means(lead, wish)
	}
	for _, pair := range append([]string{""}, quotationPairs...) {
		topic := wish.Topic
		if marks := []rune(pair); len(marks) == 2 {
			topic = string(marks[0]) + topic + string(marks[1])
		}
		text = lead + " " + fmt.Sprintf(w.ofTopic, topic)
		if p.means(text, wish) {
			return text, true
		}
	}
	return "", false
}

// means reports whether a sentence asks for a wish. In which language, it does
// not say.
func (p *requestReader) means(text string, wish Wish) bool {
	got := p.read(text)
	if got.err != nil || got.long {
		return false
	}
	return sameWish(got.Wish, wish)
}

// sameWish reports whether two wishes ask for the same, in whatever language.
func sameWish(a, b Wish) bool {
	for _, w := range []*Wish{&a, &b} {
		w.Lang = ""
		w.When.Timed = false // which one that is stored may not know
		if len(w.Outlets) == 0 {
			w.Outlets = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

// cronExample is one that works.
const cronExample = "cron 0 7 * * 1-5"

// refuse says why a request cannot be, "" if it can.
func (w *words) refuse(r request) string {
	for i, z := range r.zones {
		if z.zone == nil {
			return fmt.Sprintf(w.unknownZone, chat.CleanLine(z.name))
		}
		if first := r.zones[0]; i > 0 && first.zone.String() != z.zone.String() {
			return fmt.Sprintf(w.severalZones, chat.CleanLine(first.name), chat.CleanLine(z.name))
		}
	}
	var problem *vi.RecurrenceError
	switch {
	case errors.As(r.err, &problem):
		return fmt.Sprintf(w.recurrenceProblem(problem.Problem), chat.CleanLine(problem.Text))
	case r.long:
		return w.longRequest
	case r.admin && len(strings.Fields(r.When.Cron)) < cronFields:
		return fmt.Sprintf(w.cronUsage, cronExample)
	}
	return ""
}

// nextRun says when a subscription runs next, or why it does not; nothing of one
// on arrival, whose name says it.
func (w *words) nextRun(s Subscription) string {
	switch {
	case s.Paused == PausedByPerson:
		return fmt.Sprintf(w.pausedByPerson, s.Number)
	case s.Paused != "":
		return fmt.Sprintf(w.pausedBecause, s.Number, reason(s.Paused))
	case !s.Next.IsZero():
		return fmt.Sprintf(w.next, w.momentIn(s, s.Next))
	case s.When.Kind == vi.Arrival:
		return ""
	}
	return w.neverNext
}

// reason is what a platform said, short enough to show.
func reason(s string) string { return chat.Cut(chat.CleanLine(s), 80) }

// momentIn words a time as the clocks of a subscription's zone show it.
func (w *words) momentIn(s Subscription, t time.Time) string {
	zone := s.Location
	if zone == nil {
		zone = corpus.Zone
	}
	return w.moment(t.In(zone))
}

// note words what came of a run.
func (w *words) note(note string) string {
	if n, ok := strings.CutPrefix(note, NoteSent); ok {
		return fmt.Sprintf(w.noteSent, reason(n))
	}
	switch note {
	case NoteNothing:
		return w.noteNothing
	case NoteNoMatch:
		return w.noteNoMatch
	case NoteLate:
		return w.noteLate
	}
	return reason(note)
}

// sentAtOnce is how soon after a run its digest is mostly sent.
const sentAtOnce = 10 * time.Minute

// details is all about a subscription, line by line.
func (w *words) details(s Subscription) string {
	lines := []string{fmt.Sprintf(w.listLine, s.Number, w.wish(s.Wish, maxTopic)), w.nextRun(s)}
	switch note := w.note(s.LastNote); {
	case s.LastRun.IsZero():
		lines = append(lines, fmt.Sprintf(w.notRunYet, w.momentIn(s, s.Made)))
	case note == "":
		lines = append(lines, fmt.Sprintf(w.lastRunOnly, w.momentIn(s, s.LastRun)))
	default:
		lines = append(lines, fmt.Sprintf(w.lastRun, w.momentIn(s, s.LastRun), note))
	}
	// Where the last run was sent at once it is said above.
	atOnce := strings.HasPrefix(s.LastNote, NoteSent) && !s.LastSent.Before(s.LastRun) && s.LastSent.Sub(s.LastRun) < sentAtOnce
	if !s.LastSent.IsZero() && !atOnce {
		lines = append(lines, fmt.Sprintf(w.lastSent, w.momentIn(s, s.LastSent)))
	}
	for _, c := range []struct {
		text  string
		count int
	}{{w.waiting, s.Waiting}, {w.parked, s.Parked}, {w.lost, s.Unknown}} {
		if c.count > 0 {
			lines = append(lines, fmt.Sprintf(c.text, c.count))
		}
	}
	if s.Problem != "" {
		lines = append(lines, fmt.Sprintf(w.lastProblem, reason(s.Problem)))
	}
	if s.Always {
		lines = append(lines, w.saysNothing)
	}
	return stacked(lines...)
}

// stacked puts lines below each other, those with nothing in them left out.
func stacked(lines ...string) string {
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

// shortTopic is how much of a topic, or of outlets, one line of a list shows,
// in characters.
const shortTopic = 40

// brief is one line about a subscription.
func (w *words) brief(s Subscription) string {
	return fmt.Sprintf(w.listLine, s.Number, w.wish(s.Wish, shortTopic))
}
