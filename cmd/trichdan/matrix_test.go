package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/bot/web"
	"trichdan/corpus"
	"trichdan/corpus/store"
)

// The people of the matrix. The one who was an admin is one no more since the
// bot was started again, or has lost the role.
const (
	chief    = "200000000000000001"
	former   = "200000000000000002"
	stranger = "200000000000000003"
	mimic    = "200000000000000004"
	role     = "700000000000000001"
)

// refusedText is what who is no admin is told.
const refusedText = "Lệnh này chỉ dành cho quản trị viên."

// actor is somebody on a platform.
type actor struct {
	name    string
	user    string // as the audit log has it
	allowed bool
	// say types a command, and press presses a button; both give what is said to
	// that when one of the texts is in it.
	say   func(ctx context.Context, command, text string, want ...string) (string, error)
	press func(ctx context.Context, data string, want ...string) (string, error)
}

// adminAct is what an admin may do.
type adminAct struct {
	name    string
	command string
	text    func(*matrix) string
	button  func(*matrix) string // the data of a button that does it, nil if none does
	prepare func(*matrix)
	want    string // is said to an admin
	changes bool   // it leaves a trace in the state
}

// matrix is a bot with one article that is there, one that is withdrawn, and a
// draft.
type matrix struct {
	t      *testing.T
	app    *app
	folder string
	// present and gone are the articles, draft the key of the draft.
	present, gone, draft string
	files                int
}

// matrixActs has every command and button of admins.
func matrixActs() []adminAct {
	none := func(*matrix) string { return "" }
	return []adminAct{
		{name: "naplai", command: "naplai", text: none, prepare: (*matrix).dropFile, want: "Đã nạp lại", changes: true},
		{name: "them", command: "them", text: (*matrix).newText, want: "Nhận ra", changes: true},
		{name: "them xacnhan", command: "them", text: func(m *matrix) string { return "xacnhan " + m.draft }, prepare: (*matrix).stage, want: "Đã thêm", changes: true},
		{name: "them bo", command: "them", text: func(m *matrix) string { return "bo " + m.draft }, prepare: (*matrix).stage, want: "Đã bỏ", changes: true},
		{name: "go", command: "go", text: func(m *matrix) string { return m.present }, prepare: (*matrix).reset, want: "Đã gỡ", changes: true},
		{name: "phuchoi", command: "phuchoi", text: func(m *matrix) string { return m.gone }, prepare: (*matrix).reset, want: "Đã khôi phục", changes: true},
		{name: "trangthai", command: "trangthai", text: none, want: "Kho bài"},
		{name: "thongke", command: "thongke", text: none, want: "ngày"},

		{name: "button: add", command: "them", button: func(m *matrix) string { return "+:" + m.draft }, prepare: (*matrix).stage, want: "Đã thêm", changes: true},
		{name: "button: discard the draft", command: "them", button: func(m *matrix) string { return "-:" + m.draft }, prepare: (*matrix).stage, want: "Đã bỏ", changes: true},
		{name: "button: undo", command: "phuchoi", button: func(m *matrix) string { return "u:" + m.gone }, prepare: (*matrix).reset, want: "Đã khôi phục", changes: true},
		{name: "button: retry", command: "trangthai", button: func(*matrix) string { return "R:" }, want: "Không còn bản tin"},
		{name: "button: discard digests", command: "trangthai", button: func(*matrix) string { return "D:" }, want: "Không còn bản tin"},
	}
}

func (m *matrix) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// newText is an article that was never there.
func (m *matrix) newText() string {
	m.files++
	return fmt.Sprintf("Phường %d mở lớp dạy đan lưới\n\nSáng nay phường %d mở lớp dạy đan lưới cho ba mươi người dân ven sông. Lớp học kéo dài hai tuần và không thu tiền của ai.\n\nNgười học được mang lưới của mình về nhà.", m.files, m.files)
}

// dropFile puts a file into the folder that is not read yet.
func (m *matrix) dropFile() {
	text := m.newText()
	m.must(os.WriteFile(filepath.Join(m.folder, fmt.Sprintf("lop-%d.txt", m.files)), []byte(text), 0o600))
}

// stage makes a draft.
func (m *matrix) stage() {
	e := editor{m.app, m.app.uploads}
	d, err := e.Stage(m.t.Context(), "", strings.NewReader(m.newText()))
	m.must(err)
	m.draft = d.Key
}

