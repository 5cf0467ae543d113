package index

import "slices"

// closest is term proximity by the least distance of two terms, each pair of
// terms weighted by the rarer one and by their nearness in the question (after
// Rasolofo and Savoy, "Term Proximity Scoring for Keyword-Based Retrieval
// Systems", 2003).
func (s *queried) closest(o *occurrences) float64 {
	sum, total := 0.0, 0.0
	for i, a := range s.kept {
		for j, b := range s.kept[i+1:] {
			w := min(a.worth, b.worth) / float64(j+1)
			total += w
			if d := leastDistance(o.places[a.id], o.places[b.id]); d > 0 {
				sum += w / float64(d)
			}
		}
	}
	return ratio(sum, total)
}

// leastDistance is the least distance between two lists of places, 0 if one is
// empty.
func leastDistance(a, b []int32) (best int32) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		d := max(a[i]-b[j], b[j]-a[i])
		if best == 0 || d < best {
			best = d
		}
		if a[i] < b[j] {
			i++
		} else {
			j++
		}
	}
	return best
}

// wholeNames is the share of the question's names that stand there whole.
func (s *queried) wholeNames(o *occurrences) float64 {
	total, found := 0, 0
	for _, name := range s.q.names {
		var ids []int32
		for i, t := range s.q.terms {
			if t.Start >= name.Start && t.End <= name.End && s.all[i] >= 0 {
				ids = append(ids, s.all[i])
			}
		}
		if len(ids) == 0 {
			continue
		}
		total++
		for _, p := range o.places[ids[0]] {
			if int(p)+len(ids) <= len(o.order) && slices.Equal(o.order[p:int(p)+len(ids)], ids) {
				found++
				break
			}
		}
	}
	if total == 0 {
		return 1
	}
	return float64(found) / float64(total)
}
