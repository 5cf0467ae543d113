package bot

import (
	"fmt"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// words is all that the bot says in one language.
type words struct {
	answer, nearest string // headings
	nothing         string // there is no answer
	empty           string // there was no question
	filtered        string // + the filters
	dropped         string // + the filters that left nothing
	understood      string // + the question as mended
	readOn          string // text of a link
	sources         string // + a number above 1

	noDate, yearOnly, monthOnly, inferred string
	date                                  func(d corpus.Date) string
	unknownOutlet, derivedTitle           string

	askArgs, askHelp, latestArgs, latestHelp, articleArgs, articleHelp, helpHelp string
	helpIntro, helpExamples                                                      string
	latestTitle, articleHint, noArticles, noTopic                                string
	articleUsage, noNumber, noArticle                                            string
	unknownCommand, failed, tooSlow                                              string
}

func wordsOf(l chat.Lang) *words {
	if l == chat.English {
		return &english
	}
	return &vietnamese
}

// source names where and when an article was published: "Kinh tế & Đô thị,
// 2022 (ngày không nêu)".
func (w *words) source(outlet string, d corpus.Date) string {
	if outlet == "" {
		outlet = w.unknownOutlet
	}
	return outlet + ", " + w.when(d)
}

func (w *words) when(d corpus.Date) string {
	if !d.Known() {
		return w.noDate
	}
	s := w.date(d)
	var remarks []string
	switch {
	case d.Month == 0:
		remarks = append(remarks, w.yearOnly)
	case d.Day == 0:
		remarks = append(remarks, w.monthOnly)
	}
	if d.Basis == corpus.Inferred && d.Day != 0 {
		remarks = append(remarks, w.inferred)
	}
	if len(remarks) > 0 {
		s += " (" + strings.Join(remarks, ", ") + ")"
	}
	return s
}

func (w *words) filterNotes(filters []string, dropped bool) []string {
	if len(filters) == 0 {
		return nil
	}
	if dropped {
		return []string{fmt.Sprintf(w.dropped, strings.Join(filters, " · "))}
	}
	return []string{fmt.Sprintf(w.filtered, strings.Join(filters, " · "))}
}