// reset has one article present and one withdrawn.
func (m *matrix) reset() {
	e := editor{m.app, m.app.uploads}
	_, err := e.Restore(m.t.Context(), m.present)
	m.must(err)
	_, err = e.Withdraw(m.t.Context(), m.gone)
	m.must(err)
}

// state is all that an admin can change: articles, what can be found, files,
// drafts, reloads.
func (m *matrix) state() string {
	var s strings.Builder
	for a, err := range m.app.store.After(m.t.Context(), 0) {
		m.must(err)
		fmt.Fprintln(&s, a.ID, a.Seq, a.Revision, a.Withdrawn)
	}
	status, err := m.app.index.Status()
	m.must(err)
	fmt.Fprintln(&s, status.Generation, status.Cursor, status.Articles)
	for _, dir := range []string{m.folder, m.app.config.stagingDir()} {
		entries, err := os.ReadDir(dir)
		if err != nil && !os.IsNotExist(err) {
			m.t.Fatal(err)
		}
		for _, e := range entries {
			fmt.Fprintln(&s, e.Name())
		}
	}
	r := m.app.reloader.State()
	fmt.Fprintln(&s, r.Running, r.Last.At)
	return s.String()
}

// audits gives the audit log, oldest line first.
func (m *matrix) audits() []chat.Audit {
	list, err := m.app.ledger.Audits(m.t.Context(), 10_000)
	m.must(err)
	slices.Reverse(list)
	return list
}

// check has somebody do something.
func (m *matrix) check(platform string, who actor, act adminAct) {
	t := m.t
	if act.prepare != nil {
		act.prepare(m)
	}
	text := ""
	if act.text != nil {
		text = act.text(m)
	}
	before, logged := m.state(), len(m.audits())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var said string
	var err error
	if act.button != nil {
		said, err = who.press(ctx, act.button(m), act.want, refusedText)
	} else {
		said, err = who.say(ctx, act.command, text, act.want, refusedText)
	}
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	if who.allowed == strings.Contains(said, refusedText) {
		t.Errorf("is told %q", said)
	}
	if after := m.state(); (after != before) != (who.allowed && act.changes) {
		t.Errorf("before:\n%safter:\n%s", before, after)
	}
	lines := m.audits()[logged:]
	if len(lines) == 0 {
		t.Fatal("nothing in the audit log")
	}
	a := lines[0]
	if a.Platform != platform || a.User != who.user || a.Command != act.command || a.Allowed != who.allowed || a.Chat == "" || a.At.IsZero() {
		t.Errorf("in the audit log: %+v", a)
	}
	for _, a := range lines[1:] {
		if a.Allowed != who.allowed || !who.allowed {
			t.Errorf("and then: %+v", a)
		}
	}
	if who.allowed && (len(lines) != 2 || lines[1].Note == "") {
		t.Errorf("it does not say what came of it: %+v", lines)
	}
}

