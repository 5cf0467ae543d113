package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/sample"
	"trichdan/corpus/vi"
)

// broken lists the promises that a result breaks: every quote is the text of
// the store, and nothing is cited where nothing answers.
func (l *library) broken(tb testing.TB, question string, r *Result) []string {
	tb.Helper()
	var list []string
	no := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if r.Question != question {
		no("the result is of question %q", r.Question)
	}
	if r.Abstained != (r.Answer == nil) || r.Abstained != (len(r.Citations) == 0) {
		no("abstained %v with answer %v and %d citations", r.Abstained, r.Answer != nil, len(r.Citations))
		return list
	}
	if !r.Abstained && len(r.Nearest) > 0 {
		no("an answer with %d articles that are only near", len(r.Nearest))
	}
	if len(r.Citations) > mostCitations || len(r.Nearest) > mostNearest {
		no("%d citations, %d near articles", len(r.Citations), len(r.Nearest))
	}
	if r.Elapsed < 0 {
		no("took %v", r.Elapsed)
	}
	stories := map[string]bool{}
	for i, c := range r.Citations {
		if c.N != i+1 {
			no("citation %d has number %d", i+1, c.N)
		}
		if stories[c.Story] {
			no("story %s is cited twice", c.Story)
		}
		stories[c.Story] = true
		a, err := l.store.Revision(tb.Context(), c.ArticleID, c.Revision)
		if err != nil {
			tb.Fatal(err)
		}
		if a.Withdrawn {
			no("citation %d is of a withdrawn article", c.N)
		}
		if c.Quote == "" || slice(a.Body, c.Span) != c.Quote {
			no("quote %d is not the text at [%d,%d): %q", c.N, c.Start, c.End, c.Quote)
		}
		if c.Title != a.Title || c.Outlet != a.Outlet || c.Author != a.Author || c.Published != a.Published || c.URL != a.URL || c.Path != a.Path {
			no("citation %d is not of one record: %+v", c.N, c.Citation)
		}
		if c.Sources < 1 {
			no("citation %d has %d sources", c.N, c.Sources)
		}
	}
	for _, a := range r.Nearest {
		if a.Withdrawn {
			no("near article %s is withdrawn", a.ID)
		}
	}
	if r.Answer != nil {
		list = append(list, l.brokenAnswer(tb, r)...)
	}
	return append(list, l.brokenJSON(tb, r)...)
}

// brokenAnswer is broken for the answering sentence.
func (l *library) brokenAnswer(tb testing.TB, r *Result) []string {
	tb.Helper()
	answer := r.Answer
	if answer.Citation < 1 || answer.Citation > len(r.Citations) {
		return []string{fmt.Sprintf("the answer is from citation %d of %d", answer.Citation, len(r.Citations))}
	}
	var list []string
	c := r.Citations[answer.Citation-1]
	a, err := l.store.Revision(tb.Context(), c.ArticleID, c.Revision)
	if err != nil {
		tb.Fatal(err)
	}
	if answer.Text == "" || slice(a.Body, answer.Span) != answer.Text {
		list = append(list, fmt.Sprintf("the answer is not the text at [%d,%d): %q", answer.Start, answer.End, answer.Text))
	}
	if answer.Start < c.Start || answer.End > c.End {
		list = append(list, fmt.Sprintf("the answer [%d,%d) is not in quote [%d,%d)", answer.Start, answer.End, c.Start, c.End))
	}
	if m := answer.Mark; m != (vi.Span{}) && (m.Start < answer.Start || m.End > answer.End || !utf8.ValidString(slice(a.Body, m))) {
		list = append(list, fmt.Sprintf("mark [%d,%d) is not in the answer [%d,%d)", m.Start, m.End, answer.Start, answer.End))
	}
	return list
}

// slice is body[span], or a text that equals no quote where span is outside.
func slice(body string, span vi.Span) string {
	if span.Start < 0 || span.End < span.Start || span.End > len(body) {
		return "\x00outside"
	}
	return body[span.Start:span.End]
}

// contract is the object of the command line, written down a second time: the
// fields that it must have, with their types.
type contract struct {
	Question  *string `json:"question"`
	Abstained *bool   `json:"abstained"`
	Answer    *struct {
		Citation *int    `json:"citation"`
		Text     *string `json:"text"`
		Start    *int    `json:"start"`
		End      *int    `json:"end"`
	} `json:"answer"`
	Citations *[]contractCitation `json:"citations"`
	Nearest   []contractArticle   `json:"nearest"`
	ElapsedMS *float64            `json:"elapsed_ms"`
}

