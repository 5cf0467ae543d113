package source

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/corpus"
)

// TestRecognise: what is recognised is what a folder with that file gives.
func TestRecognise(t *testing.T) {
	page := "<html><body><article><h1>" + para(story, 0) + "</h1><p>" + para(story, 1) + "</p><p>" + para(story, 2) + "</p><p>" + para(story, 3) +
		"</p><script>alert('trộm')</script></article></body></html>"
	jsonl := "{\"id\":\"a\",\"title\":\"Tin một\",\"body\":\"Thân bài thứ nhất.\"}\nhỏng\n{\"body\":\"Thân bài thứ hai.\",\"url\":\"https://example.vn/2\"}\n"
	for name, content := range map[string]string{
		"a.txt": story, "b.md": "---\ntitle: Tin\n---\n" + story, "c.HTML": page, "d.htm.gz": zip(t, page), "e.jsonl": jsonl, "f.jsonl.gz": zip(t, jsonl),
		"in/sub/20240109.txt": story, "empty.txt": "", "broken.md": "\xff", "x.exe": "MZ", "bomb.txt.gz": zip(t, strings.Repeat("a", maxArticle+1)),
	} {
		articles, failures := Recognise(context.Background(), name, []byte(content))
		wantArticles, wantFailures := Read(context.Background(), fstest.MapFS{name: {Data: []byte(content)}}, File{Path: name})
		if diff := cmp.Diff(wantArticles, articles); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if len(failures) != len(wantFailures) || len(articles)+len(failures) == 0 {
			t.Fatalf("%s: %d articles, %v, want %v", name, len(articles), failures, wantFailures)
		}
		for i, f := range failures {
			if f.Error() != wantFailures[i].Error() {
				t.Errorf("%s: %v, want %v", name, f, wantFailures[i])
			}
		}
		for _, a := range articles {
			checkArticle(t, a)
			if strings.Contains(a.Body, "trộm") {
				t.Errorf("%s: a script is text: %q", name, a.Body)
			}
		}
	}
}

