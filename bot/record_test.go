package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/index"
)

// fakeRecords keep questions, and what is stored about people.
type fakeRecords struct {
	err       error
	questions []chat.Question
	usage     chat.Usage
	since     time.Time
	stored    map[chat.Person]chat.Stored
}

func (f *fakeRecords) PutQuestion(ctx context.Context, q chat.Question) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.questions = append(f.questions, q)
	return f.err
}

func (f *fakeRecords) Usage(_ context.Context, since time.Time, _ *time.Location, _ int) (chat.Usage, error) {
	f.since = since
	return f.usage, f.err
}

func (f *fakeRecords) Stored(_ context.Context, p chat.Person) (chat.Stored, error) {
	return f.stored[p], f.err
}

func (f *fakeRecords) Forget(_ context.Context, p chat.Person) (chat.Stored, error) {
	s := f.stored[p]
	f.stored[p] = chat.Stored{Audit: s.Audit}
	return s, f.err
}

// Each question is kept once, with what came of it; nothing else is, and not what
// asks nothing.
func TestRecordQuestions(t *testing.T) {
	f := &fakeRecords{err: errors.New("the disk is full")} // which is no reason not to answer
	var observed []chat.Question
	l, _ := remembering(t, Options{Records: f, Observe: func(q chat.Question) { observed = append(observed, q) }})
	long := strings.Repeat("Cầu Đá Bạc ở đâu? ", 100)
	for _, c := range []struct {
		text, id string
		outcome  chat.Outcome
		exchange bool
	}{
		{"  Giá cói khô\tTẠI chợ Bến Sậy thế nào??", "1", chat.Answered, true},
		{"gia coi kho tai cho ben say the nao", "", chat.Answered, false},
		{"Ai đặt tên cho cầu Đá Bạc từ thời nhà Nguyễn?", "2", chat.Abstained, true},
		{"xyzzy plugh qwrtp", "3", chat.Nothing, true},
		{"???", "4", chat.Unclear, false},
		{long, "5", "", true},
	} {
		before := len(f.questions)
		m := handle(t, l.bot, chat.Request{Ref: group, ID: c.id, User: "9", Text: c.text})
		kept := 1
		if c.outcome == chat.Unclear { // it is only counted
			kept = 0
		}
		if m.Empty() || len(f.questions) != before+kept || observed[len(observed)-1].Outcome != c.outcome && c.outcome != "" {
			t.Fatalf("%q: %+v, %d questions", c.text, m, len(f.questions)-before)
		}
		if kept == 0 {
			continue
		}
		q := f.questions[before]
		if c.outcome != "" && q.Outcome != c.outcome || (q.Exchange != "") != c.exchange || q.Platform != "telegram" || q.Lang != chat.Vietnamese || q.Took < 0 || !q.At.Equal(testNow) {
			t.Errorf("%q: %+v", c.text, q)
		}
		if len([]rune(q.Text)) > questionRunes || q.Text != chat.CleanLine(q.Text) || q.Key == "" {
			t.Errorf("%q: %+v", c.text, q)
		}
	}
	if f.questions[0].Key != f.questions[1].Key || f.questions[0].Key == f.questions[2].Key {
		t.Errorf("%+v", f.questions[:3])
	}
	n := len(f.questions)
	for _, other := range []string{"moi", "bai 1", "trogiup", "tomtat", "caidat"} {
		operate(t, l.bot, "9", other)
	}
	if len(f.questions) != n || len(observed) != n+1 {
		t.Errorf("%d questions, %d observed, want %d", len(f.questions), len(observed), n)
	}
}

// buildingIndex cannot answer yet.
type buildingIndex struct{ fakeSearcher }

func (buildingIndex) Search(context.Context, index.Query) (*index.Result, error) {
	return nil, &index.BuildingError{Done: 42, Total: 100}
}

func TestBuilding(t *testing.T) {
	f := &fakeRecords{}
	b := New(buildingIndex{}, fakeLibrary{}, Options{Records: f})
	for _, text := range []string{"Cầu ở đâu?", "/moi cầu"} {
		for lang, want := range map[chat.Lang]string{
			chat.Vietnamese: "Kho bài đang được lập chỉ mục (42%), hỏi lại sau ít phút.",
			chat.English:    "The articles are being indexed (42%). Please ask again in a few minutes.",
		} {
			if m := say(t, b, here, lang, text); m.Text != want {
				t.Errorf("%s: %+v", text, m)
			}
		}
	}
	if len(f.questions) != 2 || f.questions[0].Outcome != chat.Failed {
		t.Errorf("%+v", f.questions)
	}
}

func TestUsage(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2024, time.November, d, 0, 0, 0, 0, corpus.Zone) }
	f := &fakeRecords{usage: chat.Usage{
		Days: []chat.UsageDay{
			{Day: day(29), Questions: 1200, Answered: 900, Abstained: 200, Nothing: 95, Failed: 5, Useful: 7, NotUseful: 2},
			{Day: day(30), Questions: 4, Answered: 4},
		},
		Asked: []chat.AskedOften{{Text: "Cầu ở đâu?", Times: 9}}, Missing: []chat.AskedOften{{Text: "Tàu\nvũ trụ?", Times: 3}},
		NotUseful: []chat.AskedOften{{Text: "Giá cói?", Times: 2}},
	}}
	b := New(nil, nil, Options{Admins: boss, Records: f, Now: func() time.Time { return testNow }})
	ask := func(text string) string {
		m, err := operate(t, b, "1", text)
		if err != nil {
			t.Error(err)
		}
		return m.Text
	}
	want := `7 ngày qua: 1.204 câu hỏi, 904 câu có trả lời.
Không trả lời được: 25%.
Gặp lỗi: 5.
Đánh giá: 7 hữu ích, 2 chưa đúng.

Theo ngày:
29/11: 1.200 câu hỏi, 295 không trả lời được
30/11: 4 câu hỏi, 0 không trả lời được

Hỏi nhiều nhất:
- Cầu ở đâu? (9 lần)

Kho bài còn thiếu:
- Tàu vũ trụ? (3 lần)

Trả lời bị cho là chưa đúng:
- Giá cói? (2 lần)`
	if got := ask("thongke"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for text, since := range map[string]time.Time{"thongke": day(26), "stats 1": day(32), "thongke 30 ngày": day(3), "thongke 90": day(-57)} {
		if ask(text); !f.since.Equal(since) {
			t.Errorf("%s: since %v, want %v", text, f.since, since)
		}
	}
	for _, text := range []string{"thongke 0", "thongke 91", "thongke mai"} {
		if got := ask(text); got != vietnamese.usageUsage {
			t.Errorf("%s: %s", text, got)
		}
	}
	f.usage.Days = slices.Repeat(f.usage.Days, 10)
	if got := ask("thongke 20"); !strings.Contains(got, "Theo tuần") || strings.Count(got, "không trả lời được") != 3 {
		t.Error(got)
	}
	f.usage = chat.Usage{Days: make([]chat.UsageDay, 7)}
	if got := ask("thongke"); got != "Không có câu hỏi nào trong 7 ngày qua." {
		t.Error(got)
	}
	if m, _ := operate(t, New(nil, nil, Options{Admins: boss}), "1", "thongke"); m.Text != vietnamese.noUsage {
		t.Errorf("%+v", m)
	}
}
