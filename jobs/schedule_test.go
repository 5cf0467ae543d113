package jobs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"trichdan/corpus/vi"
)

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func mustSchedule(t testing.TB, text string) Schedule {
	t.Helper()
	s, err := ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSchedule(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"daily 07:00", "daily 07:00"},
		{" Daily  7:00 ", "daily 07:00"},
		{"daily 23:59", "daily 23:59"},
		{"weekly 1,3 08:30", "weekly 1,3 08:30"},
		{"weekly 3,1,3 8:30", "weekly 1,3 08:30"},
		{"weekly 0,6 08:30", "weekly 6,7 08:30"},
		{"weekly 7 00:00", "weekly 7 00:00"},
		{"every 6h", "every 6h"},
		{"EVERY 168H", "every 168h"},
		{"arrival", "arrival"},
		{"cron 0 7 * * 1-5", "cron 0 7 * * 1-5"},
		{"cron  */15   * * * *", "cron */15 * * * *"},
		{"cron 0 0 29 2 *", "cron 0 0 29 2 *"},
		{"cron 30 6 * jan-mar MON", "cron 30 6 * jan-mar MON"},
	} {
		s, err := ParseSchedule(tt.in)
		if err != nil || s.String() != tt.want || s.IsZero() {
			t.Errorf("%q: %q, %v, want %q", tt.in, s, err, tt.want)
			continue
		}
		if again, err := ParseSchedule(s.String()); err != nil || again != s {
			t.Errorf("%q: read again: %+v, %v, want %+v", tt.in, again, err, s)
		}
	}
}

func TestParseScheduleErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "empty",
		"  ":                       "empty",
		"yearly":                   "is none of",
		"daily":                    "is none of",
		"daily 07:00 08:00":        "is none of",
		"daily 24:00":              "24:00",
		"daily 07:60":              "7:60",
		"daily 7":                  "no time of day",
		"daily 007:00":             "no time of day",
		"daily 07:0":               "no time of day",
		"daily -7:00":              "no time of day",
		"weekly 07:00":             "is none of",
		"weekly , 07:00":           "no days",
		"weekly 8 07:00":           "no days",
		"weekly 1,, 07:00":         "no days",
		"every 0h":                 "every 0 hours",
		"every 169h":               "every 169 hours",
		"every 6":                  "number of hours",
		"every 30m":                "number of hours",
		"every 99999999999h":       "number of hours",
		"arrival now":              "is none of",
		"cron":                     "empty spec",
		"cron TZ=UTC":              "five fields",
		"cron CRON_TZ=UTC":         "five fields",
		"cron TZ=UTC 0 7 * * *":    "five fields",
		"cron @daily":              "five fields",
		"cron @every 1h":           "five fields",
		"cron 0 7 * *":             "exactly 5 fields",
		"cron 0 7 * * * *":         "exactly 5 fields",
		"cron 0 7 * * 7":           "Sunday is 0",
		"cron 0 25 * * *":          "above maximum",
		"cron 0 0 30 2 *":          "never comes",
		"cron 0 0 31 4,6,9,11 *":   "never comes",
		"cron , 7 * * *":           "empty field",
		"cron * * * * *":           "comes again after 1m0s",
		"cron */14 * * * *":        "comes again after 4m0s",
		"cron 0,14 7 * * *":        "comes again after 14m0s",
		"cron 5,55 7,8 * * *":      "comes again after 10m0s",
		"cron 5,55 0,23 * * *":     "comes again after 10m0s",
		"cron */0 7 * * *":         "positive",
		"cron 0 7 * * 5-1":         "beyond end",
		"cron 99999999999 7 * * *": "above maximum",
	} {
		s, err := ParseSchedule(in)
		if !errors.Is(err, ErrSchedule) || !strings.Contains(fmt.Sprint(err), want) || !s.IsZero() {
			t.Errorf("%q: %+v, %v, want an error with %q", in, s, err, want)
		}
	}
}

