package jobs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"trichdan/corpus/vi"
)

// ScheduleKind is how a Schedule repeats: the first word of its text.
type ScheduleKind string

// The kinds of schedules.
const (
	Daily   ScheduleKind = "daily"
	Weekly  ScheduleKind = "weekly"
	Hourly  ScheduleKind = "every"
	Arrival ScheduleKind = "arrival"
	Cron    ScheduleKind = "cron"
)

// MinCronDistance is how far apart two runs of a Cron schedule must be.
const MinCronDistance = 15 * time.Minute

// ErrSchedule is wrapped by every error about the text of a schedule.
var ErrSchedule = errors.New("no schedule")

// Schedule says when something is to be done again and again, in the local
// time of a zone that it does not know. It is a value: it can be compared, and
// the zero Schedule never runs. Its text is the form to store.
type Schedule struct {
	kind         ScheduleKind
	days         vi.Weekdays
	hour, minute int
	every        int
	cron         string
	fields       cronFields
}

// ScheduleOf is the schedule that a person asked for. An error wraps
// ErrSchedule.
func ScheduleOf(r vi.Recurrence) (Schedule, error) {
	var s Schedule
	switch r.Kind {
	case vi.Daily:
		s = Schedule{kind: Daily, hour: r.Hour, minute: r.Minute}
	case vi.Weekly:
		s = Schedule{kind: Weekly, days: r.Weekdays & vi.EveryDay, hour: r.Hour, minute: r.Minute}
	case vi.Hourly:
		s = Schedule{kind: Hourly, every: r.Every}
	case vi.Arrival:
		s = Schedule{kind: Arrival}
	default:
		return Schedule{}, fmt.Errorf("%w: recurrence of %v", ErrSchedule, r.Kind)
	}
	return s, s.check()
}

// check reports what is out of range.
func (s Schedule) check() error {
	switch {
	case s.hour < 0 || s.hour > 23 || s.minute < 0 || s.minute > 59:
		return fmt.Errorf("%w: no time of day is %d:%02d", ErrSchedule, s.hour, s.minute)
	case s.kind == Weekly && s.days == 0:
		return fmt.Errorf("%w: weekly on no day", ErrSchedule)
	case s.kind == Hourly && (s.every < 1 || s.every > vi.MaxEvery):
		return fmt.Errorf("%w: every %d hours; 1 to %d are possible", ErrSchedule, s.every, vi.MaxEvery)
	}
	return nil
}

// ParseSchedule reads the text of a schedule, as String writes it:
//
//	daily 07:00          every day at that local time
//	weekly 1,3 08:30     on Monday (1) and Wednesday of 1 to 7
//	every 6h             every 6 hours, of 1 to vi.MaxEvery
//	arrival              whenever there is something new
//	cron 0 7 * * 1-5     minute, hour, day of the month, month, and day of the
//	                     week, where Sunday is 0; at most every MinCronDistance
//
// Upper case, more blanks, "7:00" and Sunday as 0 are understood too. An error
// wraps ErrSchedule and says what is wrong.
func ParseSchedule(text string) (Schedule, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Schedule{}, fmt.Errorf("%w: it is empty", ErrSchedule)
	}
	s := Schedule{kind: ScheduleKind(strings.ToLower(words[0]))}
	rest := words[1:]
	var err error
	switch {
	case s.kind == Daily && len(rest) == 1:
		s.hour, s.minute, err = parseClock(rest[0])
	case s.kind == Weekly && len(rest) == 2:
		if s.days, err = parseDays(rest[0]); err == nil {
			s.hour, s.minute, err = parseClock(rest[1])
		}
	case s.kind == Hourly && len(rest) == 1:
		hours, ok := strings.CutSuffix(strings.ToLower(rest[0]), "h")
		if s.every, ok = atoi(hours, ok); !ok {
			err = fmt.Errorf("%w: %q is no number of hours, such as 6h", ErrSchedule, rest[0])
		}
	case s.kind == Arrival && len(rest) == 0:
	case s.kind == Cron:
		s.cron = strings.Join(rest, " ")
		s.fields, err = parseCron(s.cron)
	default:
		err = fmt.Errorf(`%w: %q is none of "daily 07:00", "weekly 1,3 08:30", "every 6h", "arrival" and "cron 0 7 * * 1-5"`, ErrSchedule, text)
	}
	if err == nil {
		err = s.check()
	}
	if err != nil {
		return Schedule{}, err
	}
	return s, nil
}

