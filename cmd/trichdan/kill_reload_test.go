//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// askAll asks the program all questions over its data folder, and gives the
// answers without the times that they took.
func askAll(t *testing.T, data string) []string {
	t.Helper()
	cmd := program(t, "ask", "--json", "--data", data)
	cmd.Stdin = strings.NewReader(strings.Join(marketQuestions(), "\n") + "\n")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var answers []string
	for line := range bytes.Lines(out) {
		var answer map[string]any
		if err := json.Unmarshal(line, &answer); err != nil {
			t.Fatal(err)
		}
		delete(answer, "elapsed_ms")
		b, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, string(b))
	}
	return answers
}

// TestKilledReloading: a reload of a folder that has changed is killed at random
// moments, 50 of them where TRICHDAN_TEST_KILLS is set, and in every third the
// index is built anew. Afterwards all answers are those of the folder as it
// was, or all are those of the folder as it is, and a reload that is let be
// gives the latter.
func TestKilledReloading(t *testing.T) {
	kills := 4
	if n, err := strconv.Atoi(os.Getenv("TRICHDAN_TEST_KILLS")); err == nil {
		kills = min(n, 50)
	}
	random := rand.New(rand.NewPCG(2026, 5))
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	reload := func() {
		t.Helper()
		if out, err := program(t, "reload", "--data", data, "--corpus", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	var took time.Duration // that the second edition took
	answers := map[edition][]string{}
	for _, e := range []edition{firstEdition, secondEdition} {
		e.write(t, dir)
		start := time.Now()
		reload()
		took = time.Since(start)
		answers[e] = askAll(t, data)
		if n := len(marketQuestions()); len(answers[e]) != n {
			t.Fatalf("%d answers to %d questions", len(answers[e]), n)
		}
	}
	differ := 0
	for i, a := range answers[firstEdition] {
		if a != answers[secondEdition][i] {
			differ++
		}
	}
	if differ < len(marketQuestions())*3/4 {
		t.Fatalf("only %d answers differ between the editions", differ)
	}

	was, is := secondEdition, firstEdition
	cut := map[string]int{}
	for i := range kills {
		is.write(t, dir)
		if i%3 == 2 {
			if err := os.RemoveAll(filepath.Join(data, "index")); err != nil {
				t.Fatal(err)
			}
		}
		cmd := program(t, "reload", "--data", data, "--corpus", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		pause(t.Context(), time.Duration(random.Int64N(int64(took))))
		_ = cmd.Process.Kill() // it may have ended
		ended := cmd.Wait() == nil
		got := askAll(t, data)
		switch {
		case slices.Equal(got, answers[is]):
			cut["the new corpus"]++
		case !ended && slices.Equal(got, answers[was]):
			cut["the old corpus"]++
		default:
			for j, a := range got {
				if a != answers[is][j] {
					t.Errorf("kill %d, %q: %s\nbefore the reload: %s\nafter it:          %s", i, marketQuestions()[j], a, answers[was][j], answers[is][j])
				}
			}
			t.Fatalf("kill %d (ended: %v): the answers are of neither edition", i, ended)
		}
		reload()
		if !slices.Equal(got, answers[is]) && !slices.Equal(askAll(t, data), answers[is]) {
			t.Fatalf("kill %d: a reload after it does not give the new edition", i)
		}
		was, is = is, was
	}
	t.Logf("%d kills within %v: answers were those of %v", kills, took, cut)
}