func TestScheduleAccessors(t *testing.T) {
	s := mustSchedule(t, "weekly 1,7 08:30")
	if h, m := s.TimeOfDay(); s.Kind() != Weekly || s.Weekdays() != vi.WeekdaysOf(time.Monday, time.Sunday) || h != 8 || m != 30 {
		t.Errorf("%v: %v %v %d:%d", s, s.Kind(), s.Weekdays(), h, m)
	}
	if s := mustSchedule(t, "every 6h"); s.Every() != 6*time.Hour || s.Kind() != Hourly {
		t.Errorf("%v: %v", s, s.Every())
	}
	if s := mustSchedule(t, "cron 0 7 * * *"); s.Expression() != "0 7 * * *" || s.Kind() != Cron {
		t.Errorf("%v: %v", s, s.Expression())
	}
	var zero Schedule
	if !zero.IsZero() || zero.String() != "" || !zero.Next(time.Now(), time.UTC).IsZero() {
		t.Errorf("the zero schedule: %q", zero)
	}
}

func TestScheduleText(t *testing.T) {
	want := mustSchedule(t, "weekly 1,7 08:30")
	text, err := want.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var got Schedule
	if err := got.UnmarshalText(text); err != nil || got != want {
		t.Errorf("%q: %+v, %v", text, got, err)
	}
	if err := got.UnmarshalText([]byte("never")); err == nil || !got.IsZero() {
		t.Errorf("never: %+v, %v", got, err)
	}
	if err := got.UnmarshalText(nil); err != nil || !got.IsZero() {
		t.Errorf("no text: %+v, %v", got, err)
	}
}

func TestScheduleOf(t *testing.T) {
	for in, want := range map[string]string{
		"hằng ngày":                  "daily 07:00",
		"mỗi tối 8h30":               "daily 20:30",
		"thứ hai và chủ nhật lúc 8h": "weekly 1,7 08:00",
		"mỗi 6 giờ":                  "every 6h",
		"ngay":                       "arrival",
	} {
		r, _, ok, err := vi.ParseRecurrence(in)
		if !ok || err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		s, err := ScheduleOf(r)
		if again, err := ScheduleOf(s.Recurrence()); again != s || err != nil {
			t.Errorf("%v: its recurrence gives %v, %v", s, again, err)
		}
		if err != nil || s.String() != want || s != mustSchedule(t, want) {
			t.Errorf("%q: %q, %v, want %q", in, s, err, want)
		}
	}
	for _, r := range []vi.Recurrence{
		{}, {Kind: vi.Daily, Hour: 24}, {Kind: vi.Daily, Minute: -1}, {Kind: vi.Weekly, Hour: 7}, {Kind: vi.Hourly}, {Kind: vi.Hourly, Every: 1000}, {Kind: 99},
	} {
		if s, err := ScheduleOf(r); !errors.Is(err, ErrSchedule) {
			t.Errorf("%+v: %q, %v", r, s, err)
		}
	}
}

