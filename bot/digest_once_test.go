package bot

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// told are the outlets that the messages of a digest name as new and as updated,
// and those of the new ones that are sources of an earlier story; an outlet that
// is told twice is there twice.
func told(tb testing.TB, d *Digest) (fresh, updated, more []string) {
	tb.Helper()
	add := func(names []string, again bool) {
		if again {
			updated = append(updated, names...)
		} else {
			fresh = append(fresh, names...)
		}
	}
	split := func(remarks, outlet string) (names []string, again bool) {
		again = strings.Contains(remarks, vietnamese.updated)
		if _, list, ok := strings.Cut(remarks, " nguồn: "); ok {
			return strings.Split(list, ", "), again
		}
		return []string{outlet}, again
	}
	for _, m := range d.Messages {
		var names []string
		story, again := "", false
		for _, c := range m.Citations {
			if c.N == 0 {
				continue
			}
			if c.Story == story && c.Sources == "" && slices.Contains(names, c.Outlet) {
				continue // another article of the story above
			}
			story = c.Story
			names, again = split(c.Sources, c.Outlet)
			add(names, again)
		}
		for _, l := range m.Links {
			outlet, _, _ := strings.Cut(l.Source, ",")
			list, again := split(l.Source, outlet)
			add(list, again)
			if m.LinksTitle == vietnamese.moreSources {
				more = append(more, list...)
			}
		}
	}
	slices.Sort(fresh)
	slices.Sort(updated)
	slices.Sort(more)
	return fresh, updated, more
}

// syllables make texts that are about nothing, and each about something else.
var syllables = strings.Fields("bưởi cam chanh dứa đào gấc hồng lê mận na ổi quýt roi sim thơm vải xoài bầu bí cải dền đay gừng hành húng kiệu mướp nghệ ớt rau sả tỏi xà bèo cò diệc éc gà heo kéc lợn mèo ngan ốc quạ rùa sáo trâu vạc yến bàn chổi dao đèn ghế kìm lược mâm nón ô phản quạt rổ sọt thúng võng")

// tale is the text of a story: the same for the same number, but for the words
// of the teller.
func tale(number, teller int, topic bool) string {
	random := rand.New(rand.NewPCG(uint64(number), 7))
	var paragraphs []string
	for range 6 {
		var sentences []string
		for range 3 {
			words := make([]string, 12)
			for i := range words {
				words[i] = syllables[random.IntN(len(syllables))]
			}
			sentences = append(sentences, "Nhà "+strings.Join(words, " ")+".")
		}
		paragraphs = append(paragraphs, strings.Join(sentences, " "))
	}
	if topic {
		paragraphs = append(paragraphs, "Làng Chài Muối mở hội nước mắm từ sáng sớm.")
	}
	return strings.Join(append(paragraphs, fmt.Sprintf("Người kể thứ %d kể lại.", teller)), "\n")
}

const taleTopic = "Làng Chài Muối mở hội nước mắm"

// known is what the test knows of an article.
type knownArticle struct {
	article          *corpus.Article // as it was last put
	arrived, revised corpus.Seq
	withdrawn, topic bool
	story            int
	hidden           bool // it was withdrawn at some time, perhaps when it was to be told
}

// subscriber asks for one window after the other.
type subscriber struct {
	cursor  corpus.Seq
	topic   string
	outlets []string
	told    map[string]bool // as new
}

// racedRuns is how many runs of a property test the race detector watches, which
// makes indexing ten times as dear.
const racedRuns = 30

