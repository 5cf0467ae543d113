package bot

import (
	"bytes"
	"encoding/json"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// Result is the answer to one question, or the reasons why there is none.
type Result struct {
	Question string
	// Asked says that there was something to search for.
	Asked bool
	// Filters restrict the result. Dropped were asked for as well, but left no
	// answer, and the result is without them.
	Filters, Dropped []index.Filter
	// Respelled is the question as it was searched for after its spelling was
	// mended, or its diacritics were restored; "" if neither was.
	Respelled string
	// Expansions are the abbreviations, and their long forms, that were searched
	// for as one.
	Expansions []index.Expansion

	// Abstained results have no Answer and no Citations.
	Abstained bool
	Answer    *Answer
	Citations []Citation
	// Nearest are the closest articles of a result that abstained.
	Nearest []*corpus.Article
	// further are hits of other stories that were not cited, best first.
	further []index.Hit
	to      links

	Elapsed time.Duration
}

// Answer is the sentence that answers.
type Answer struct {
	Citation int    // number of the citation that it is quoted from
	Text     string // byte for byte Body[Start:End] of that citation's article
	vi.Span
	Mark vi.Span // the part that answers, as offsets into the body; empty if none stands out
}

// Citation is one numbered passage.
type Citation struct {
	N int // from 1
	corpus.Citation
	Score   float64
	Sources int    // how many articles tell the story, 1 for a lone one
	link    string // to where it stands, "" for none
}

type jsonAnswer struct {
	Citation int    `json:"citation"`
	Text     string `json:"text"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Mark     string `json:"mark,omitempty"`
}

type jsonArticle struct {
	ArticleID      string       `json:"article_id"`
	Title          string       `json:"title"`
	TitleDerived   bool         `json:"title_derived,omitempty"`
	Outlet         string       `json:"outlet"`
	Author         string       `json:"author"`
	Published      string       `json:"published"`
	PublishedBasis corpus.Basis `json:"published_basis"`
	URL            string       `json:"url"`
	Path           string       `json:"path"`
}

type jsonCitation struct {
	N int `json:"n"`
	jsonArticle
	Quote   string  `json:"quote"`
	Start   int     `json:"start"`
	End     int     `json:"end"`
	Score   float64 `json:"score"`
	Sources int     `json:"sources,omitempty"`
}

type jsonExpansion struct {
	Term     string `json:"term"`
	As       string `json:"as"`
	Articles int    `json:"articles"`
}

type jsonResult struct {
	Question       string          `json:"question"`
	Respelled      string          `json:"respelled,omitempty"`
	Expansions     []jsonExpansion `json:"expansions,omitempty"`
	Filters        []string        `json:"filters,omitempty"`
	FiltersDropped []string        `json:"filters_dropped,omitempty"`
	Abstained      bool            `json:"abstained"`
	Answer         *jsonAnswer     `json:"answer"`
	Citations      []jsonCitation  `json:"citations"`
	Nearest        []jsonArticle   `json:"nearest,omitempty"`
	ElapsedMS      float64         `json:"elapsed_ms"`
}

// MarshalJSON gives the object of the command line's contract.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := jsonResult{
		Question: r.Question, Respelled: r.Respelled, FiltersDropped: filterTexts(r.Dropped), Abstained: r.Abstained,
		Citations: []jsonCitation{}, ElapsedMS: float64(r.Elapsed.Microseconds()) / 1000,
	}
	out.Filters = filterTexts(r.Filters)
	for _, e := range r.Expansions {
		out.Expansions = append(out.Expansions, jsonExpansion{Term: e.Term, As: e.As, Articles: e.Articles})
	}
	body := func(c Citation, start, end int) string { return c.Quote[start-c.Start : end-c.Start] }
	if a := r.Answer; a != nil {
		out.Answer = &jsonAnswer{Citation: a.Citation, Text: a.Text, Start: a.Start, End: a.End}
		if a.Mark.End > a.Mark.Start {
			out.Answer.Mark = body(r.Citations[a.Citation-1], a.Mark.Start, a.Mark.End)
		}
	}
	for _, c := range r.Citations {
		j := jsonCitation{N: c.N, Quote: c.Quote, Start: c.Start, End: c.End, Score: c.Score}
		j.jsonArticle = jsonArticle{
			ArticleID: c.ArticleID, Title: c.Title, TitleDerived: c.TitleDerived, Outlet: c.Outlet, Author: c.Author,
			Published: c.Published.String(), PublishedBasis: c.Published.BasisOr(), URL: c.URL, Path: c.Path,
		}
		if c.Sources > 1 {
			j.Sources = c.Sources
		}
		out.Citations = append(out.Citations, j)
	}
	for _, a := range r.Nearest {
		out.Nearest = append(out.Nearest, jsonArticle{
			ArticleID: a.ID, Title: a.Title, TitleDerived: a.TitleDerived, Outlet: a.Outlet, Author: a.Author,
			Published: a.Published.String(), PublishedBasis: a.Published.BasisOr(), URL: a.URL, Path: a.Path,
		})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // "&" in a quote stays "&", unless the caller's encoder escapes it
	if err := e.Encode(out); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
