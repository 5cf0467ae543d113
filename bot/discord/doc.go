// Package discord is the bot on Discord.
//
// A Discord receives slash commands, presses of buttons, mentions and direct
// messages, and answers each with exactly one message, in the place where it
// was asked. Of the library discordgo it uses the REST calls, the types and the
// check of signatures; the gateway is its own, see below.
//
// # What arrives
//
// The goroutine of Receive keeps the gateway connected (supervisor.go) and reads
// from it (gateway.go); another one sends heartbeats. An interaction is deferred
// at once, on a goroutine of its own, because Discord wants that within three seconds. All that is
// addressed to the bot goes, in order, to one goroutine that stores it in the
// chat.Journal together with the gateway's sequence number (inbox.go), and from
// there to a chat.Worker. So the position that the journal knows is always one
// behind which nothing is unstored: after a crash the gateway session is
// resumed from there, and Discord sends again what was missed meanwhile, as
// long as it keeps the session.
//
// With Options.PublicKey interactions also come as signed HTTP requests to
// ServeHTTP; they take the same way from the journal on.
//
// Attached files (attachment.go) are downloaded when somebody opens them, from
// Discord's own hosts alone and without the bot's token. In a guild Discord shows
// the files and the text of a message only if it mentions the bot: a reply with
// a command to somebody else's message has nothing to take there, in a direct
// chat it has.
//
// # What is said
//
// render.go makes a chat.Message one Discord message: an embed with one field a
// citation, or plain content for a few words. Everything is escaped (escape.go);
// nothing in it can mention anybody, because every call says so as well. Calls
// wait for Discord's rate limits by themselves (limit.go) and are classified in
// rest.go.
//
// An answer with a Follow goes on changing (follow.go): a message is edited with
// the bot's own right, an interaction's with its token, which lives for fifteen
// minutes. That happens aside from the worker's places, and the update is
// finished only after it, so that a process that ends meanwhile leaves it to the
// next one, which edits the same message.
//
// What nobody has asked for, a chat.Post, goes out with send.go. Posts wait for
// the same limits behind everything that people wait for, leave a few calls of
// each second to that, and are named by a nonce, so that Discord itself tells a
// repetition.
//
// # Places
//
// A thread or forum post is a channel of its own on Discord and messages in it
// do not tell their parent, so Ref.Chat is always the ID of the channel or
// thread where something was said, and Ref.Thread is "". Send goes to Thread
// where one is set.
//
// # Why not discordgo's gateway
//
// Its Open waits for itself forever when the gateway asks for a reconnect
// meanwhile, its handlers never learn the code with which the gateway closed,
// and what it needs to resume a session is not exported, so that what arrives
// while the bot is away would be lost. All of it is in one file here.
package discord
