package chattest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

// longest is how long the suite waits for what must happen. It is no measure of
// speed: a platform that is right never lets it pass.
const longest = 30 * time.Second

// moment is how long the suite looks whether something happens that must not. A
// platform that is right passes whatever it is.
const moment = 200 * time.Millisecond

// Run runs the suite. newSubject is called for each of its tests.
func Run(t *testing.T, newSubject func(t *testing.T) *Subject) {
	for _, tt := range []struct {
		name string
		run  func(*run)
	}{
		{"question and answer", questionAndAnswer},
		{"commands", commands},
		{"layout", layout},
		{"nasty messages sent", nastySent},
		{"nasty messages as answers", nastyAnswers},
		{"any message", anyMessage},
		{"errors of a send", sendErrors},
		{"sends at once", sendsAtOnce},
		{"a send is cancelled", sendCancelled},
		{"a send begins", sendBegins},
		{"receiving is cancelled", receiveCancelled},
		{"handlers at a time", bound},
		{"a handler fails", handlerFails},
		{"nothing to say", nothingToSay},
		{"buttons", buttons},
		{"started again", startedAgain},
		{"files", files},
		{"a message goes on", goesOn},
		{"a press goes on", pressGoesOn},
		{"others meanwhile", othersMeanwhile},
		{"changes fail", changesFail},
		{"what goes on panics", followPanics},
		{"what goes on is cancelled", followCancelled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ignore := goleak.IgnoreCurrent()
			t.Cleanup(func() { // the last: newSubject's run before it
				if err := goleak.Find(ignore); err != nil && !t.Failed() {
					t.Errorf("left behind: %v", err)
				}
			})
			s := newSubject(t)
			// Not t.Context(): that ends before the clean-up of the network.
			ctx, cancel := context.WithTimeout(context.Background(), 4*longest)
			t.Cleanup(cancel)
			tt.run(&run{T: t, Subject: s, ctx: ctx})
		})
	}
}

// run is one test of the suite.
type run struct {
	*testing.T
	*Subject
	ctx context.Context
}

// receive runs Receive until stop is called, which gives what it returned.
func (r *run) receive(h chat.Handler) (stop func() error) {
	return r.receiveWith(r.Receiver, h)
}

func (r *run) receiveWith(receiver chat.Receiver, h chat.Handler) (stop func() error) {
	ctx, cancel := context.WithCancel(r.ctx)
	done := make(chan error, 1)
	go func() { done <- receiver.Receive(ctx, h) }()
	var err error
	stopped := false
	stop = func() error {
		if stopped {
			return err
		}
		stopped = true
		cancel()
		select {
		case err = <-done:
		case <-time.After(longest):
			err = errors.New("no return from Receive")
			r.Errorf("%v for %v after its context has ended", err, longest)
		}
		return err
	}
	r.Cleanup(func() {
		cancel()
		if !stopped {
			<-done
		}
	})
	return stop
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// next waits for the next message that is no placeholder.
func (r *run) next(t fataler) Shown {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(r.ctx, longest)
		m, err := r.Next(ctx)
		cancel()
		if err != nil {
			t.Fatalf("no message came: %v", err)
		}
		r.secret(m.Text + m.Notice)
		if r.Phrases.Searching == "" || strings.TrimSpace(m.Text) != r.Phrases.Searching {
			return m
		}
	}
}

// rest gives what else has come, once Receive has returned.
func (r *run) rest() []Shown {
	ended, cancel := context.WithCancel(r.ctx)
	cancel()
	var all []Shown
	for {
		m, err := r.Next(ended)
		if err != nil {
			return all
		}
		if r.Phrases.Searching == "" || strings.TrimSpace(m.Text) != r.Phrases.Searching {
			all = append(all, m)
		}
	}
}

// secret: no secret is in what people see and in what errors say.
func (r *run) secret(text string) {
	r.Helper()
	if r.Secret != "" && strings.Contains(text, r.Secret) {
		r.Errorf("a secret is in %q", strings.ReplaceAll(text, r.Secret, "(secret)"))
	}
}

