package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"trichdan/bot/console"
)

// summarizeHere runs the verb in this process.
func summarizeHere(ctx context.Context, t *testing.T, in io.Reader, sentences string) (out, errs string, err error) {
	t.Helper()
	v := &summarizeVerb{Sentences: sentences}
	if p := v.problems(); len(p) > 0 {
		t.Fatal(p)
	}
	var o, e bytes.Buffer
	err = v.run(ctx, &config{in: in, out: &o, err: &redacted{w: &e}})
	return o.String(), e.String(), err
}

const bridge = `Sáng 3/2, cầu Bến Gỗ bắc qua sông Lam thông xe sau hai năm xây dựng. ` +
	`Nhiều người dân đi bộ qua cầu từ sớm. ` +
	`Cầu Bến Gỗ dài 640 m, rộng 16 m, có tổng vốn 820 tỷ đồng. ` +
	`Bà Lan bán nước ở đầu cầu. ` +
	`Trời nhiều mây.`

func article(t *testing.T, id any, title, body string) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"id": id, "title": title, "body": body})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSummarize(t *testing.T) {
	line := article(t, "a1", "Thông xe cầu Bến Gỗ bắc qua sông Lam, vốn 820 tỷ đồng", bridge)
	tests := []struct {
		name, in, sentences string
		want, errs          string // the output, the reports
		bad                 bool
	}{
		{name: "nothing"},
		{name: "blank lines", in: "\n  \r\n\n"},
		{name: "one sentence", in: article(t, "x", "", "Mưa to."), want: `{"id":"x","summary":"Mưa to."}` + "\n"},
		{name: "no end of line, a number as id, no title", in: `{"id":12,"body":"Mưa to."}`, want: `{"id":12,"summary":"Mưa to."}` + "\n"},
		{name: "an empty body", in: article(t, "x", "Mưa", "") + "\n", want: `{"id":"x","summary":""}` + "\n"},
		{name: "markup stays", in: article(t, "x", "", "Mưa <b>to</b> & gió."), want: `{"id":"x","summary":"Mưa <b>to</b> & gió."}` + "\n"},
		{name: "one of five", in: line, sentences: "1",
			want: `{"id":"a1","summary":"Sáng 3/2, cầu Bến Gỗ bắc qua sông Lam thông xe sau hai năm xây dựng."}` + "\n"},
		{name: "two of five", in: line,
			want: `{"id":"a1","summary":"Sáng 3/2, cầu Bến Gỗ bắc qua sông Lam thông xe sau hai năm xây dựng. Cầu Bến Gỗ dài 640 m, rộng 16 m, có tổng vốn 820 tỷ đồng."}` + "\n"},
		{name: "the lead is not looked at", in: `{"id":"x","title":"Mưa","lead":"Lead.","summary":"Tóm tắt.","body":"Mưa to."}`,
			want: `{"id":"x","summary":"Mưa to."}` + "\n"},
		{
			name: "bad lines among good ones", bad: true,
			in: strings.Join([]string{
				`{"id":"1","body":"Mưa to."}`, `không phải JSON`, ``, `{"id":"3"}`, `{"body":"Mưa."}`, `{"id":null,"body":"Mưa."}`,
				`{"id":["x"],"body":"Mưa."}`, `{"id":"8","title":7,"body":"Mưa."}`, `{"id":"9","body":"Nắng."}`,
			}, "\n"),
			want: `{"id":"1","summary":"Mưa to."}` + "\n" + `{"id":"9","summary":"Nắng."}` + "\n",
			errs: "trichdan: line 2: not an article in JSON: invalid character 'k' looking for beginning of value\n" +
				"trichdan: line 4: no body\ntrichdan: line 5: no id\ntrichdan: line 6: no id\n" +
				"trichdan: line 7: the id is neither text nor a number\n" +
				"trichdan: line 8: not an article in JSON: json: cannot unmarshal number into Go struct field unsummed.title of type string\n",
		},
		{
			name: "a line too long", bad: true,
			in:   article(t, "x", "", strings.Repeat("Mưa to. ", console.MaxLine/8)) + "\n" + `{"id":"2","body":"Nắng."}`,
			want: `{"id":"2","summary":"Nắng."}` + "\n", errs: "trichdan: line 1: longer than 1 MB\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, err := summarizeHere(t.Context(), t, strings.NewReader(tt.in), tt.sentences)
			if out != tt.want || errs != tt.errs || (err != nil) != tt.bad {
				t.Errorf("out %q\nerr %q, %v\nwant %q\nerr %q, failed %v", out, errs, err, tt.want, tt.errs, tt.bad)
			}
		})
	}
}

func TestSummarizeFlag(t *testing.T) {
	for _, n := range []string{"0", "-1", "101", "hai", "1.5"} {
		want := `--sentences (TRICHDAN_SENTENCES) is "` + n + `": want a number from 1 to 100`
		if p := (&summarizeVerb{Sentences: n}).problems(); len(p) != 1 || p[0] != want {
			t.Errorf("--sentences %s: %q, want %q", n, p, want)
		}
	}
	for _, n := range []string{"", "1", "100"} {
		if p := (&summarizeVerb{Sentences: n}).problems(); len(p) > 0 {
			t.Errorf("--sentences %s: %q", n, p)
		}
	}
}

// TestSummarizeEnds cancels while the input says nothing, and writes where
// nothing can be written.
func TestSummarizeEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, `{"id":"1","body":"Mưa to."}`+"\n") // returns when it has been read
		cancel()
	}()
	if _, _, err := summarizeHere(ctx, t, r, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	r, w = io.Pipe()
	defer w.Close()
	broken := errors.New("broken pipe")
	r.CloseWithError(broken)
	c := &config{in: strings.NewReader(`{"id":"1","body":"Mưa to."}`), out: w, err: &redacted{w: io.Discard}}
	if err := (&summarizeVerb{}).run(t.Context(), c); !errors.Is(err, broken) {
		t.Errorf("output closed: %v, want %v", err, broken)
	}
}
