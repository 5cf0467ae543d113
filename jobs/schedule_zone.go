package jobs

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the container image has no zone files

	"trichdan/corpus/vi"
)

// DefaultZone is the time zone of who did not say another.
const DefaultZone = "Asia/Ho_Chi_Minh"

const defaultHour = vi.DefaultHour

// ZoneError is the name of a time zone that does not exist.
type ZoneError struct{ Name string }

// Error tells how zones are named.
func (e *ZoneError) Error() string {
	return fmt.Sprintf("unknown time zone %q: give an IANA name such as %s or America/New_York, a city, or UTC+7", e.Name, DefaultZone)
}

// areas are where LoadZone looks for a city.
var areas = [...]string{"Asia", "America", "Europe", "Australia", "Pacific", "Africa", "Atlantic", "Indian"}

// vietnamese are names, folded, of the zone of Vietnam.
var vietnamese = map[string]bool{
	"": true, "vn": true, "viet nam": true, "vietnam": true, "ha noi": true, "hanoi": true, "sai gon": true,
	"saigon": true, "tp.hcm": true, "tphcm": true, "hcm": true, "ho chi minh": true, "da nang": true, "ict": true,
}

// LoadZone finds a time zone by its IANA name in any case, by the city of one
// ("New York"), by its distance from UTC in full hours ("UTC+9", "GMT-5"), or
// "Việt Nam" by any name. An empty name is DefaultZone. The name to store is
// the String of the result. An error is a *ZoneError.
func LoadZone(name string) (*time.Location, error) {
	folded := strings.Join(strings.Fields(vi.Fold(name)), " ")
	for _, lead := range []string{"mui gio ", "gio "} {
		folded = strings.TrimPrefix(folded, lead)
	}
	if vietnamese[folded] {
		return time.LoadLocation(DefaultZone)
	}
	if offset, ok := utcOffset(folded); ok {
		return offset, nil
	}
	// "Local" is the zone of this machine, and so are some of its files.
	for _, own := range []string{"local", "posix", "right/", "leap"} {
		if strings.HasPrefix(folded, own) {
			return nil, &ZoneError{name}
		}
	}
	if len(folded) > 64 {
		return nil, &ZoneError{name}
	}
	exact := strings.TrimSpace(name)
	city := zoneCase(folded)
	tries := []string{exact, city, strings.ToUpper(folded)}
	if !strings.Contains(city, "/") {
		for _, area := range areas {
			tries = append(tries, area+"/"+city)
		}
	}
	for _, try := range tries {
		if zone, err := time.LoadLocation(try); err == nil && try != "" {
			return zone, nil
		}
	}
	return nil, &ZoneError{name}
}

// zoneCase writes a folded name as IANA does: "ho chi minh" as Ho_Chi_Minh,
// "port of spain" as Port_of_Spain.
func zoneCase(folded string) string {
	var b strings.Builder
	start := true
	word := 0
	for i, r := range folded {
		if r == ' ' {
			r = '_'
		}
		if start {
			word = i
		}
		separates := r == '_' || r == '/' || r == '-'
		if start && 'a' <= r && r <= 'z' && !lowerInZone[nextPart(folded[word:])] {
			r += 'A' - 'a'
		}
		b.WriteRune(r)
		start = separates
	}
	return b.String()
}

// lowerInZone are the words that stand in lower case in IANA names.
var lowerInZone = map[string]bool{"of": true, "es": true, "au": true}

// nextPart is what s begins with, up to a separator.
func nextPart(s string) string {
	if n := strings.IndexAny(s, " _/-"); n >= 0 {
		return s[:n]
	}
	return s
}

// utcOffset reads "utc+7". The zones Etc/GMT count the other way.
func utcOffset(folded string) (*time.Location, bool) {
	s := strings.ReplaceAll(folded, " ", "")
	if s == "utc" || s == "gmt" || s == "z" {
		return time.UTC, true
	}
	rest, ok := strings.CutPrefix(s, "utc")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "gmt"); !ok {
			rest = s
		}
	}
	if len(rest) < 2 || rest[0] != '+' && rest[0] != '-' {
		return nil, false
	}
	hours, ok := atoi(strings.TrimSuffix(rest[1:], ":00"), true)
	if !ok || hours > 14 {
		return nil, false
	}
	if hours == 0 {
		return time.UTC, true
	}
	if hours == 7 && rest[0] == '+' {
		zone, err := time.LoadLocation(DefaultZone)
		return zone, err == nil
	}
	sign := map[byte]string{'+': "-", '-': "+"}[rest[0]]
	zone, err := time.LoadLocation("Etc/GMT" + sign + strconv.Itoa(hours))
	return zone, err == nil
}
