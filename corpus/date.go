package corpus

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // the container image has no zone files
)

// Basis says how a date is known.
type Basis string

// The bases of a date.
const (
	Stated   Basis = "stated"   // the source gives it
	Inferred Basis = "inferred" // concluded from the text or from a file name
	Unknown  Basis = "unknown"
)

// Zone is where the coverage is written; dates are days of this zone.
var Zone = func() *time.Location {
	l, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return time.FixedZone("ICT", 7*3600)
	}
	return l
}()

// Date is a calendar day in Zone, known to the day, the month (Day 0) or the
// year (Month 0). The zero Date is unknown.
type Date struct {
	Year  int
	Month time.Month
	Day   int
	Basis Basis
}

// Known reports whether at least the year is known.
func (d Date) Known() bool { return d.Year != 0 }

// String gives the date in ISO 8601 at its precision: "2022-01-08",
// "2022-01", "2022", or "" when it is unknown.
func (d Date) String() string {
	switch {
	case d.Year == 0:
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	default:
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	}
}

// BasisOr returns the basis, Unknown for the zero Date.
func (d Date) BasisOr() Basis {
	if !d.Known() || d.Basis == "" {
		return Unknown
	}
	return d.Basis
}

// Compare orders dates: -1 if d is before e, +1 after. What is not known
// counts as earliest, so that unknown dates never pass for new.
func (d Date) Compare(e Date) int {
	for _, p := range [3][2]int{{d.Year, e.Year}, {int(d.Month), int(e.Month)}, {d.Day, e.Day}} {
		if p[0] < p[1] {
			return -1
		}
		if p[0] > p[1] {
			return 1
		}
	}
	return 0
}

// ErrDate is the error of ParseDate.
var ErrDate = errors.New("not a date (want RFC 3339, YYYY-MM-DD, YYYY-MM or YYYY)")

// ParseDate reads a date as sources state it: RFC 3339 (taken to its day in
// Zone), YYYY-MM-DD, YYYY-MM or YYYY. The error is ErrDate, wrapped.
func ParseDate(s string, basis Basis) (Date, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, Zone); err == nil {
			return DateOf(t, basis), nil
		}
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return Date{Year: t.Year(), Month: t.Month(), Basis: basis}, nil
	}
	if t, err := time.Parse("2006", s); err == nil && t.Year() > 0 {
		return Date{Year: t.Year(), Basis: basis}, nil
	}
	return Date{}, fmt.Errorf("%q: %w", s, ErrDate)
}

// DateOf is the day of t in Zone.
func DateOf(t time.Time, basis Basis) Date {
	y, m, d := t.In(Zone).Date()
	return Date{Year: y, Month: m, Day: d, Basis: basis}
}
