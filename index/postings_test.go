package index

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawPostings draws the postings of a term in a few windows of documents, with
// frequencies and lengths on both sides of what a value has room for.
func drawPostings(t *rapid.T) []posting {
	docs := rapid.SliceOfNDistinct(rapid.Uint64Range(0, 6*windowSize), 0, 60, rapid.ID[uint64]).Draw(t, "docs")
	slices.Sort(docs)
	list := make([]posting, len(docs))
	for i, d := range docs {
		freq := rapid.SampledFrom([]int{1, 1, 1, 2, 3, largeFreq - 1, largeFreq, 70_000}).Draw(t, "freq")
		length := freq + rapid.SampledFrom([]int{0, 5, 80, 1<<lengthBits - 1, 1 << lengthBits, 3_000_000}).Draw(t, "more")
		list[i] = posting{doc: d, freq: freq, length: length}
	}
	return list
}

// TestPostingList: what is packed comes out again, by windows and by ranges,
// and no posting gets more than its bound.
func TestPostingList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := drawPostings(t)
		article, passage := rapid.Float64Range(1, 2000).Draw(t, "article"), rapid.Float64Range(1, 200).Draw(t, "passage")
		alone := func(doc uint64) bool { return doc%3 == 0 }
		of := newBounds(article, passage)
		l := newPostingList(from, of, alone)
		if l.len() != len(from) {
			t.Fatalf("%d postings of %d", l.len(), len(from))
		}
		var all []posting
		windows := listCursor{postingList: l}
		for n := range 7 {
			start, end := windows.to(n)
			for i := start; i < end; i++ {
				p := posting{doc: uint64(n)<<windowBits | uint64(l.docs[i])}
				freq, length := l.weight(i, p.doc)
				p.freq, p.length = int(freq), int(length)
				all = append(all, p)
				shortest := freq
				if alone(p.doc) {
					shortest = length
				}
				exact := saturation(freq, length, article) + saturation(freq, shortest, passage)
				bound := float64(of[l.values[i]])
				if exact > bound || exact > l.windows[n].most() {
					t.Fatalf("%+v gets %v, its bound is %v, that of its window %v", p, exact, bound, l.windows[n].most())
				}
				if l.values[i].alone() != alone(p.doc) || l.find(start, end, p.doc) != i {
					t.Fatalf("%+v: alone %v, found at %d of %d", p, l.values[i].alone(), l.find(start, end, p.doc), i)
				}
			}
		}
		if !slices.Equal(all, from) {
			t.Fatalf("by windows %v, want %v", all, from)
		}
		ranges := listCursor{postingList: l}
		for begin := uint64(0); begin < 7*windowSize; {
			end := begin + rapid.Uint64Range(0, 2*windowSize).Draw(t, "range")
			var got, want []uint64
			if err := ranges.between(begin, end, func(doc uint64, _, _ float64) { got = append(got, doc) }); err != nil {
				t.Fatal(err)
			}
			for _, p := range from {
				if p.doc >= begin && p.doc < end {
					want = append(want, p.doc)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("from %d to %d: %v, want %v", begin, end, got, want)
			}
			begin = max(end, begin+1)
		}
	})
}