// Whatever happens to articles, and wherever the windows are cut, everybody is
// told of each article once, and of each that is altered once for each window.
func TestEachArticleIsToldOnce(t *testing.T) {
	l := newLibrary(t)
	run, met := 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		if run++; raceDetector && run > racedRuns {
			return
		}
		start, err := l.store.Last(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		articles := map[string]*knownArticle{} // by outlet
		var names []string                     // of the outlets, in the order of arrival
		tellers := map[int]int{}               // of each story
		subscribers := []*subscriber{{}, {}, {topic: taleTopic}, {}}
		for _, s := range subscribers {
			s.cursor, s.told = start, map[string]bool{}
		}
		// room is for one more teller of a story: no more than are all named.
		room := func(story int) bool {
			tellers[story]++
			return tellers[story] <= mostOutlets
		}
		some := func() *knownArticle { return articles[rapid.SampledFrom(names).Draw(rt, "article")] }
		put := func(k *knownArticle, restore bool) {
			a := *k.article
			do := l.store.Put
			if !restore {
				do = l.refresh
			}
			r, err := do(t.Context(), &a)
			if err != nil {
				rt.Fatal(err)
			}
			if k.arrived == 0 {
				k.arrived = r.Seq
			}
			k.revised = r.Seq
			if restore {
				k.withdrawn = false
			}
		}
		alter := func(k *knownArticle) {
			a := *k.article
			n := rapid.IntRange(0, 9).Draw(rt, "another story")
			k.topic = rapid.Bool().Draw(rt, "on topic")
			if !room(n) {
				n = k.story
			}
			k.story = n
			a.Body = tale(run*10+n, rapid.IntRange(100, 1<<20).Draw(rt, "words"), k.topic)
			if a.Body == k.article.Body {
				return
			}
			k.article = &a
			put(k, !k.withdrawn || rapid.Bool().Draw(rt, "restored"))
		}
		steps := map[string]func(*rapid.T){
			"arrive": func(*rapid.T) {
				n := rapid.IntRange(0, 7).Draw(rt, "story")
				if !room(n) {
					return
				}
				name := fmt.Sprintf("Báo %d-%d", run, len(names))
				k := &knownArticle{story: n, topic: rapid.Bool().Draw(rt, "on topic")}
				k.article = news(t, name, "", "Chuyện của "+name, tale(run*10+n, len(names), k.topic))
				articles[name], names = k, append(names, name)
				subscribers[3].outlets = names[:(len(names)+1)/2]
				put(k, true)
			},
			"alter": func(*rapid.T) {
				if len(names) > 0 {
					alter(some())
				}
			},
			"put again": func(*rapid.T) {
				if len(names) == 0 {
					return
				}
				k := some()
				a := *k.article
				if r, err := l.store.Put(t.Context(), &a); err != nil || r.Outcome != "unchanged" && !k.withdrawn {
					rt.Fatal(r, err)
				}
				k.withdrawn = false
			},
			"withdraw": func(*rapid.T) {
				if len(names) == 0 {
					return
				}
				k := some()
				if _, err := l.store.Withdraw(t.Context(), k.article.ID); err != nil {
					rt.Fatal(err)
				}
				k.withdrawn, k.hidden = true, true
			},
			"restore": func(*rapid.T) {
				if len(names) == 0 {
					return
				}
				k := some()
				if _, err := l.store.Restore(t.Context(), k.article.ID); err != nil {
					rt.Fatal(err)
				}
				k.withdrawn = false
			},
			"digest": func(*rapid.T) {
				l.update(t)
				s := rapid.SampledFrom(subscribers).Draw(rt, "subscriber")
				last, err := l.index.Cursor()
				if err != nil {
					rt.Fatal(err)
				}
				upTo := last
				if rapid.IntRange(0, 2).Draw(rt, "late") == 0 { // it is asked for after more has happened
					upTo = corpus.Seq(rapid.Uint64Range(uint64(s.cursor), uint64(last)).Draw(rt, "up to"))
				}
				d, err := l.bot.Digest(t.Context(), DigestQuery{After: s.cursor, UpTo: upTo, Topic: s.topic, Outlets: s.outlets})
				if err != nil {
					rt.Fatal(err)
				}
				var fresh, updated, more []string
				all := 0
				for _, name := range names {
					k := articles[name]
					isNew := s.cursor < k.arrived && k.arrived <= upTo
					isUpdated := k.arrived <= s.cursor && s.cursor < k.revised && k.revised <= upTo
					if k.withdrawn || !isNew && !isUpdated {
						continue
					}
					all++
					switch {
					case s.topic != "" && !k.topic, len(s.outlets) > 0 && !slices.Contains(s.outlets, name):
					case isNew:
						if s.told[name] {
							rt.Fatalf("%s is new a second time", name)
						}
						s.told[name] = true
						fresh = append(fresh, name)
						if l.toldBefore(t, k.article.ID, s) {
							more = append(more, name)
							met["more"]++
						}
					default:
						updated = append(updated, name)
					}
				}
				slices.Sort(fresh)
				slices.Sort(updated)
				slices.Sort(more)
				met["new"], met["updated"] = met["new"]+len(fresh), met["updated"]+len(updated)
				if met["stories"] += len(fresh) + len(updated) - d.Stories; upTo < last {
					met["late"]++
				}
				gotFresh, gotUpdated, gotMore := told(t, d)
				if !slices.Equal(gotMore, more) {
					rt.Fatalf("(%d, %d] has %q as further sources, want %q", s.cursor, upTo, gotMore, more)
				}
				if !slices.Equal(gotFresh, fresh) || !slices.Equal(gotUpdated, updated) || d.New != len(fresh) || d.Updated != len(updated) || d.Arrived != all {
					rt.Fatalf("(%d, %d] tells of %q and updated %q (%d, %d, %d arrived), want %q and %q of %d", s.cursor, upTo,
						gotFresh, gotUpdated, d.New, d.Updated, d.Arrived, fresh, updated, all)
				}
				for _, b := range l.brokenDigest(t, d.Messages) {
					rt.Error(b)
				}
				s.cursor = upTo
			},
		}
		often := []string{"arrive", "arrive", "arrive", "digest", "digest", "digest", "alter", "alter"}
		kinds := append(often, slices.Sorted(maps.Keys(steps))...)
		for range rapid.IntRange(8, 24).Draw(rt, "steps") {
			steps[rapid.SampledFrom(kinds).Draw(rt, "step")](rt)
		}
		// In the end everybody has been told of all that is there.
		l.update(t)
		for _, s := range subscribers[:2] {
			last, err := l.index.Cursor()
			if err != nil {
				rt.Fatal(err)
			}
			d, err := l.bot.Digest(t.Context(), DigestQuery{After: s.cursor, UpTo: last})
			if err != nil {
				rt.Fatal(err)
			}
			fresh, _, _ := told(t, d)
			for _, name := range fresh {
				if s.told[name] {
					rt.Fatalf("%s is new a second time", name)
				}
				s.told[name] = true
			}
			for _, name := range names {
				if k := articles[name]; !k.withdrawn && !s.told[name] && !k.hidden {
					rt.Fatalf("nobody was told of %s", name)
				}
			}
		}
	})
	for _, what := range []string{"new", "updated", "more", "stories", "late"} {
		if met[what] == 0 && !raceDetector {
			t.Errorf("the test has never met %s", what)
		}
	}
	t.Log(met)
}

