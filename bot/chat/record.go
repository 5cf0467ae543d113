package chat

import "time"

// Outcome is what came of a question.
type Outcome string

// The outcomes. They are stored: a name stays.
const (
	Answered  Outcome = "answered"  // with a citation
	Abstained Outcome = "abstained" // articles are near, none answers
	Nothing   Outcome = "nothing"   // no article is near
	Unclear   Outcome = "unclear"   // there was nothing to search for
	Failed    Outcome = "failed"    // an error
)

// Question is a question as statistics keep it: without who asked, and where.
type Question struct {
	// Exchange is the key of the exchange with it, "" if there is none. It leads
	// to who asked as long as that is kept, so that they can have it deleted.
	Exchange string
	Platform string
	Lang     Lang
	Text     string // as asked, on one line and not too long
	// Key is the same for questions that differ in case, diacritics, marks and
	// white space only.
	Key     string
	Outcome Outcome
	Took    time.Duration
	At      time.Time
}

// Usage is what people ask, and how well they are answered.
type Usage struct {
	Days []UsageDay // the oldest first, days without a question too
	// Asked are the questions that were asked most; Missing those that most often
	// found nothing or no answer: what the coverage lacks; NotUseful those whose
	// answer most people called not useful. The most frequent first, and of
	// equals the last asked.
	Asked, Missing, NotUseful []AskedOften
}

// UsageDay counts the questions of one day.
type UsageDay struct {
	Day                                             time.Time // its beginning
	Questions, Answered, Abstained, Nothing, Failed int
	Useful, NotUseful                               int
}

// AskedOften is a question and how often it was asked.
type AskedOften struct {
	Text  string // as it was asked last
	Times int
}

// Person is somebody on a platform, and the chat in which they speak with the
// bot alone, zero if they ask from elsewhere.
type Person struct {
	Platform, User string
	Direct         Ref
}

// Stored counts what is stored about a person.
type Stored struct {
	Questions, Feedback, Subscriptions int
	Settings                           bool // the language of the chat with them
	// Audit are lines of the audit log, which are kept: admins answer for what
	// they did.
	Audit int
}
