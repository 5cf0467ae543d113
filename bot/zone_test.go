package bot

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func showZones(s string) string {
	rest, said := cutZones(s, zoneNamed)
	for _, z := range said {
		if z.zone == nil {
			rest += " | no " + z.name
		} else {
			rest += " | " + z.zone.String()
		}
	}
	return rest
}

var zoneCases = []struct{ in, want string }{
	{"", ""},
	{"hằng ngày 7h về giá điện", "hằng ngày 7h về giá điện"},
	{"hằng ngày 7h múi giờ America/New_York về giá điện", "hằng ngày 7h về giá điện | America/New_York"},
	{"hằng ngày 7h, múi giờ america/new_york, về giá điện", "hằng ngày 7h, về giá điện | America/New_York"},
	{"hang ngay 7h mui gio New York ve gia dien", "hang ngay 7h ve gia dien | America/New_York"},
	{"múi giờ: Tokyo hằng ngày 7h", "hằng ngày 7h | Asia/Tokyo"},
	{"hằng ngày 7h theo múi giờ của Berlin", "hằng ngày 7h | Europe/Berlin"},
	{"hằng ngày 7h giờ New York về giá điện", "hằng ngày 7h về giá điện | America/New_York"},
	{"hằng ngày 7h (giờ New York) về giá điện", "hằng ngày 7h về giá điện | America/New_York"},
	{"hằng ngày 7 giờ sáng giờ Việt Nam", "hằng ngày 7 giờ sáng | Asia/Ho_Chi_Minh"},
	{"hằng ngày 07:00 theo giờ Paris", "hằng ngày 07:00 | Europe/Paris"},
	{"hằng ngày 7h UTC+9", "hằng ngày 7h | Etc/GMT-9"},
	{"hằng ngày 7h utc +9 về giá điện", "hằng ngày 7h về giá điện | Etc/GMT-9"},
	{"hằng ngày 7h giờ GMT-5", "hằng ngày 7h | Etc/GMT+5"},
	{"hằng ngày 7h GMT−5", "hằng ngày 7h | Etc/GMT+5"},
	{"7 giờ UTC+9 hằng ngày", "7 giờ hằng ngày | Etc/GMT-9"},
	{"daily 7am UTC", "daily 7am | UTC"},
	{"daily 7am Asia/Tokyo about gold", "daily 7am about gold | Asia/Tokyo"},
	{"daily 7am timezone Asia/Tokyo about gold", "daily 7am about gold | Asia/Tokyo"},
	{"daily 7am in time zone Asia/Tokyo about gold", "daily 7am about gold | Asia/Tokyo"},
	{"daily at 7am New York time about gold", "daily at 7am about gold | America/New_York"},
	{"daily at 7am in Tokyo time zone", "daily at 7am | Asia/Tokyo"},
	{"hằng ngày 7h múi giờ America/Argentina/Buenos_Aires", "hằng ngày 7h | America/Argentina/Buenos_Aires"},
	{"hằng ngày 7h giờ Tokyo giờ Berlin", "hằng ngày 7h | Asia/Tokyo | Europe/Berlin"},

	{"7 giờ sáng thứ hai giờ Tokyo", "7 giờ sáng thứ hai | Asia/Tokyo"},
	{"7h thứ 2 giờ Tokyo", "7h thứ 2 | Asia/Tokyo"},

	// No zones.
	{"7 giờ Hà Nội về xe buýt", "7 giờ Hà Nội về xe buýt"},
	{"bảy giờ Hà Nội", "bảy giờ Hà Nội"},
	{"mỗi giờ Hà Nội", "mỗi giờ Hà Nội"},
	{"giờ cao điểm", "giờ cao điểm"},
	{"mỗi 6 giờ", "mỗi 6 giờ"},
	{"giá xăng/dầu hằng ngày", "giá xăng/dầu hằng ngày"},
	{"hằng ngày về giờ Tokyo", "hằng ngày về giờ Tokyo"},
	{"hằng ngày về múi giờ Asia/Tokyo UTC+9", "hằng ngày về múi giờ Asia/Tokyo UTC+9"},
	{"daily about UTC+9", "daily about UTC+9"},
	{"hằng ngày “giờ Tokyo UTC+9”", "hằng ngày “giờ Tokyo UTC+9”"},
	{"hằng ngày chủ đề Asia/Tokyo", "hằng ngày chủ đề Asia/Tokyo"},
	{"UTCX", "UTCX"},
	{"all the time", "all the time"},

	// None that there is.
	{"hằng ngày 7h múi giờ Atlantis về giá điện", "hằng ngày 7h về giá điện | no Atlantis"},
	{"hằng ngày 7h múi giờ sao hỏa", "hằng ngày 7h hỏa | no sao"},
	{"hằng ngày múi giờ", "hằng ngày | no múi giờ"},
	{"hằng ngày 7h UTC+99", "hằng ngày 7h | no UTC+99"},
	{"daily 7am timezone Mars/Olympus about gold", "daily 7am about gold | no Mars/Olympus"},
}

func TestCutZones(t *testing.T) {
	for _, c := range zoneCases {
		if got := showZones(c.in); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// checkZones states what holds of any sentence.
func checkZones(t interface{ Fatalf(string, ...any) }, s string) {
	rest, said := cutZones(s, zoneNamed)
	if len(said) == 0 && rest != s {
		t.Fatalf("%q became %q, without a zone", s, rest)
	}
	if len(said) > 0 && len(rest) >= len(s) {
		t.Fatalf("%q became %q", s, rest)
	}
	if again, more := cutZones(rest, zoneNamed); len(more) > 0 || again != rest {
		t.Fatalf("%q became %q, which has the zones %v", s, rest, more)
	}
	for _, z := range said {
		if z.name == "" {
			t.Fatalf("%q: a zone without a name", s)
		}
	}
	for _, lead := range []string{" về ", " about ", "“"} {
		if _, topic, ok := strings.Cut(s, lead); ok && !strings.ContainsAny(s, `"„«»”`) && !strings.HasSuffix(rest, strings.TrimSpace(topic)) {
			t.Fatalf("%q became %q: its topic has changed", s, rest)
		}
	}
}

func TestCutZonesProperties(t *testing.T) {
	words := strings.Fields(`hằng ngày 7h 7 giờ gio múi mui UTC+9 utc GMT -5 Asia/Tokyo New York time zone timezone theo in ( ) , : giá vàng Hà Nội bảy mỗi a/b`)
	rapid.Check(t, func(t *rapid.T) {
		sentence := func(most int, label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(t, label), " ")
		}
		s := sentence(10, "when")
		if rapid.Bool().Draw(t, "topic") {
			s = strings.TrimSpace(s+" "+rapid.SampledFrom([]string{"về", "about"}).Draw(t, "lead")) + " giá điện " + sentence(6, "what")
		}
		checkZones(t, strings.TrimSpace(s))
	})
}

func FuzzCutZones(f *testing.F) {
	for _, c := range zoneCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		rest, said := cutZones(s, zoneNamed)
		if len(said) == 0 && rest != s || len(said) > 0 && len(rest) >= len(s) {
			t.Errorf("%q became %q with %v", s, rest, said)
		}
		for _, z := range said {
			if z.name == "" {
				t.Errorf("%q: a zone without a name", s)
			}
		}
	})
}
