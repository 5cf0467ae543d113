package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

const draftText = "Bến phà Gò Cát đổi giờ\nTừ đầu tháng, phà Gò Cát chạy sớm hơn nửa giờ. Chuyến cuối rời bến lúc bảy giờ tối. Vé vẫn giữ giá cũ."

// An admin sees what was recognised, adds it, and reads and withdraws it by its
// number right away.
func TestAdd(t *testing.T) {
	for name, give := range map[string]func(*Bot) chat.Message{
		"file": func(b *Bot) chat.Message { return does(t, b, "/them", file("Bản thảo.txt", draftText)) },
		"text": func(b *Bot) chat.Message { return does(t, b, "/add "+draftText) },
	} {
		for how, confirm := range map[string]func(m chat.Message) string{
			"button":  func(m chat.Message) string { return ">" + data(t, m, "Thêm") },
			"command": func(m chat.Message) string { return m.Buttons[0][0].Command },
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				e, g := editing(t, Options{})
				m := give(e.bot)
				c := m.Citations[0]
				if m.Text != vietnamese.oneNew || c.Title != "Bến phà Gò Cát đổi giờ" || c.N != 0 || c.Link != "" ||
					c.Source != "Nhân Dân, 30/11/2024 (ngày ghi trong bài)" || !strings.HasPrefix(c.Quote, "Từ đầu tháng") || m.Footer != "Sẽ lưu thành tệp them-moi.txt" {
					t.Fatalf("%+v", m)
				}
				if found := titles(say(t, e.bot, here, "", "/moi")); slices.Contains(found, c.Title) {
					t.Errorf("found before it was added: %q", found)
				}
				added := does(t, e.bot, confirm(m))
				if !strings.Contains(added.Text, "1 bài mới") || len(added.Links) != 1 || added.Links[0].Title != c.Title {
					t.Fatalf("%+v", added)
				}
				if read := does(t, e.bot, "/bai 1"); len(read.Citations) == 0 || read.Citations[0].Title != c.Title {
					t.Errorf("%+v", read)
				}
				if again := does(t, e.bot, confirm(m)); again.Text+again.Notice != vietnamese.draftAdded {
					t.Errorf("twice: %+v", again)
				}
				if gone := does(t, e.bot, "/go 1"); !strings.Contains(gone.Text, c.Title) {
					t.Errorf("%+v", gone)
				}
				if log := audits(t, g); !slices.ContainsFunc(log, func(s string) bool {
					return strings.HasSuffix(s, "-> added 1, changed 0, withdrawn 0, restored 0, failures 0")
				}) {
					t.Errorf("%q", log)
				}
			})
		}
	}
}

// A draft that is dropped, or not kept any more, cannot be added; the same file
// can be given again.
func TestDropDraft(t *testing.T) {
	e, _ := editing(t, Options{})
	m := does(t, e.bot, "/them", file("a.txt", draftText))
	add, drop := data(t, m, "Thêm"), data(t, m, "Bỏ")
	if m := does(t, e.bot, ">"+drop); m.Text != vietnamese.nothingAdded || !m.Update {
		t.Errorf("%+v", m)
	}
	if m := does(t, e.bot, ">"+add); m.Notice != vietnamese.draftDropped {
		t.Errorf("%+v", m)
	}
	if m := does(t, e.bot, m.Buttons[0][1].Command); m.Text != vietnamese.draftDropped {
		t.Errorf("%+v", m)
	}
	does(t, e.bot, "/them", file("a.txt", draftText))
	if m := does(t, e.bot, ">"+add); len(m.Links) != 1 || m.LinksTitle != vietnamese.addedTitle {
		t.Errorf("given again: %+v", m)
	}
	does(t, e.bot, "/them", file("a.txt", draftText))
	if m := does(t, e.bot, ">"+add); len(m.Links) != 1 || m.LinksTitle != vietnamese.thereTitle || m.Text != vietnamese.addedNothing {
		t.Errorf("there already: %+v", m)
	}
	e.bot = New(e.index, e.store, Options{Admins: boss, Editor: e}) // as after a restart
	if m := does(t, e.bot, ">"+add); m.Text != vietnamese.noDraft {
		t.Errorf("after a restart: %+v", m)
	}
	if m := does(t, e.bot, ">"+drop); m.Notice != vietnamese.noDraft {
		t.Errorf("after a restart: %+v", m)
	}
}