type contractArticle struct {
	ArticleID      *string `json:"article_id"`
	Title          *string `json:"title"`
	Outlet         *string `json:"outlet"`
	Author         *string `json:"author"`
	Published      *string `json:"published"`
	PublishedBasis *string `json:"published_basis"`
	URL            *string `json:"url"`
	Path           *string `json:"path"`
}

type contractCitation struct {
	N *int `json:"n"`
	contractArticle
	Quote *string  `json:"quote"`
	Start *int     `json:"start"`
	End   *int     `json:"end"`
	Score *float64 `json:"score"`
}

func (a contractArticle) whole() bool {
	return a.ArticleID != nil && a.Title != nil && a.Outlet != nil && a.Author != nil &&
		a.Published != nil && a.PublishedBasis != nil && a.URL != nil && a.Path != nil
}

// brokenJSON reads a result back from its JSON form, and checks that against
// the store alone.
func (l *library) brokenJSON(tb testing.TB, r *Result) []string {
	tb.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		return []string{err.Error()}
	}
	var got contract
	if err := json.Unmarshal(data, &got); err != nil {
		return []string{err.Error()}
	}
	if got.Question == nil || got.Abstained == nil || got.Citations == nil || got.ElapsedMS == nil || !strings.Contains(string(data), `"answer":`) {
		return []string{"JSON lacks a field: " + string(data)}
	}
	var list []string
	no := func(format string, args ...any) { list = append(list, "JSON: "+fmt.Sprintf(format, args...)) }
	// Broken UTF-8 in a question cannot be told in JSON.
	if q := strings.ToValidUTF8(r.Question, "\uFFFD"); utf8.ValidString(r.Question) && *got.Question != q {
		no("question %q", *got.Question)
	}
	if *got.Abstained != r.Abstained || (got.Answer == nil) != r.Abstained || len(*got.Citations) != len(r.Citations) || len(got.Nearest) != len(r.Nearest) {
		no("%s", data)
		return list
	}
	bodies := map[string]string{}
	for i, c := range *got.Citations {
		if !c.whole() || c.N == nil || c.Quote == nil || c.Start == nil || c.End == nil || c.Score == nil {
			no("citation %d lacks a field: %s", i+1, data)
			return list
		}
		a, err := l.store.Article(tb.Context(), *c.ArticleID)
		if err != nil {
			tb.Fatal(err)
		}
		bodies[a.ID] = a.Body
		if *c.N != i+1 || slice(a.Body, vi.Span{Start: *c.Start, End: *c.End}) != *c.Quote {
			no("citation %d is [%d,%d) %q", *c.N, *c.Start, *c.End, *c.Quote)
		}
		if *c.Title != a.Title || *c.Outlet != a.Outlet || *c.Author != a.Author || *c.Published != a.Published.String() ||
			corpus.Basis(*c.PublishedBasis) != a.Published.BasisOr() || *c.URL != a.URL || *c.Path != a.Path {
			no("citation %d is not of one record", *c.N)
		}
	}
	for i, a := range got.Nearest {
		if !a.whole() || *a.ArticleID != r.Nearest[i].ID {
			no("near article %d: %s", i+1, data)
		}
	}
	if a := got.Answer; a != nil {
		if a.Citation == nil || a.Text == nil || a.Start == nil || a.End == nil || *a.Citation < 1 || *a.Citation > len(*got.Citations) {
			no("the answer lacks a field: %s", data)
			return list
		}
		body := bodies[*(*got.Citations)[*a.Citation-1].ArticleID]
		if slice(body, vi.Span{Start: *a.Start, End: *a.End}) != *a.Text {
			no("answer [%d,%d) %q", *a.Start, *a.End, *a.Text)
		}
	}
	return list
}

