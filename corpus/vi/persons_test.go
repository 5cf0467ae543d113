package vi

import (
	"slices"
	"testing"
)

func TestPersons(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Chủ tịch UBND tỉnh Nguyễn Văn Bình thăm Hà Nội.", []string{"Nguyễn Văn Bình"}},
		{"Theo bà Lê Thị Mơ, ông John Smith chưa trả lời.", []string{"Lê Thị Mơ", "John Smith"}},
		{"Bí thư Huyện ủy Gia Lâm Đặng Văn Cường chủ trì.", []string{"Đặng Văn Cường"}},
		{"Đoàn đi qua Hải Phòng và Quảng Ninh.", nil},
		{"", nil},
	} {
		var got []string
		for _, p := range Persons(c.text) {
			got = append(got, c.text[p.Start:p.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Persons(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
