// Package ledger keeps the state of the bot in ledger.db, a SQLite database:
// what arrived and is not answered yet, what was answered, and what chats and
// people said about themselves and the answers. Nothing in it can be made again
// from elsewhere. *Ledger is the chat.Journal of every platform.
//
// Its tables, each with its key:
//
//	updates    (platform, id of the update): what arrived; num is the order of
//	           arrival. A finished one keeps its ID, to be known when it is
//	           delivered again, and loses its body
//	positions  (platform): the platform's own cursor
//	notes      (platform, name): small values of the platforms
//	chats      (platform, chat, thread): language and whether it is closed to
//	           the bot; a chat itself, the holder of the language, has thread ''
//	replies    (platform, chat, thread, ID of the message with the question):
//	           the message that replied
//	exchanges  (key): question, and what was cited in the answer, by place
//	feedback   (key of the exchange, platform, user): a person's last word on an
//	           answer, with the question and what was cited, which outlive the
//	           exchange
//	audit      (num): who wanted what of admins' things, in the order of time
//
// Times are nanoseconds since 1970, UTC. Cited quotes are a JSON array of
// {"article", "revision", "start", "end"}; it may gain fields.
//
// Kept are: finished updates for 48 hours, longer than any platform delivers
// them again; replies for 60 days; exchanges for 30 days; all else for good.
// What is deleted is overwritten with zeros, because it was private.
//
// Every change is on the disk when the call returns. Changes of many goroutines
// at once share transactions (sqlite.DB.Share). All SQL is in sql.go and in
// migrations/.
package ledger
