package bot

import (
	"strings"
	"testing"

	"trichdan/bot/chat"
)

// A person sees what is stored, and has it deleted, by button and by command; in
// a group that is not what belongs to the group.
func TestForgetMe(t *testing.T) {
	direct := chat.Ref{Platform: "telegram", Chat: "5"}
	stored := chat.Stored{Questions: 1234, Feedback: 2, Subscriptions: 1, Settings: true, Audit: 3}
	for how, confirm := range map[string]func(m chat.Message) string{
		"button":  func(m chat.Message) string { return ">" + data(t, m, "Xóa hết") },
		"command": func(m chat.Message) string { return m.Buttons[0][0].Command },
		"english": func(chat.Message) string { return "/forgetme confirm" },
	} {
		t.Run(how, func(t *testing.T) {
			p := chat.Person{Platform: "telegram", User: "7", Direct: direct}
			f := &fakeRecords{stored: map[chat.Person]chat.Stored{p: stored}}
			b := New(nil, nil, Options{Records: f})
			m := doesAs(t, b, "7", "/quentoi")
			want := "Bot đang lưu về bạn:\n- 1.234 câu hỏi\n- 2 đánh giá câu trả lời\n- 1 đăng ký nhận tin trong cuộc trò chuyện này\n- cài đặt của cuộc trò chuyện này\n" +
				"Nhật ký quản trị có 3 dòng về bạn. Phần này được giữ lại.\nXóa hết? Xóa rồi thì không lấy lại được."
			if m.Text != want || f.stored[p] != stored {
				t.Fatalf("got %s\nwant %s", m.Text, want)
			}
			if m := doesAs(t, b, "8", ">"+data(t, m, "Xóa hết")); m.Notice != vietnamese.notYourButton {
				t.Errorf("of somebody else: %+v", m)
			}
			if m := doesAs(t, b, "7", ">"+data(t, m, "Giữ lại")); m.Text != vietnamese.kept || !m.Update || f.stored[p] != stored {
				t.Errorf("%+v", m)
			}
			if m := doesAs(t, b, "7", m.Buttons[0][1].Command); m.Text != vietnamese.kept || f.stored[p] != stored {
				t.Errorf("%+v", m)
			}
			done := doesAs(t, b, "7", confirm(m))
			if !strings.HasPrefix(done.Text, "Đã xóa:\n- 1.234 câu hỏi") || !strings.Contains(done.Text, "3 dòng") || f.stored[p] != (chat.Stored{Audit: 3}) {
				t.Errorf("%+v, left %+v", done, f.stored[p])
			}
			if m := doesAs(t, b, "7", "/quentoi"); m.Text != "Ngoài 3 dòng trong nhật ký quản trị, bot không lưu gì về bạn. Nhật ký này được giữ lại." || len(m.Buttons) > 0 {
				t.Errorf("%+v", m)
			}
		})
	}
	f := &fakeRecords{stored: map[chat.Person]chat.Stored{{Platform: "telegram", User: "7"}: {Questions: 1}}}
	b := New(nil, nil, Options{Records: f})
	m := handle(t, b, chat.Request{Ref: group, User: "7", Command: "quentoi"})
	if !strings.Contains(m.Text, "1 câu hỏi") || !strings.Contains(m.Text, vietnamese.groupStays) {
		t.Errorf("in a group: %+v", m)
	}
	for _, c := range []struct {
		bot  *Bot
		r    chat.Request
		want string
	}{
		{b, chat.Request{Ref: group}, vietnamese.hiddenPerson},
		{b, chat.Request{Ref: chat.Ref{Platform: "web", Chat: "v"}, User: "7", Direct: true, Passing: true}, vietnamese.pageForgets},
		{New(nil, nil, Options{}), chat.Request{Ref: group, User: "7"}, vietnamese.nothingStored},
	} {
		c.r.Command = "forgetme"
		if m := handle(t, c.bot, c.r); m.Text != c.want || len(m.Buttons) > 0 {
			t.Errorf("%+v: %+v", c.r, m)
		}
	}
}

// On a page that is gone with the answer, nothing is promised for later.
func TestPassing(t *testing.T) {
	r := newRig(t, townNews(t)...)
	page := chat.Request{Ref: chat.Ref{Platform: "web", Chat: "v"}, Direct: true, Passing: true}
	for _, text := range []string{"/dangky hằng ngày", "/lich", "/huy 1", "/tamdung", "/tieptuc", "/caidat en"} {
		if m := r.do(t, page, text); m.Text != vietnamese.chatsOnly {
			t.Errorf("%s: %+v", text, m)
		}
	}
	for _, data := range []string{">l:en", ">x:1:5", ">s:abc"} {
		if m := r.do(t, page, data); m.Notice != vietnamese.chatsOnly {
			t.Errorf("%s: %+v", data, m)
		}
	}
	if list := r.stored(t, page.Ref); len(list) > 0 {
		t.Errorf("%+v", list)
	}
	help := r.do(t, page, "/trogiup")
	for name, want := range map[string]bool{"/hoi ": true, "/moi ": true, "/quentoi ": true, "/dangky": false, "/caidat": false, "/naplai": false} {
		if strings.Contains(help.Text, "\n"+name) != want {
			t.Errorf("%s: %s", name, help.Text)
		}
	}
	if m := r.do(t, page, "/hoi Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?"); m.Answer == nil {
		t.Errorf("%+v", m)
	}
	for _, text := range []string{"/bai 1", "/moi", "/tomtat"} {
		if m := r.do(t, page, text); m.Text == vietnamese.chatsOnly {
			t.Errorf("%s: %+v", text, m)
		}
	}
}