// await waits for what comes over a channel.
func await[T any](r *run, what string, c <-chan T) (v T) {
	r.Helper()
	select {
	case v = <-c:
	case <-time.After(longest):
		r.Fatalf("%s: nothing for %v", what, longest)
	}
	return v
}

// send sends and gives what was shown of it.
func (r *run) send(t fataler, m chat.Message) Shown {
	t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, longest)
	defer cancel()
	id, err := r.Sender.Send(ctx, chat.Post{To: r.To, Message: m})
	if err != nil {
		r.secret(err.Error())
		t.Fatalf("Send: %v\nthe message: %s", err, described(m))
	}
	for {
		if got := r.next(t); id == "" || got.ID == id {
			return got
		}
	}
}

// plain makes a message of plain words.
func plain(text string) chat.Message { return chat.Message{Text: text} }

// question is one that a handler was asked.
type question struct {
	chat.Request
	answer chan<- chat.Message
}

// asked gives a handler that leaves each question to the test.
func asked() (chat.Handler, <-chan question) {
	questions := make(chan question)
	return func(ctx context.Context, q chat.Request) (chat.Message, error) {
		answer := make(chan chat.Message, 1)
		select {
		case questions <- question{q, answer}:
		case <-ctx.Done():
			return chat.Message{}, ctx.Err()
		}
		select {
		case m := <-answer:
			return m, nil
		case <-ctx.Done():
			return chat.Message{}, ctx.Err()
		}
	}, questions
}

func questionAndAnswer(r *run) {
	h, questions := asked()
	stop := r.receive(h)
	people, ids := map[string]int{}, map[string]bool{}
	for i, text := range []string{
		"Cầu Sao dài bao nhiêu?",
		"cau sao dai bao nhieu",
		"ca\u0302\u0300u Sao? 👩‍👩‍👧 🇻🇳 <b>&amp; **đậm** `mã` \"thẳng\" \\ 5% {x}",
		"a/b là gì, và vì sao?",
	} {
		user := i % 2
		r.Ask(user, text)
		q := await(r, "the question", questions)
		if q.Command != "" || q.Text != text || q.Button != "" {
			r.Errorf("asked %q, the handler gets command %q, text %q, button %q", text, q.Command, q.Text, q.Button)
		}
		if q.Platform == "" || q.Platform != r.To.Platform {
			r.Errorf("the question is of platform %q, the chat of %q", q.Platform, r.To.Platform)
		}
		if !q.Direct {
			r.Error("a question in a direct chat is not said to be one")
		}
		if may, err := q.MayManage(r.ctx); err != nil || !may {
			r.Errorf("MayManage in a direct chat: %v, %v", may, err)
		}
		if user == 0 && q.Ref != r.To {
			r.Errorf("the question comes from %+v, want %+v", q.Ref, r.To)
		}
		if of, known := people[q.User]; q.User == "" || known && of != user && r.Bound > 1 {
			r.Errorf("person %d has the ID %q, as has person %d", user, q.User, of)
		}
		people[q.User] = user
		if q.ID != "" && ids[q.ID] {
			r.Errorf("two questions have the ID %q", q.ID)
		}
		ids[q.ID] = true
		q.answer <- plain(fmt.Sprintf("Câu trả lời số %d.", i))
		if got := r.next(r); !strings.Contains(got.Text, fmt.Sprintf("Câu trả lời số %d.", i)) || got.Problem != "" {
			r.Errorf("answer %d: got %+v", i, got)
		}
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v, want %v", err, context.Canceled)
	}
	if more := r.rest(); len(more) > 0 {
		r.Errorf("more came than was said: %+v", more)
	}
}

func commands(r *run) {
	h, questions := asked()
	r.receive(h)
	for _, tt := range []struct{ typed, command, text string }{
		{"/hoi Cầu Sao dài bao nhiêu?", "hoi", "Cầu Sao dài bao nhiêu?"},
		{"/trogiup", "trogiup", ""},
		{"/hoi 1/2 và <b>", "hoi", "1/2 và <b>"},
	} {
		r.Ask(0, tt.typed)
		q := await(r, tt.typed, questions)
		if q.Command != tt.command || q.Text != tt.text {
			r.Errorf("%q: got command %q and text %q", tt.typed, q.Command, q.Text)
		}
		q.answer <- plain("Xong " + tt.typed)
		if got := r.next(r); !strings.Contains(got.Text, "Xong "+tt.typed) {
			r.Errorf("%q: the answer is %+v", tt.typed, got)
		}
	}
}

