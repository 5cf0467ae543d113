package vi

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"
	"time"
)

// RecurrenceKind is how a recurrence repeats.
type RecurrenceKind uint8

// The zero RecurrenceKind is none of these.
const (
	Daily   RecurrenceKind = iota + 1 // every day, at a time
	Weekly                            // on some days of the week, at a time
	Hourly                            // every so many hours
	Arrival                           // whenever there is something new
)

// String is the English name, for logs and tests.
func (k RecurrenceKind) String() string {
	switch k {
	case Daily:
		return "daily"
	case Weekly:
		return "weekly"
	case Hourly:
		return "hourly"
	case Arrival:
		return "arrival"
	}
	return fmt.Sprintf("RecurrenceKind(%d)", uint8(k))
}

// Weekdays is a set of days of the week: bit n is time.Weekday(n).
type Weekdays uint8

// The sets that people have a name for.
const (
	WorkingDays Weekdays = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday
	Weekend     Weekdays = 1<<time.Saturday | 1<<time.Sunday
	EveryDay             = WorkingDays | Weekend
)

// WeekdaysOf is the set of the given days.
func WeekdaysOf(days ...time.Weekday) Weekdays {
	var s Weekdays
	for _, d := range days {
		s |= 1 << d
	}
	return s
}

// Has reports whether the day is in the set.
func (s Weekdays) Has(d time.Weekday) bool { return s>>d&1 == 1 }

// Len is the number of days in the set.
func (s Weekdays) Len() int { return bits.OnesCount8(uint8(s & EveryDay)) }

// All gives the days in the order of a Vietnamese calendar, Monday first.
func (s Weekdays) All() iter.Seq[time.Weekday] {
	return func(yield func(time.Weekday) bool) {
		for n := range 7 {
			if d := time.Weekday((n + 1) % 7); s.Has(d) && !yield(d) {
				return
			}
		}
	}
}

// DefaultHour is the hour of the day at which something recurs when nobody
// said when.
const DefaultHour = 7

// MaxEvery is the longest interval of an Hourly recurrence, in hours.
const MaxEvery = 7 * 24

// Recurrence is when something is to happen again and again.
type Recurrence struct {
	Kind RecurrenceKind
	// Weekdays are the days of a Weekly recurrence, and empty otherwise.
	Weekdays Weekdays
	// Hour and Minute are the local time of day of a Daily or Weekly one.
	Hour, Minute int
	// Every is the interval of an Hourly one, in hours, 1 to MaxEvery.
	Every int
	// Timed says that the time of day was said, if only as "mỗi tối" (19:00).
	// Otherwise it is DefaultHour.
	Timed bool
}

// RecurrenceProblem is why a recurrence could not be understood.
type RecurrenceProblem uint8

// The problems.
const (
	NoSuchTime         RecurrenceProblem = iota + 1 // "25h", "8:75", "15h sáng"
	NoSuchWeekday                                   // "thứ tám"
	SeveralTimes                                    // "7h và 19h": one recurrence has one time
	Contradiction                                   // "mỗi sáng lúc 8h tối", "mỗi 6 giờ lúc 7h"
	NoSuchInterval                                  // "mỗi 30 phút": under an hour, or over MaxEvery
	UnsupportedPattern                              // "hằng tháng", "cách ngày", "sáng mai"
)

// RecurrenceError says what in a sentence makes it no possible recurrence.
type RecurrenceError struct {
	Problem RecurrenceProblem
	Span           // the words that do not fit
	Text    string // the same, as they were written
}

// Error is English, for operators.
func (e *RecurrenceError) Error() string {
	switch e.Problem {
	case NoSuchTime:
		return fmt.Sprintf("%q is no time of day", e.Text)
	case NoSuchWeekday:
		return fmt.Sprintf("%q is no day of the week", e.Text)
	case SeveralTimes:
		return fmt.Sprintf("%q are several times", e.Text)
	case Contradiction:
		return fmt.Sprintf("%q contradicts itself", e.Text)
	case NoSuchInterval:
		return fmt.Sprintf("%q is no interval from 1 to %d hours", e.Text, MaxEvery)
	}
	return fmt.Sprintf("%q is not supported", e.Text)
}

