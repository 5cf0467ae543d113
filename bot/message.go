package bot

import (
	"fmt"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// message words a result.
func (w *words) message(r *Result) chat.Message {
	m := chat.Message{}
	if !r.Asked && r.Abstained {
		m.Text = w.empty
		return m
	}
	m.Notes = w.filterNotes(r.Filters, r.Dropped)
	if r.Respelled != "" {
		m.Notes = append(m.Notes, fmt.Sprintf(w.understood, r.Respelled))
	}
	m.Notes = append(m.Notes, w.expansionNotes(r)...)
	if r.Abstained {
		m.Text = w.nothing
		if len(r.Nearest) > 0 {
			m.LinksTitle = w.nearest
		}
		m.Links = w.links(r.to, r.Nearest)
		return m
	}
	a := r.Answer
	m.Answer = &chat.Answer{Label: w.answer, Text: a.Text, N: a.Citation}
	if a.Mark.End > a.Mark.Start {
		m.Answer.Mark = vi.Span{Start: a.Mark.Start - a.Start, End: a.Mark.End - a.Start}
	}
	for _, c := range r.Citations {
		q := w.citation(c)
		if c.N == a.Citation && a.Mark.End > a.Mark.Start {
			q.Mark = vi.Span{Start: a.Mark.Start - c.Start, End: a.Mark.End - c.Start}
		}
		m.Citations = append(m.Citations, q)
	}
	return m
}

// citation words one citation.
func (w *words) citation(c Citation) chat.Citation {
	out := chat.Citation{N: c.N, Citation: c.Citation, Source: w.source(c.Outlet, c.Published), Link: c.link}
	if c.TitleDerived {
		out.Title = fmt.Sprintf(w.derivedTitle, c.Title)
	}
	if c.Sources > 1 {
		out.Sources = fmt.Sprintf(w.sources, c.Sources)
	}
	if out.Link != "" {
		out.LinkText = w.readOn
	}
	return out
}

func filterTexts(filters []index.Filter) []string {
	var texts []string
	for _, f := range filters {
		texts = append(texts, f.Text)
	}
	return texts
}
