package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// What is withdrawn is neither found nor cited, and comes back with one press.
func TestWithdraw(t *testing.T) {
	const question = "/hoi Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?"
	for how, undo := range map[string]func(m chat.Message) string{
		"button":  func(m chat.Message) string { return ">" + data(t, m, "Khôi phục") },
		"command": func(m chat.Message) string { return m.Buttons[0][0].Command },
		"list":    func(chat.Message) string { return "/phuchoi 1" },
	} {
		t.Run(how, func(t *testing.T) {
			e, g := editing(t, Options{})
			bridge := does(t, e.bot, question).Citations[0].ArticleID
			gone := does(t, e.bot, "/go 1")
			if want := "Đã gỡ: “Thị xã Bến Sậy khánh thành cầu Đá Bạc”, Nhân Dân, 14/3/2023."; gone.Text != want {
				t.Fatalf("got %s, want %s", gone.Text, want)
			}
			m := does(t, e.bot, question)
			for _, c := range m.Citations {
				if c.ArticleID == bridge {
					t.Errorf("cited: %+v", c)
				}
			}
			for _, l := range m.Links {
				if l.ArticleID == bridge {
					t.Errorf("listed: %+v", l)
				}
			}
			if m := does(t, e.bot, "/go "+bridge); !strings.HasPrefix(m.Text, "Bài này đã gỡ từ trước") {
				t.Errorf("twice: %+v", m)
			}
			list := does(t, e.bot, "/phuchoi")
			if list.LinksTitle != vietnamese.withdrawnTitle || len(list.Links) != 1 || list.Links[0].URL != "" || list.Buttons[0][0].Command != "/phuchoi "+bridge {
				t.Errorf("%+v", list)
			}
			back := does(t, e.bot, undo(gone))
			if !strings.HasPrefix(back.Text, "Đã khôi phục: “Thị xã Bến Sậy khánh thành cầu Đá Bạc”") {
				t.Fatalf("%+v", back)
			}
			if m := does(t, e.bot, ">"+data(t, back, "Đọc bài")); len(m.Citations) == 0 || m.Citations[0].ArticleID != bridge {
				t.Errorf("%+v", m)
			}
			if m := does(t, e.bot, question); m.Answer == nil || m.Citations[0].ArticleID != bridge {
				t.Errorf("%+v", m)
			}
			if m := does(t, e.bot, ">"+data(t, gone, "Khôi phục")); !strings.HasPrefix(m.Notice, "Bài này đang có trong kho") {
				t.Errorf("restored twice: %+v", m)
			}
			for _, want := range []string{"go 1", "go 1 -> withdrawn " + bridge, "phuchoi " + bridge + " -> not withdrawn: " + bridge} {
				if log := audits(t, g); !slices.Contains(log, want) {
					t.Errorf("no %q in %q", want, log)
				}
			}
		})
	}
}

// An article can be named by its address, as people copy it.
func TestWithdrawByAddress(t *testing.T) {
	e, _ := editing(t, Options{})
	a := news(t, "Nhân Dân", "2024-11-30", "Bến phà Gò Cát đổi giờ", "Phà Gò Cát chạy sớm hơn nửa giờ.")
	a.URL = "https://nhandan.example/tin-1.html"
	a.ID = corpus.NewID(a.URL, "")
	e.put(t, a)
	if m := does(t, e.bot, "/remove http://www.nhandan.example/tin-1.html?utm_source=x"); !strings.Contains(m.Text, a.Title) {
		t.Errorf("%+v", m)
	}
	if m := does(t, e.bot, "/phuchoi "+a.URL); !strings.HasPrefix(m.Text, "Đã khôi phục") {
		t.Errorf("%+v", m)
	}
}

func TestWithdrawNothing(t *testing.T) {
	e, _ := editing(t, Options{})
	for text, want := range map[string]string{
		"/go": vietnamese.withdrawUsage, "/go 7": "Không có bài số 7 trong danh sách vừa nêu. Hãy hỏi lại, hoặc gõ /moi để xem bài mới nhất.",
		"/go abc": "Không tìm thấy bài “abc”.", "/phuchoi abc": "Không tìm thấy bài “abc”.", "/phuchoi": vietnamese.noneWithdrawn,
	} {
		if m := does(t, e.bot, text); m.Text != want || len(m.Buttons) > 0 {
			t.Errorf("%s: %+v", text, m)
		}
	}
	if len(e.did) > 0 {
		t.Errorf("%q", e.did)
	}
	bare := New(e.index, e.store, Options{Admins: boss})
	for _, text := range []string{"/go 1", "/phuchoi"} {
		if m := does(t, bare, text); m.Text != vietnamese.noEditor {
			t.Errorf("%s: %+v", text, m)
		}
	}
}

