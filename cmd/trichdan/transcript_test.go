//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The articles of the README's transcript, before and after.
const (
	bridgeFile = `---
title: Khởi công cầu bắc qua sông Nhạn
outlet: Báo Sông Quê
published: 2026-11-19
url: https://bao.example/cau-song-nhan
---

Sáng 19/11, tỉnh khởi công cầu bắc qua sông Nhạn, dài 680 m với bốn làn xe. Cầu dự kiến thông xe sau 24 tháng.
`
	electricityFile = `---
title: Giá điện sinh hoạt giữ nguyên đến hết quý
outlet: Báo Sông Quê
published: 2026-11-21
url: https://bao.example/gia-dien
---

Giá điện sinh hoạt giữ nguyên đến hết quý này. Hộ dùng dưới 50 kWh mỗi tháng vẫn được hỗ trợ tiền điện.

Việc xem xét lại giá chỉ diễn ra sau khi có số liệu chi phí của cả năm.
`
)

// changing are the parts of a transcript that are others each time.
var changing = regexp.MustCompile(`(thứ \p{L}+|chủ nhật) \d+/\d+/\d{4}, \d\d:\d\d|\d+,\d giây|\d+ phút \d+ giây`)

// TestTranscript: what the README shows of a digest that arrives is what happens.
func TestTranscript(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	got := transcript(t)
	same := func(s string) string { return changing.ReplaceAllString(s, "…") }
	if !strings.Contains(same(string(readme)), "```console\n"+same(got)+"```\n") {
		t.Errorf("the README does not show this:\n%s", got)
	}
}

// transcript is a conversation, as somebody sees it who drops a file into the
// folder meanwhile.
func transcript(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "articles")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write("cau-song-nhan.md", bridgeFile)
	cmd := program(t, "chat", "--corpus", folder, "--data", filepath.Join(t.TempDir(), "data"))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	s.WriteString("$ trichdan chat --corpus articles\n")
	lines := bufio.NewReader(out)
	// say types a line, and reads until one that ends what it brings.
	say := func(line, last string) {
		t.Helper()
		if _, err := io.WriteString(in, line+"\n"); err != nil {
			t.Fatal(err)
		}
		s.WriteString("> " + line + "\n")
		for {
			text, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("no %q: %v\n%s", last, err, s.String())
			}
			if text == "\n" && strings.HasSuffix(s.String(), "> "+line+"\n") {
				continue // what parts it from what was said before
			}
			s.WriteString(text)
			if strings.HasPrefix(strings.TrimSpace(text), last) {
				return
			}
		}
	}
	say("/dangky ngay khi có bài về giá điện", "/huy 1")
	s.WriteString("\n# in another terminal: cp gia-dien.md articles/\n")
	write("gia-dien.md", electricityFile)
	reload(t, in, lines, &s)
	for before := s.String(); ; {
		say("/lich", "/tamdung 1")
		if !strings.Contains(s.String(), "Đang chờ gửi") {
			break
		}
		// The digest is there, and that it is has yet to be noted.
		s.Reset()
		s.WriteString(before)
	}
	s.WriteString("\n")
	say("/huy 1", "Đăng ký lại")
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || len(rest) > 0 {
		t.Errorf("and then %q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	return s.String()
}

// reload types /naplai and reads the report and the digest that it brings. They
// are said by two that do not wait for each other; the transcript has the report
// first.
func reload(t *testing.T, in io.Writer, lines *bufio.Reader, s *strings.Builder) {
	t.Helper()
	if _, err := io.WriteString(in, "/naplai\n"); err != nil {
		t.Fatal(err)
	}
	s.WriteString("> /naplai\n")
	var report, digest strings.Builder
	for inDigest := false; report.Len() == 0 || inDigest || digest.Len() == 0; {
		text, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("no report or no digest: %v\n%s%s", err, report.String(), digest.String())
		}
		inDigest = inDigest || strings.HasPrefix(text, "Tin mới")
		switch {
		case inDigest:
			digest.WriteString(text)
			inDigest = !strings.HasPrefix(strings.TrimSpace(text), "Đọc bài")
		case text != "\n":
			report.WriteString(text)
		}
	}
	s.WriteString(report.String() + "\n" + digest.String() + "\n")
}

// subscribeExample is a sentence of the README's table.
var subscribeExample = regexp.MustCompile("(?m)^\\| `/dangky ?(.*?)` \\|")

// TestExamples: each way to subscribe that the README shows is understood.
func TestExamples(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := subscribeExample.FindAllStringSubmatch(string(readme), -1)
	if len(found) < 5 {
		t.Fatalf("%d examples", len(found))
	}
	c := newCalendar(t, time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC))
	seen := map[string]string{}
	for i, m := range found {
		s := c.subscribe(strconv.Itoa(i), m[1])
		what := fmt.Sprintf("%+v %s %q %q %v", s.When, s.Zone, s.Topic, s.Outlets, s.Always)
		if other, twice := seen[what]; twice {
			t.Errorf("%q and %q are understood alike: %s", other, m[1], what)
		}
		seen[what] = m[1]
	}
}
