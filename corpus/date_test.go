package corpus_test

import (
	"cmp"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2022-01-08":                "2022-01-08",
		"2022-01":                   "2022-01",
		"2022":                      "2022",
		"2024-02-29":                "2024-02-29",
		"2022-01-08T09:30:00+07:00": "2022-01-08",
		"2022-01-08T16:59:59Z":      "2022-01-08",
		"2022-01-08T17:00:00Z":      "2022-01-09", // midnight in Hà Nội
		"2022-01-08T23:30:00-08:00": "2022-01-09",
		"2022-01-08T01:00:00+09:00": "2022-01-07",
		"2022-01-08T00:00:00.5Z":    "2022-01-08",
		"2022-01-08T23:59:59":       "2022-01-08", // without a zone: Hà Nội's
		"2022-01-08 00:00:00":       "2022-01-08",
		"2022-01-08 23:59":          "2022-01-08",
	} {
		for _, basis := range []corpus.Basis{corpus.Stated, corpus.Inferred} {
			d, err := corpus.ParseDate(in, basis)
			if err != nil || d.String() != want || d.Basis != basis || !d.Known() {
				t.Errorf("ParseDate(%q, %s) = %s %s, %v, want %s", in, basis, d, d.Basis, err, want)
			}
		}
	}
	for _, in := range []string{"", " ", "8/1/2022", "2022-13", "2022-02-30", "2023-02-29", "0000", "22", "hôm qua", "2022-1-8", "2022-01-08x", "20220108"} {
		d, err := corpus.ParseDate(in, corpus.Stated)
		if !errors.Is(err, corpus.ErrDate) || d != (corpus.Date{}) {
			t.Errorf("ParseDate(%q) = %+v, %v, want ErrDate", in, d, err)
		}
	}
}

func TestUnknownDate(t *testing.T) {
	var d corpus.Date
	if d.Known() || d.String() != "" || d.BasisOr() != corpus.Unknown {
		t.Errorf("the zero date is known %v, %q, %s", d.Known(), d, d.BasisOr())
	}
	if b := (corpus.Date{Basis: corpus.Stated}).BasisOr(); b != corpus.Unknown {
		t.Errorf("a date without a year is %s", b)
	}
	if b := (corpus.Date{Year: 2022}).BasisOr(); b != corpus.Unknown {
		t.Errorf("a date without a basis is %s", b)
	}
	if b := (corpus.Date{Year: 2022, Basis: corpus.Inferred}).BasisOr(); b != corpus.Inferred {
		t.Errorf("an inferred date is %s", b)
	}
}

// date draws a date of any precision, the unknown one too.
func date() *rapid.Generator[corpus.Date] {
	return rapid.Custom(func(t *rapid.T) corpus.Date {
		year := rapid.IntRange(1, 9999).Draw(t, "year")
		month := time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
		last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
		d := corpus.Date{Year: year, Month: month, Day: rapid.IntRange(1, last).Draw(t, "day"), Basis: corpus.Stated}
		switch rapid.IntRange(0, 5).Draw(t, "precision") {
		case 0:
			return corpus.Date{}
		case 1:
			d.Month, d.Day = 0, 0
		case 2:
			d.Day = 0
		}
		return d
	})
}

func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := date().Filter(corpus.Date.Known).Draw(t, "date")
		got, err := corpus.ParseDate(d.String(), d.Basis)
		if err != nil || got != d {
			t.Errorf("%+v is written %q and read %+v, %v", d, d, got, err)
		}
	})
}

// Dates compare as their ISO forms do, which gives an order, with what is not
// known before what is.
func TestDateCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := date().Draw(t, "a"), date().Draw(t, "b")
		if got, want := a.Compare(b), cmp.Compare(a.String(), b.String()); got != want {
			t.Errorf("%q to %q: %d, want %d", a, b, got, want)
		}
		if a.Compare(b) != -b.Compare(a) {
			t.Errorf("%q and %q compare %d and %d", a, b, a.Compare(b), b.Compare(a))
		}
	})
	same := corpus.Date{Year: 2022, Month: 1, Day: 8, Basis: corpus.Stated}
	other := same
	other.Basis = corpus.Inferred
	if same.Compare(other) != 0 {
		t.Error("the basis counts as time")
	}
}

func TestDateOf(t *testing.T) {
	newYear := time.Date(2024, 12, 31, 17, 0, 0, 0, time.UTC)
	if d := corpus.DateOf(newYear, corpus.Stated); d.String() != "2025-01-01" || d.Basis != corpus.Stated {
		t.Errorf("%v is the day %s %s", newYear, d, d.Basis)
	}
	if d := corpus.DateOf(newYear.Add(-time.Second), corpus.Inferred); d.String() != "2024-12-31" || d.Basis != corpus.Inferred {
		t.Errorf("a second before it is the day %s %s", d, d.Basis)
	}
	if _, offset := newYear.In(corpus.Zone).Zone(); offset != 7*3600 {
		t.Errorf("the zone is %d s off UTC", offset)
	}
}
