package bot

import (
	"testing"

	"trichdan/corpus/source"
)

// TestReason: each reason of the readers has a wording, and what stands beside it
// stays as it is.
func TestReason(t *testing.T) {
	for _, err := range []error{
		source.ErrKind, source.ErrIrregular, source.ErrEscape, source.ErrTooLarge, source.ErrEmpty, source.ErrNoText,
		source.ErrBinary, source.ErrDocument, source.ErrEncoding,
	} {
		if got := vietnamese.reason(err.Error()); got != vietnameseReasons[err.Error()] || got == "" {
			t.Errorf("%v: %q", err, got)
		}
	}
	for text, want := range map[string]string{
		"tin.jsonl#line 17: not an article in JSON: unexpected end of JSON input": "tin.jsonl#dòng 17: không phải một bài viết dạng JSON: JSON dừng giữa chừng",
		"line 3: no body: no article text, only boilerplate":                      "dòng 3: không có body: không có nội dung bài, chỉ có phần phụ của trang",
		"empty.txt: empty": "empty.txt: tệp rỗng",
		"line 4: cau.md has that address, and is not replaced": "dòng 4: cau.md có cùng địa chỉ, và không bị thay",
		"a: input/output error":                                "a: input/output error",
		"":                                                     "",
	} {
		if got := vietnamese.reason(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if got := english.reason(text); got != text {
			t.Errorf("in English: %s", got)
		}
	}
}
