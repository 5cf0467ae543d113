package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// edition is one of two states of a folder of articles, which have most of their
// files in common, each with another text. Of all that the two editions say of
// a market, nothing is the same.
type edition byte

const (
	firstEdition  edition = 'A'
	secondEdition edition = 'B'
)

// markets are what the articles are about, two articles each: of the first
// ones, both editions tell; then come those that only the first edition has,
// those that only the second one has, and those that stay as they are.
const (
	marketsOfBoth, marketsOfFirst, marketsOfSecond, marketsThatStay = 200, 50, 50, 50
	markets                                                         = marketsOfBoth + marketsOfFirst + marketsOfSecond + marketsThatStay
)

// market is the name of a market; no two have one in common.
func market(i int) string {
	first := []string{"Bàng", "Cau", "Dừa", "Gạo", "Kè", "Lau", "Muỗm", "Nứa", "Ổi", "Quế", "Rơm", "Sậy", "Trám", "Vông", "Xoan", "Đay", "Giang", "Mít", "Nhãn"}
	second := []string{"Bạc", "Chiêm", "Đoài", "Gié", "Hạ", "Khê", "Lũng", "Mạn", "Nguồn", "Phố", "Rạch", "Soi", "Thượng", "Vạn", "Xép", "Yên", "Trầm", "Nhuệ", "Láng", "Kẽm"}
	return first[i%len(first)] + " " + second[i/len(first)%len(second)]
}

// has reports whether an edition tells of a market, and as which edition.
func (e edition) has(i int) (edition, bool) {
	switch {
	case i < marketsOfBoth:
		return e, true
	case i < marketsOfBoth+marketsOfFirst:
		return e, e == firstEdition
	case i < marketsOfBoth+marketsOfFirst+marketsOfSecond:
		return e, e == secondEdition
	}
	return firstEdition, true
}

// article is one of the two articles on a market.
func (e edition) article(i, which int) string {
	r := rand.New(rand.NewPCG(uint64(i), uint64(e)<<8+uint64(which)))
	words := strings.Fields("người bán hàng mang rau quả lên từ sớm, thuyền ghe đậu kín bờ, khách quen hỏi giá rồi đi, mưa xuống thì dọn vào mái hiên, trẻ con xem múa rối cạn, nồi bánh đúc bốc khói cuối dãy")
	var rest strings.Builder
	for range 40 {
		rest.WriteString(" " + words[r.IntN(len(words))])
	}
	n := 100 + i
	if e == secondEdition {
		n += 1000
	}
	says := fmt.Sprintf("Chợ %s mở phiên với %d gian hàng.", market(i), n)
	if which == 1 {
		says = fmt.Sprintf("Ban quản lý đếm được %d gian hàng trong phiên ở chợ %s.", n, market(i))
	}
	return fmt.Sprintf("---\ntitle: Chợ %s, kỳ %c%d\n---\n\n%s\n\nBuổi ấy%s.\n", market(i), e, which, says, rest.String())
}

// write makes a folder that edition.
func (e edition) write(t *testing.T, dir string) {
	t.Helper()
	for i := range markets {
		for which := range 2 {
			path := filepath.Join(dir, fmt.Sprintf("%03d-%d.md", i, which))
			var err error
			if as, ok := e.has(i); ok {
				text := as.article(i, which)
				if before, _ := os.ReadFile(path); string(before) != text {
					err = os.WriteFile(path, []byte(text), 0o600)
				}
			} else if err = os.Remove(path); os.IsNotExist(err) {
				err = nil
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// marketQuestions ask for what differs between the editions.
func marketQuestions() (list []string) {
	for i := 0; i < markets; i += 7 {
		list = append(list, fmt.Sprintf("chợ %s mở phiên với bao nhiêu gian hàng", market(i)))
	}
	return list
}
