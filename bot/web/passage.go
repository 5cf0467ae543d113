package web

import (
	"fmt"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// passageView is a passage of an article, to which a link can lead.
type passageView struct {
	ID         string
	Link       anchor // to itself
	Paragraphs []paragraphView
}

// paragraphView is a paragraph, or the part of one that is in a passage.
type paragraphView struct {
	Text string
	Lead bool
	// On says that the paragraph goes on in the next passage.
	On bool
}

// passages gives the text of an article, all of it: what stands between two
// passages goes with the one before.
func (f frame) passages(a *corpus.Article) []passageView {
	split := corpus.Split(a, corpus.PassageRunes)
	if len(split) == 0 { // nothing but white space
		return nil
	}
	var list []passageView
	for i, p := range split {
		start, end := p.Start, len(a.Body)
		if i == 0 {
			start = 0
		}
		if i+1 < len(split) {
			end = split[i+1].Start
		}
		id := passageID(p.N)
		list = append(list, passageView{
			ID: id, Link: anchor{fmt.Sprintf(f.W.ToPassage, p.N+1), f.article(a.ID, a.Revision, id)},
			Paragraphs: paragraphs(a, start, end),
		})
	}
	return list
}

// paragraphs takes Body[start:end] apart.
func paragraphs(a *corpus.Article, start, end int) []paragraphView {
	var list []paragraphView
	at := start
	for line := range strings.SplitSeq(a.Body[start:end], "\n") {
		if line != "" {
			list = append(list, paragraphView{Text: chat.Clean(line), Lead: at < a.LeadLen})
		}
		at += len(line) + 1
	}
	if end < len(a.Body) && a.Body[end-1] != '\n' && len(list) > 0 {
		list[len(list)-1].On = true
	}
	return list
}