func TestNext(t *testing.T) {
	const form = "2006-01-02 15:04:05 MST"
	for _, tt := range []struct{ schedule, zone, after, want string }{
		{"daily 07:00", "Asia/Ho_Chi_Minh", "2026-11-21T06:59:59+07:00", "2026-11-21 07:00:00 +07"},
		{"daily 07:00", "Asia/Ho_Chi_Minh", "2026-11-21T07:00:00+07:00", "2026-11-22 07:00:00 +07"},
		{"daily 07:00", "Asia/Ho_Chi_Minh", "2026-12-31T23:00:00Z", "2027-01-01 07:00:00 +07"},
		{"weekly 1 08:30", "Asia/Ho_Chi_Minh", "2026-11-21T09:00:00+07:00", "2026-11-23 08:30:00 +07"},
		{"weekly 6 08:30", "Asia/Ho_Chi_Minh", "2026-11-21T09:00:00+07:00", "2026-11-28 08:30:00 +07"},
		{"weekly 6 09:30", "Asia/Ho_Chi_Minh", "2026-11-21T09:00:00+07:00", "2026-11-21 09:30:00 +07"},
		// Missed runs are one.
		{"daily 07:00", "Asia/Ho_Chi_Minh", "2026-11-29T12:00:00+07:00", "2026-11-30 07:00:00 +07"},
		// On 8 March 2026 New York goes from 2:00 EST to 3:00 EDT.
		{"daily 02:30", "America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-08 03:00:00 EDT"},
		{"daily 02:30", "America/New_York", "2026-03-08T03:00:00-04:00", "2026-03-09 02:30:00 EDT"},
		{"daily 07:00", "America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-08 07:00:00 EDT"},
		{"cron 30 2 * * *", "America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-08 03:00:00 EDT"},
		{"cron */15 * * * *", "America/New_York", "2026-03-08T01:45:00-05:00", "2026-03-08 03:00:00 EDT"},
		{"cron */15 * * * *", "America/New_York", "2026-03-08T03:00:00-04:00", "2026-03-08 03:15:00 EDT"},
		// On 1 November 2026 it goes from 2:00 EDT back to 1:00 EST.
		{"daily 01:30", "America/New_York", "2026-10-31T12:00:00-04:00", "2026-11-01 01:30:00 EDT"},
		{"daily 01:30", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-02 01:30:00 EST"},
		{"daily 01:30", "America/New_York", "2026-11-01T01:10:00-05:00", "2026-11-02 01:30:00 EST"},
		{"cron 30 1 * * *", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-02 01:30:00 EST"},
		{"cron */15 * * * *", "America/New_York", "2026-11-01T01:45:00-04:00", "2026-11-01 02:00:00 EST"},
		{"daily 07:00", "America/New_York", "2026-10-31T12:00:00-04:00", "2026-11-01 07:00:00 EST"},
		// Half an hour of summer time, a jump at midnight, one over it, and a
		// day that never was.
		{"daily 02:15", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30", "2026-10-04 02:30:00 +11"},
		{"daily 00:00", "America/Sao_Paulo", "2018-11-03T12:00:00-03:00", "2018-11-04 01:00:00 -02"},
		{"daily 23:30", "America/Scoresbysund", "2026-03-28T12:00:00-02:00", "2026-03-29 00:00:00 -01"},
		{"daily 23:30", "America/Scoresbysund", "2026-03-29T00:00:00-01:00", "2026-03-29 23:30:00 -01"},
		{"daily 07:00", "Pacific/Apia", "2011-12-29T12:00:00-10:00", "2011-12-31 07:00:00 +14"},
		{"weekly 5 07:00", "Pacific/Apia", "2011-12-29T12:00:00-10:00", "2012-01-06 07:00:00 +14"},
		{"every 6h", "Asia/Ho_Chi_Minh", "2026-11-21T09:20:00+07:00", "2026-11-21 13:00:00 +07"},
		{"every 6h", "Asia/Ho_Chi_Minh", "2026-11-21T13:00:00+07:00", "2026-11-21 19:00:00 +07"},
		{"every 24h", "Asia/Ho_Chi_Minh", "1999-11-21T13:00:00+07:00", "1999-11-22 07:00:00 +07"},
		{"every 24h", "America/New_York", "2026-07-01T12:00:00-04:00", "2026-07-02 08:00:00 EDT"},
		{"arrival", "Asia/Ho_Chi_Minh", "2026-11-21T09:20:30+07:00", "2026-11-21 09:21:00 +07"},
		{"arrival", "Asia/Ho_Chi_Minh", "2026-11-21T09:21:00+07:00", "2026-11-21 09:22:00 +07"},
		{"cron 0 7 * * 1-5", "Asia/Ho_Chi_Minh", "2026-11-20T07:00:00+07:00", "2026-11-23 07:00:00 +07"},
		{"cron 0 0 29 2 *", "UTC", "2096-02-29T00:00:00Z", "2104-02-29 00:00:00 UTC"},
		{"cron 0 0 29 2 *", "UTC", "2097-01-01T00:00:00Z", "2104-02-29 00:00:00 UTC"},
	} {
		after, err := time.Parse(time.RFC3339, tt.after)
		if err != nil {
			t.Fatal(err)
		}
		if got := mustSchedule(t, tt.schedule).Next(after, mustZone(t, tt.zone)).Format(form); got != tt.want {
			t.Errorf("%s in %s after %s: %s, want %s", tt.schedule, tt.zone, tt.after, got, tt.want)
		}
	}
}

// Over years, each local day has exactly one daily run, at its time unless the
// clock jumps over that.
func TestOneRunADay(t *testing.T) {
	for _, name := range []string{"Asia/Ho_Chi_Minh", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"} {
		zone := mustZone(t, name)
		for _, at := range []string{"00:00", "01:30", "02:00", "02:30", "03:00", "07:00", "23:59"} {
			s := mustSchedule(t, "daily "+at)
			run := time.Date(2023, time.December, 31, 23, 59, 0, 0, zone)
			put := 0
			for day := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2028; day = day.AddDate(0, 0, 1) {
				run = s.Next(run, zone)
				if got := run.Format(time.DateOnly); got != day.Format(time.DateOnly) {
					t.Fatalf("daily %s in %s: %v where one of %s is due", at, name, run, day.Format(time.DateOnly))
				}
				if run.Format("15:04") != at {
					put++
				}
			}
			if put > 4 || name == "Asia/Ho_Chi_Minh" && put > 0 {
				t.Errorf("daily %s in %s: put off %d times in 4 years", at, name, put)
			}
		}
	}
}

var someZones = []string{"Asia/Ho_Chi_Minh", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Scoresbysund", "Asia/Kathmandu", "Pacific/Chatham", "UTC"}

// The end of a local time is the first instant at which the clock of the zone
// shows that time or a later one.
func TestLocalInstant(t *testing.T) {
	zones := make(map[string]*time.Location)
	for _, name := range someZones {
		zones[name] = mustZone(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := zones[rapid.SampledFrom(someZones).Draw(t, "zone")]
		at := time.Unix(rapid.Int64Range(1.2e9, 2.2e9).Draw(t, "time"), 0).In(zone)
		// Mostly near a change of the clocks.
		if start, end := at.ZoneBounds(); rapid.IntRange(0, 3).Draw(t, "near") > 0 {
			if !end.IsZero() {
				start = end
			}
			if !start.IsZero() {
				at = start.Add(time.Duration(rapid.IntRange(-180, 180).Draw(t, "minutes")) * time.Minute)
			}
		}
		local := wall(at.In(zone)).Truncate(time.Minute).Add(time.Duration(rapid.IntRange(-90, 90).Draw(t, "shift")) * time.Minute)
		want := local.Add(-16 * time.Hour)
		for wall(want.In(zone)).Before(local) {
			want = want.Add(time.Minute)
		}
		if got := localInstant(local, zone); !got.Equal(want) {
			t.Fatalf("%v in %v: %v, want %v", local, zone, got, want.In(zone))
		}
	})
}

func drawSchedule(t *rapid.T) Schedule {
	text := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("daily %d:%02d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
		}),
		rapid.Custom(func(t *rapid.T) string {
			days := rapid.SliceOfN(rapid.SampledFrom([]string{"0", "1", "2", "3", "4", "5", "6", "7"}), 1, 7).Draw(t, "days")
			return fmt.Sprintf("weekly %s %d:%02d", strings.Join(days, ","), rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
		}),
		rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("every %dh", rapid.IntRange(1, vi.MaxEvery).Draw(t, "hours"))
		}),
		rapid.SampledFrom([]string{"arrival", "cron 0 7 * * 1-5", "cron */15 * * * *", "cron 30 2 * * *", "cron 5 0 1 */2 *", "cron 0 1-3 * * 0", "cron 0 12 13 * 5"}),
	).Draw(t, "schedule")
	s, err := ParseSchedule(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return s
}

func TestScheduleProperties(t *testing.T) {
	zones := make(map[string]*time.Location)
	for _, name := range someZones {
		zones[name] = mustZone(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t)
		if again, err := ParseSchedule(s.String()); err != nil || again != s {
			t.Fatalf("%q: %+v, %v", s, again, err)
		}
		zone := zones[rapid.SampledFrom(someZones).Draw(t, "zone")]
		after := time.Unix(rapid.Int64Range(9e8, 4e9).Draw(t, "after"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		next := s.Next(after, zone)
		if !next.After(after) || next.Location() != zone || next.Nanosecond() != 0 {
			t.Fatalf("%v after %v: %v", s, after, next)
		}
		// Until then nothing else comes, and afterwards something later does.
		between := after.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(after))-1).Draw(t, "between")))
		if got := s.Next(between, zone); !got.Equal(next) {
			t.Fatalf("%v after %v: %v, but after %v: %v", s, after, next, between, got)
		}
		then := s.Next(next, zone)
		if !then.After(next) {
			t.Fatalf("%v after %v: %v", s, next, then)
		}
		if d := then.Sub(next); s.Kind() == Hourly && d != s.Every() {
			t.Fatalf("%v after %v: %v, %v later", s, next, then, d)
		}
	})
}

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"daily 07:00", "weekly 1,3 08:30", "every 6h", "arrival", "cron 0 7 * * 1-5", "cron TZ=UTC", "cron @every 1h", "cron */15 0-23/2 ? jan,feb mon-fri", "cron 0 0 30 2 *", ""} {
		f.Add(s)
	}
	after := time.Date(2026, time.November, 21, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSchedule(text)
		if err != nil {
			if !errors.Is(err, ErrSchedule) || !s.IsZero() {
				t.Fatalf("%q: %+v, %v", text, s, err)
			}
			return
		}
		if again, err := ParseSchedule(s.String()); err != nil || again != s {
			t.Fatalf("%q: %q read again: %+v, %v", text, s, again, err)
		}
		if next := s.Next(after, time.UTC); !next.After(after) {
			t.Fatalf("%q: next %v", text, next)
		}
	})
}

