package chattest

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"trichdan/bot/chat"
)

// Follows says what a platform does with a chat.Message that goes on changing.
type Follows int

// What platforms do with Message.Follow.
const (
	FollowsNot Follows = iota // nothing: what is said is all
	// FollowsInPlace: the message is edited, and others are answered meanwhile.
	FollowsInPlace
	// FollowsAtEnd: only the last word is said, and it is the answer.
	FollowsAtEnd
)

// lasting is a message that goes on changing: it says half, waits for step, and
// says last.
func lasting(first, half string, step <-chan struct{}, last chat.Message) chat.Message {
	m := plain(first)
	m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
		if half != "" {
			_ = show(ctx, plain(half)) // that it has failed is for the platform to log
		}
		select {
		case <-step:
			_ = show(ctx, last)
		case <-ctx.Done():
		}
	}
	return m
}

// follows skips the test if the platform does less.
func (r *run) follows(least Follows) {
	if r.Follows == FollowsNot || least == FollowsInPlace && r.Follows != least {
		r.Skip("messages of the platform do not go on changing in this way")
	}
}

// begun waits for the first of what a message says that goes on changing, if it
// is to be seen.
func (r *run) begun(text string) (first Shown) {
	r.Helper()
	if r.Follows != FollowsInPlace {
		return first
	}
	first = r.next(r)
	if !strings.Contains(first.Text, text) {
		r.Fatalf("at first: %+v, want %q", first, text)
	}
	return first
}

// ended waits for the last word of a message that goes on changing, in place of
// first. What comes before it is only what was said of progress.
func (r *run) ended(first Shown, last chat.Message, progress ...string) {
	r.Helper()
	for {
		got := r.next(r)
		if r.Follows == FollowsInPlace && got.ID != first.ID {
			r.Errorf("the message has the ID %q, what takes its place %q", first.ID, got.ID)
		}
		isProgress := false
		for _, p := range progress {
			isProgress = isProgress || strings.Contains(got.Text, p)
		}
		if isProgress && r.Follows == FollowsInPlace {
			continue
		}
		if err := Check(last, got, r.Shows); err != nil {
			r.Errorf("the last word: %v", err)
		}
		return
	}
}

// goesOn: a message goes on changing up to its last word, and nothing comes after
// that.
func goesOn(r *run) {
	r.follows(FollowsAtEnd)
	h, questions := asked()
	stop := r.receive(h)
	step := make(chan struct{})
	r.Ask(0, "nạp lại")
	await(r, "the question", questions).answer <- lasting("Đang nạp.", "Xong một nửa.", step, Answered())
	first := r.begun("Đang nạp.")
	if r.Follows == FollowsInPlace {
		if half := r.next(r); half.ID != first.ID || !strings.Contains(half.Text, "Xong một nửa.") || strings.Contains(half.Text, "Đang nạp.") {
			r.Errorf("then: %+v, in place of %+v", half, first)
		}
	}
	close(step)
	r.ended(first, Answered())

	r.Ask(0, "làm ngay") // it is over before anything else is seen
	await(r, "the question", questions).answer <- lasting("Đang làm.", "", step, plain("Xong ngay."))
	r.ended(r.begun("Đang làm."), plain("Xong ngay."))
	r.Ask(0, "không có gì thêm")
	m := plain("Chỉ có thế.")
	m.Follow = func(context.Context, func(context.Context, chat.Message) error) {}
	await(r, "the question", questions).answer <- m
	r.begun("Chỉ có thế.")
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	for _, m := range r.rest() {
		if !strings.Contains(m.Text, "Chỉ có thế.") || r.Follows == FollowsInPlace {
			r.Errorf("more came than was said: %+v", m)
		}
	}
}

// pressGoesOn: so does what a button brings.
func pressGoesOn(r *run) {
	r.follows(FollowsInPlace)
	if r.Press == nil {
		r.Skip("the platform has no buttons")
	}
	h, questions := asked()
	r.receive(h)
	m := plain("Thêm bài này?")
	m.Buttons = [][]chat.Button{{{Text: "Thêm", Data: "them:1"}}}
	r.Ask(0, "thêm")
	await(r, "the question", questions).answer <- m
	asking := r.next(r)
	for _, update := range []bool{false, true} {
		step := make(chan struct{})
		close(step)
		m := lasting("Đang thêm.", "", step, plain("Đã thêm."))
		m.Update = update
		r.Press(0, asking, "them:1")
		await(r, "the press", questions).answer <- m
		first := r.begun("Đang thêm.")
		if (first.ID == asking.ID) != update {
			r.Errorf("update %v: shown in message %q, the button is on %q", update, first.ID, asking.ID)
		}
		r.ended(first, plain("Đã thêm."))
	}
}

