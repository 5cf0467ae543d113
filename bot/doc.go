// Package bot turns a question into an answer: it asks package index, decides
// whether the evidence is enough, chooses what to quote, and words it. It
// knows no platform; it speaks through package chat.
//
//	result.go    what an answer is made of, and its JSON form
//	answer.go    the decision: filters, spelling, abstention, citations
//	bot.go       requests and commands
//	message.go   a result as a chat message
//	link.go      where a citation leads, fragment.go to a place in a page
//	follow.go    a message that shows how far work has come
//	admin.go     who may, and the audit log: reload.go, add.go with draft.go,
//	             withdraw.go, status.go, usage.go
//	record.go    what is noted of questions, forget.go what people have deleted
//	words*.go    all wording, one file a language
package bot
