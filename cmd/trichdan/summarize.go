package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"trichdan/bot/console"
	"trichdan/corpus"
	"trichdan/corpus/summary"
)

// summarizeVerb sums up articles that it is given, and needs no corpus.
type summarizeVerb struct {
	Sentences string `placeholder:"N" env:"TRICHDAN_SENTENCES" help:"How many sentences a summary has at most. Default: 2."`
}

// maxSentences bounds the length of a summary.
const maxSentences = 100

func (v *summarizeVerb) sentences() (int, error) {
	if v.Sentences == "" {
		return 2, nil
	}
	return strconv.Atoi(v.Sentences)
}

func (v *summarizeVerb) problems() []string {
	if n, err := v.sentences(); err != nil || n < 1 || n > maxSentences {
		return []string{fmt.Sprintf("--sentences (TRICHDAN_SENTENCES) is %q: want a number from 1 to %d", v.Sentences, maxSentences)}
	}
	return nil
}

// run reads an article a line and writes its summary, a line each. A line
// that is no article is reported with its number and the rest is done; the
// error at the end says how many there were.
func (v *summarizeVerb) run(ctx context.Context, c *config) error {
	n, err := v.sentences()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(c.out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // quotes stay readable
	lines, bad := console.NewLines(c.in), 0
	for number := 1; ; number++ {
		line, whole, err := lines.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		in, err := parseUnsummed(line, whole)
		if err != nil {
			bad++
			say(c.err, fmt.Sprintf("line %d: %v", number, err))
			continue
		}
		if err := enc.Encode(in.sumUp(n)); err != nil {
			return err
		}
		if err := w.Flush(); err != nil { // whoever waits for this line gets it now
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("lines that are no article: %d", bad)
	}
	return nil
}

// unsummed is an article of the input. Other fields, such as a lead, are not
// looked at.
type unsummed struct {
	ID    json.RawMessage `json:"id"`
	Title string          `json:"title"`
	Body  *string         `json:"body"`
}

// summed is a line of the output. Summary are the sentences as they stand in
// the body, joined by blanks; it is empty where the body has none.
type summed struct {
	ID      json.RawMessage `json:"id"`
	Summary string          `json:"summary"`
}

// parseUnsummed reads a line of the input; of one that is not whole there is
// only the beginning.
func parseUnsummed(line string, whole bool) (*unsummed, error) {
	if !whole {
		return nil, fmt.Errorf("longer than %d MB", console.MaxLine>>20)
	}
	var in unsummed
	if err := json.Unmarshal([]byte(line), &in); err != nil {
		return nil, fmt.Errorf("not an article in JSON: %w", err)
	}
	switch id := bytes.TrimSpace(in.ID); {
	case len(id) == 0 || string(id) == "null":
		return nil, errors.New("no id")
	case id[0] == '{' || id[0] == '[':
		return nil, errors.New("the id is neither text nor a number")
	case in.Body == nil:
		return nil, errors.New("no body")
	}
	return &in, nil
}

func (in *unsummed) sumUp(n int) summed {
	body := *in.Body
	var quotes []string
	for _, s := range summary.Of(&corpus.Article{Title: in.Title, Body: body}, n) {
		quotes = append(quotes, body[s.Start:s.End])
	}
	return summed{in.ID, strings.Join(quotes, " ")}
}