// questionsOf makes questions of an article: its headline, pieces of its
// sentences as they stand, folded, in capitals and with a question word, and
// its own syllables at random.
func questionsOf(a *corpus.Article, random *rand.Rand, sentences int) []string {
	list := []string{a.Title, vi.Fold(a.Title)}
	syllables := strings.Fields(a.Body)
	all := vi.Sentences(a.Body)
	endings := []string{"", " là ai?", " khi nào?", " ở đâu?", " bao nhiêu?", " vì sao?", " là gì?", " như thế nào?", " trong nghị quyết nào?", " năm 2022", " hôm qua"}
	for range sentences {
		s := all[random.IntN(len(all))]
		words := strings.Fields(a.Body[s.Start:s.End])
		from := random.IntN(len(words))
		piece := strings.Join(words[from:min(from+3+random.IntN(8), len(words))], " ")
		switch random.IntN(4) {
		case 0:
			piece = vi.Fold(piece)
		case 1:
			piece = strings.ToUpper(piece)
		}
		list = append(list, piece+endings[random.IntN(len(endings))])
	}
	var scattered []string
	for range 5 {
		scattered = append(scattered, syllables[random.IntN(len(syllables))])
	}
	return append(list, strings.Join(scattered, " "))
}

// checkVerbatim asks, of every step-th article, the given number of questions
// made of it, and checks each answer against the store.
func checkVerbatim(t *testing.T, articles []*corpus.Article, step, questions int) {
	t.Helper()
	l := newLibrary(t, articles...)
	random := rand.New(rand.NewPCG(1, 2))
	asked, answered, marked := 0, 0, 0
	for i := 0; i < len(articles) && !t.Failed(); i += step {
		list := questionsOf(articles[i], random, max(questions, 5))
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for _, q := range list[:questions] {
			r := l.ask(t, q)
			asked++
			if r.Answer != nil {
				answered++
				if r.Answer.Mark.End > 0 {
					marked++
				}
			}
		}
	}
	t.Logf("%d articles, %d questions, %d answered, %d with a mark", len(articles), asked, answered, marked)
	// A bot that never answers would keep every promise.
	if answered < asked/2 || marked == 0 {
		t.Errorf("only %d of %d questions were answered, %d with a mark", answered, asked, marked)
	}
}

func TestVerbatimSample(t *testing.T) {
	checkVerbatim(t, read(t, sample.FS, 0), 1, 15)
}

func TestVerbatimCoverage(t *testing.T) {
	checkVerbatim(t, read(t, shared(t, "coverage"), 0), 1, 30)
}

// The race detector makes indexing and asking ten times as dear, so that a run
// with it takes fewer articles, except in the checked build.
func TestVerbatimVietnews(t *testing.T) {
	size, step := 2000, 1
	if raceDetector {
		step = 8
		if os.Getenv("CI") != "true" {
			size, step = 300, 2
		}
	}
	articles := read(t, shared(t, "data"), size)
	if len(articles) != size {
		t.Fatalf("only %d articles, want %d", len(articles), size)
	}
	checkVerbatim(t, articles, step, 1)
}

// What was indexed is what is quoted, also when the store has moved on.
func TestVerbatimRevision(t *testing.T) {
	before := news(t, "", "", "Bến đò Mũi Gành đổi giờ", "Từ tháng sau, bến đò Mũi Gành chạy chuyến cuối lúc 21 giờ.", "Khách đi chợ sớm mừng nhất.")
	l := newLibrary(t, before)
	after := news(t, "", "", before.Title, "Tin sửa lại.", "Từ tuần tới, bến đò Mũi Gành chạy chuyến cuối lúc 22 giờ.")
	if _, err := l.store.Put(t.Context(), after); err != nil {
		t.Fatal(err)
	}
	const question = "Bến đò Mũi Gành chạy chuyến cuối lúc mấy giờ?"
	r, err := l.bot.Ask(t.Context(), question)
	if err != nil || r.Answer == nil {
		t.Fatalf("%v, %+v", err, r)
	}
	for i, want := range []string{"21 giờ", "22 giờ"} {
		c := r.Citations[0]
		body, err := l.revision(context.Background(), c.ArticleID, c.Revision)
		if err != nil {
			t.Fatal(err)
		}
		if c.Revision != i+1 || slice(body, c.Span) != c.Quote || !strings.Contains(r.Answer.Text, want) {
			t.Errorf("revision %d: %q, answer %q, want %s", c.Revision, c.Quote, r.Answer.Text, want)
		}
		l.update(t)
		r = l.ask(t, question)
	}
}

func TestQuestionsOf(t *testing.T) {
	a := news(t, "", "", "Phiên chợ sớm", "Chợ họp từ tờ mờ. Người bán nhiều hơn người mua.")
	random := rand.New(rand.NewPCG(1, 2))
	list := questionsOf(a, random, 5)
	if len(list) != 8 || list[0] != a.Title || list[1] != "phien cho som" || slices.Contains(list, "") {
		t.Errorf("%q", list)
	}
}
