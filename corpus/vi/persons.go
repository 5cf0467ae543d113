package vi

// nameLengths are the lengths of Vietnamese names in syllables, family name
// included, the commonest first.
var nameLengths = [...]int{3, 4, 2, 5}

// placeLike are family names that also begin names of places (Hà Nội, Thái
// Bình): with one more syllable they are taken for the place.
var placeLike = set(`hà lâm hồ thái cao hoàng lai ninh kim bạch mai đông an đồng tân`)

// Persons finds names of persons, in order: of each of the Names, the part
// from a family name on ("Chủ tịch Hà Nội Trần Sỹ Thanh" gives "Trần Sỹ
// Thanh"), or all of it behind a form of address ("ông John Smith"). It misses
// foreign names that stand alone; those are among Names.
func Persons(s string) []Span {
	var persons []Span
	for _, n := range Names(s) {
		t := itemsOf(s[n.Start:n.End])
		at := t.familyName()
		if at >= 0 {
			persons = append(persons, Span{n.Start + t.list[at].Start, n.End})
			continue
		}
		if before := itemsOf(s[:n.Start]); len(before.list) > 0 && address[before.text(len(before.list)-1)] {
			persons = append(persons, n)
		}
	}
	return persons
}

// familyName is the index of the item with which a person's name begins that
// ends with the last item, -1 if there is none.
func (t *items) familyName() int {
	for _, length := range nameLengths {
		i := len(t.list) - length
		if i >= 0 && IsFamilyName(t.text(i)) && (length > 2 || !placeLike[t.text(i)]) {
			return i
		}
	}
	return -1
}
