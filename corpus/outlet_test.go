package corpus

import (
	"slices"
	"testing"
)

func TestOutletOfHost(t *testing.T) {
	for host, want := range map[string]string{
		"nhandan.vn":            "Nhân Dân",
		"WWW.NhanDan.vn":        "Nhân Dân",
		"hanoi.nhandan.vn":      "Nhân Dân",
		"thethao.tuoitre.vn":    "Tuổi Trẻ",
		"kinhtedothi.vn":        "Kinh tế & Đô thị",
		"baochinhphu.vn:443":    "Chinhphu.vn",
		"thanglong.chinhphu.vn": "Chinhphu.vn",
		"vnexpress.net.":        "VnExpress",
		"notnhandan.vn":         "",
		"vn":                    "",
		"":                      "",
		"example.org":           "",
	} {
		if o, ok := OutletOfHost(host); o.Name != want || ok != (want != "") {
			t.Errorf("OutletOfHost(%q) = %q, %v, want %q", host, o.Name, ok, want)
		}
	}
}

func TestOutletOfSign(t *testing.T) {
	for sign, want := range map[string]string{
		"NDO":                   "Nhân Dân",
		"(Chinhphu.vn) -":       "Chinhphu.vn",
		"VGP":                   "Chinhphu.vn",
		"TTO":                   "Tuổi Trẻ",
		"(TTXVN)":               "TTXVN",
		"Dân trí":               "Dân trí",
		"DÂN TRÍ":               "Dân trí",
		"VOV.VN -":              "VOV",
		"Kinh tế và Đô thị":     "Kinh tế & Đô thị",
		"báo kinh tế và đô thị": "Kinh tế & Đô thị",
		"Báo Nhân Dân":          "Nhân Dân",
		"vnexpress":             "VnExpress",
		"tt":                    "",
		"":                      "",
		"Hà Nội":                "",
		"Sở Y tế":               "",
	} {
		if o, ok := OutletOfSign(sign); o.Name != want || ok != (want != "") {
			t.Errorf("OutletOfSign(%q) = %q, %v, want %q", sign, o.Name, ok, want)
		}
	}
}

// Two outlets with the same domain or sign would make attribution a matter of
// the table's order.
func TestOutletsAreDistinct(t *testing.T) {
	all := Outlets()
	if len(all) < 40 {
		t.Fatalf("only %d outlets", len(all))
	}
	owner := map[string]string{}
	for _, o := range all {
		if o.Name == "" || len(o.Domains) == 0 {
			t.Errorf("incomplete outlet %+v", o)
		}
		for _, s := range slices.Concat(o.Domains, o.Signs) {
			if prev, ok := owner[s]; ok && prev != o.Name {
				t.Errorf("%q belongs to %s and %s", s, prev, o.Name)
			}
			owner[s] = o.Name
		}
		for _, d := range o.Domains {
			if got, _ := OutletOfHost("www." + d); got.Name != o.Name {
				t.Errorf("OutletOfHost(www.%s) = %s, want %s", d, got.Name, o.Name)
			}
		}
		for _, s := range append(slices.Clone(o.Signs), o.Name) {
			if got, _ := OutletOfSign(s); got.Name != o.Name {
				t.Errorf("OutletOfSign(%s) = %s, want %s", s, got.Name, o.Name)
			}
		}
	}
	all[0].Name = "changed"
	if Outlets()[0].Name == "changed" {
		t.Error("Outlets exposes its table")
	}
}