// openMatrix opens a bot over a folder of two articles, with admins.
func openMatrix(t *testing.T, data, folder string, p *platforms) *matrix {
	t.Helper()
	c := testConfig(t, folder)
	c.data, c.platforms = data, p
	a, err := newApp(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	return &matrix{t: t, app: a, folder: folder, present: corpus.NewID("", "cau.txt"), gone: corpus.NewID("", "cho.txt")}
}

// inSub has the matrix fail the test t until it is called again.
func (m *matrix) inSub(t *testing.T) *matrix { m.t = t; return m }

// TestAdminMatrix: every command and button of admins, on every platform, by who
// is an admin, is none, was one, and looks like one. Only the first acts; all are
// in the audit log. (At the terminal there is only its owner.)
func TestAdminMatrix(t *testing.T) {
	noTokens(t)
	tg, dc := telegramtest.New(), discordtest.New()
	defer tg.Close()
	defer dc.Close()
	dc.AckWithin, dc.TokenLife = time.Hour, time.Hour // of a busy machine
	folder, data := filepath.Join(t.TempDir(), "articles"), filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"cau.txt": "Cầu gỗ ở xã Bình Hòa được thay bằng cầu bê tông\n\nCây cầu gỗ đã dùng hai mươi năm được thay bằng cầu bê tông rộng bốn mét. Xe tải nhẹ nay qua được cầu.\n\nXã góp một nửa số tiền.",
		"cho.txt": "Chợ đêm bên sông mở lại sau mùa nước\n\nChợ đêm bên sông mở lại với hơn một trăm gian hàng. Ban quản lý chợ thu gom rác mỗi sáng.\n\nKhách đến đông nhất vào cuối tuần.",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &platforms{
		TelegramAPI: tg.URL, telegramToken: tg.Token, TelegramAdmin: []string{chief, former},
		DiscordAPI: dc.API, discordToken: discordtest.Token, DiscordAdmin: []string{chief, former}, DiscordAdminRole: []string{role},
	}
	// When somebody was an admin still.
	m := openMatrix(t, data, folder, p)
	m.stage()
	former := m.draft
	m.must(m.app.Close())

	p.TelegramAdmin, p.DiscordAdmin = []string{chief}, []string{chief}
	m = openMatrix(t, data, folder, p)
	defer func() { m.inSub(t).must(m.app.Close()) }()
	if _, err := m.app.connect(m.app.ledger); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{}, len(m.app.platforms))
	for _, p := range m.app.platforms {
		go func() {
			defer func() { done <- struct{}{} }()
			_ = p.Receive(ctx, m.app.bot.Handle) // its end is that of ctx
		}()
	}
	defer func() {
		stop()
		for range m.app.platforms {
			<-done
		}
	}()
	m.must(dc.Connected(ctx, 1))

	acts := matrixActs()
	for _, c := range m.app.bot.Commands() {
		if c.Admin && !slices.ContainsFunc(acts, func(a adminAct) bool { return a.command == c.Name }) {
			t.Errorf("the matrix has no row for /%s", c.Name)
		}
	}
	old := adminAct{name: "a draft from before", command: "them", button: func(m *matrix) string { return "-:" + former }, want: "Đã bỏ", changes: true}
	page := web.New(web.Options{Handler: m.app.bot.Handle, Articles: m.app.store, NotFound: store.ErrNotFound})
	for _, where := range []struct {
		platform string
		actors   []actor
	}{
		{"telegram", onTelegramMatrix(tg)},
		{"discord", onDiscordMatrix(dc)},
		{"console", []actor{onConsoleMatrix(m)}},
		{"web", onWebMatrix(page)},
	} {
		for _, who := range where.actors {
			for _, act := range append(acts, old) {
				if act.button != nil && who.press == nil || act.name == old.name && who.allowed {
					continue
				}
				t.Run(where.platform+"/"+who.name+"/"+act.name, func(t *testing.T) {
					m.inSub(t).check(where.platform, who, act)
				})
			}
		}
	}
}

// contains reports whether one of the texts is in s.
func contains(s string, texts []string) bool {
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(s, t) })
}

func onTelegramMatrix(n *telegramtest.Server) []actor {
	admin, err := strconv.ParseInt(chief, 10, 64)
	if err != nil {
		panic(err)
	}
	actorOf := func(name, id string, u telegramtest.User, more map[string]any) actor {
		u.ID, err = strconv.ParseInt(id, 10, 64)
		if err != nil {
			panic(err)
		}
		a := actor{name: name, user: id, allowed: id == chief}
		var last int // message of the bot in this chat
		a.say = func(ctx context.Context, command, text string, want ...string) (string, error) {
			asked := n.Say(telegramtest.Said{From: u, Text: strings.TrimSpace("/" + command + " " + text), More: more})
			m, err := n.WaitMessage(ctx, func(m telegramtest.Message) bool {
				return m.Chat == u.ID && m.ReplyTo == asked && contains(m.Text, want)
			})
			if err != nil {
				return "", fmt.Errorf("%w; there is %+v", err, n.Replies(u.ID))
			}
			last = m.ID
			return m.Text, nil
		}
		a.press = func(ctx context.Context, data string, want ...string) (string, error) {
			notices := len(n.Calls("answerCallbackQuery"))
			n.Press(u, u.ID, last, data)
			for { // what is said is a notice, a new message, or in place of the old one
				for _, c := range n.Calls("answerCallbackQuery")[notices:] {
					if text := c.Params.Get("text"); contains(text, want) {
						return text, nil
					}
				}
				short, cancel := context.WithTimeout(ctx, time.Second)
				m, err := n.WaitMessage(short, func(m telegramtest.Message) bool {
					return m.Chat == u.ID && m.ID >= last && m.Edits+m.ID > last && contains(m.Text, want)
				})
				cancel()
				if err == nil || ctx.Err() != nil {
					return m.Text, err
				}
			}
		}
		return a
	}
	return []actor{
		actorOf("stranger", stranger, telegramtest.User{Name: "Người lạ"}, nil),
		actorOf("former admin", former, telegramtest.User{Name: "Quản trị cũ"}, nil),
		actorOf("named like an admin", mimic, telegramtest.User{Name: chief, Username: "quantri"}, map[string]any{
			"forward_from": map[string]any{"id": admin, "first_name": "Quản trị"}, "author_signature": chief,
			"sender_chat": map[string]any{"id": admin, "type": "channel", "title": chief},
		}),
		actorOf("admin", chief, telegramtest.User{Name: "Quản trị"}, nil),
	}
}

