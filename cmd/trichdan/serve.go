package main

import "context"

// serveVerb runs the bot: on every platform that is set up, and in the
// terminal. So far the terminal is the only one.
type serveVerb struct{}

func (serveVerb) problems() []string { return nil }

func (serveVerb) run(ctx context.Context, c *config) error { return converse(ctx, c) }