// Of two who confirm at once one is told that the other does.
func TestConfirmAtOnce(t *testing.T) {
	e, _ := editing(t, Options{})
	m := does(t, e.bot, "/them", file("a.txt", draftText))
	add := ">" + data(t, m, "Thêm")
	second := handle(t, e.bot, chat.Request{Ref: here, User: "1", Button: data(t, m, "Thêm"), Direct: true, ID: "x"})
	if second.Notice != vietnamese.adminsOnly { // an admin of Telegram is none of the console
		t.Errorf("%+v", second)
	}
	began := handle(t, e.bot, chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "6"}, User: "1", Button: data(t, m, "Thêm"), Direct: true, ID: "x"})
	e.adding = func(context.Context, func(Progress)) {
		e.adding = nil
		if m := does(t, e.bot, add); m.Notice != vietnamese.draftBusy {
			t.Errorf("%+v", m)
		}
		if m := settled(t, began); m.Text != vietnamese.draftBusy {
			t.Errorf("who was first to press and second to begin: %+v", m)
		}
	}
	if m := does(t, e.bot, add); len(m.Links) != 1 {
		t.Errorf("%+v", m)
	}
	if !slices.Equal(e.did, []string{"stage a.txt", "add k1"}) {
		t.Errorf("%q", e.did)
	}
}

// What cannot be taken is said in words, whatever the reason.
func TestRefusals(t *testing.T) {
	reasons := map[Refusal]string{
		RefusedNoFolder: "--corpus", RefusedReadOnly: "quyền ghi", RefusedKind: "jsonl", RefusedSize: "10 MB",
		RefusedNotText: "UTF-8", RefusedNothing: "Không nhận ra bài nào", RefusedFull: "bản nháp",
	}
	for reason, want := range reasons {
		e, _ := editing(t, Options{})
		e.err = &RefusedError{Reason: reason, Detail: "dòng 3: <hỏng>\n"}
		m := does(t, e.bot, "/them", file("a.txt", draftText))
		detailed := reason != RefusedKind && reason != RefusedSize // there is no more to say of these
		if !strings.Contains(m.Text, want) || strings.Contains(m.Text, "Chi tiết: dòng 3: <hỏng>") != detailed || len(m.Buttons) > 0 {
			t.Errorf("%s: %+v", reason, m)
		}
		if got := english.refusedReason(reason); got == vietnamese.refusedReason(reason) || strings.HasPrefix(got, "It could not be added") {
			t.Errorf("%s: %q", reason, got)
		}
	}
	e, g := editing(t, Options{})
	tooLarge := func(context.Context, int64) (io.ReadCloser, error) { return nil, fmt.Errorf("x: %w", chat.ErrTooLarge) }
	if m := does(t, e.bot, "/them", chat.File{Name: "a.txt", Open: tooLarge}); m.Text != vietnamese.refusedSize {
		t.Errorf("%+v", m)
	}
	endless := func(context.Context, int64) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("x"), failing{chat.ErrTooLarge})), nil
	}
	if m := does(t, e.bot, "/them", chat.File{Name: "a.txt", Open: endless}); m.Text != vietnamese.refusedSize {
		t.Errorf("%+v", m)
	}
	e.err = errors.New("the disk is full")
	if m := does(t, e.bot, "/them", file("a.txt", draftText)); !strings.Contains(m.Text, "the disk is full") {
		t.Errorf("%+v", m)
	}
	for _, c := range []struct{ text, want string }{
		{"/them", vietnamese.addUsage}, {"/them  https://bao.example/tin-1.html ", vietnamese.addressGiven},
	} {
		if m := does(t, e.bot, c.text); m.Text != c.want {
			t.Errorf("%s: %+v", c.text, m)
		}
	}
	if m := does(t, New(e.index, e.store, Options{Admins: boss}), "/them", file("a.txt", draftText)); m.Text != vietnamese.noEditor {
		t.Errorf("%+v", m)
	}
	log := audits(t, g)
	if len(log) != 10 || log[0] != "them [a.txt]" || !strings.HasPrefix(log[1], "them [a.txt] -> refused: ") {
		t.Errorf("%q", log)
	}
}