// ParseRecurrence finds in a request what recurs when ("hằng ngày 7h sáng về
// Luật Thủ đô", "T2, T4 và T6 lúc 8h", "mỗi 6 giờ", "ngay khi có bài", "every
// Monday 8:30 about …"), in Vietnamese with or without diacritics or in
// English.
//
// When is said at the beginning of the request, at its end, or half here and
// half there ("hằng ngày về giá vàng lúc 9h"). Between them is the topic: rest
// is that slice of s, without "về", "chủ đề" or "about" and without words that
// only ask ("gửi tôi tin"). What might belong to the topic is left to it,
// certainly behind "về": so a topic is safe there, or in quotation marks.
//
// Where nothing says when, ok is false and rest is the topic all the same. A
// time said is an hour of the 24, unless "chiều", "tối" or "pm" says more;
// "hằng tuần" without a day is Monday. err is a *RecurrenceError for what was
// said but cannot be; then ok is false.
func ParseRecurrence(s string) (r Recurrence, rest string, ok bool, err error) {
	p := readWhen(s)
	said, rest := p.split()
	if said == nil {
		return Recurrence{}, rest, false, nil
	}
	r, problem := said.recurrence()
	if problem != nil {
		problem.Text = s[problem.Start:problem.End]
		return Recurrence{}, rest, false, problem
	}
	return r, rest, true, nil
}

// WhenIn finds in a topic what would say when, did it stand where
// ParseRecurrence looks for that ("giá vàng 8h sáng" behind "về"), and gives it
// as it is written: the first that is dated, that is, says on which days or how
// often, or timed, that is, says at what time. Nothing of it stands in quotation
// marks. ok is false where there is none.
func WhenIn(topic string) (words string, dated, timed, ok bool) {
	p := readWhen(topic)
	if strings.ContainsAny(topic, quotes) {
		return "", false, false, false
	}
	for i := range p.list {
		w, end := p.scan(i)
		if end == i || w.problem != nil {
			continue
		}
		dated, timed = w.explicit || w.days != 0 || w.arrival && i == 0, w.clock != nil && (w.clock.sure || i == 0)
		if dated || timed {
			return topic[w.Start:w.End], dated, timed, true
		}
	}
	return "", false, false, false
}

// when is what the words read so far say of a recurrence.
type when struct {
	daily, weekly, arrival bool
	every                  int // hours
	days, except           Weekdays
	clock                  *clock
	part                   dayPart
	partAt                 Span
	// strong says that the words mean a recurrence wherever they stand, and
	// explicit that they say so with a word like "mỗi".
	strong, explicit bool
	// on says that "vào" or its like introduced the days.
	on bool
	// mixed says that other days follow "cuối tuần", which then may be the
	// topic's ("lịch thi đấu cuối tuần mỗi thứ sáu").
	mixed bool
	// soft says that the problem may as well be the topic's ("lương hàng tháng").
	soft    bool
	problem *RecurrenceError
	Span
}

// fail notes the first problem.
func (w *when) fail(problem RecurrenceProblem, at Span) {
	if w.problem == nil {
		w.problem = &RecurrenceError{Problem: problem, Span: at}
	}
}

// dated reports whether the words say on which days, or how often.
func (w *when) dated() bool {
	return w.daily || w.weekly || w.arrival || w.every != 0 || w.days != 0 || w.except != 0
}

// recurrence puts together what was said.
func (w *when) recurrence() (r Recurrence, problem *RecurrenceError) {
	if w.problem != nil {
		return r, w.problem
	}
	timed := w.clock != nil || w.part != noPart
	days := w.days
	if w.except != 0 {
		if days == 0 {
			days = EveryDay
		}
		days &^= w.except
	}
	switch {
	case w.except != 0 && days == 0,
		w.arrival && (timed || w.every != 0 || days != 0 || w.daily || w.weekly),
		w.every != 0 && (timed || days != 0 || w.weekly),
		w.daily && w.weekly && days == 0:
		return r, &RecurrenceError{Problem: Contradiction, Span: w.Span}
	case w.arrival:
		return Recurrence{Kind: Arrival}, nil
	case w.every != 0:
		return Recurrence{Kind: Hourly, Every: w.every}, nil
	}
	r = Recurrence{Kind: Daily, Hour: DefaultHour, Timed: timed}
	switch {
	case days == EveryDay:
	case days != 0:
		r.Kind, r.Weekdays = Weekly, days
	case w.weekly:
		r.Kind, r.Weekdays = Weekly, WeekdaysOf(time.Monday)
	}
	part := w.part
	if w.clock == nil {
		if timed {
			r.Hour = usualHour[part]
		}
		return r, nil
	}
	if said := w.clock.part; said != noPart {
		if part != noPart && part != said {
			return Recurrence{}, &RecurrenceError{Problem: Contradiction, Span: w.Span}
		}
		part = said
	}
	var possible bool
	if r.Hour, r.Minute, possible = w.clock.in(part); !possible {
		at := w.clock.Span
		if w.clock.part == noPart && part != noPart { // "mỗi sáng lúc 15h"
			at = Span{min(at.Start, w.partAt.Start), max(at.End, w.partAt.End)}
		}
		return Recurrence{}, &RecurrenceError{Problem: NoSuchTime, Span: at}
	}
	return r, nil
}
