package jobs

import "time"

// Next is the first run after a time, in the given zone, or the zero Time if
// there is none. It depends on nothing else: runs that were missed count as
// one when Next is asked for what comes after the present.
//
// A local time that the clock jumps over when summer time begins runs at the
// end of the jump; one that comes twice when it ends runs the first time only.
// A day that a zone leaves out altogether has no run.
//
// Hourly runs are that many hours apart, whatever the clock does, counted from
// DefaultHour o'clock of standard time: "every 6h" is 1, 7, 13 and 19 o'clock,
// and with summer time an hour later. Arrival is due every full minute.
func (s Schedule) Next(after time.Time, zone *time.Location) time.Time {
	switch s.kind {
	case Daily, Weekly:
		return s.nextDay(after, zone)
	case Hourly:
		return s.nextHours(after, zone)
	case Arrival:
		return fullMinute(after).In(zone)
	case Cron:
		return s.nextCron(after, zone)
	}
	return time.Time{}
}

// fullMinute is the first full minute after a time.
func fullMinute(after time.Time) time.Time {
	return after.Truncate(time.Minute).Add(time.Minute)
}

func (s Schedule) nextDay(after time.Time, zone *time.Location) time.Time {
	year, month, day := after.In(zone).Date()
	// The run of yesterday may have been put off past midnight.
	for n := -1; n <= 15; n++ {
		date := time.Date(year, month, day+n, 0, 0, 0, 0, time.UTC)
		if s.kind == Weekly && !s.days.Has(date.Weekday()) || !hasDay(date, zone) {
			continue
		}
		run := localInstant(date.Add(time.Duration(s.hour)*time.Hour+time.Duration(s.minute)*time.Minute), zone)
		if run.After(after) {
			return run
		}
	}
	return time.Time{}
}

func (s Schedule) nextHours(after time.Time, zone *time.Location) time.Time {
	// January is standard time in the north; in the south that comes to an
	// hour less, which is as good.
	origin := localInstant(time.Date(2001, time.January, 1, defaultHour, 0, 0, 0, time.UTC), zone).Unix()
	every := int64(s.every) * 3600
	since := after.Unix() - origin
	n := since / every
	if since < 0 && since%every != 0 {
		n-- // round down
	}
	return time.Unix(origin+(n+1)*every, 0).In(zone)
}

func (s Schedule) nextCron(after time.Time, zone *time.Location) time.Time {
	local := wall(after.In(zone))
	// Several local times may be one instant, or lie in an hour that repeats;
	// a day of them is left out at most.
	for range 2 * 24 * time.Hour / MinCronDistance {
		local = s.fields.next(local)
		if local.IsZero() {
			break
		}
		if run := localInstant(local, zone); run.After(after) {
			return run
		}
	}
	return time.Time{}
}

// wall is what the clock of a time's zone shows, as if it were UTC.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// localInstant is when the clocks of a zone show a local time, given as if it
// were UTC: the first of two times, and the end of the jump over it.
func localInstant(local time.Time, zone *time.Location) time.Time {
	year, month, day := local.Date()
	hour, minute, second := local.Clock()
	t := time.Date(year, month, day, hour, minute, second, 0, zone)
	start, end := t.ZoneBounds()
	shown := wall(t)
	switch {
	case shown.After(local) && !start.IsZero(): // t is behind the jump
		return start.In(zone)
	case shown.Before(local) && !end.IsZero(): // t is before the jump
		return end.In(zone)
	case start.IsZero():
		return t
	}
	_, was := start.Add(-time.Nanosecond).Zone()
	_, is := t.Zone()
	if first := t.Add(-time.Duration(was-is) * time.Second); first.Before(start) && was > is {
		return first
	}
	return t
}

// hasDay reports whether a zone has a day, given as midnight UTC. At the date
// line it may not: Samoa had no 30 December 2011.
func hasDay(date time.Time, zone *time.Location) bool {
	t := localInstant(date, zone)
	return t.Day() == date.Day()
}
