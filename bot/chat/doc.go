// Package chat is the contract between the bot and the platforms it speaks
// on. A platform is a Receiver and a Sender: it turns what arrives into a
// Request, hands it to a Handler, and renders the Message that comes back.
// Neither type knows any markup: each platform has its own, and its own way to
// keep quoted text from acting as markup. What a platform must remember across
// restarts it keeps in a Journal.
package chat
