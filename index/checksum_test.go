package index

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestChecksums: an index of which a single byte has changed is put aside at the
// next start, wherever that byte is.
func TestChecksums(t *testing.T) {
	const generation = prefix + "000001"
	whole := t.TempDir()
	m := built(t, whole)
	segment, err := filepath.Rel(whole, files(t, whole, generation+"/bleve/store/*.zap")[0])
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(whole, segment))
	if err != nil {
		t.Fatal(err)
	}
	const places = 8
	for i := range places {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		at := i * (len(content) - 1) / (places - 1)
		damaged := slices.Clone(content)
		damaged[at] ^= 1
		write(t, filepath.Join(dir, segment), string(damaged))
		x := openIndex(t, dir, m)
		if !slices.Contains(names(t, dir), quarantine+generation) {
			t.Errorf("byte %d of %d: not put aside", at, len(content))
		}
		mustUpdate(t, x)
		checkAnswers(t, x, m)
	}
}
