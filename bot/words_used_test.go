package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"
)

// Every text is said somewhere.
func TestWordsAreUsed(t *testing.T) {
	used := map[string]bool{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				used[s.Sel.Name] = true
			}
			return true
		})
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[words]()) {
		if !field.Anonymous && !used[field.Name] {
			t.Errorf("nothing says %s", field.Name)
		}
	}
}

// No text hides another one of its name.
func TestWordsHaveOneName(t *testing.T) {
	seen := map[string]bool{}
	var look func(reflect.Type)
	look = func(in reflect.Type) {
		for i := range in.NumField() {
			f := in.Field(i)
			switch {
			case f.Anonymous:
				look(f.Type)
			case seen[f.Name]:
				t.Errorf("there are two texts with the name %s", f.Name)
			}
			seen[f.Name] = true
		}
	}
	look(reflect.TypeFor[words]())
}