// layout: the parts of a message are shown in their order, and "[…]" where a
// quote was shortened.
func layout(r *run) {
	m := Answered()
	got := r.send(r, m)
	if err := Check(m, got, r.Shows); err != nil {
		r.Error(err)
	}
	at := 0
	for _, part := range []string{
		"Lọc: tháng 5/2023", "Trả lời", "Cầu dài 1,2 km và có sáu làn xe.", "[1]", "Có hai bài nói về cây cầu này.",
		"[1]", "Khánh thành cầu mới", "Báo Quận, 3/5/2023", "2 nguồn", "Cầu Sao mở cửa sáng 3/5.", "Vốn lấy từ ngân sách quận.",
		"[2]", "Xe tải chờ giấy phép", "[…]", "Xe tải chưa được qua lại trên đó.", "[…]",
		"Gần nhất:", "3", "Xe buýt đổi tuyến", "Báo Phường, 2022", "4", "Chợ đêm bên sông", "Trang 1/3",
	} {
		i := strings.Index(got.Text[at:], part)
		if i < 0 {
			r.Fatalf("%q does not follow %q in %q", part, got.Text[:at], got.Text)
		}
		at += i + len(part)
	}
	if r.Press != nil && !slices.Equal(got.Buttons, data(m)) {
		r.Errorf("the buttons are %q, want %q", got.Buttons, data(m))
	}
}

func nastySent(r *run) {
	for _, m := range Nasty() {
		if err := Check(m, r.send(r, m), r.Shows); err != nil {
			r.Error(err)
		}
	}
}

func nastyAnswers(r *run) {
	h, questions := asked()
	r.receive(h)
	for i, m := range Nasty() {
		r.Ask(i, "Có gì lạ?")
		await(r, "the question", questions).answer <- m
		if err := Check(m, r.next(r), r.Shows); err != nil {
			r.Error(err)
		}
	}
}

func anyMessage(r *run) {
	messages := Messages()
	rapid.Check(r.T, func(t *rapid.T) {
		m := messages.Draw(t, "message")
		if err := Check(m, r.send(t, m), r.Shows); err != nil {
			t.Fatal(err)
		}
	})
}

func sendErrors(r *run) {
	if r.Fail == nil {
		r.Skip("the platform never refuses")
	}
	for _, kind := range []chat.Kind{chat.Temporary, chat.RateLimited, chat.Rejected, chat.Moved, chat.Gone, chat.Unauthorized} {
		if !r.Fail(kind) {
			continue
		}
		ctx, cancel := context.WithTimeout(r.ctx, longest)
		_, err := r.Sender.Send(ctx, chat.Post{To: r.To, Message: plain("Có mặt không?")})
		cancel()
		e, ok := errors.AsType[*chat.Error](err)
		if !ok || e.Kind != kind {
			r.Errorf("refused as %v: got %v", kind, err)
			continue
		}
		r.secret(err.Error())
		if e.Reason == "" {
			r.Errorf("%v: no reason is given", kind)
		}
		if kind == chat.RateLimited && e.RetryAfter <= 0 {
			r.Errorf("%v: it does not say for how long", kind)
		}
		if kind == chat.Moved && (e.MovedTo.Chat == "" || e.MovedTo == r.To || e.MovedTo.Platform != r.To.Platform) {
			r.Errorf("%v: to %+v", kind, e.MovedTo)
		}
	}
}

