package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trichdan/bot"
	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/store"
	"trichdan/corpus/vi"
	"trichdan/index"
	"trichdan/jobs"
	"trichdan/jobs/ledger"
)

// owner is who subscribes; an admin.
const owner = "1"

// calendar is the program with a clock that the test sets: store, index, bot,
// ledger and jobs are real, the network takes everything.
type calendar struct {
	t   testing.TB
	app *app
	mu  sync.Mutex
	now time.Time
	got map[string][]told // by chat
}

// told is a message as it arrived.
type told struct {
	at time.Time
	chat.Message
}

func (c *calendar) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *calendar) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Send takes a message at once.
func (c *calendar) Send(_ context.Context, p chat.Post) (string, error) {
	if err := p.Begin(); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got[p.To.Chat] = append(c.got[p.To.Chat], told{c.now, p.Message})
	return fmt.Sprint(len(c.got[p.To.Chat])), nil
}

func newCalendar(t testing.TB, now time.Time) *calendar {
	c := &calendar{t: t, now: now, got: map[string][]told{}}
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	a := &app{config: &config{log: newLog(t.Output(), nil), tasks: &tasks{digest: defaultWhen, zone: corpus.Zone}}}
	var err error
	a.store, err = store.Open(t.Context(), filepath.Join(dir, "corpus.db"), c.clock)
	must(err)
	t.Cleanup(func() { must(a.store.Close()) })
	a.ledger, err = ledger.Open(t.Context(), filepath.Join(dir, "ledger.db"), c.clock)
	must(err)
	t.Cleanup(func() { must(a.ledger.Close()) })
	a.index, err = index.Open(t.Context(), filepath.Join(dir, "index"), a.store, index.Options{Now: c.clock})
	must(err)
	t.Cleanup(func() { must(a.index.Close()) })
	a.subscriptions = &subscriptions{ledger: a.ledger, last: a.store.Last, now: c.clock, when: defaultWhen, zone: corpus.Zone, wake: a.wake}
	a.bot = bot.New(a.index, a.store, bot.Options{
		Now: c.clock, Ledger: a.ledger, Subscriptions: a.subscriptions, Admins: map[string]bot.Admins{"telegram": {Users: []string{owner}}},
	})
	a.digests = &jobs.Digests{
		Ledger: a.ledger, Indexed: a.index.Cursor, Last: a.store.Last, Compose: a.compose, Now: c.clock, Log: a.config.log, Enqueued: a.wake,
	}
	d := jobs.NewDeliverer(jobs.DelivererOptions{
		Platform: "telegram", Ledger: a.ledger, Sender: c, Current: a.bot.Current, Told: a.bot.Told, Now: c.clock, Jitter: func() float64 { return 0 }, Log: a.config.log,
	})
	a.deliverers = []*jobs.Deliverer{d}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	c.app = a
	return c
}

