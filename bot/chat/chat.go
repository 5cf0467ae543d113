package chat

import (
	"context"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Ref names a place where a conversation happens.
type Ref struct {
	Platform string // "console", "telegram", "discord", "web"
	Chat     string // the platform's own ID of the chat or channel
	Thread   string // of a thread or forum topic in it, or ""
}

// Lang is the language in which the bot speaks.
type Lang string

// The languages of the bot. Articles and quotes stay in Vietnamese.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Request is one thing that a person said to the bot.
type Request struct {
	Ref
	User string // the platform's own ID of the person
	Lang Lang   // "" is Vietnamese
	// Command is the command's name without the slash, as typed, or "" for a
	// plain question; Text is the question, or what follows the command.
	Command string
	Text    string
}

// Handler answers a request. An error is for the operator's log only; the
// platform shows the person Message.Text also then, if it is not empty.
type Handler func(ctx context.Context, r Request) (Message, error)

// Message is what the bot says. Its parts are shown in the order of the
// fields, empty ones not at all.
type Message struct {
	Notes     []string // how the question was understood: filters, spelling
	Answer    *Answer
	Text      string // plain words, paragraphs separated by "\n"
	Citations []Citation
	// Links is a list under the heading LinksTitle, such as the nearest
	// articles when there is no answer, or the newest.
	LinksTitle string
	Links      []Link
}

// Answer is the sentence that answers, quoted from citation N.
type Answer struct {
	Label string  // "Trả lời"
	Text  string  // byte-exact slice of the citation's article
	Mark  vi.Span // the part of Text that answers, empty if there is none
	N     int
}

// Citation is one numbered quote, with the words to show around it.
type Citation struct {
	N int
	corpus.Citation
	Mark     vi.Span // the part of Quote that answers, empty if there is none
	Source   string  // outlet and date in words: "Kinh tế & Đô thị, 2022 (ngày không nêu)"
	Sources  string  // "3 nguồn" where several outlets have the story, else ""
	Link     string  // address to read on, "" where there is none
	LinkText string  // "Đọc bài"
}

// Link is one line of a list of articles.
type Link struct {
	N      int // number to name it by in a command
	Title  string
	Source string
	URL    string // "" where there is none
}
