// Package console is the bot in a terminal, and in a pipe.
//
// A Console reads lines, makes each a chat.Request, and writes the chat.Message
// that the handler gives back. On a terminal it has a prompt, line editing,
// history and completion of commands; from a pipe or a file it answers line
// after line. It is also a chat.Sender: what it sends stands between question
// and answer, apart from both. Render writes a message by itself.
//
// How a message looks is in render.go, how text is made safe for a terminal in
// chat.Clean, how it is broken into lines in wrap.go; the console's own words
// are in wording.go. What an article says is shown as it is, byte for byte:
// wrapping, on a terminal only, puts line breaks for spaces, and only what
// could act on the terminal is replaced.
package console
