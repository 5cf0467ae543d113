package bot

import (
	"fmt"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/index"
)

// words is all that the bot says in one language.
type words struct {
	subscribeWords
	digestWords
	operateWords
	editWords
	recordWords

	answer, nearest string // headings
	nothing         string // there is no answer
	empty           string // there was no question
	filtered        string // + the filters
	dropped         string // + the filters that left nothing
	understood      string // + the question as mended
	expanded        string // + an abbreviation, its long form, a number of articles
	readOn          string // text of a link
	sources         string // + a number above 1

	noDate, yearOnly, monthOnly, inferred string
	date                                  func(d corpus.Date) string
	unknownOutlet, derivedTitle           string

	clock func(t time.Time) string

	askArgs, askArgHelp, askHelp                 string
	latestArgs, latestArgHelp, latestHelp        string
	articleArgs, articleArgHelp, articleHelp     string
	settingsArgs, settingsArgHelp, settingsHelp  string
	helpHelp, statusHelp                         string
	helpIntro, helpExamples                      string
	latestTitle, noArticles, noTopic             string
	articleUsage, noNumber, noArticle            string
	unknownCommand, failed, tooSlow              string
	searching, tooMany, adminsOnly, managersOnly string

	// buttons and what comes of them
	openButton, previousPage, nextPage, page          string
	moreButton, usefulButton, notUsefulButton         string
	askAgainButton, openNewButton                     string
	further, noFurther                                string
	thanksUseful, thanksNotUseful                     string
	oldButton, oldAnswer, changedArticle, goneArticle string

	language, automatic, settingsNow, settingsUsage string

	noStatus, statusArticles, statusBehind, statusCurrent        string
	statusConnected, statusConnecting, statusLost, statusProblem string
	statusDay, statusWaiting, statusProcess                      string
}

// catalogues are the words of every language.
var catalogues = map[chat.Lang]*words{chat.Vietnamese: &vietnamese, chat.English: &english}

func wordsOf(l chat.Lang) *words {
	if w := catalogues[l]; w != nil {
		return w
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

// filterNotes says which filters were understood, and which of them were put
// aside.
func (w *words) filterNotes(filters, dropped []index.Filter) []string {
	var notes []string
	if len(dropped) > 0 {
		notes = append(notes, fmt.Sprintf(w.dropped, strings.Join(filterTexts(dropped), " · ")))
	}
	if len(filters) > 0 {
		notes = append(notes, fmt.Sprintf(w.filtered, strings.Join(filterTexts(filters), " · ")))
	}
	return notes
}