// failing is a reader.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// When adding fails it can be tried again from the message that says so.
func TestAddFails(t *testing.T) {
	e, _ := editing(t, Options{})
	m := does(t, e.bot, "/them", file("a.txt", draftText))
	add := ">" + data(t, m, "Thêm")
	e.err = errors.New("the disk is full")
	failed := does(t, e.bot, add)
	if !strings.Contains(failed.Text, "the disk is full") {
		t.Errorf("%+v", failed)
	}
	e.err = nil
	if m := does(t, e.bot, ">"+data(t, failed, "Thêm")); len(m.Links) != 1 {
		t.Errorf("%+v", m)
	}
}

// A preview counts, names failures, and quotes the articles word for word.
func TestDraftPreview(t *testing.T) {
	long := news(t, "", "", "Tít", strings.Repeat("Nước sông lên chậm trong đêm ấy. ", 50))
	long.TitleDerived = true
	long.Published = corpus.Date{Year: 2024, Month: 5, Day: 3, Basis: corpus.Inferred}
	d := Draft{Key: "k", Articles: []*corpus.Article{long, long}, New: 1200, Changed: 2, Same: 3, Failed: 8, Failures: []string{"dòng 1: a", "dòng 2: b"}}
	m := vietnamese.preview(d)
	want := "Nhận ra 1.205 bài: 1.200 bài mới, 2 bài có thay đổi, 3 bài đã có.\nDưới đây là 2 bài đầu.\nKhông đọc được: 8.\n- dòng 1: a\n- dòng 2: b\nvà 6 mục nữa"
	if m.Text != want {
		t.Errorf("got %s\nwant %s", m.Text, want)
	}
	for _, c := range m.Citations {
		if c.Title != "Tít (bài không có tít)" || c.Source != "không rõ nguồn, 3/5/2024 (ngày suy ra)" || !c.After || c.Quote != slice(long.Body, c.Span) || len([]rune(c.Quote)) > previewRunesEach {
			t.Errorf("%+v", c)
		}
	}
	for _, c := range []struct {
		d    Draft
		want string
	}{{Draft{New: 1}, vietnamese.oneNew}, {Draft{Changed: 1}, vietnamese.oneChanged}, {Draft{Same: 1}, vietnamese.oneSame}} {
		if got := vietnamese.recognised(c.d); got != c.want {
			t.Errorf("%+v: %s", c.d, got)
		}
	}
	if b := english.preview(d).Buttons[0]; b[0].Command != "/add confirm k" || b[1].Command != "/add cancel k" {
		t.Errorf("%+v", b)
	}
}

// A pasted article is not put into the audit log.
func TestAuditIsShort(t *testing.T) {
	e, g := editing(t, Options{})
	does(t, e.bot, "/them "+strings.Repeat("bí mật ", 500))
	doesAs(t, e.bot, "2", "/them "+strings.Repeat("bí mật ", 500))
	for _, line := range audits(t, g) {
		if len([]rune(line)) > 300 || strings.Count(line, "bí mật") > 20 {
			t.Errorf("%q", line)
		}
	}
}