// TestRecogniseLarge: lines of JSON are held together, so all of them count.
func TestRecogniseLarge(t *testing.T) {
	one := `{"body":"` + strings.Repeat("Một câu trong thân bài. ", 1000) + "\"}\n"
	content := zip(t, strings.Repeat(one, maxArticle/len(one)+1))
	articles, failures := Recognise(context.Background(), "a.jsonl.gz", []byte(content))
	if n := len(failures); n == 0 || !errors.Is(failures[n-1], ErrTooLarge) || len(articles) > maxArticle/len(one) {
		t.Errorf("%d articles, %v", len(articles), failures)
	}
	if articles, failures := Read(context.Background(), fstest.MapFS{"a.jsonl.gz": {Data: []byte(content)}}, File{Path: "a.jsonl.gz"}); len(failures) > 0 || len(articles) != maxArticle/len(one)+1 {
		t.Errorf("in a folder: %d articles, %v", len(articles), failures)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, failures := Recognise(ctx, "a.jsonl", []byte(one)); len(failures) != 1 || !errors.Is(failures[0], context.Canceled) {
		t.Errorf("got %v", failures)
	}
}

// TestDocuments: documents of other programs are no text, though they may
// consist of letters.
func TestDocuments(t *testing.T) {
	for _, content := range []string{"%PDF-1.4\n1 0 obj\n", "%!PS-Adobe-3.0\n", `{\rtf1\ansi Hà Nội}`} {
		if _, failures := Recognise(context.Background(), "a.txt", []byte(content+story)); len(failures) != 1 || !errors.Is(failures[0], ErrDocument) {
			t.Errorf("%.10q: %v", content, failures)
		}
	}
}

func TestExtensions(t *testing.T) {
	for _, tt := range []struct{ name, ext, given, stem string }{
		{"a.txt", ".txt", ".txt", "a"},
		{"A.TXT.GZ", ".txt.gz", ".txt.gz", "A"},
		{"x.Html", ".html", ".html", "x"},
		{"x.htm", ".htm", ".htm", "x"},
		{"tin.jsonl", ".jsonl", ".jsonl", "tin"},
		{"x.html.exe", "", "", "x.html.exe"},
		{"a.txt\x00.md", ".md", ".md", "a.txt"},
		{"a.txt ", "", ".txt", "a"},
		{"a.md\u202e\u200b", "", ".md", "a"},
		{"../../etc/x.md", ".md", ".md", "x"},
		{`C:\tin\x.md`, ".md", ".md", "x"},
		{"C:x.md", ".md", ".md", "x"},
		{".txt", ".txt", ".txt", ""},
		{"", "", "", ""},
		{"txt", "", "", "txt"},
		{"x.gz", "", "", "x.gz"},
		{"a\u202eb\nc.txt", ".txt", ".txt", "a b c"},
	} {
		if got := Extension(tt.name); got != tt.ext {
			t.Errorf("Extension(%q) is %q, want %q", tt.name, got, tt.ext)
		}
		if got := GivenExtension(tt.name); got != tt.given {
			t.Errorf("GivenExtension(%q) is %q, want %q", tt.name, got, tt.given)
		}
		if got := GivenStem(tt.name); got != tt.stem {
			t.Errorf("GivenStem(%q) is %q, want %q", tt.name, got, tt.stem)
		}
	}
}

func TestSniff(t *testing.T) {
	for content, want := range map[string]string{
		story:                                 ".txt",
		"\ufeff\n" + story:                    ".txt",
		"---\ntitle: A\n---\nThân.":           ".md",
		"\r\n---\r\ntitle: A\r\n---\r\nThân.": ".md",
		"---\nchỉ một vạch kẻ":                ".txt",
		"  <!DOCTYPE html><p>x</p>":           ".html",
		"<HTML><body>x":                       ".html",
		"< 5 độ C":                            ".txt",
		"{\"body\":\"x\"}":                    ".jsonl",
		"\n{\"body\":\"x\"} \n{}\n":           ".jsonl",
		"{ghi chú\nbài":                       ".txt",
		"[1]":                                 ".txt",
		"":                                    ".txt",
		"\x00":                                ".txt",
		toUTF16("<html><p>x", false):          ".html",
	} {
		if got := Sniff([]byte(content)); got != want {
			t.Errorf("%.40q is %s, want %s", content, got, want)
		}
	}
}

// TestFolders: the folders are those in which List finds files, by what they are.
func TestFolders(t *testing.T) {
	outside := t.TempDir()
	_, fsys := folder(t, map[string]string{
		"a.txt": "x", "sub/deep/b.txt": "x", ".git/c.txt": "x",
		".store/s.txt": "x", "link": "-> .store", "loop": "-> .", "out": "-> " + outside,
		"..data": "-> ..v1", "..v1/one.txt": "x", "one.txt": "-> ..data/one.txt",
	})
	got, err := Folders(context.Background(), fsys)
	if want := []string{".", "..v1", ".store", "sub", "sub/deep"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if _, err := Folders(context.Background(), fstest.MapFS{".": {Mode: fs.ModeNamedPipe}}); err == nil {
		t.Error("what is no folder has folders")
	}
}

var oneDay = time.Date(2026, 11, 21, 18, 30, 0, 0, time.UTC) // the 22nd in Zone

func TestUploadName(t *testing.T) {
	for _, tt := range []struct {
		title, ext string
		n          int
		want       string
	}{
		{"Đường sắt Bắc – Nam: khởi công 3 ga", ".txt", 1, "them-2026-11-22-duong-sat-bac-nam-khoi-cong-3-ga.txt"},
		{"Giá xăng", ".jsonl.gz", 2, "them-2026-11-22-gia-xang-2.jsonl.gz"},
		{"", ".md", 0, "them-2026-11-22-bai.md"},
		{"今日新闻", ".md", 3, "them-2026-11-22-bai-3.md"},
		{"../../con", ".md", 1, "them-2026-11-22-con.md"},
		{"\x00\u202e\xff", ".md", 1, "them-2026-11-22-bai.md"},
		{strings.Repeat("chữ ", 1000), ".md", 1, "them-2026-11-22-" + strings.TrimSuffix(strings.Repeat("chu-", 15), "-") + ".md"},
		{strings.Repeat("x", 1000), ".md", 1, "them-2026-11-22-" + strings.Repeat("x", 60) + ".md"},
	} {
		if got := UploadName(oneDay, tt.title, tt.n, tt.ext); got != tt.want {
			t.Errorf("%.40q: %s, want %s", tt.title, got, tt.want)
		}
	}
}

// TestUploadDate: the day in the name of an upload is not that of publication.
func TestUploadDate(t *testing.T) {
	at := time.Date(2024, 1, 9, 9, 0, 0, 0, corpus.Zone)
	for p, want := range map[string]string{
		UploadName(at, "Trạm cấp nước", 1, ".txt"):            "",
		"sub/" + UploadName(at, "2024-01-08 nước", 1, ".txt"): "",
		"2024-01-09-tram-cap-nuoc.txt":                        "2024-01-09",
	} {
		articles, failures := Recognise(context.Background(), p, []byte(story))
		if len(articles) != 1 || articles[0].Published.String() != want {
			t.Errorf("%s: %v, %v, want published %q", p, articles, failures, want)
		}
	}
}

// FuzzUploadName: whatever somebody calls a file, its name is short, in ASCII,
// at one level, and of the kind that was asked for.
func FuzzUploadName(f *testing.F) {
	for _, s := range []string{"tin.txt", "../../x.md", `C:\con.html`, "a.txt\x00.jsonl", "\u202etxt.gz", "x.html.exe", "nul", "."} {
		f.Add(s, "Giá xăng tăng "+s, 1)
	}
	f.Fuzz(func(t *testing.T, name, title string, n int) {
		ext := GivenExtension(name)
		if ext != Extension("x"+ext) {
			t.Fatalf("%q has extension %q, which has %q", name, ext, Extension("x"+ext))
		}
		if stem := GivenStem(name); strings.ContainsAny(stem, "/\\:\x00\n") {
			t.Errorf("%q has stem %q", name, stem)
		}
		got := UploadName(oneDay, title, n, ext)
		rest, ok := strings.CutPrefix(got, "them-2026-11-22-")
		if !ok || !strings.HasSuffix(got, ext) || !IsUpload(got) || Extension(got) != ext || len(got) > 120 {
			t.Errorf("%q, %q becomes %q", name, title, got)
		}
		for i, r := range strings.TrimSuffix(rest, ext) {
			if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' && i > 0) {
				t.Errorf("%q in %q", r, got)
			}
		}
	})
}

// FuzzRecognise: whatever somebody gives, it is articles that are whole, or
// failures, and the same again.
func FuzzRecognise(f *testing.F) {
	for _, s := range []string{story, "", "\x00", "---\ntitle: a\n---\nb", "<html><p>Một đoạn văn.", "{\"body\":\"a\"}\n{", "%PDF-1.4", "\xff\xfea\x00", zip(f, story)} {
		f.Add([]byte(s), ".gz")
		f.Add([]byte(s), "")
	}
	f.Fuzz(func(t *testing.T, content []byte, packed string) {
		name := "a" + Sniff(content)
		if packed == ".gz" {
			name += packed
		}
		articles, failures := Recognise(t.Context(), name, content)
		if len(articles)+len(failures) == 0 {
			t.Error("neither articles nor failures")
		}
		for _, a := range articles {
			checkArticle(t, a)
		}
		again, _ := Recognise(t.Context(), name, content)
		if diff := cmp.Diff(articles, again); diff != "" {
			t.Errorf("another time:\n%s", diff)
		}
	})
}