func TestLoadZone(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "Asia/Ho_Chi_Minh",
		"Asia/Ho_Chi_Minh":       "Asia/Ho_Chi_Minh",
		"asia/ho_chi_minh":       "Asia/Ho_Chi_Minh",
		"giờ Việt Nam":           "Asia/Ho_Chi_Minh",
		"VN":                     "Asia/Ho_Chi_Minh",
		"Hà Nội":                 "Asia/Ho_Chi_Minh",
		"múi giờ Việt Nam":       "Asia/Ho_Chi_Minh",
		"UTC+7":                  "Asia/Ho_Chi_Minh",
		"GMT +07:00":             "Asia/Ho_Chi_Minh",
		"UTC":                    "UTC",
		"gmt":                    "UTC",
		"+0":                     "UTC",
		"UTC+9":                  "Etc/GMT-9",
		"GMT-5":                  "Etc/GMT+5",
		"America/New_York":       "America/New_York",
		"New York":               "America/New_York",
		"giờ new york":           "America/New_York",
		"tokyo":                  "Asia/Tokyo",
		"Port of Spain":          "America/Port_of_Spain",
		"europe/isle of man":     "Europe/Isle_of_Man",
		"america/port-au-prince": "America/Port-au-Prince",
	} {
		zone, err := LoadZone(in)
		if err != nil || zone.String() != want {
			t.Errorf("%q: %v, %v, want %s", in, zone, err, want)
			continue
		}
		if again, err := time.LoadLocation(zone.String()); err != nil || again.String() != want {
			t.Errorf("%q: %v, %v", in, again, err)
		}
	}
	for _, in := range []string{"Local", "localtime", "Sao Hỏa", "../etc/passwd", "/etc/localtime", "UTC+15", "UTC+5:30", "Asia", "Asia/", "/", "\\", strings.Repeat("a", 100), "a\x00b", "giờ"} {
		zone, err := LoadZone(in)
		var e *ZoneError
		if !errors.As(err, &e) || e.Name != in || !strings.Contains(err.Error(), DefaultZone) {
			t.Errorf("%q: %v, %v", in, zone, err)
		}
	}
}

func FuzzLoadZone(f *testing.F) {
	for _, s := range []string{"", "New York", "UTC+7", "asia/ho_chi_minh", "giờ Việt Nam", "../x", "America/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		zone, err := LoadZone(name)
		if (zone == nil) == (err == nil) {
			t.Fatalf("%q: %v, %v", name, zone, err)
		}
		if err == nil && zone.String() == "Local" {
			t.Fatalf("%q is the zone of this machine", name)
		}
	})
}
