// Package ledger keeps the state of the bot in ledger.db, a SQLite database:
// what arrived and is not answered yet, what was answered, what chats and people
// said about themselves and the answers, who subscribed to digests, and what of
// those was sent. Nothing in it can be made again from elsewhere. *Ledger is the
// chat.Journal of every platform.
//
// Its tables, each with its key:
//
//	updates    (platform, id of the update): what arrived; num is the order of
//	           arrival. A finished one keeps its ID, to be known when it is
//	           delivered again, and loses its body
//	positions  (platform): the platform's own cursor
//	notes      (platform, name): small values of the platforms; those of the
//	           platform '' are the ledger's own
//	chats      (platform, chat, thread): language and whether it is closed to
//	           the bot; a chat itself, the holder of the language, has thread ''
//	replies    (platform, chat, thread, ID of the message with the question):
//	           the message that replied
//	exchanges  (key): question, and what was cited in the answer, by place
//	questions  (num): what was asked, for statistics, without who asked and where
//	feedback   (key of the exchange, platform, user): a person's last word on an
//	           answer, with the question and what was cited, which outlive the
//	           exchange
//	audit      (num): who wanted what of admins' things, in the order of time
//	subscriptions (id): who wants digests of what and when, and how far they
//	           are. A place has each number and each wish once
//	deliveries (subscription, run, part): the outbox, and what came of it
//	counters   (name): the last ID that was given
//	numbers    (platform, chat, thread): the last number of a subscription that
//	           was given there, as long as there is one
//
// Times are nanoseconds since 1970, UTC. Cited quotes are a JSON array of
// {"article", "revision", "start", "end"}; it may gain fields. Outlets are a
// sorted JSON array of strings.
//
// # Digests
//
// A run of a subscription is one transaction (Advance): its cursor and its next
// time move and the messages of its digest, if there are any, become deliveries.
// It happens only if the subscription is as it was read, so that a run counts
// once however many ticks it is in. The runs of a subscription are counted, and
// a delivery is named by subscription, run and part. (Not by the cursor: with
// nothing new it is the same for the next run, and it goes back when the corpus
// begins anew.) That name never comes again, not even after a subscription has
// ended.
//
// Who sends takes DueDeliveries, calls BeginDelivery before each and Settle
// after. After a crash what had begun is Interrupted, and it is for the caller
// to say what that means, which depends on the platform: Unknown, to be tried
// again or not.
//
//	state      means                          by BeginDelivery  by Settle                              by itself
//	waiting    to be sent                     sending           waiting (later), parked, dropped       dropped
//	sending    begun                          -                 sent, waiting, unknown, parked, dropped -
//	unknown    nobody knows what came of it   sending, if it    unknown (try again or not), sent       unknown, not to be
//	                                          is to be tried                                           tried again
//	parked     rejected: for an admin         -                 waiting, parked, dropped               -
//	sent       the platform has taken it      -                 sent                                   -
//	dropped    not worth sending any more     -                 dropped                                -
//
// By itself: when its deadline has passed (DueDeliveries does that) or its
// subscription ends. All other ways are ErrState. A delivery is settled when it
// is sent, parked, dropped, or unknown and not to be tried; the next part of a
// digest can be begun when those before it are settled. While a subscription is
// paused its deliveries can be settled but not begun.
//
// A chat that is closed to the bot pauses its subscriptions, and resumes them
// when it is opened, unless a person has paused them. A delivery that found a
// chat closed may be settled as waiting: it is held until the chat opens or its
// deadline passes.
//
// # What is kept
//
// Kept are: finished updates for 48 hours, longer than any platform delivers
// them again; replies for 60 days; exchanges for 30 days; settled deliveries for
// 90 days, without their body if they are sent or dropped; questions and feedback
// for 90 days or what Retain says; lines of the audit log for two years; all else
// for good.
//
// # People
//
// The ID of a person is in the audit log, with subscriptions they made, in
// updates that are not finished, and where a platform calls the chat with them
// by the same ID, in what belongs to that chat. Exchanges and feedback have a
// keyed hash of it, with a key that each ledger makes for itself. Questions have
// nothing but the key of their exchange, until that is forgotten; from then on
// feedback does not say any more where it was given, either.
//
// Forget deletes what is stored about a person. What is deleted is overwritten
// with zeros, because it was private. SQLite leaves out what has moved from one
// page of the file to another, so after Forget the whole file is written anew
// (sqlite.DB.Rewrite), if it is large by the next Prune.
//
// Every change is on the disk when the call returns. Changes of many goroutines
// at once share transactions (sqlite.DB.Share). All SQL is in sql.go,
// sql_digests.go, sql_records.go and migrations/.
package ledger
