package main_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// topLevel is all that may stand at the top of the repository: whoever lists
// it sees the architecture and nothing else.
var topLevel = []string{
	"bot", "cmd", "corpus", "index", "jobs",
	"go.mod", "go.sum", "Dockerfile", "README.md",
	".ci", ".dockerignore", ".gitignore", ".golangci.yml",
}

func TestTopLevel(t *testing.T) {
	files := repositoryFiles(t)
	for _, name := range strayNames(files) {
		t.Errorf("%s does not belong at the top level", name)
	}
	for _, want := range []string{"go.mod", "corpus/doc.go"} {
		if !slices.Contains(files, want) {
			t.Errorf("%s is not among the %d files of the repository", want, len(files))
		}
	}
}

// strayNames are the first path elements of files that topLevel lacks.
func strayNames(files []string) []string {
	var stray []string
	for _, f := range files {
		name, _, _ := strings.Cut(f, "/")
		if !slices.Contains(topLevel, name) && !slices.Contains(stray, name) {
			stray = append(stray, name)
		}
	}
	return stray
}

func TestStrayNames(t *testing.T) {
	got := strayNames([]string{"go.mod", "cmd/trichdan/main.go", "internal/a.go", "internal/b.go", ".github/x.yml", "corpus.txt"})
	if want := []string{"internal", ".github", "corpus.txt"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// repositoryRoot is the folder of go.mod.
func repositoryRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("not the root of the repository: %v", err)
	}
	return root
}

// repositoryFiles are the files of the repository, slash-separated, relative
// to its root: what git tracks or would track, or where there is no git (an
// unpacked archive) every file.
func repositoryFiles(t *testing.T) []string {
	t.Helper()
	root := repositoryRoot(t)
	var files []string
	if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
		cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
		cmd.Dir = root
		if out, err := cmd.Output(); err == nil {
			for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
				// A tracked file may be deleted and not yet committed.
				if _, err := os.Lstat(filepath.Join(root, name)); err == nil {
					files = append(files, name)
				}
			}
			slices.Sort(files)
			return slices.Compact(files)
		}
	}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
