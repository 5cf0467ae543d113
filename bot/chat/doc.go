// Package chat is the contract between the bot and the platforms it speaks
// on. A platform turns what arrives into a Request, hands it to a Handler, and
// renders the Message that comes back. Neither type knows any markup: each
// platform has its own, and its own way to keep quoted text from acting as
// markup.
package chat
