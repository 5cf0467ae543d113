package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	ok(tb, err)
	return z
}

// TestUsage: three days, the first of them from noon on and the second without a
// question.
func TestUsage(t *testing.T) {
	c := &clock{time.Date(2026, 3, 3, 20, 0, 0, 0, time.UTC)} // the 4th in Vietnam
	l := temp(t, c.now)
	ctx := t.Context()
	vn := zone(t, "Asia/Ho_Chi_Minh")
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, vn) }
	for i, q := range []chat.Question{
		{Key: "a", Text: "Cầu nào?", Outcome: chat.Answered, At: at(2, 11)}, // before since
		{Key: "a", Text: "Cầu Nào?", Outcome: chat.Answered, At: at(2, 12)},
		{Key: "a", Text: "cầu nào", Outcome: chat.Nothing, At: at(4, 1), Exchange: "k1"},
		{Key: "b", Text: "Giá xăng?", Outcome: chat.Nothing, At: at(2, 23)},
		{Key: "b", Text: "giá xăng", Outcome: chat.Abstained, At: at(4, 2)},
		{Key: "c", Text: "Ai?", Outcome: chat.Failed, At: at(4, 2)},
		{Key: "", Text: "?", Outcome: chat.Unclear, At: at(4, 0)},
		{Key: "d", Text: "Mai?", Outcome: chat.Answered, At: at(5, 0)}, // after today
		{Key: "e", Text: "Bao giờ?", Outcome: chat.Answered, Exchange: "k2", Took: time.Second, At: at(4, 1)},
		{Key: "f", Text: "Khi nào?", Outcome: chat.Abstained, Exchange: "k2", At: at(4, 3)}, // it was changed
	} {
		q.Platform, q.Lang = "telegram", chat.Vietnamese
		if err := l.PutQuestion(ctx, q); err != nil {
			t.Fatalf("question %d: %v", i, err)
		}
	}
	ok(t, l.PutExchange(ctx, chat.Exchange{Key: "k1", Question: "cầu nào"}))
	ok(t, l.PutExchange(ctx, chat.Exchange{Key: "k2", Question: "Khi nào?"}))
	ok(t, l.PutExchange(ctx, chat.Exchange{Key: "k3", Question: "Không có\n trong  thống kê"}))
	for _, f := range []chat.Feedback{
		{User: "1", Exchange: "k1", At: at(4, 1)},
		{User: "2", Exchange: "k1", At: at(4, 2)},
		{User: "3", Exchange: "k1", At: at(4, 2), Useful: true},
		{User: "1", Exchange: "k2", At: at(4, 2)},
		{User: "2", Exchange: "k2", At: at(4, 2), Useful: true}, // as many
		{User: "1", Exchange: "k3", At: at(3, 2)},
		{User: "1", Exchange: "gone", At: at(3, 2)},
	} {
		ok(t, l.PutFeedback(ctx, f))
	}
	want := chat.Usage{
		Days: []chat.UsageDay{
			{Day: at(2, 0), Questions: 2, Answered: 1, Nothing: 1},
			{Day: at(3, 0), NotUseful: 2},
			{Day: at(4, 0), Questions: 5, Abstained: 2, Nothing: 1, Failed: 1, Useful: 2, NotUseful: 3},
		},
		Asked:     []chat.AskedOften{{Text: "giá xăng", Times: 2}, {Text: "cầu nào", Times: 2}, {Text: "Khi nào?", Times: 1}, {Text: "Ai?", Times: 1}},
		Missing:   []chat.AskedOften{{Text: "giá xăng", Times: 2}, {Text: "Khi nào?", Times: 1}, {Text: "cầu nào", Times: 1}},
		NotUseful: []chat.AskedOften{{Text: "cầu nào", Times: 2}, {Text: "Không có trong thống kê", Times: 1}},
	}
	check := func(what string, since time.Time, limit int, want chat.Usage) {
		t.Helper()
		got, err := l.Usage(ctx, since, vn, limit)
		ok(t, err)
		if d := gocmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	check("all", at(2, 12), 9, want)
	want.Asked, want.Missing, want.NotUseful = want.Asked[:1], want.Missing[:1], want.NotUseful[:1]
	check("one each", at(2, 12), 1, want)
	want.Asked, want.Missing, want.NotUseful = nil, nil, nil
	check("no lists", at(2, 12), -1, want)
	want.Days[0].Questions, want.Days[0].Answered = 3, 2
	check("from the first", time.Time{}, 0, want)
	if s, err := l.Stats(ctx, time.Time{}); s.Questions != 9 || s.Answered != 3 || err != nil { // with the one after today
		t.Errorf("stats %+v (%v)", s, err)
	}
	if s, err := l.Stats(ctx, at(4, 1)); s.Questions != 5 || s.Answered != 1 || err != nil {
		t.Errorf("later: stats %+v (%v)", s, err)
	}
	check("later", c.t.Add(time.Hour), 9, chat.Usage{Days: []chat.UsageDay{{Day: at(4, 0)}}})
	check("tomorrow", at(5, 0), 9, chat.Usage{})

	c.t = c.t.Add(keepQuestions - 24*time.Hour) // the clock is at 03:00: the 2nd is not to be told any more
	u, err := l.Usage(ctx, time.Time{}, vn, 9)
	ok(t, err)
	if first := u.Days[0]; len(u.Days) != 91 || first.Questions != 0 || first.NotUseful != 0 || !first.Day.Equal(at(3, 0)) {
		t.Errorf("%d days, the first is %+v", len(u.Days), first)
	}
	if !slices.Contains(u.Asked, chat.AskedOften{Text: "giá xăng", Times: 1}) {
		t.Errorf("asked %v", u.Asked)
	}
}

