package ledger

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

// model is what a ledger promises, in memory.
type model struct {
	now       time.Time
	updates   []*update // in the order of Accept
	positions map[string]int64
	positionA map[string]time.Time
	notes     map[string]string
	replies   map[place]reply
	langs     map[chat.Ref]chat.Lang
	closed    map[chat.Ref]string
	known     map[chat.Ref]bool
	exchanges map[string]chat.Exchange
	feedback  map[string]FeedbackRecord
}

type update struct {
	platform string
	chat.Update
	accepted, finished time.Time
	attempts           int
}

type place struct {
	chat.Ref
	question string
}

type reply struct {
	message string
	at      time.Time
}

func newModel(now time.Time) *model {
	return &model{
		now: now, positions: map[string]int64{}, positionA: map[string]time.Time{}, notes: map[string]string{},
		replies: map[place]reply{}, langs: map[chat.Ref]chat.Lang{}, closed: map[chat.Ref]string{}, known: map[chat.Ref]bool{},
		exchanges: map[string]chat.Exchange{}, feedback: map[string]FeedbackRecord{},
	}
}

func (m *model) find(platform, id string) *update {
	i := slices.IndexFunc(m.updates, func(u *update) bool { return u.platform == platform && u.ID == id })
	if i < 0 {
		return nil
	}
	return m.updates[i]
}

func (m *model) accept(platform string, position int64, us []chat.Update) (fresh []chat.Update) {
	for _, u := range us {
		if m.find(platform, u.ID) == nil {
			m.updates = append(m.updates, &update{platform: platform, Update: u, accepted: m.now, attempts: 1})
			fresh = append(fresh, u)
		}
	}
	if position != 0 {
		m.positions[platform], m.positionA[platform] = position, m.now
	}
	return fresh
}

func (m *model) unfinished(platform string) (us []chat.Update) {
	for _, u := range m.updates {
		if u.platform == platform && u.finished.IsZero() {
			again := u.Update
			again.Again = true
			us = append(us, again)
		}
	}
	return us
}

func (m *model) setReply(r chat.Reply) {
	m.replies[place{r.Ref, r.Question}] = reply{r.Message, m.now}
}

func whole(r chat.Ref) chat.Ref { return chat.Ref{Platform: r.Platform, Chat: r.Chat} }

// moveKeys moves what belongs to one chat; what is there already stays.
func moveKeys[K comparable, V any](rows map[K]V, in func(K) bool, to func(K) K) {
	for k, v := range maps.Clone(rows) {
		if !in(k) {
			continue
		}
		if _, there := rows[to(k)]; !there {
			rows[to(k)] = v
		}
		delete(rows, k)
	}
}

func (m *model) moved(from, to chat.Ref) {
	if from.Chat == to.Chat {
		return
	}
	in := func(r chat.Ref) bool { return r.Platform == from.Platform && r.Chat == from.Chat }
	moved := func(r chat.Ref) chat.Ref { r.Chat = to.Chat; return r }
	// What is known of a chat at all is one row: whether it is closed goes
	// with it, or stays if the new chat is known.
	for r, reason := range maps.Clone(m.closed) {
		if in(r) {
			if !m.known[moved(r)] {
				m.closed[moved(r)] = reason
			}
			delete(m.closed, r)
		}
	}
	moveKeys(m.known, in, moved)
	moveKeys(m.langs, in, moved)
	moveKeys(m.replies, func(p place) bool { return in(p.Ref) }, func(p place) place { p.Ref = moved(p.Ref); return p })
	for k, e := range m.exchanges {
		if in(e.Ref) {
			e.Ref = moved(e.Ref)
			m.exchanges[k] = e
		}
	}
	for k, f := range m.feedback {
		if in(f.Ref) {
			f.Ref = moved(f.Ref)
			m.feedback[k] = f
		}
	}
}

func (m *model) putFeedback(f chat.Feedback) {
	key := fmt.Sprint(f.Exchange, "|", f.Platform, "|", f.User)
	r := m.feedback[key]
	r.Feedback = f
	if e, ok := m.exchanges[f.Exchange]; ok {
		r.Lang, r.Question, r.Cited = e.Lang, e.Question, e.Cited
	} else {
		r.Chat, r.Thread = "", "" // who judged where is forgotten with the exchange
	}
	m.feedback[key] = r
}

func (m *model) prune() {
	m.updates = slices.DeleteFunc(m.updates, func(u *update) bool {
		return !u.finished.IsZero() && u.finished.Before(m.now.Add(-keepUpdates))
	})
	maps.DeleteFunc(m.replies, func(_ place, r reply) bool { return r.at.Before(m.now.Add(-keepReplies)) })
}

// pruneKept is what Prune does and Open does not.
func (m *model) pruneKept() {
	m.prune()
	for key, e := range m.exchanges {
		if e.At.Before(m.now.Add(-keepExchanges)) {
			delete(m.exchanges, key)
			for k, f := range m.feedback {
				if f.Exchange == key {
					f.Chat, f.Thread = "", ""
					m.feedback[k] = f
				}
			}
		}
	}
	maps.DeleteFunc(m.feedback, func(_ string, f FeedbackRecord) bool { return f.At.Before(m.now.Add(-keepQuestions)) })
}