// atoi reads a number of at most four digits, where ok.
func atoi(s string, ok bool) (int, bool) {
	if !ok || s == "" || len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func parseClock(text string) (hour, minute int, err error) {
	h, m, ok := strings.Cut(text, ":")
	hour, isHour := atoi(h, ok && len(h) <= 2)
	minute, isMinute := atoi(m, len(m) == 2)
	if !isHour || !isMinute {
		return 0, 0, fmt.Errorf("%w: %q is no time of day, such as 07:00", ErrSchedule, text)
	}
	return hour, minute, nil
}

func parseDays(text string) (days vi.Weekdays, err error) {
	for part := range strings.SplitSeq(text, ",") {
		n, ok := atoi(part, len(part) == 1)
		if !ok || n > 7 {
			return 0, fmt.Errorf("%w: %q are no days of the week, such as 1,3 for Monday and Wednesday", ErrSchedule, text)
		}
		days |= vi.WeekdaysOf(time.Weekday(n % 7))
	}
	return days, nil
}

// String is the text of the schedule, which ParseSchedule reads; it is empty
// for the zero Schedule.
func (s Schedule) String() string {
	switch s.kind {
	case Daily:
		return fmt.Sprintf("daily %02d:%02d", s.hour, s.minute)
	case Weekly:
		var days []string
		for d := range s.days.All() {
			days = append(days, strconv.Itoa((int(d)+6)%7+1))
		}
		return fmt.Sprintf("weekly %s %02d:%02d", strings.Join(days, ","), s.hour, s.minute)
	case Hourly:
		return fmt.Sprintf("every %dh", s.every)
	case Cron:
		return "cron " + s.cron
	}
	return string(s.kind)
}

// MarshalText is String.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseSchedule, but no text is the zero Schedule.
func (s *Schedule) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*s = Schedule{}
		return nil
	}
	*s, err = ParseSchedule(string(text))
	return err
}

// Kind is how the schedule repeats; it is empty for the zero Schedule.
func (s Schedule) Kind() ScheduleKind { return s.kind }

// IsZero reports whether this is the zero Schedule, which never runs.
func (s Schedule) IsZero() bool { return s.kind == "" }

// Weekdays are the days of a Weekly schedule; of another they are none.
func (s Schedule) Weekdays() vi.Weekdays { return s.days }

// TimeOfDay is the local time of a Daily or Weekly schedule, else 0:00.
func (s Schedule) TimeOfDay() (hour, minute int) { return s.hour, s.minute }

// Every is the interval of an Hourly schedule, else 0.
func (s Schedule) Every() time.Duration { return time.Duration(s.every) * time.Hour }

// Expression is that of a Cron schedule, else empty.
func (s Schedule) Expression() string { return s.cron }

// Recurrence is the schedule as a person asks for it; zero for a Cron schedule
// and the zero one. ScheduleOf is its inverse.
func (s Schedule) Recurrence() vi.Recurrence {
	kinds := map[ScheduleKind]vi.RecurrenceKind{Daily: vi.Daily, Weekly: vi.Weekly, Hourly: vi.Hourly, Arrival: vi.Arrival}
	return vi.Recurrence{Kind: kinds[s.kind], Weekdays: s.days, Hour: s.hour, Minute: s.minute, Every: s.every, Timed: s.kind == Daily || s.kind == Weekly}
}