// TestUsageOfNothing: today, of an empty ledger.
func TestUsageOfNothing(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	u, err := l.Usage(t.Context(), time.Time{}, time.UTC, 5)
	ok(t, err)
	if d := gocmp.Diff(chat.Usage{Days: []chat.UsageDay{{Day: c.t.Truncate(24 * time.Hour)}}}, u); d != "" {
		t.Error(d)
	}
}

// TestDays: days have 23 or 25 hours where clocks change, and begin later where
// that is at midnight.
func TestDays(t *testing.T) {
	for _, tt := range []struct {
		zone  string
		t     time.Time // UTC
		begin string
		hours []float64
	}{
		{"Asia/Ho_Chi_Minh", time.Date(2026, 3, 1, 17, 0, 0, 0, time.UTC), "2026-03-02 00:00", []float64{24, 24, 24}},
		{"Europe/Paris", time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC), "2026-03-29 00:00", []float64{23, 24, 24}},
		{"America/New_York", time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC), "2026-10-31 00:00", []float64{24, 25, 24}},
		{"Africa/Cairo", time.Date(2026, 4, 23, 12, 0, 0, 0, time.UTC), "2026-04-23 00:00", []float64{24, 23, 24}},
		{"America/Sao_Paulo", time.Date(2018, 11, 3, 12, 0, 0, 0, time.UTC), "2018-11-03 00:00", []float64{24, 23, 24}},
		{"America/Sao_Paulo", time.Date(2018, 11, 4, 12, 0, 0, 0, time.UTC), "2018-11-04 01:00", []float64{23, 24}},
	} {
		local := tt.t.In(zone(t, tt.zone))
		if got := day(local, 0).Format("2006-01-02 15:04"); got != tt.begin {
			t.Errorf("%s in %s: the day begins at %s, want %s", tt.t, tt.zone, got, tt.begin)
		}
		for i, want := range tt.hours {
			if got := day(local, i+1).Sub(day(local, i)).Hours(); got != want {
				t.Errorf("%s in %s: day %d has %v hours, want %v", tt.t, tt.zone, i, got, want)
			}
		}
	}
}

// usageOf counts in memory what Usage counts.
func usageOf(asked []chat.Question, judged []chat.Feedback, keys map[string]string, since time.Time, now time.Time, limit int) chat.Usage {
	var u chat.Usage
	end := day(now, 1)
	inside := func(t time.Time) bool { return !t.Before(since) && t.Before(end) }
	for i := 0; day(since, i).Before(end); i++ {
		d := chat.UsageDay{Day: day(since, i)}
		today := func(t time.Time) bool { return inside(t) && !t.Before(d.Day) && t.Before(day(since, i+1)) }
		for _, q := range asked {
			if today(q.At) {
				d.Questions++
				if n := map[chat.Outcome]*int{chat.Answered: &d.Answered, chat.Abstained: &d.Abstained, chat.Nothing: &d.Nothing, chat.Failed: &d.Failed}[q.Outcome]; n != nil {
					*n++
				}
			}
		}
		for _, f := range judged {
			switch {
			case !today(f.At):
			case f.Useful:
				d.Useful++
			default:
				d.NotUseful++
			}
		}
		u.Days = append(u.Days, d)
	}
	type group struct {
		chat.AskedOften
		key     string
		against int
		last    time.Time
	}
	list := func(add func(func(key string, at time.Time, text string, times, against int))) (result []chat.AskedOften) {
		groups := map[string]*group{}
		add(func(key string, at time.Time, text string, times, against int) {
			if key == "" || !inside(at) {
				return
			}
			g := groups[key]
			if g == nil {
				g = &group{key: key}
				groups[key] = g
			}
			g.Times += times
			g.against += against
			if !at.Before(g.last) {
				g.last, g.Text = at, text
			}
		})
		var sorted []*group
		for _, g := range groups {
			if g.Times > g.against {
				sorted = append(sorted, g)
			}
		}
		slices.SortFunc(sorted, func(a, b *group) int {
			return cmp.Or(cmp.Compare(b.Times, a.Times), b.last.Compare(a.last), cmp.Compare(alike(a.key).Int64, alike(b.key).Int64))
		})
		for _, g := range sorted[:min(limit, len(sorted))] {
			result = append(result, g.AskedOften)
		}
		return result
	}
	u.Asked = list(func(add func(string, time.Time, string, int, int)) {
		for _, q := range asked {
			add(q.Key, q.At, q.Text, 1, 0)
		}
	})
	u.Missing = list(func(add func(string, time.Time, string, int, int)) {
		for _, q := range asked {
			if q.Outcome == chat.Nothing || q.Outcome == chat.Abstained {
				add(q.Key, q.At, q.Text, 1, 0)
			}
		}
	})
	texts := map[string]string{}
	for _, q := range asked {
		texts[q.Key] = q.Text
	}
	u.NotUseful = list(func(add func(string, time.Time, string, int, int)) {
		for _, f := range judged {
			key := keys[f.Exchange]
			if f.Useful {
				add(key, f.At, texts[key], 0, 1)
			} else {
				add(key, f.At, texts[key], 1, 0)
			}
		}
	})
	return u
}

