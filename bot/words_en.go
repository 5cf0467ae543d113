package bot

import "trichdan/corpus"

var english = words{
	answer: "Answer", nearest: "Closest:",
	nothing:    "The coverage holds no answer to this question.",
	empty:      "What would you like to know? Type a question, or /help.",
	filtered:   "Only: %s",
	dropped:    "No answer in articles of “%s”, so others were searched as well.",
	understood: "Understood as: %s",
	readOn:     "Read",
	sources:    "%d sources",

	noDate: "date not given", yearOnly: "day not given", monthOnly: "day not given", inferred: "date inferred",
	date: func(d corpus.Date) string { return d.String() },

	unknownOutlet: "source unknown", derivedTitle: "%s (no headline)",

	askArgs: "<question>", askHelp: "answers with quotes; a plain question does the same",
	latestArgs: "[topic]", latestHelp: "the newest articles",
	articleArgs: "<number>", articleHelp: "reads an article just named",
	helpHelp:     "how to use this",
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
}
