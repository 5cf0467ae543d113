package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionVerb prints what this program was built from.
type versionVerb struct{}

func (versionVerb) problems() []string { return nil }

func (versionVerb) run(_ context.Context, c *config) error {
	info, _ := debug.ReadBuildInfo()
	_, err := fmt.Fprintf(c.out, "trichdan %s %s %s/%s\n", version(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version is that of the module, or of the commit it was built from.
func version(info *debug.BuildInfo) string {
	if info == nil {
		return "(unknown)"
	}
	v := info.Main.Version
	if v != "" && v != "(devel)" {
		return v
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	if revision == "" {
		return "(devel)"
	}
	return revision + modified
}
