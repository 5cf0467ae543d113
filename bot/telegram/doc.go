// Package telegram is the bot on Telegram, over the Bot API
// (https://core.telegram.org/bots/api).
//
// What arrives comes by long polling or, if there is a public address, by a
// webhook. Each update is stored in the chat.Journal before the next poll or
// the webhook's reply acknowledges it, and crossed out when it is answered; so
// the end of the process, however it comes, loses no question. Telegram itself
// may deliver an update again: the journal knows it by its update_id. The
// position in the journal is the next update_id to ask for.
//
// The parts, bottom up: client.go makes one call and error.go says what its
// failure means; limit.go keeps within Telegram's rates, with window.go for all
// chats together, allowance.go for each and lane.go for whose turn it is;
// render.go turns a message into HTML that fits, link.go its addresses; send.go
// sends and edits; update.go and address.go turn what arrives into a chat.Request,
// if it is for the bot, and file.go what is attached to it; answer.go and press.go
// answer it, and follow.go shows how the answer goes on changing; poll.go and
// webhook.go receive; register.go registers the commands.
//
// Goroutines: Receive starts all of them, one for each update that is being
// answered and one or two helpers of it, and all have ended when it returns. One
// whose answer goes on changing for minutes leaves its place to others.
//
// Everything that an article or a person wrote is escaped. What Telegram would
// take for a mention is shown as code, so that nobody is notified. The bot's
// token is part of every address of the API: no error or log line is made
// before it is taken out.
package telegram
