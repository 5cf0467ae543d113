package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// endless gives bytes without end, and counts them.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = "một câu. "[(e.read+i)%len("một câu. ")]
	}
	e.read += len(b)
	return len(b), nil
}

// TestUploadRefused: what is no article is refused, with the reason, and leaves
// nothing.
func TestUploadRefused(t *testing.T) {
	d := newUploadDesk(t)
	before := d.files()
	bomb := zipped(t, strings.Repeat("một dòng trong quả bom này. ", MaxUpload/16))
	bombLines := zipped(t, strings.Repeat(fmt.Sprintf("{\"body\":%q,\"filler\":%q}\n", text(1), strings.Repeat("x", 1<<20)), MaxUpload>>20))
	for _, tt := range []struct {
		name, content string
		want          Refusal
	}{
		{"large.txt", strings.Repeat("một câu. ", MaxUpload/10) + text(1), RefusedSize},
		{"bomb.txt.gz", bomb, RefusedSize},
		{"bomb.jsonl.gz", bombLines, RefusedSize},
		{"binary.txt", "MZ\x90\x00\x03" + text(1), RefusedNotText},
		{"renamed.txt", "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + text(1), RefusedNotText},
		{"renamed.md", `{\rtf1\ansi ` + text(1), RefusedNotText},
		{"broken.md", "Hà N\xf4i " + text(1), RefusedNotText},
		{"broken.jsonl", "{\"body\":\"\xff\"}\n", RefusedNotText},
		{"not packed.txt.gz", text(1), RefusedNotText},
		{"cut.txt.gz", zipped(t, text(1))[:60], RefusedNotText},
		{"empty.txt", "", RefusedNothing},
		{"", " \n\t", RefusedNothing},
		{"title.md", "---\ntitle: Chỉ có tiêu đề\n---\n", RefusedNothing},
		{"menu.html", "<html><body><nav><a href=/>Trang chủ</a></nav></body></html>", RefusedNothing},
		{"script.html", "<html><body><script>alert(1)</script></body></html>", RefusedNothing},
		{"numbers.jsonl", "1\n2\n3\n", RefusedNothing},
	} {
		_, err := d.Stage(t.Context(), tt.name, strings.NewReader(tt.content))
		d.refused(tt.name, err, tt.want)
	}
	// A gigabyte is not read to its end.
	huge := &endless{}
	_, err := d.Stage(t.Context(), "huge.txt", io.LimitReader(huge, 1<<30))
	d.refused("a gigabyte", err, RefusedSize)
	if huge.read > MaxUpload+1<<20 {
		t.Errorf("%d bytes were read", huge.read)
	}
	if now := d.files(); !equalFiles(now, before) {
		t.Errorf("there is %v, want %v", now, before)
	}
	if drafts, err := d.drafts(); len(drafts) != 0 || err != nil {
		t.Errorf("staged: %v, %v", drafts, err)
	}
	// Errors of who sends are not refusals, and nor is an end.
	lost := errors.New("connection lost")
	_, err = d.Stage(t.Context(), "a.txt", io.MultiReader(strings.NewReader("một"), &failing{lost}))
	if _, refused := errors.AsType[*RefusedError](err); refused || !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = d.Stage(ctx, "a.jsonl", strings.NewReader(lines(1)))
	if _, refused := errors.AsType[*RefusedError](err); refused || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// TestUploadPartly: 5,000 lines of which three are broken give the others, and
// three reasons.
func TestUploadPartly(t *testing.T) {
	d := newUploadDesk(t)
	all := 5000
	if raceDetector {
		all = 500 // nothing in it is done at once
	}
	var b strings.Builder
	for n := range all {
		switch n {
		case 6:
			b.WriteString("{\"id\": \"n6\", \"body\": \n")
		case 200:
			b.WriteString("{\"title\":\"không có thân\"}\n")
		case all - 1:
			b.WriteString("{\"body\":\"h\xf4m\"}\n")
		default:
			fmt.Fprintf(&b, "{\"title\":\"Tin số %d\",\"body\":\"Phường %d họp.\"}\n", n, n)
		}
	}
	draft := d.stage("nhiều.jsonl", b.String())
	if draft.New != all-3 || draft.Changed+draft.Same != 0 || draft.Failed != 3 || len(draft.Failures) != 3 || len(draft.Articles) != shownArticles {
		t.Fatalf("%d new, %d changed, %d same, %d failed: %q", draft.New, draft.Changed, draft.Same, draft.Failed, draft.Failures)
	}
	for i, line := range []int{7, 201, all} {
		if want := fmt.Sprintf("line %d: ", line); !strings.HasPrefix(draft.Failures[i], want) {
			t.Errorf("failure %q, want %q and the reason", draft.Failures[i], want)
		}
	}
	d.place(draft.Key)
	if r := d.mirror(); r.Added != all-2 || len(r.Failures) != 3 { // and the one that was there
		t.Errorf("mirrored %d, failures %v", r.Added, r.Failures)
	}
}