func (m *model) stats(since time.Time) (s Stats) {
	for _, u := range m.updates {
		if u.finished.IsZero() {
			if s.Pending++; s.Pending == 1 {
				s.OldestPending = u.accepted
			}
		}
	}
	for _, e := range m.exchanges {
		if !e.At.Before(since) && e.Command == "" {
			s.Exchanges++
		}
	}
	for _, f := range m.feedback {
		switch {
		case f.At.Before(since):
		case f.Useful:
			s.Useful++
		default:
			s.NotUseful++
		}
	}
	for r := range m.known {
		if r.Thread != "" {
			continue
		}
		s.Chats++
		if _, ok := m.closed[r]; ok {
			s.ClosedChats++
		}
	}
	return s
}

var (
	platforms = []string{"telegram", "discord"}
	chats     = []string{"1", "2", "-100"}
	threads   = []string{"", "", "7"}
	someIDs   = []string{"1", "2", "3", "4", "5", "10"}
	keys      = []string{"k1", "k2", "k3"}
)

func pick(rt *rapid.T, from []string, label string) string {
	return rapid.SampledFrom(from).Draw(rt, label)
}

func someRef(rt *rapid.T) chat.Ref {
	return chat.Ref{Platform: pick(rt, platforms, "platform"), Chat: pick(rt, chats, "chat"), Thread: pick(rt, threads, "thread")}
}

func someCited(rt *rapid.T) []chat.Cited {
	var list []chat.Cited
	for range rapid.IntRange(0, 2).Draw(rt, "cited") {
		c := chat.Cited{Article: "bài-" + pick(rt, keys, "article"), Revision: rapid.IntRange(1, 3).Draw(rt, "revision")}
		c.Start = rapid.IntRange(0, 50).Draw(rt, "start")
		c.End = c.Start + rapid.IntRange(1, 50).Draw(rt, "length")
		list = append(list, c)
	}
	return list
}

// fewerUnderRace keeps a test short that is about no goroutines: the race
// detector makes SQLite in Go twenty times slower.
func fewerUnderRace(t *testing.T) {
	checks := flag.Lookup("rapid.checks").Value
	if before := checks.String(); race && before == flag.Lookup("rapid.checks").DefValue {
		ok(t, checks.Set("15"))
		t.Cleanup(func() { ok(t, checks.Set(before)) })
	}
}

