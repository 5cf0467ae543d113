package vi

import (
	"strings"
	"testing"
)

func TestIsStop(t *testing.T) {
	for _, s := range strings.Fields("của và là có được cho trong với các những này đó thì mà đã sẽ đang về từ tại") {
		if !IsStop(s) {
			t.Errorf("%s is no stop", s)
		}
	}
	for _, s := range strings.Fields("năm công hội chính nhà nước thành phố bộ đảng an dân mới ở chỉ thế nhất tự tư trọng bị gì ai nào đâu") {
		if IsStop(s) {
			t.Errorf("%s is a stop", s)
		}
	}
	for s := range stops {
		if s != Normalize(s) {
			t.Errorf("%s is not in normal form", s)
		}
	}
}

func TestIsStopFolded(t *testing.T) {
	for s := range foldedStops {
		if s != Fold(s) {
			t.Errorf("%s has diacritics", s)
		}
	}
	for _, s := range strings.Fields("đảng bộ vị thị nền trọng cung cơ tài tư vé đề khí thể mới chính an dân nước đô") {
		if IsStopFolded(Fold(s)) {
			t.Errorf("%s is lost: %s is a stop", s, Fold(s))
		}
	}
	if !IsStopFolded("cua") || !IsStopFolded("duoc") {
		t.Error("cua and duoc are stops")
	}
}