func onDiscordMatrix(n *discordtest.Server) []actor {
	actorOf := func(name string, p discordtest.Person, allowed bool) actor {
		p.Channel, p.Locale = "3"+p.ID[1:]+name[:1], "vi"
		p.Channel = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return '9'
			}
			return r
		}, p.Channel)
		var last string
		wait := func(ctx context.Context, t *discordtest.Talk, want []string) (string, error) {
			for {
				for _, text := range want {
					short, cancel := context.WithTimeout(ctx, time.Second)
					m, err := t.Answer(short, text)
					cancel()
					if err == nil {
						last = m.ID
						return text, nil
					}
				}
				if ctx.Err() != nil {
					return "", fmt.Errorf("%w: %+v", ctx.Err(), t.State())
				}
			}
		}
		return actor{
			name: name, user: p.ID, allowed: allowed,
			say: func(ctx context.Context, command, text string, want ...string) (string, error) {
				return wait(ctx, n.Slash(p, command, text), want)
			},
			press: func(ctx context.Context, data string, want ...string) (string, error) {
				t := n.Press(p, last, data)
				if t == nil {
					return "", fmt.Errorf("there is no message %q to press a button on", last)
				}
				return wait(ctx, t, want)
			},
		}
	}
	return []actor{
		actorOf("stranger", discordtest.Person{ID: stranger}, false),
		actorOf("former admin", discordtest.Person{ID: former}, false),
		actorOf("without the role", discordtest.Person{ID: former, Guild: "600000000000000001", Roles: []string{"700000000000000002"}}, false),
		// Who may do everything in a guild is no admin of the bot by that.
		actorOf("manager of the guild", discordtest.Person{ID: stranger, Guild: "600000000000000001", Permissions: 1<<3 | 1<<5}, false),
		actorOf("named like an admin", discordtest.Person{ID: mimic, Guild: "600000000000000001", Roles: []string{chief, "quantri", ""}}, false),
		actorOf("admin", discordtest.Person{ID: chief}, true),
		actorOf("by role", discordtest.Person{ID: mimic, Guild: "600000000000000001", Roles: []string{role}}, true),
	}
}

// onConsoleMatrix is the owner of the terminal.
func onConsoleMatrix(m *matrix) actor {
	say := func(ctx context.Context, r chat.Request) (string, error) {
		r.Platform, r.Chat, r.User, r.Direct, r.Lang = "console", "console", "console", true, chat.Vietnamese
		answer, err := m.app.bot.Handle(ctx, r)
		if err == nil && answer.Follow != nil {
			answer.Follow(ctx, func(_ context.Context, next chat.Message) error {
				answer = next
				return nil
			})
		}
		return answer.Text + answer.Notice, err
	}
	return actor{
		name: "owner", user: "console", allowed: true,
		say: func(ctx context.Context, command, text string, _ ...string) (string, error) {
			return say(ctx, chat.Request{Command: command, Text: text})
		},
		press: func(ctx context.Context, data string, _ ...string) (string, error) {
			return say(ctx, chat.Request{Button: data})
		},
	}
}

// onWebMatrix are visitors of the page, who are nobody there.
func onWebMatrix(page http.Handler) []actor {
	visitor := func(name string, header http.Header) actor {
		return actor{name: name, say: func(ctx context.Context, command, text string, _ ...string) (string, error) {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/?q="+url.QueryEscape(strings.TrimSpace("/"+command+" "+text)), nil)
			for k, v := range header {
				r.Header[k] = v
			}
			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)
			return html.UnescapeString(w.Body.String()), nil
		}}
	}
	return []actor{
		visitor("visitor", nil),
		visitor("named like an admin", http.Header{"X-Forwarded-User": {chief}, "Authorization": {"Bearer " + chief}, "Cookie": {"user=" + chief}}),
	}
}