// TestModel: whatever happens in whatever order, reopening included, a ledger
// says the same as the model.
func TestModel(t *testing.T) {
	ctx := t.Context()
	fewerUnderRace(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "model")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		m := newModel(newClock().t)
		path := filepath.Join(dir, "ledger.db")
		now := func() time.Time { return m.now }
		l, err := Open(ctx, path, now)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		must := func(err error) {
			rt.Helper()
			if err != nil {
				rt.Fatal(err)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": func(rt *rapid.T) { // a part of all each time, to be quick
				compare(ctx, rt, l, m, someRef(rt), pick(rt, someIDs, "look at"), pick(rt, keys, "key"))
			},
			"accept": func(rt *rapid.T) {
				var us []chat.Update
				for range rapid.IntRange(0, 4).Draw(rt, "updates") {
					us = append(us, chat.Update{ID: pick(rt, someIDs, "id"), Body: []byte(rapid.String().Draw(rt, "body"))})
				}
				p, position := pick(rt, platforms, "platform"), rapid.Int64Range(0, 9).Draw(rt, "position")
				fresh, err := l.Accept(ctx, p, position, us)
				must(err)
				if want := m.accept(p, position, us); ids(fresh) != ids(want) {
					rt.Fatalf("fresh %s, want %s", ids(fresh), ids(want))
				}
			},
			"begin": func(rt *rapid.T) {
				p, id := pick(rt, platforms, "platform"), pick(rt, someIDs, "id")
				n, err := l.Begin(ctx, p, id)
				u := m.find(p, id)
				if u == nil {
					if err == nil {
						rt.Fatal("began what was never accepted")
					}
					return
				}
				must(err)
				if u.attempts++; n != u.attempts {
					rt.Fatalf("attempt %d, want %d", n, u.attempts)
				}
			},
			"finish": func(rt *rapid.T) {
				p, id := pick(rt, platforms, "platform"), pick(rt, someIDs, "id")
				var r chat.Reply
				if rapid.Bool().Draw(rt, "replied") {
					r = chat.Reply{Ref: someRef(rt), Question: id, Message: pick(rt, someIDs, "message")}
					m.setReply(r)
				}
				must(l.Finish(ctx, p, id, r))
				if u := m.find(p, id); u != nil && u.finished.IsZero() {
					u.finished = m.now
				}
			},
			"set reply": func(rt *rapid.T) {
				r := chat.Reply{Ref: someRef(rt), Question: pick(rt, someIDs, "question"), Message: pick(rt, []string{"", "8", "9"}, "message")}
				must(l.SetReply(ctx, r))
				if r.Message == "" {
					delete(m.replies, place{r.Ref, r.Question})
				} else {
					m.setReply(r)
				}
			},
			"move": func(rt *rapid.T) {
				from := someRef(rt)
				to := chat.Ref{Platform: from.Platform, Chat: pick(rt, chats, "to")}
				for range rapid.IntRange(1, 2).Draw(rt, "times") {
					must(l.Moved(ctx, from, to))
				}
				m.moved(from, to)
				for _, c := range []string{from.Chat, to.Chat} {
					compare(ctx, rt, l, m, chat.Ref{Platform: from.Platform, Chat: c, Thread: from.Thread}, pick(rt, someIDs, "question"), keys[0])
				}
			},
			"close": func(rt *rapid.T) {
				r, reason := someRef(rt), pick(rt, []string{"blocked", "left"}, "reason")
				must(l.Closed(ctx, r, reason))
				m.known[r], m.closed[r] = true, reason
			},
			"open": func(rt *rapid.T) {
				r := someRef(rt)
				must(l.Opened(ctx, r))
				m.known[r] = true
				delete(m.closed, r)
			},
			"language": func(rt *rapid.T) {
				r, lang := someRef(rt), chat.Lang(pick(rt, []string{"", "vi", "en"}, "lang"))
				must(l.SetLang(ctx, r, lang))
				m.known[whole(r)] = true
				if m.langs[whole(r)] = lang; lang == "" {
					delete(m.langs, whole(r))
				}
			},
			"note": func(rt *rapid.T) {
				p, name, value := pick(rt, platforms, "platform"), pick(rt, keys, "name"), rapid.String().Draw(rt, "value")
				must(l.SetNote(ctx, p, name, value))
				m.notes[p+name] = value
			},
			"exchange": func(rt *rapid.T) {
				e := chat.Exchange{
					Key: pick(rt, keys, "key"), Ref: someRef(rt), User: pick(rt, someIDs, "user"), Lang: chat.Vietnamese,
					Command: rapid.SampledFrom([]string{"", "tomtat"}).Draw(rt, "command"), Question: rapid.String().Draw(rt, "question"),
					Cited: someCited(rt), At: m.now,
				}
				must(l.PutExchange(ctx, e))
				m.exchanges[e.Key], m.known[whole(e.Ref)] = e, true
			},
			"feedback": func(rt *rapid.T) {
				f := chat.Feedback{
					Ref: someRef(rt), User: pick(rt, someIDs, "user"), Useful: rapid.Bool().Draw(rt, "useful"),
					Exchange: pick(rt, keys, "key"), Article: "bài", Revision: 2, At: m.now,
				}
				must(l.PutFeedback(ctx, f))
				m.putFeedback(f)
			},
			"time": func(rt *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.Int64Range(1, int64(20*24*time.Hour)).Draw(rt, "time")))
			},
			"prune": func(rt *rapid.T) {
				must(l.Prune(ctx))
				m.pruneKept()
			},
			"reopen": func(rt *rapid.T) {
				must(l.Close())
				l, err = Open(ctx, path, now)
				must(err)
				m.prune()
			},
		})
	})
}

// compare asks the ledger for what the model knows of a place and a key, and
// for all of what can be had at once.
func compare(ctx context.Context, rt *rapid.T, l *Ledger, m *model, ref chat.Ref, question, key string) {
	check := func(what string, got, want any, err error) {
		rt.Helper()
		if err != nil {
			rt.Fatalf("%s: %v", what, err)
		}
		if d := gocmp.Diff(want, got); d != "" {
			rt.Fatalf("%s:\n%s", what, d)
		}
	}
	p := ref.Platform
	us, err := l.Unfinished(ctx, p)
	check("unfinished", fmt.Sprint(us), fmt.Sprint(m.unfinished(p)), err)
	position, at, err := l.Position(ctx, p)
	check("position", position, m.positions[p], err)
	check("time of position", at, m.positionA[p], nil)
	value, err := l.Note(ctx, p, key)
	check("note", value, m.notes[p+key], err)
	lang, err := l.Lang(ctx, ref)
	check("language", lang, m.langs[whole(ref)], err)
	id, err := l.ReplyTo(ctx, ref, question)
	check("reply", id, m.replies[place{ref, question}].message, err)
	e, err := l.Exchange(ctx, key)
	if want, ok := m.exchanges[key]; ok {
		want.User = l.person(want.Platform, want.User)
		check("exchange", e, &want, err)
	} else {
		check("exchange", e, (*chat.Exchange)(nil), err)
	}
	since := m.now.Add(-24 * time.Hour)
	s, err := l.Stats(ctx, since)
	check("stats", s, m.stats(since), err)
	var got, want []FeedbackRecord
	for f, err := range l.Feedbacks(ctx, since) {
		check("feedback", nil, nil, err)
		got = append(got, f)
	}
	for _, f := range m.feedback {
		if !f.At.Before(since) {
			f.User = l.person(f.Platform, f.User)
			want = append(want, f)
		}
	}
	slices.SortFunc(want, func(a, b FeedbackRecord) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Exchange, b.Exchange), strings.Compare(a.Platform, b.Platform), strings.Compare(a.User, b.User))
	})
	check("feedback", got, want, nil)
}
