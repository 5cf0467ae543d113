// Package vi is what the project knows of the Vietnamese language:
// normalisation, tone placement, folding of diacritics, syllables, sentences,
// abbreviations, numbers, dates, and the keys of its input methods. It knows
// nothing of articles or indexes.
//
// Vietnamese writes each syllable apart; a word is one to four syllables. The
// unit of search is therefore the syllable, and pairs of syllables stand in
// for words. A syllable has one canonical form here (see Normalize), so that
// hoà and hòa, ủy and uỷ, NFC and NFD text all meet.
//
// Offsets are byte offsets into the string that was given, never into a
// normalised copy: quotes are cut with them.
package vi

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }
