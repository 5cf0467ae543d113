package chat

import (
	"context"
	"time"
)

// Receiver takes what arrives on a platform to a handler.
type Receiver interface {
	// Receive runs until ctx ends, and returns ctx.Err() then, or until the
	// platform refuses for good, and returns the reason, an *Error of kind
	// Unauthorized, or until its input ends, and returns nil. The handler is
	// called on many goroutines at once, their number bounded. All have ended,
	// and all that Receive started, when it returns.
	Receive(ctx context.Context, h Handler) error
}

// Post is a message that nobody has just asked for, such as a digest.
type Post struct {
	To      Ref
	Message Message
	// Key names the post, in every attempt to send it: a platform that can tell
	// repeats by a name makes one message of them, for as long as it remembers
	// the name. "" is no name.
	Key string
	// Begin is called once, when the rate limits let the post go and before any
	// of it reaches the network; nil does nothing. If it fails nothing is sent.
	Begin func() error
}

// Sender says something unasked.
type Sender interface {
	// Send sends a post as one message, its quotes shortened to fit, and returns
	// the platform's ID of it. It does not try again by itself. It waits as long
	// as the platform's rate limits ask and answers to people, which go first,
	// leave no room, but no longer than ctx allows.
	//
	// The error is an *Error, or, where Begin was not called or has failed,
	// ctx.Err(), wrapped, or what Begin returned, wrapped. A call that is on its
	// way when ctx ends may take a moment to end well.
	Send(ctx context.Context, p Post) (id string, err error)
}

// Kind is what can be done about an Error.
type Kind int

// The kinds of errors. The zero Kind is Temporary.
const (
	Temporary    Kind = iota // try again later, with back-off
	RateLimited              // try again after RetryAfter
	Gone                     // the chat is closed to the bot: blocked, deleted, left, direct messages off
	Moved                    // the chat has another ID now: MovedTo
	Rejected                 // this message will never be taken; another may be
	Unauthorized             // the token is wrong or revoked: nothing will work
)

// Error is what a platform said of a call, without any secret.
type Error struct {
	Kind       Kind
	RetryAfter time.Duration // of RateLimited
	MovedTo    Ref           // of Moved
	// Unknown says that the message may have arrived all the same: the
	// connection was lost, or ctx ended, before the platform's answer came.
	Unknown bool
	// Reason says what went wrong, in English, with the platform's own code and
	// description where there are some.
	Reason string
}

func (e *Error) Error() string { return e.Kind.String() + ": " + e.Reason }

func (k Kind) String() string {
	switch k {
	case Temporary:
		return "temporary"
	case RateLimited:
		return "rate limited"
	case Gone:
		return "gone"
	case Moved:
		return "moved"
	case Rejected:
		return "rejected"
	case Unauthorized:
		return "unauthorized"
	}
	return "unknown"
}

// Phrases are the bot's words that a platform says by itself.
type Phrases struct {
	Searching string // the answer takes a moment: "Đang tìm…"
	Failed    string // there was an error and the handler had no words for it
}