// toldBefore reports whether the story of an article had a source, for this
// subscriber, before the window.
func (l *library) toldBefore(tb testing.TB, id string, s *subscriber) bool {
	tb.Helper()
	a, err := l.store.Article(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	sources, err := l.store.Sources(tb.Context(), a.Story)
	if err != nil {
		tb.Fatal(err)
	}
	return slices.ContainsFunc(sources, func(a *corpus.Article) bool {
		return a.Arrived <= s.cursor && (len(s.outlets) == 0 || slices.Contains(s.outlets, a.Outlet))
	})
}

// brokenDigest lists the promises that the messages of a digest break.
func (l *library) brokenDigest(tb testing.TB, messages []chat.Message) []string {
	tb.Helper()
	var list []string
	no := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	n := 0
	for i, m := range messages {
		if m.Text == "" || m.Answer != nil || m.Update || m.Notice != "" {
			no("part %d: %+v", i+1, m)
		}
		var opened []string
		for _, row := range m.Buttons {
			if len(row) > buttonsInRow {
				no("part %d: a row of %d buttons", i+1, len(row))
			}
			for _, x := range row {
				if d, ok := parseButton(x.Data); ok && d.verb == openArticle {
					opened = append(opened, d.article)
				}
			}
		}
		var numbered []string
		for k, c := range m.Citations {
			a, err := l.store.Revision(tb.Context(), c.ArticleID, c.Revision)
			if err != nil {
				tb.Fatal(err)
			}
			if c.Quote == "" || slice(a.Body, c.Span) != c.Quote {
				no("quote %d of part %d is not the text at [%d,%d): %q", k+1, i+1, c.Start, c.End, c.Quote)
			}
			if c.Outlet != a.Outlet || c.Published != a.Published || c.URL != a.URL {
				no("citation %d of part %d is not of one record", k+1, i+1)
			}
			last := k+1 == len(m.Citations) || m.Citations[k+1].ArticleID != c.ArticleID
			if (c.Link != "") != (last && a.URL != "") || c.Link != "" && (c.Link != (links{}).quote(a, c.Span) || c.LinkText == "") {
				no("citation %d of part %d has link %q", k+1, i+1, c.Link)
			}
			if c.N == 0 {
				if k == 0 || m.Citations[k-1].ArticleID != c.ArticleID || c.Title != "" || c.Source != "" || c.Sources != "" {
					no("citation %d of part %d has no number: %+v", k+1, i+1, c)
				}
				continue
			}
			if n++; c.N != n || c.Source == "" {
				no("citation %d of part %d has number %d, want %d", k+1, i+1, c.N, n)
			}
			numbered = append(numbered, c.ArticleID)
		}
		if !slices.Equal(opened, numbered) {
			no("part %d opens %q, quotes %q", i+1, opened, numbered)
		}
		if (len(m.Links) > 0) != (m.LinksTitle != "") {
			no("part %d: %d links under %q", i+1, len(m.Links), m.LinksTitle)
		}
		for _, x := range m.Links {
			if n++; x.N != n {
				no("a link of part %d has number %d, want %d", i+1, x.N, n)
			}
		}
	}
	return list
}
