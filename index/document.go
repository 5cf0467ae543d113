package index

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/document"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// headlineWeight is how many times an article's headline counts in its
// streams: a simple form of BM25F (Robertson, Zaragoza and Taylor, 2004).
const headlineWeight = 2

// documentID names one revision of an article in the index.
func documentID(id string, revision int) string { return id + ":" + strconv.Itoa(revision) }

// passageID names passage n of a document.
func passageID(documentID string, n int) string { return documentID + ":" + strconv.Itoa(n) }

// parseID takes the ID of an article's or a passage's document apart; n is -1
// for an article.
func parseID(s string) (id string, revision, n int, err error) {
	id, rest, ok := strings.Cut(s, ":")
	if !ok {
		return "", 0, 0, fmt.Errorf("document ID %q has no revision", s)
	}
	r, p, ok := strings.Cut(rest, ":")
	n = -1
	if ok {
		if n, err = strconv.Atoi(p); err != nil {
			return "", 0, 0, fmt.Errorf("document ID %q: %w", s, err)
		}
	}
	if revision, err = strconv.Atoi(r); err != nil {
		return "", 0, 0, fmt.Errorf("document ID %q: %w", s, err)
	}
	return id, revision, n, nil
}

// streams are the two ways one text is indexed.
type streams struct{ syllables, bigrams *stream }

func newStreams(syllables, bigrams string, terms int) streams {
	return streams{newStream(syllables, terms), newStream(bigrams, terms)}
}

func (s streams) add(z *analyzer, terms []term, weight int) {
	for _, t := range terms {
		s.syllables.add(t.text, weight)
	}
	pairs(terms, func(i, j int) { s.bigrams.add(z.bigram(terms[i].text, terms[j].text), weight) })
}

// length is the number of all terms.
func (s streams) length() int { return s.syllables.length + s.bigrams.length }

func (s streams) addTo(d *document.Document) {
	d.AddField(s.syllables)
	d.AddField(s.bigrams)
}

// newDocument analyses an article once for all its streams.
func newDocument(z *analyzer, a *corpus.Article) (*document.Document, lengths) {
	id := documentID(a.ID, a.Revision)
	doc := document.NewDocument(id)
	body := z.terms(nil, a.Body)
	own := newStreams(articleSyllables, articleBigrams, len(body))
	if !a.TitleDerived { // a derived headline repeats the beginning of the body
		own.add(z, z.terms(nil, a.Title), headlineWeight)
	}
	own.add(z, body, 1)
	sums := lengths{Articles: 1, ArticleTerms: int64(own.syllables.length), ArticleBigrams: int64(own.bigrams.length)}

	passages := corpus.Split(a, corpus.PassageRunes)
	rest := body
	for _, p := range passages {
		for len(rest) > 0 && rest[0].Start < p.Start {
			rest = rest[1:]
		}
		n := 0
		for n < len(rest) && rest[n].Start < p.End {
			n++
		}
		s := newStreams(passageSyllables, passageBigrams, n)
		s.add(z, rest[:n], 1)
		rest = rest[n:]
		sums.Passages++
		sums.PassageTerms += int64(s.syllables.length)
		sums.PassageBigrams += int64(s.bigrams.length)
		if len(passages) == 1 && s.length() == own.length() {
			doc.AddField(keyword(aloneField, 1, aloneField))
			break
		}
		child := document.NewDocument(passageID(id, p.N))
		s.addTo(child)
		doc.AddNestedDocument(child)
	}

	own.addTo(doc)
	doc.AddField(keyword(countField, max(len(passages), 1), countField))
	if a.Outlet != "" {
		doc.AddField(keyword(outletField, 1, outletKey(a.Outlet)))
	}
	if days := dayTerms(a.Published); len(days) > 0 {
		doc.AddField(keyword(dayField, 1, days...))
	}
	if f := definitionStream(z, a); f != nil {
		doc.AddField(f)
	}
	doc.AddField(&stored{name: lengthsField, value: sums.encode()})
	return doc, sums
}

func keyword(field string, n int, terms ...string) *stream {
	f := newStream(field, len(terms))
	for _, t := range terms {
		f.add(t, n)
	}
	return f
}

// outletKey is the form in which outlets are compared.
func outletKey(name string) string { return vi.Fold(strings.Join(strings.Fields(name), " ")) }

// dayTerms are the terms of a date at every precision that it is known in.
func dayTerms(d corpus.Date) []string {
	if !d.Known() {
		return nil
	}
	s := d.String()
	terms := []string{s[:4]}
	if len(s) >= 7 {
		terms = append(terms, s[:7])
	}
	if len(s) >= 10 {
		terms = append(terms, s)
	}
	return terms
}
