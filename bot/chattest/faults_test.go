package chattest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
)

// faultVariable names the fault of the platform that TestFaulty runs the suite
// with.
const faultVariable = "CHATTEST_FAULT"

// TestFaulty fails, as TestSuiteFindsFaults wants it to.
func TestFaulty(t *testing.T) {
	fault := os.Getenv(faultVariable)
	if fault == "" {
		t.Skip("run by TestSuiteFindsFaults")
	}
	chattest.Run(t, func(t *testing.T) *chattest.Subject { return newMemory(fault) })
}

// TestSuiteFindsFaults: a platform that is wrong in one way fails the suite,
// where it should.
func TestSuiteFindsFaults(t *testing.T) {
	for _, tt := range []struct{ fault, where, says string }{
		{"commands", "commands", "got command"},
		{"cuts quotes", "layout", "is no slice of a quote"},
		{"trims quotes", "layout", "not that with the mark"},
		{"markup", "nasty_messages_sent", "is not shown"},
		{"pings", "layout", "it pings"},
		{"buttons", "layout", "a button with the data"},
		{"kind", "errors_of_a_send", "refused as"},
		{"delay", "errors_of_a_send", "does not say for how long"},
		{"secret", "errors_of_a_send", "a secret is in"},
		{"cancel", "a_send_is_cancelled", "cancelled before"},
		{"knows", "a_send_is_cancelled", "cancelled while it hangs"},
		{"never begins", "a_send_begins", "begun 0 times"},
		{"begins anyway", "a_send_begins", "it could not begin"},
		{"leak", "sends_at_once", "left behind"},
		{"ends", "receiving_is_cancelled", "while a handler works"},
		{"late", "receiving_is_cancelled", "shown after the end"},
		{"behind", "receiving_is_cancelled", "after Receive has returned"},
		{"bound", "handlers_at_a_time", "handlers at a time"},
		{"shows errors", "a_handler_fails", "is shown the error"},
		{"says nothing", "nothing_to_say", "something was said"},
		{"update", "buttons", "that in its place"},
		{"repeats", "started_again", "is asked again"},
		{"any size", "files", "with a limit of"},
		{"text mode", "files", "or others"},
		{"says more", "a_message_goes_on", "in place of"},
		{"says more", "a_press_goes_on", "what takes its place"},
		{"shows panics", "what_goes_on_panics", "is shown the error"},
		{"late word", "what_goes_on_is_cancelled", "after the end"},
		{"forgets replies", "what_goes_on_is_cancelled", "before the end it was message"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			finds(t, tt.fault, tt.where, tt.says)
		})
	}
}

// TestSuiteFindsSilence: so does one that says nothing where something must come.
// The suite is patient with each, so they run all at once.
func TestSuiteFindsSilence(t *testing.T) {
	t.Parallel()
	var running sync.WaitGroup
	defer running.Wait()
	for _, tt := range []struct{ fault, where, says string }{
		{"says nothing later", "a_message_goes_on", "no message came"},
		{"keeps its place", "others_meanwhile", "while messages go on changing"},
		{"gives up", "changes_fail", "no message came"},
		{"forgets it", "what_goes_on_is_cancelled", "the question that was left"},
	} {
		running.Go(func() { finds(t, tt.fault, tt.where, tt.says) })
	}
}

// finds runs a test of the suite with a fault, and looks whether it fails and
// says why.
func finds(t *testing.T, fault, where, says string) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFaulty$/^"+where+"$", "-test.v", "-rapid.nofailfile")
	cmd.Env = append(os.Environ(), faultVariable+"="+fault)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("%s: the suite is content with it:\n%s", fault, out)
		return
	}
	if !strings.Contains(string(out), "--- FAIL: TestFaulty/"+where) || !strings.Contains(string(out), says) {
		t.Errorf("%s: no %q of %q in\n%.3000s", fault, says, where, out)
	}
}

func TestCheckQuotes(t *testing.T) {
	long := strings.Repeat("Câu thứ nhất. ", 50) + "Câu có dấu. " + strings.Repeat("Câu cuối. ", 50)
	marked := chattest.Cite(1, "Bài", long, "dấu")
	other := chattest.Cite(2, "Bài hai", "Câu khác.", "")
	empty := chattest.Cite(3, "Bài ba", "\u200b", "")
	own := chattest.Cite(4, "Bài bốn", "“Lời nói.” […]\u202e", "")
	for _, tt := range []struct {
		name      string
		citations []chat.Citation
		answer    int
		quotes    []string
		want      string // part of the error, "" for none
	}{
		{"whole", []chat.Citation{other}, 0, []string{"“Câu khác.”"}, ""},
		{"a slice in a frame", []chat.Citation{marked}, 0, []string{"[…] “Câu có dấu. Câu cuối.” […]"}, ""},
		{"without the mark", []chat.Citation{marked}, 0, []string{"“Câu thứ nhất.”"}, "not that with the mark"},
		{"other words", []chat.Citation{other}, 0, []string{"“Câu khác!”"}, "is no slice"},
		{"nothing in the frame", []chat.Citation{other}, 0, []string{"“”"}, "is no slice"},
		{"more than a frame", []chat.Citation{other}, 0, []string{"Trích: “Câu khác.”"}, "is no slice"},
		{"the quote's own frame and closers", []chat.Citation{own}, 0, []string{"““Lời nói.” […]\u202e”\u202c"}, ""},
		{"the last is left out", []chat.Citation{other, marked}, 0, []string{"“Câu khác.”"}, ""},
		{"the first is left out", []chat.Citation{marked, other}, 0, []string{"“Câu khác.”"}, "not in their order"},
		{"all but the answer's are left out", []chat.Citation{marked, other}, 2, []string{"“Câu khác.”"}, ""},
		{"the answer's is left out", []chat.Citation{marked, other}, 2, []string{"“Câu có dấu.”"}, "the answer is of citation 2"},
		{"nothing to see", []chat.Citation{empty, other}, 0, []string{"“Câu khác.”"}, ""},
		{"nothing to see, shown", []chat.Citation{empty, other}, 0, []string{"“\u200b”", "“Câu khác.”"}, ""},
		{"of two that are alike", []chat.Citation{marked, chattest.Cite(2, "Bài", "Câu có dấu.", "dấu")}, 2, []string{"“Câu có dấu.”"}, ""},
		{"none", []chat.Citation{other}, 0, []string{}, "no quote is shown"},
		{"too many", []chat.Citation{other}, 0, []string{"“Câu khác.”", "“Câu khác.”"}, "of no citation"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := chat.Message{Citations: tt.citations}
			got := chattest.Shown{Quotes: tt.quotes, Text: "Trả lời Bài"}
			if tt.answer != 0 {
				m.Answer = &chat.Answer{Label: "Trả lời", N: tt.answer}
			}
			for _, c := range tt.citations {
				got.Text += c.Title + c.Source
			}
			err := chattest.Check(m, got, nil)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestLogger: a secret in the log is found, and not written.
func TestLogger(t *testing.T) {
	fake := &failing{TB: t}
	log := chattest.Logger(fake, "bi-mat", "")
	log.Info("xong", "n", 1)
	if fake.failed != 0 {
		t.Error("it fails without a secret")
	}
	log.With("token", "bi-mat").InfoContext(context.Background(), "gửi")
	if fake.failed != 1 {
		t.Error("it does not find the secret")
	}
}

type failing struct {
	testing.TB
	failed int
}

func (f *failing) Errorf(string, ...any) { f.failed++ }
