package vi

import "testing"

func TestIsSyllable(t *testing.T) {
	for _, s := range []string{"rồng", "gì", "gìn", "giếng", "giêng", "quốc", "quý", "nghiêng", "khuya", "khuỷu", "ủy", "yêu", "ý", "đường", "xoong", "mỹ", "thuở", "ươm", "a"} {
		if !IsSyllable(Normalize(s), false) {
			t.Errorf("IsSyllable(%q) = false", s)
		}
		if !IsSyllable(Fold(s), true) {
			t.Errorf("IsSyllable(%q, folded) = false", Fold(s))
		}
	}
	for _, s := range []string{"thanhf", "uyr", "tha2nh", "league", "grdp", "", "nghieng", "zoo", "ngệ", "cì", "ghà", "bb", "đd", "văcn", "ngh", "19"} {
		if IsSyllable(Normalize(s), false) {
			t.Errorf("IsSyllable(%q) = true", s)
		}
	}
	for _, s := range []string{"thanhf", "uyr", "tha2nh", "league", "grdp", ""} {
		if IsSyllable(s, true) {
			t.Errorf("IsSyllable(%q, folded) = true", s)
		}
	}
}

func TestIsFamilyName(t *testing.T) {
	for s, want := range map[string]bool{"nguyễn": true, "đinh": true, "hội": false, "Nguyễn": false} {
		if got := IsFamilyName(s); got != want {
			t.Errorf("IsFamilyName(%q) = %v, want %v", s, got, want)
		}
	}
}
