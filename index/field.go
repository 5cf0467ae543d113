package index

import (
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of the index; see the package documentation.
const (
	articleSyllables = "a"
	articleBigrams   = "ab"
	articleFolded    = "af"
	articleFoldedBi  = "afb"
	passageSyllables = "p"
	passageBigrams   = "pb"
	passageFolded    = "pf"
	passageFoldedBi  = "pfb"
	outletField      = "o"
	dayField         = "d"
	countField       = "n"
	aloneField       = "w"
	lengthsField     = "m"
)

// isBigram says that a field's terms are pairs of syllables.
func isBigram(field string) bool {
	switch field {
	case articleBigrams, articleFoldedBi, passageBigrams, passageFoldedBi:
		return true
	}
	return false
}

// stream is a Bleve field whose terms have been counted already. Bleve calls
// Analyze on each field; with fields of its own it would split the same text
// once for every stream.
type stream struct {
	name   string
	counts map[string]int
	length int
	freqs  index.TokenFrequencies
}

func newStream(name string, size int) *stream {
	return &stream{name: name, counts: make(map[string]int, size)}
}

func (f *stream) add(term string, n int) {
	f.counts[term] += n
	f.length += n
}

func (f *stream) Name() string             { return f.name }
func (f *stream) Value() []byte            { return nil }
func (f *stream) ArrayPositions() []uint64 { return nil }
func (f *stream) EncodedFieldType() byte   { return 't' }

// Analyze makes Bleve's form of the counts, in two allocations of one size
// rather than one for each term.
func (f *stream) Analyze() {
	f.freqs = make(index.TokenFrequencies, len(f.counts))
	block := make([]index.TokenFreq, len(f.counts))
	i := 0
	for term, n := range f.counts {
		block[i].Term = []byte(term)
		block[i].SetFrequency(n)
		f.freqs[term] = &block[i]
		i++
	}
	f.counts = nil
}

func (f *stream) Options() index.FieldIndexingOptions              { return index.IndexField }
func (f *stream) AnalyzedLength() int                              { return f.length }
func (f *stream) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *stream) NumPlainTextBytes() uint64                        { return 0 }
func (f *stream) Size() int                                        { return 64 * len(f.freqs) }

// stored is a Bleve field that is kept and not searched.
type stored struct {
	name  string
	value []byte
}

func (f *stored) Name() string                                     { return f.name }
func (f *stored) Value() []byte                                    { return f.value }
func (f *stored) ArrayPositions() []uint64                         { return nil }
func (f *stored) EncodedFieldType() byte                           { return 't' }
func (f *stored) Analyze()                                         {}
func (f *stored) Options() index.FieldIndexingOptions              { return index.StoreField }
func (f *stored) AnalyzedLength() int                              { return 0 }
func (f *stored) AnalyzedTokenFrequencies() index.TokenFrequencies { return nil }
func (f *stored) NumPlainTextBytes() uint64                        { return uint64(len(f.value)) }
func (f *stored) Size() int                                        { return len(f.value) }