// tick is a minute of the bot: what is due is made and sent.
func (c *calendar) tick() {
	c.t.Helper()
	if err := c.app.digests.Tick(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	for {
		s, err := c.app.ledger.DeliveryStats(c.t.Context(), c.clock())
		if err != nil {
			c.t.Fatal(err)
		}
		if s.Waiting+s.Sending == 0 {
			return
		}
		c.app.wake()
	}
}

// subscribe is /dangky in a private chat, as somebody types it.
func (c *calendar) subscribe(id, sentence string) bot.Subscription {
	c.t.Helper()
	ref := chat.Ref{Platform: "telegram", Chat: id}
	m, err := c.app.bot.Handle(c.t.Context(), chat.Request{Ref: ref, ID: "1", User: owner, Direct: true, Command: "dangky", Text: sentence})
	if err != nil {
		c.t.Fatal(err)
	}
	list, err := c.app.subscriptions.List(c.t.Context(), ref)
	if len(list) != 1 || err != nil {
		c.t.Fatalf("%q: %+v, %v", sentence, m, err)
	}
	return list[0]
}

// reporter writes articles that have little in common.
type reporter struct {
	random *rand.Rand
	n      int
}

var newsroom = strings.Fields("cầu đường sông hồ quận huyện nhà máy chợ trường học người dân xây dựng mở rộng khánh thành công viên cây xanh nước sạch bệnh viện bác sĩ thuốc sân bay tàu bến cảng hàng hóa nông dân lúa gạo cá tôm rừng núi biển đảo lễ hội nhạc tranh phim sách vận động viên bóng bơi chạy")

func (r *reporter) write(topic string) *corpus.Article {
	r.n++
	sentence := func(n int) string {
		var words []string
		for range n {
			words = append(words, newsroom[r.random.IntN(len(newsroom))])
		}
		return "Tin " + strings.Join(words, " ")
	}
	a := &corpus.Article{
		Title: fmt.Sprintf("%s số %d", sentence(5), r.n), Outlet: "Báo Thử", URL: fmt.Sprintf("https://bao.example/%d", r.n), Path: fmt.Sprint(r.n, ".txt"),
		Body: sentence(30) + ".\n" + sentence(30) + ".\n" + sentence(30) + ".",
	}
	if topic != "" {
		a.Title, a.Body = topic+": "+a.Title, "Về "+topic+". "+a.Body
	}
	a.ID = corpus.NewID(a.URL, a.Path)
	return a
}

// TestMonth: over a month of articles added and revised day by day, through the
// changes to and from summer time, each subscriber is told of each article once,
// at the right local time.
func TestMonth(t *testing.T) {
	for _, start := range []time.Time{
		time.Date(2026, time.February, 20, 0, 0, 0, 0, time.UTC), // New York: 8 March
		time.Date(2026, time.October, 15, 0, 0, 0, 0, time.UTC),  // 1 November
	} {
		t.Run(start.Month().String(), func(t *testing.T) { month(t, start) })
	}
}

const topic = "giá điện sinh hoạt"

func month(t *testing.T, start time.Time) {
	c := newCalendar(t, start)
	r := &reporter{random: rand.New(rand.NewPCG(uint64(start.Unix()), 0))}
	put := func(a *corpus.Article) {
		t.Helper()
		if _, err := c.app.store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if _, err := c.app.index.Update(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 { // a backlog that nobody is told of
		put(r.write(topic))
	}
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	readers := []*subscriber{
		{chat: "1", sentence: "hằng ngày 7h", zone: corpus.Zone, hour: 7},
		{chat: "2", sentence: "hằng ngày 2h30 múi giờ America/New_York", zone: newYork, hour: 2, minute: 30},
		{chat: "3", sentence: "hằng ngày 1h30 múi giờ America/New_York", zone: newYork, hour: 1, minute: 30},
		{chat: "4", sentence: "thứ hai hằng tuần 8:30 về " + topic, zone: corpus.Zone, hour: 8, minute: 30, days: vi.WeekdaysOf(time.Monday), topic: topic},
		{chat: "5", sentence: "thứ bảy và chủ nhật 7h múi giờ America/New_York", zone: newYork, hour: 7, days: vi.WeekdaysOf(time.Saturday, time.Sunday)},
		{chat: "6", sentence: "hằng ngày 20h về " + topic, zone: corpus.Zone, hour: 20, topic: topic},
		{chat: "7", sentence: "ngay khi có bài", zone: corpus.Zone, arrival: true},
		{chat: "8", sentence: "mỗi 6 giờ", zone: corpus.Zone, every: 6},
	}
	for _, s := range readers {
		c.subscribe(s.chat, s.sentence)
	}

	// Articles come at odd minutes, some days none.
	type event struct {
		at      time.Time
		revised bool
		topic   string
	}
	var events []event
	for day := range 30 {
		for range r.random.IntN(5) {
			at := start.Add(time.Duration(day)*24*time.Hour + time.Duration(r.random.IntN(24*6))*10*time.Minute + time.Minute)
			events = append(events, event{at, r.random.IntN(6) == 0, []string{"", "", topic}[r.random.IntN(3)]})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	var arrived []*corpus.Article
	since, revised, topics := map[string]time.Time{}, map[string]int{}, map[string]string{}
	end := start.Add(38 * 24 * time.Hour) // a week more, for the weekly ones
	for {
		next := end
		for _, s := range readers {
			list, err := c.app.subscriptions.List(t.Context(), chat.Ref{Platform: "telegram", Chat: s.chat})
			if err != nil {
				t.Fatal(err)
			}
			if n := list[0].Next; !n.IsZero() && n.Before(next) {
				next = n
			}
		}
		if len(events) > 0 && events[0].at.Before(next) {
			e := events[0]
			events = events[1:]
			c.set(e.at)
			if e.revised && len(arrived) > 0 {
				a := *arrived[r.random.IntN(len(arrived))]
				a.Body += "\nThêm một đoạn " + fmt.Sprint(r.n, r.random.IntN(1000)) + "."
				put(&a)
				revised[a.ID]++
				for i := range arrived {
					if arrived[i].ID == a.ID {
						arrived[i] = &a
					}
				}
			} else {
				a := r.write(e.topic)
				put(a)
				arrived, since[a.ID], topics[a.ID] = append(arrived, a), e.at, e.topic
			}
			c.set(e.at.Add(quietMinutes))
			c.tick() // nothing is due but what wants it at once
			continue
		}
		if next.Equal(end) {
			break
		}
		c.set(next)
		c.tick()
		c.tick() // a second one does nothing
	}
	if len(arrived) < 40 || len(revised) < 3 {
		t.Fatalf("only %d articles, %d of them revised", len(arrived), len(revised))
	}
	for _, s := range readers {
		s.check(t, c.got[s.chat], arrived, since, revised, topics)
	}
}

// quietMinutes is more than the time that lies between two digests on arrival.
const quietMinutes = 6 * time.Minute

// subscriber is what somebody wants, and so what is right.
type subscriber struct {
	chat, sentence, topic string
	zone                  *time.Location
	hour, minute          int
	days                  vi.Weekdays // 0: all
	arrival               bool
	every                 int
}

func (s *subscriber) check(t *testing.T, got []told, arrived []*corpus.Article, since map[string]time.Time, revised map[string]int, topics map[string]string) {
	t.Helper()
	news, updates := map[string]int{}, map[string]int{}
	tell := func(at time.Time, id, said string) {
		if came, known := since[id]; !known || at.Before(came) {
			t.Errorf("%s: told at %v of %s, which arrived at %v", s.sentence, at, id, came)
		}
		if strings.Contains(said, "cập nhật") {
			updates[id]++
		} else {
			news[id]++
		}
	}
	days := map[string]bool{}
	var last time.Time
	for _, m := range got {
		s.rightTime(t, m.at)
		if !m.at.Equal(last) { // parts of one digest come together
			day := m.at.In(s.zone).Format(time.DateOnly)
			if days[day] && !s.arrival && s.every == 0 {
				t.Errorf("%s: two digests on %s", s.sentence, day)
			}
			days[day], last = true, m.at
		}
		for _, q := range m.Citations {
			if q.N == 0 {
				continue
			}
			tell(m.at, q.ArticleID, q.Sources)
		}
		for _, l := range m.Links { // what does not find room with quotes
			tell(m.at, corpus.NewID(l.URL, ""), l.Source)
		}
	}
	for _, a := range arrived {
		want := 1
		if s.topic != "" && topics[a.ID] != s.topic {
			want = 0
		}
		if news[a.ID] != want {
			t.Errorf("%s: told %d times of %q of %v", s.sentence, news[a.ID], a.Title, since[a.ID])
		}
		// Several revisions between two digests are one update, and of one that
		// comes before the first digest nobody needs to know.
		if updates[a.ID] > revised[a.ID] || want == 0 && updates[a.ID] > 0 {
			t.Errorf("%s: %q was revised %d times and told of %d times", s.sentence, a.Title, revised[a.ID], updates[a.ID])
		}
		if s.arrival && updates[a.ID] != revised[a.ID] {
			t.Errorf("%s: %q was revised %d times and told of %d times", s.sentence, a.Title, revised[a.ID], updates[a.ID])
		}
	}
	if len(days) < 3 {
		t.Errorf("%s: digests on %d days only", s.sentence, len(days))
	}
}

// rightTime: the time on the reader's wall is the one asked for. What summer
// time jumps over comes at the end of the jump.
func (s *subscriber) rightTime(t *testing.T, at time.Time) {
	t.Helper()
	local := at.In(s.zone)
	hour, minute := s.hour, s.minute
	switch {
	case s.arrival:
		return
	case s.every > 0:
		if local.Minute() != 0 || local.Hour()%s.every != 1 {
			t.Errorf("%s: at %v", s.sentence, local)
		}
		return
	case s.zone != corpus.Zone && hour == 2 && local.Month() == time.March && local.Day() == 8:
		hour, minute = 3, 0
	}
	if local.Hour() != hour || local.Minute() != minute || local.Second() != 0 || s.days != 0 && !s.days.Has(local.Weekday()) {
		t.Errorf("%s: at %v", s.sentence, local)
	}
	if before := at.Add(-time.Hour).In(s.zone); before.Hour() == local.Hour() && before.Day() == local.Day() {
		t.Errorf("%s: at %v, the second time that the clocks show this", s.sentence, local)
	}
}
