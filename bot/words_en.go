package bot

import (
	"time"

	"trichdan/corpus"
)

var english = words{
	subscribeWords: englishSubscriptions,
	digestWords:    englishDigest, operateWords: englishOperate,
	editWords: englishEdit, recordWords: englishRecords,

	answer: "Answer", nearest: "Closest:",
	nothing:    "The coverage holds no answer to this question.",
	empty:      "What would you like to know? Type a question, or /help.",
	filtered:   "Only: %s",
	dropped:    "No answer in articles of “%s”, so others were searched as well.",
	understood: "Understood as: %s",
	expanded:   "%s: %s (articles that say so: %d)",
	readOn:     "Read",
	sources:    "%d sources",

	noDate: "date not given", yearOnly: "day not given", monthOnly: "day not given", inferred: "date inferred",
	date: func(d corpus.Date) string { return d.String() },

	unknownOutlet: "source unknown", derivedTitle: "%s (no headline)",

	clock: func(t time.Time) string { return t.In(corpus.Zone).Format("15:04 2006-01-02") },

	askArgs: "<question>", askArgHelp: "What you would like to know", askHelp: "answers with quotes; a plain question does the same",
	latestArgs: "[topic]", latestArgHelp: "A topic, a person or a place", latestHelp: "the newest articles",
	articleArgs: "<number>", articleArgHelp: "Number of an article just named, and a page", articleHelp: "reads an article just named",
	settingsArgs: "[language]", settingsArgHelp: "vi, en or auto", settingsHelp: "the bot's language in this chat",
	helpHelp: "how to use this", statusHelp: "how the articles and the connections are doing",
	helpIntro:    "Ask in Vietnamese, with or without diacritics. Every answer is quoted word for word with its source. A question may name a time or an outlet, such as “tháng 4/2022” or “theo” with a newspaper's name.",
	helpExamples: "Examples:",

	latestTitle:  "Newest articles (/article and a number to read one):",
	noArticles:   "There are no articles yet.",
	noTopic:      "No article about “%s” yet.",
	articleUsage: "Type /article and the number of an article just named, such as /article 1.",
	noNumber:     "There is no article %d in the last list. Ask again, or type /latest.",
	noArticle:    "Article “%s” was not found. It may have been withdrawn.",

	unknownCommand: "There is no command /%s. Type /help to see them all.",
	failed:         "Something is wrong at the moment. Please try again later.",
	tooSlow:        "The search took too long and was stopped. Please try again, or ask something shorter.",
	searching:      "Searching…",
	tooMany:        "That is a little fast. Please ask again in %d s.",
	adminsOnly:     "This command is for admins only.",
	managersOnly:   "Only admins of this group can change its settings.",

	openButton: "Article %d", previousPage: "Previous page", nextPage: "Next page", page: "Page %d/%d",
	moreButton: "More", usefulButton: "👍 Useful", notUsefulButton: "👎 Not right",
	askAgainButton: "Ask again", openNewButton: "Read the new version",
	further: "Other passages that may matter:", noFurther: "There are no other passages.",
	thanksUseful: "Noted as useful. Thank you.", thanksNotUseful: "Noted as not right. Thank you.",
	oldButton:      "This button is out of date. Please ask again.",
	oldAnswer:      "The article quoted has changed since this answer.",
	changedArticle: "This article has changed since this button was made.",
	goneArticle:    "This article has been withdrawn.",

	language: "English", automatic: "As whoever asks",
	settingsNow:   "The bot's language here:",
	settingsUsage: "Type /settings vi, /settings en, or /settings auto for the language of whoever asks.",

	noStatus:        "There is no status to tell.",
	statusArticles:  "Articles: %d, and %d withdrawn; the newest: %s.",
	statusBehind:    "Index: %d changes cannot be found yet.",
	statusCurrent:   "Index: has all articles.",
	statusConnected: "%s: connected (%s) since %s.", statusConnecting: "%s: connecting.", statusLost: "%s: connection lost at %s.",
	statusProblem: "Last error: %s",
	statusDay:     "Last 24 hours: %d questions, %d answered; %d useful, %d not right; %d admin commands refused.",
	statusWaiting: "Waiting for an answer: %d.",
	statusProcess: "Version %s, running since %s, %d MB of memory.",
}