// What no file gives any more has to be added again.
func TestRestoreWithoutFile(t *testing.T) {
	e, _ := editing(t, Options{})
	for range 7 {
		newest := does(t, e.bot, "/moi")
		does(t, e.bot, "/go 1")
		e.gone = newest.Links[0].ArticleID
	}
	list := does(t, e.bot, "/phuchoi")
	if len(list.Links) != mostWithdrawn || list.Footer != "Còn 2 bài đã gỡ khác. Gõ /phuchoi và mã hoặc địa chỉ của bài." {
		t.Errorf("%+v", list)
	}
	if m := does(t, e.bot, ">"+data(t, list, "Khôi phục bài 1")); !strings.Contains(m.Text, "hãy thêm bằng /them") {
		t.Errorf("%+v", m)
	}
	choices, err := e.bot.Complete(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram"}, User: "1", Command: "phuchoi"})
	if err != nil || len(choices) != 7 {
		t.Errorf("%+v, %v", choices, err)
	}
	if choices, err := e.bot.Complete(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram"}, User: "2", Command: "phuchoi"}); err != nil || len(choices) > 0 {
		t.Errorf("for anybody: %+v, %v", choices, err)
	}
	e.err = errors.New("the disk is full")
	for _, text := range []string{"go 1", "phuchoi 1", "phuchoi"} {
		if m, err := operate(t, e.bot, "1", text); err == nil || m.Text != vietnamese.failed {
			t.Errorf("%s: %+v, %v", text, m, err)
		}
	}
}

// adminOnly are all commands and buttons of admins.
var adminOnly = []string{
	"/naplai", "/reload", "/them x y", "/ADD x", "/them xacnhan k1", "/them bo k1", "/go 1", "/gỡ 1", "/remove 1", "/phuchoi", "/restore 1",
	"/trangthai", "/status", "/thongke", "/stats 3", ">+:k1", ">-:k1", ">u:0123456789abcdef", ">R:", ">D:",
}

// Nobody but an admin of this platform can do anything, and each attempt is in
// the audit log; what an admin does is there with what came of it.
func TestAdminsOnly(t *testing.T) {
	reloads := 0
	e, g := editing(t, Options{
		Reload: func(contextT, func(Progress)) (Reload, error) { reloads++; return Reload{}, nil },
		Status: func(contextT) (Status, error) { return Status{}, nil }, Records: &fakeRecords{}, Parked: &rejects{n: 3},
	})
	listed := chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, User: "1", Command: "moi"}
	handle(t, e.bot, listed)
	e.drafts = map[string]string{"k1": draftText}
	for _, text := range adminOnly {
		for _, who := range []chat.Request{
			{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, User: "2"},
			{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, User: ""},
			{Ref: chat.Ref{Platform: "discord", Chat: "5"}, User: "1"},
			{Ref: chat.Ref{Platform: "web", Chat: "5"}, User: "1", Passing: true},
		} {
			before := len(audits(t, g))
			r := who
			if data, ok := strings.CutPrefix(text, ">"); ok {
				r.Button = data
			} else {
				r.Command, r.Text, _ = strings.Cut(text[1:], " ")
			}
			m := handle(t, e.bot, r)
			if m.Text+m.Notice != vietnamese.adminsOnly || m.Follow != nil || (m.Notice != "") != (r.Button != "") {
				t.Errorf("%s of %+v: %+v", text, who, m)
			}
			if log := audits(t, g); len(log) != before+1 || !strings.HasSuffix(log[before], "refused") {
				t.Errorf("%s of %+v: %q", text, who, log[before:])
			}
		}
	}
	if len(e.did) > 0 || reloads > 0 || len(e.drafts) != 1 {
		t.Errorf("%q, %d reloads, %q", e.did, reloads, e.drafts)
	}
	for _, text := range adminOnly {
		before := len(audits(t, g))
		does(t, e.bot, text)
		if log := audits(t, g)[before:]; len(log) != 2 || strings.Contains(log[0], "->") || !strings.Contains(log[1], "->") {
			t.Errorf("%s: %q", text, log)
		}
	}
}
