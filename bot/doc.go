// Package bot turns a question into an answer: it asks package index, decides
// whether the evidence is enough, chooses what to quote, and words it. It
// knows no platform; it speaks through package chat.
//
//	result.go    what an answer is made of, and its JSON form
//	answer.go    the decision: filters, spelling, abstention, citations
//	bot.go       requests and commands
//	message.go   a result as a chat message
//	words*.go    all wording, one file a language
package bot
