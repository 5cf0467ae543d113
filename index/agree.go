package index

import "slices"

// defined is a definition and how many articles give it.
type defined struct {
	definition
	count int
}

// agreed is, of the definitions of one abbreviation, the one that more than
// half of the articles give which explain it: two meanings of equal right are
// left to the words around them. Without any it is the likeliest guess.
func agreed(list []defined) (best defined) {
	total := 0
	for _, d := range list {
		if d.guess {
			continue
		}
		if total += d.count; d.count > best.count {
			best = d
		}
	}
	switch {
	case total == 0:
		return likeliest(list)
	case 2*best.count > total:
		return best
	}
	return defined{}
}

// leastGuessed is how many articles must agree on a guess.
const leastGuessed = 2

// likeliest is the guess of the greatest long-form likelihood (Okazaki and
// Ananiadou, 2006): the number of articles with it, less those in which it is
// the end of a longer one, weighted by how much these are of one kind. "Y tế
// Thế giới" has none: all that have it have "Tổ chức Y tế Thế giới".
func likeliest(list []defined) (best defined) {
	most := 0.0
	for _, d := range list {
		if !d.guess || d.count < leastGuessed {
			continue
		}
		sum, squares := 0.0, 0.0
		for _, o := range list {
			if n := len(o.long) - len(d.long); n > 0 && slices.Equal(o.long[n:], d.long) {
				sum += float64(o.count)
				squares += float64(o.count) * float64(o.count)
			}
		}
		likelihood := float64(d.count)
		if sum > 0 {
			likelihood -= squares / sum
		}
		if likelihood > most {
			best, most = d, likelihood
		}
	}
	return best
}
