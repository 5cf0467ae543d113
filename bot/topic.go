package bot

import "trichdan/index"

// Whether an article is on a topic is told by how much of the topic its best
// passage covers, and not by how well it answers: a topic may be what half of
// the corpus is about.
const (
	topicCoverage = 0.40
	// topicUntyped is wanted where the topic is worded as a question of a kind
	// that the article has no answer to, topicUnnamed where it names a year or
	// number that the article does not.
	topicUntyped = 0.70
	topicUnnamed = 0.75
)

// onTopic reports whether a hit is on the topic that was searched for.
func onTopic(q *index.Question, h index.Hit) bool {
	if h.Sentence.End == 0 {
		return false
	}
	if h.Unnamed {
		return h.Coverage >= topicUnnamed
	}
	if h.Typed == 0 && asksFact(q) {
		return h.Coverage >= topicUntyped
	}
	return h.Coverage >= topicCoverage
}

// asksFact reports whether a question asks for a person, a date, a place or a
// number, which a sentence has or has not.
func asksFact(q *index.Question) bool {
	switch q.Kind {
	case index.Who, index.When, index.Where, index.HowMany:
		return true
	}
	return false
}
