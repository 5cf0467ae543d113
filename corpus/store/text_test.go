package store

import (
	"math/rand/v2"
	"strings"
)

// text makes a text of n syllables that has nothing to do with Vietnamese but
// the shape of its syllables; the same seed gives the same text.
func text(seed uint64, n int) string {
	return strings.Join(syllables(rand.New(rand.NewPCG(seed, 7)), n), " ") + "."
}

func syllables(r *rand.Rand, n int) []string {
	onsets := strings.Fields("b c ch d đ g h kh l m n ng nh ph qu r s t th tr v x")
	rhymes := strings.Fields("a á ang anh ào ấp ân âu e em êu i ích iên iết o ó oan ong ô ốt ơ ời u ung ư ức ương ưởng")
	out := make([]string, n)
	for i := range out {
		out[i] = onsets[r.IntN(len(onsets))] + rhymes[r.IntN(len(rhymes))]
	}
	return out
}
