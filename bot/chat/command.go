package chat

import "context"

// Command is one command of the chat, as platforms register, complete and
// document it.
type Command struct {
	Name  string // "hoi", without the slash: Vietnamese without diacritics
	Alias string // English: "ask"
	// Admin commands are for admins only: the handler refuses all others.
	Admin bool
	// Private answers are for the eyes of the person who asked, where a
	// platform can do that in a group.
	Private bool
	// Lasting commands are about a place to which something can be said later:
	// the handler refuses them where a Request is Passing.
	Lasting bool
	// TakesFile says that the command takes an attached file, or the text of the
	// message that it replies to.
	TakesFile bool
	// Arg is what follows the command, nil if nothing does.
	Arg *Arg
	// Help is one line for each language, at most 100 characters.
	Help map[Lang]string
}

// Arg is what follows a command.
type Arg struct {
	Required bool
	// Complete says that a Completer knows values for it.
	Complete bool
	// Name and Help are worded for each language. A Name is one lower-case word
	// without spaces: "câu_hỏi".
	Name, Help map[Lang]string
}

// Choice is a value to choose for an Arg.
type Choice struct {
	Name  string // what is shown
	Value string // what follows the command when it is chosen
}

// Completer gives the values for the argument of r.Command that go with what
// has been typed of it, r.Text; the best first, at most 25.
type Completer func(ctx context.Context, r Request) ([]Choice, error)
