package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPackageDocs: every package says in doc.go, and only there, what it owns.
func TestPackageDocs(t *testing.T) {
	root := repositoryRoot(t)
	documented := map[string]bool{}
	for _, name := range repositoryFiles(t) {
		if !goFile(name) || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Error(err)
			continue
		}
		dir := path.Dir(name)
		documented[dir] = documented[dir] || path.Base(name) == "doc.go"
		if fault := docFault(path.Base(name), f); fault != "" {
			t.Errorf("%s: %s", name, fault)
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no doc.go", dir)
		}
	}
	if len(documented) == 0 {
		t.Error("no package was found")
	}
}

// docFault says what is wrong with the package comment of a file, or "".
func docFault(name string, f *ast.File) string {
	doc := f.Doc.Text()
	starts := []string{"Package " + f.Name.Name + " "}
	if f.Name.Name == "main" {
		starts = []string{"Trichdan ", "Command trichdan "} // the name of the command
	}
	switch {
	case name != "doc.go" && doc != "":
		return "has a package comment: it belongs in doc.go, or wants a blank line before the package clause"
	case name != "doc.go":
		return ""
	case doc == "":
		return "has no package comment"
	case !slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(doc, start) }):
		return fmt.Sprintf("its package comment begins with none of %q", starts)
	case len(strings.Fields(doc)) < 8:
		return "its package comment says too little"
	}
	return ""
}

func TestDocFault(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		want         bool
	}{
		{"doc.go", "// Package a holds the first letter, for those who begin.\npackage a", false},
		{"doc.go", "// Trichdan answers questions about news, with passages and sources.\npackage main", false},
		{"doc.go", "package a", true},
		{"doc.go", "// Package a holds the first letter, for those who begin.\n\npackage a", true},
		{"doc.go", "// Package b holds the first letter, for those who begin.\npackage a", true},
		{"doc.go", "// Package a is a.\npackage a", true},
		{"a.go", "package a", false},
		{"a.go", "// A licence.\n\npackage a", false},
		{"a.go", "// Package a holds the first letter, for those who begin.\npackage a", true},
	} {
		f, err := parser.ParseFile(token.NewFileSet(), tt.name, tt.source, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if fault := docFault(tt.name, f); (fault != "") != tt.want {
			t.Errorf("%s %q: fault %q, want one: %v", tt.name, tt.source, fault, tt.want)
		}
	}
}
