package chat

import (
	"context"
	"errors"
	"io"
)

// Ref names a place where a conversation happens.
type Ref struct {
	Platform string // "console", "telegram", "discord", "web"
	Chat     string // the platform's own ID of the chat or channel
	Thread   string // of a thread or forum topic in it, or ""
}

// Lang is the language in which the bot speaks.
type Lang string

// The languages of the bot. Articles and quotes stay in Vietnamese.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Request is one thing that a person said to the bot, or a button that was
// pressed. Platforms make one only of what is addressed to the bot.
type Request struct {
	Ref
	// ID is the platform's own ID of the message or interaction, "" where there
	// is none. Of a redelivered one it is the same again.
	ID   string
	User string // the platform's own ID of the person, "" if hidden
	// Roles are the platform's IDs of the person's roles in this chat.
	Roles []string
	// Lang is the language of the person's client, "" if unknown. What the chat
	// has chosen goes before it.
	Lang Lang
	// Direct is a conversation with one person.
	Direct bool
	// Command is the command's name without the slash, as typed, or "" for a
	// plain question; Text is the question, or what follows the command.
	Command string
	Text    string
	// Files are attached to what was said.
	Files []File
	// Passing says that nothing can be said here later: the place is gone with
	// the answer, as a page is.
	Passing bool
	// Button is the Data of the button that was pressed, "" if none was: then
	// Command and Text are empty.
	Button string
	// Manages asks the platform whether the person may change the settings of
	// this chat. See MayManage.
	Manages func(context.Context) (bool, error)
}

// File is something that a person attached.
type File struct {
	Name string // as the person's device calls it: no safe name for a file of ours
	Size int64  // in bytes, as the platform says; 0 if it does not
	// Open gives the content, at most limit bytes of it: reading on, or opening
	// what is known to be larger, is ErrTooLarge. Another error is an *Error or
	// one of the network or the disk, without secrets.
	Open func(ctx context.Context, limit int64) (io.ReadCloser, error)
}

// ErrTooLarge: a file is larger than somebody wants to read.
var ErrTooLarge = errors.New("the file is too large")

// MayManage reports whether the person may change the settings of this chat:
// in a direct one always, elsewhere as the platform says, and if it has no say,
// not.
func (r Request) MayManage(ctx context.Context) (bool, error) {
	if r.Direct || r.Manages == nil {
		return r.Direct, nil
	}
	return r.Manages(ctx)
}

// Handler answers a request. An error is for the operator's log only; the
// platform shows the person the message also then, if it is not empty. An
// empty message and no error: nothing is to be said.
type Handler func(ctx context.Context, r Request) (Message, error)