// TestUsageModel: whatever was asked and judged, Usage counts it as one would
// count by hand.
func TestUsageModel(t *testing.T) {
	fewerUnderRace(t)
	paris := zone(t, "Europe/Paris")
	c := &clock{time.Date(2026, 3, 29, 12, 0, 0, 0, paris)} // a day of 23 hours
	l := temp(t, c.now)
	l.db.SetMaxOpenConns(1)
	_, err := l.db.Exec("PRAGMA synchronous = OFF") // nobody cuts the power here
	ok(t, err)
	ctx := t.Context()
	rapid.Check(t, func(rt *rapid.T) {
		must := func(err error) {
			rt.Helper()
			if err != nil {
				rt.Fatal(err)
			}
		}
		_, err := l.db.Exec("DELETE FROM questions; DELETE FROM exchanges; DELETE FROM feedback")
		must(err)
		var asked []chat.Question
		var judged []chat.Feedback
		keys := map[string]string{}
		hours := rapid.SliceOfNDistinct(rapid.IntRange(-100, 20), 1, 30, rapid.ID[int]).Draw(rt, "hours")
		slices.Sort(hours)
		for i, h := range hours {
			q := chat.Question{
				Exchange: fmt.Sprint(i), Platform: "telegram", Lang: chat.Vietnamese, Key: pick(rt, []string{"", "a", "b", "c"}, "key"),
				Text: fmt.Sprint("Câu ", i, "?"), At: c.t.Add(time.Duration(h) * time.Hour),
				Outcome: chat.Outcome(pick(rt, []string{"answered", "abstained", "nothing", "unclear", "failed"}, "outcome")),
			}
			must(l.PutQuestion(ctx, q))
			asked = append(asked, q)
			keys[q.Exchange] = q.Key
			if q.Key == "" {
				continue
			}
			must(l.PutExchange(ctx, chat.Exchange{Key: q.Exchange, Question: q.Text}))
			for user := range rapid.IntRange(0, 3).Draw(rt, "judges") {
				f := chat.Feedback{User: fmt.Sprint(user), Exchange: q.Exchange, Useful: rapid.Bool().Draw(rt, "useful"), At: q.At.Add(time.Duration(user))}
				must(l.PutFeedback(ctx, f))
				judged = append(judged, f)
			}
		}
		since := c.t.Add(-time.Duration(rapid.IntRange(0, 120).Draw(rt, "since")) * time.Hour)
		limit := rapid.IntRange(0, 4).Draw(rt, "limit")
		got, err := l.Usage(ctx, since, paris, limit)
		must(err)
		if d := gocmp.Diff(usageOf(asked, judged, keys, since, c.t, limit), got); d != "" {
			rt.Fatal(d)
		}
	})
}

// TestUsagePlans: what is counted over a long time is counted in an index, in
// its order.
func TestUsagePlans(t *testing.T) {
	l := temp(t, nil)
	for name, q := range map[string]struct{ query, index string }{
		"day":        {sqlDay, "SEARCH questions USING COVERING INDEX questions_at (at>? AND at<?)"},
		"asked":      {sqlAsked, "USING COVERING INDEX questions_alike (alike>?)"},
		"missing":    {sqlMissing, "USING COVERING INDEX questions_alike (alike>?)"},
		"last":       {sqlAsked, "SEARCH t USING INDEX questions_alike (alike=? AND at=?)"},
		"not useful": {sqlNotUseful, "SEARCH t USING INDEX questions_alike (alike=?)"},
		"feedback":   {sqlNotUseful, "SEARCH g USING INDEX feedback_alike (alike=?)"},
		"first":      {sqlFirst, "SEARCH questions USING COVERING INDEX questions_at"},
		"unlink":     {sqlUnlinkQuestions, "questions_linked (at<?)"},
		"unknown":    {sqlCounts, "deliveries_unknown"},
		"parked":     {sqlCounts, "deliveries_parked"},
	} {
		var plan []string
		args := make([]any, strings.Count(q.query, "?"))
		for i := range args {
			args[i] = i
		}
		ok(t, l.db.Each(context.Background(), "EXPLAIN QUERY PLAN "+q.query, args, func(r *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		}))
		if all := strings.Join(plan, "\n"); !strings.Contains(all, q.index) || strings.Contains(all, "GROUP BY") && name != "not useful" && name != "feedback" {
			t.Errorf("%s:\n%s", name, all)
		}
	}
}
