package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trichdan/bot"
	"trichdan/corpus"
)

// realApp is an app over real articles; questions are headlines of theirs.
func realApp(b *testing.B) (a *app, questions []string) {
	b.Helper()
	dir := b.TempDir()
	oneFileEach(b, dir)
	c, problems := newConfig(&cli{Data: filepath.Join(b.TempDir(), "data"), Corpus: []string{dir}}, streams{strings.NewReader(""), io.Discard, io.Discard})
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	a, err := newApp(b.Context(), c, false)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := a.Close(); err != nil {
			b.Error(err)
		}
	})
	n := 0
	for article, err := range a.store.After(b.Context(), corpus.Seq(0)) {
		if err != nil {
			b.Fatal(err)
		}
		if n++; n%100 == 1 {
			questions = append(questions, article.Title)
		}
	}
	return a, questions
}

// clients ask without a pause, several at the same time, until stop says so of
// how many questions were asked by one; they give the time of each answer.
func clients(ctx context.Context, a *app, questions []string, stop func(asked int) bool) (times []time.Duration, failed error) {
	const people = 4
	var mu sync.Mutex
	var all sync.WaitGroup
	for p := range people {
		all.Go(func() {
			var own []time.Duration
			var err error
			for i := 0; !stop(i); i++ {
				start := time.Now()
				_, e := a.bot.Ask(ctx, questions[(p*len(questions)/people+i)%len(questions)])
				own, err = append(own, time.Since(start)), errors.Join(err, e)
			}
			mu.Lock()
			defer mu.Unlock()
			times, failed = append(times, own...), errors.Join(failed, err)
		})
	}
	all.Wait()
	slices.Sort(times)
	return times, failed
}

// BenchmarkRebuildUnderLoad measures how long four people wait who ask without a
// pause: while nothing else goes on, and while the index of all real articles is
// rebuilt.
func BenchmarkRebuildUnderLoad(b *testing.B) {
	a, questions := realApp(b)
	percentile := func(times []time.Duration, p int) float64 {
		return float64(times[(len(times)-1)*p/100]) / float64(time.Millisecond)
	}
	if _, err := clients(b.Context(), a, questions, func(n int) bool { return n == 20 }); err != nil { // warms up
		b.Fatal(err)
	}
	runtime.GC()
	for b.Loop() {
		idle, err := clients(b.Context(), a, questions, func(n int) bool { return n == len(questions) })
		if err != nil {
			b.Fatal(err)
		}
		built := make(chan error, 1)
		start := time.Now()
		go func() {
			_, err := a.index.Rebuild(b.Context(), nil)
			built <- err
		}()
		busy, err := clients(b.Context(), a, questions, func(int) bool { return len(built) > 0 })
		took := time.Since(start)
		if err := errors.Join(err, <-built); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(percentile(idle, 50), "idle-p50-ms")
		b.ReportMetric(percentile(idle, 99), "idle-p99-ms")
		b.ReportMetric(percentile(busy, 50), "busy-p50-ms")
		b.ReportMetric(percentile(busy, 99), "busy-p99-ms")
		b.ReportMetric(percentile(busy, 99)/percentile(idle, 99), "p99-ratio")
		b.ReportMetric(percentile(busy, 100), "busy-max-ms")
		b.ReportMetric(float64(len(busy)), "answers")
		b.ReportMetric(took.Seconds(), "rebuild-s")
	}
	b.ReportMetric(0, "ns/op")
}

// TestReloadUnderLoad asks while a folder is reloaded of which every file has
// changed, over many batches of store and index: no answer fails, and each is of
// one edition.
func TestReloadUnderLoad(t *testing.T) {
	dir := t.TempDir()
	firstEdition.write(t, dir)
	c, problems := newConfig(&cli{Data: filepath.Join(t.TempDir(), "data"), Corpus: []string{dir}}, streams{strings.NewReader(""), io.Discard, io.Discard})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a, err := newApp(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	questions := marketQuestions()
	ask := func(question string) said {
		r, err := a.bot.Ask(t.Context(), question)
		if err != nil {
			t.Errorf("%q: %v", question, err)
			return said{}
		}
		return saidIn(t, r)
	}
	all := func() (list []said) {
		for _, q := range questions {
			list = append(list, ask(q))
		}
		return list
	}
	first := all()

	secondEdition.write(t, dir)
	const people = 4
	var reloaded atomic.Bool
	answers := make([][]said, people)
	var asking sync.WaitGroup
	for p := range people {
		asking.Go(func() {
			for i := p; !reloaded.Load(); i++ {
				answers[p] = append(answers[p], ask(questions[i%len(questions)]))
			}
		})
	}
	err = a.refresh(t.Context(), true)
	reloaded.Store(true)
	asking.Wait()
	if err != nil {
		t.Fatal(err)
	}
	second := all()
	for p, list := range answers {
		for n, got := range list {
			i := (p + n) % len(questions)
			switch {
			case got.of[firstEdition] && got.of[secondEdition]:
				t.Errorf("an answer of both editions: %s", got.text)
			case got.text != first[i].text && got.text != second[i].text && !first[i].gone:
				// What is withdrawn is not cited from then on, so an answer that had
				// it may be short of it before the new edition is seen.
				t.Errorf("neither the old answer nor the new one: %s\n%s\n%s", got.text, first[i].text, second[i].text)
			}
		}
	}
	for i := range questions {
		if first[i].of[secondEdition] || second[i].of[firstEdition] {
			t.Errorf("before the reload: %s\nafter it: %s", first[i].text, second[i].text)
		}
	}
}

// said is what an answer says, and of which editions the articles in it are.
// Articles that are the same in both do not count.
type said struct {
	text string
	of   map[edition]bool
	gone bool // one of them is only in the first edition
}

func saidIn(t *testing.T, r *bot.Result) said {
	t.Helper()
	r.Elapsed = 0
	b, err := json.Marshal(r)
	if err != nil {
		t.Error(err)
	}
	s := said{text: string(b), of: map[edition]bool{}}
	var articles struct {
		Citations, Nearest []struct{ Title, Path string }
	}
	if err := json.Unmarshal(b, &articles); err != nil {
		t.Error(err)
	}
	for _, a := range slices.Concat(articles.Citations, articles.Nearest) {
		number, _, _ := strings.Cut(a.Path, "-")
		i, err := strconv.Atoi(number)
		if err != nil {
			t.Error(err)
		}
		_, inFirst := firstEdition.has(i)
		_, inSecond := secondEdition.has(i)
		s.gone = s.gone || inFirst && !inSecond
		if i < marketsOfBoth+marketsOfFirst+marketsOfSecond {
			_, kind, _ := strings.Cut(a.Title, ", kỳ ")
			s.of[edition(kind[0])] = true
		}
	}
	return s
}
