package main

import "context"

// reloadVerb mirrors the folders and prints the report.
type reloadVerb struct{}

func (reloadVerb) problems() []string { return nil }

func (reloadVerb) run(ctx context.Context, c *config) error {
	return with(ctx, c, true, func(a *app) error { return printReport(c.out, *a.mirrored) })
}