func sendsAtOnce(r *run) {
	const n = 10
	failed := make(chan error, n)
	for i := range n {
		go func() {
			_, err := r.Sender.Send(r.ctx, chat.Post{To: r.To, Message: plain(fmt.Sprintf("Tin số %d.", i))})
			failed <- err
		}()
	}
	for range n {
		if err := await(r, "Send", failed); err != nil {
			r.Errorf("Send: %v", err)
		}
	}
	texts := map[int]bool{}
	for range n {
		got := r.next(r)
		for i := range n {
			if strings.Contains(got.Text, fmt.Sprintf("Tin số %d.", i)) {
				texts[i] = true
			}
		}
	}
	if len(texts) != n {
		r.Errorf("of %d messages %d came", n, len(texts))
	}
}

func sendCancelled(r *run) {
	ctx, cancel := context.WithCancel(r.ctx)
	cancel()
	if _, err := r.Sender.Send(ctx, chat.Post{To: r.To, Message: plain("Muộn rồi.")}); !errors.Is(err, context.Canceled) {
		r.Errorf("cancelled before: %v", err)
	} else {
		r.secret(err.Error())
	}
	if r.Hang == nil {
		return
	}
	arrived := r.Hang()
	ctx, cancel = context.WithCancel(r.ctx)
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		_, err := r.Sender.Send(ctx, chat.Post{To: r.To, Message: plain("Chờ mãi.")})
		failed <- err
	}()
	await(r, "the message that hangs", arrived)
	cancel()
	if e, ok := errors.AsType[*chat.Error](await(r, "a cancelled Send", failed)); !ok || !e.Unknown {
		r.Errorf("cancelled while it hangs: %v, and that is not unknown", e)
	} else {
		r.secret(e.Error())
	}
}

// sendBegins: a post is begun once, before it is seen, and not seen if it cannot
// be; what is refused before it reaches the network is not begun.
func sendBegins(r *run) {
	begun := 0
	begin := func() error { begun++; return nil }
	if _, err := r.Sender.Send(r.ctx, chat.Post{To: r.To, Message: plain("Bắt đầu."), Begin: begin}); err != nil {
		r.Fatalf("Send: %v", err)
	}
	r.next(r)
	if begun != 1 {
		r.Errorf("begun %d times", begun)
	}
	failed := errors.New("không bắt đầu được")
	begin = func() error { return failed }
	if _, err := r.Sender.Send(r.ctx, chat.Post{To: r.To, Message: plain("Không gửi."), Begin: begin}); !errors.Is(err, failed) {
		r.Errorf("it could not begin: %v", err)
	}
	ended, cancel := context.WithCancel(r.ctx)
	cancel()
	begin = func() error { begun++; return nil }
	if _, err := r.Sender.Send(ended, chat.Post{To: r.To, Message: plain("Muộn rồi."), Begin: begin}); err == nil || begun != 1 {
		r.Errorf("begun %d times after its context has ended, %v", begun, err)
	}
	if _, err := r.Sender.Send(r.ctx, chat.Post{To: r.To, Message: plain("Sau cùng.")}); err != nil {
		r.Fatalf("Send: %v", err)
	}
	if got := r.next(r); !strings.Contains(got.Text, "Sau cùng.") {
		r.Errorf("it could not begin and was sent: %q", got.Text)
	}
}

// receiveCancelled: Receive comes back when its context ends, while it waits
// for questions and while a handler works, and nothing works on behind it.
func receiveCancelled(r *run) {
	var working atomic.Int32
	entered := make(chan struct{}, 1)
	stop := r.receive(func(ctx context.Context, q chat.Request) (chat.Message, error) {
		working.Add(1)
		defer working.Add(-1)
		if q.Text == "xong ngay" {
			return plain("Xong."), nil
		}
		entered <- struct{}{}
		<-ctx.Done()
		return plain("Trả lời muộn."), ctx.Err()
	})
	r.Ask(0, "xong ngay")
	r.next(r) // now it is connected, and waits
	r.Ask(0, "chờ mãi")
	await(r, "the handler", entered)
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("while a handler works: %v, want %v", err, context.Canceled)
	}
	if n := working.Load(); n != 0 {
		r.Errorf("%d handlers are at work after Receive has returned", n)
	}
	for _, m := range r.rest() {
		if strings.Contains(m.Text, "muộn") {
			r.Errorf("it was shown after the end: %q", m.Text)
		}
	}
	if r.Restart == nil {
		return
	}
	answered := make(chan struct{}, 2)
	stop = r.receiveWith(r.Restart(), func(context.Context, chat.Request) (chat.Message, error) {
		answered <- struct{}{}
		return plain("Xong."), nil
	})
	await(r, "the question that was left", answered)
	r.next(r)
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("while it waits: %v, want %v", err, context.Canceled)
	}
	stop = r.receiveWith(r.Restart(), func(context.Context, chat.Request) (chat.Message, error) { return chat.Message{}, nil })
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("while it connects: %v, want %v", err, context.Canceled)
	}
}