// othersMeanwhile: as many messages go on changing as handlers may work, and
// others are answered.
func othersMeanwhile(r *run) {
	r.follows(FollowsInPlace)
	h, questions := asked()
	r.receive(h)
	step := make(chan struct{})
	for i := range r.Bound {
		r.Ask(i, "nạp lại")
		await(r, "the question", questions).answer <- lasting("Đang nạp.", "", step, plain("Đã nạp."))
		r.begun("Đang nạp.")
	}
	for i := range 2 {
		r.Ask(r.Bound+i, "còn không?")
		await(r, "a question while messages go on changing", questions).answer <- plain("Vẫn trả lời.")
		if got := r.next(r); !strings.Contains(got.Text, "Vẫn trả lời.") {
			r.Errorf("got %+v", got)
		}
	}
	close(step)
	for range r.Bound {
		if got := r.next(r); !strings.Contains(got.Text, "Đã nạp.") {
			r.Errorf("the last word: %+v", got)
		}
	}
}

// changesFail: what cannot be shown of the progress keeps nothing from the last
// word.
func changesFail(r *run) {
	r.follows(FollowsInPlace)
	if r.FailEdit == nil {
		r.Skip("the platform never refuses an edit")
	}
	h, questions := asked()
	r.receive(h)
	for _, kind := range []chat.Kind{chat.Temporary, chat.RateLimited} {
		fails := make(chan struct{})
		m := plain("Đang nạp.")
		m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
			select {
			case <-fails:
			case <-ctx.Done():
				return
			}
			_ = show(ctx, plain("Xong một nửa.")) // this is refused, or what follows
			_ = show(ctx, plain("Đã nạp."))
		}
		r.Ask(0, "nạp lại")
		await(r, "the question", questions).answer <- m
		first := r.begun("Đang nạp.")
		if !r.FailEdit(kind) {
			r.Errorf("an edit cannot be refused as %v", kind)
		}
		close(fails)
		r.ended(first, plain("Đã nạp."), "Xong một nửa.")
	}
}

// followPanics: a panic of what goes on does not end Receive.
func followPanics(r *run) {
	r.follows(FollowsAtEnd)
	h, questions := asked()
	stop := r.receive(h)
	entered := make(chan struct{}, 1)
	m := plain("Đang nạp.")
	m.Follow = func(context.Context, func(context.Context, chat.Message) error) {
		entered <- struct{}{}
		panic("it panics, as it should in this test")
	}
	r.Ask(0, "nạp lại")
	await(r, "the question", questions).answer <- m
	await(r, "what goes on", entered)
	r.Ask(0, "còn không?")
	await(r, "the next question", questions).answer <- plain("Vẫn trả lời.")
	var all []Shown
	for answered := false; !answered; {
		got := r.next(r)
		all = append(all, got)
		answered = strings.Contains(got.Text, "Vẫn trả lời.")
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	for _, m := range append(all, r.rest()...) {
		if strings.Contains(m.Text, "panic") {
			r.Errorf("the person is shown the error: %q", m.Text)
		}
	}
}

// followCancelled: when Receive ends, what goes on ends with it, and a receiver
// that is started again goes on with the same message.
func followCancelled(r *run) {
	r.follows(FollowsAtEnd)
	var working atomic.Int32
	entered := make(chan struct{}, 1)
	m := plain("Đang nạp.")
	m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
		working.Add(1)
		defer working.Add(-1)
		entered <- struct{}{}
		<-ctx.Done()
		_ = show(ctx, plain("Muộn rồi."))
	}
	stop := r.receive(func(context.Context, chat.Request) (chat.Message, error) { return m, nil })
	r.Ask(0, "nạp lại")
	first := r.begun("Đang nạp.")
	await(r, "what goes on", entered)
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
	if n := working.Load(); n != 0 {
		r.Errorf("%d go on after Receive has returned", n)
	}
	for _, m := range r.rest() {
		if strings.Contains(m.Text, "Muộn rồi.") {
			r.Errorf("it was shown after the end: %q", m.Text)
		}
	}
	if r.Restart == nil {
		return
	}
	h, questions := asked()
	stop = r.receiveWith(r.Restart(), h)
	step := make(chan struct{})
	close(step)
	await(r, "the question that was left", questions).answer <- lasting("Nạp lần hai.", "", step, plain("Đã nạp."))
	again := r.begun("Nạp lần hai.")
	if again.ID != first.ID {
		r.Errorf("before the end it was message %q, then %q", first.ID, again.ID)
	}
	r.ended(again, plain("Đã nạp."))
	if err := stop(); !errors.Is(err, context.Canceled) {
		r.Errorf("Receive: %v", err)
	}
}
