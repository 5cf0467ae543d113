// Package telegramtest is a Telegram of our own for tests: a server of the Bot
// API that is strict about what a bot sends, in which people can be made to
// write, attach files, edit, press and block, and which can be made to fail in
// every way that the real one and the network between do.
//
// It keeps to what is documented (https://core.telegram.org/bots/api) and, where
// that is silent, to what the published server does: updates stay until a later
// offset is asked for, a second poll ends the first with status 409, messages
// that are edited to what they were are refused. With Limit it also enforces the
// documented rates. New listens on the loopback
// interface; NewMemory connects in memory, so that a whole conversation runs in
// a testing/synctest bubble.
//
// Check is the parser of messages in HTML by itself.
package telegramtest