// bound: with more questions than handlers, the handlers are as many as there
// may be, never more, and each question is answered once.
func bound(r *run) {
	if r.Bound < 1 {
		r.Fatal("the subject has no Bound")
	}
	n := 2*r.Bound + 3
	var working atomic.Int32
	entered, leave := make(chan struct{}, n), make(chan struct{})
	stop := r.receive(func(ctx context.Context, q chat.Request) (chat.Message, error) {
		if w := working.Add(1); int(w) > r.Bound {
			r.Errorf("%d handlers at a time, %d may be", w, r.Bound)
		}
		defer working.Add(-1)
		entered <- struct{}{}
		select {
		case <-leave:
			return plain("Trả lời: " + q.Text), nil
		case <-ctx.Done():
			return chat.Message{}, ctx.Err()
		}
	})
	for i := range n {
		r.Ask(i, fmt.Sprintf("câu %d.", i))
	}
	for range r.Bound {
		await(r, "as many handlers as there may be", entered)
	}
	// One too many would enter now: it has nothing to wait for.
	ctx, cancel := context.WithTimeout(r.ctx, moment)
	defer cancel()
	select {
	case <-entered:
		r.Error("a handler works that should wait")
	case <-ctx.Done():
	}
	close(leave)
	answers := map[int]int{}
	for range n {
		text := r.next(r).Text
		for i := range n {
			if strings.Contains(text, fmt.Sprintf("Trả lời: câu %d.", i)) {
				answers[i]++
			}
		}
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	if more := r.rest(); len(more) > 0 || len(answers) != n {
		r.Errorf("of %d questions %d were answered, and %d messages came besides", n, len(answers), len(more))
	}
}

// handlerFails: an error or a panic of the handler is told, and does not end
// Receive.
func handlerFails(r *run) {
	stop := r.receive(func(_ context.Context, q chat.Request) (chat.Message, error) {
		switch q.Text {
		case "hỏng":
			return chat.Message{}, errors.New("broken")
		case "hỏng có lời":
			return plain("Thử lại sau nhé."), errors.New("broken")
		case "sập":
			panic("the handler panics, as it should in this test")
		}
		return plain("Vẫn trả lời."), nil
	})
	for i, tt := range []struct{ ask, want string }{
		{"hỏng", r.Phrases.Failed},
		{"còn không?", "Vẫn trả lời."},
		{"hỏng có lời", "Thử lại sau nhé."},
		{"sập", r.Phrases.Failed},
		{"còn không?", "Vẫn trả lời."},
	} {
		r.Ask(i, tt.ask)
		got := r.next(r)
		if strings.TrimSpace(got.Text) == "" || !strings.Contains(got.Text, tt.want) {
			r.Errorf("%q: got %q, want %q", tt.ask, got.Text, tt.want)
		}
		if strings.Contains(got.Text, "broken") || strings.Contains(got.Text, "panic") {
			r.Errorf("%q: the person is shown the error: %q", tt.ask, got.Text)
		}
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
}

// nothingToSay: of an empty message nothing is seen.
func nothingToSay(r *run) {
	silent := make(chan struct{}, 1)
	stop := r.receive(func(_ context.Context, q chat.Request) (chat.Message, error) {
		if q.Text == "đừng nói gì" {
			silent <- struct{}{}
			return chat.Message{}, nil
		}
		return plain("Xin chào."), nil
	})
	r.Ask(0, "đừng nói gì")
	await(r, "the question", silent)
	for range 10 { // what is said of it would come among these
		r.Ask(1, "chào")
		if got := r.next(r); !strings.Contains(got.Text, "Xin chào.") {
			r.Errorf("something was said: %+v", got)
		}
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	if more := r.rest(); len(more) > 0 {
		r.Errorf("something was said: %+v", more)
	}
}

// buttons: a press brings the data back; the reply takes the place of the
// message, or is a new one, or a notice alone.
func buttons(r *run) {
	if r.Press == nil {
		r.Skip("the platform has no buttons")
	}
	h, questions := asked()
	r.receive(h)
	m := plain("Trang 1.")
	m.Buttons = [][]chat.Button{{{Text: "Sau", Data: "trang:2"}, {Text: "Có ích", Data: strings.Repeat("d", chat.MaxButtonData)}}}
	r.Ask(0, "danh sách")
	await(r, "the question", questions).answer <- m
	first := r.next(r)
	if !slices.Equal(first.Buttons, data(m)) {
		r.Fatalf("the buttons are %q, want %q", first.Buttons, data(m))
	}
	press := func(d string) question {
		r.Helper()
		r.Press(0, first, d)
		q := await(r, "the press", questions)
		if q.Button != d || q.Command != "" || q.Text != "" || q.Ref != r.To || !q.Direct {
			r.Errorf("pressed %q, the handler gets %+v", d, q.Request)
		}
		return q
	}

	press(m.Buttons[0][1].Data).answer <- chat.Message{Notice: "Cảm ơn."}
	if got := r.next(r); got.Notice != "Cảm ơn." || got.Text != "" {
		r.Errorf("a notice alone: got %+v", got)
	}
	second := Answered()
	second.Update = true
	press("trang:2").answer <- second
	got := r.next(r)
	if got.ID != first.ID {
		r.Errorf("the message has the ID %q, that in its place %q", first.ID, got.ID)
	}
	if err := Check(second, got, r.Shows); err != nil {
		r.Error(err)
	}
	press("trang:2").answer <- plain("Tin mới.")
	if got = r.next(r); got.ID == first.ID || !strings.Contains(got.Text, "Tin mới.") {
		r.Errorf("a new message: got %+v", got)
	}
	for _, bad := range Nasty()[:12] {
		bad.Update = true
		press("trang:2").answer <- bad
		if err := Check(bad, r.next(r), r.Shows); err != nil {
			r.Error(err)
		}
	}
}

// startedAgain: a question that was not answered when Receive ended is asked
// again, and what was answered is not.
func startedAgain(r *run) {
	if r.Restart == nil {
		r.Skip("the platform keeps no journal")
	}
	h, questions := asked()
	stop := r.receive(h)
	r.Ask(0, "câu dở dang")
	first := await(r, "the question", questions)
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	r.rest()

	stop = r.receiveWith(r.Restart(), h)
	again := await(r, "the question again", questions)
	if again.Text != first.Text || again.ID != first.ID || again.Ref != first.Ref || again.User != first.User || again.Direct != first.Direct {
		r.Errorf("asked %+v, then %+v", first.Request, again.Request)
	}
	again.answer <- plain("Trả lời lại.")
	if got := r.next(r); !strings.Contains(got.Text, "Trả lời lại.") {
		r.Errorf("got %+v", got)
	}
	r.Ask(0, "câu sau")
	await(r, "the next question", questions).answer <- plain("Trả lời sau.")
	if got := r.next(r); !strings.Contains(got.Text, "Trả lời sau.") {
		r.Errorf("got %+v", got)
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}

	// What was answered would come again before or among these.
	texts := make(chan string, 100)
	stop = r.receiveWith(r.Restart(), func(_ context.Context, q chat.Request) (chat.Message, error) {
		texts <- q.Text
		return plain("Trả lời: " + q.Text), nil
	})
	const n = 10
	for i := range n {
		r.Ask(0, fmt.Sprintf("câu cuối %d", i))
		r.next(r)
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	close(texts)
	for text := range texts {
		if !strings.HasPrefix(text, "câu cuối") {
			r.Errorf("what was answered is asked again: %q", text)
		}
	}
}
