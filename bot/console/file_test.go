package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

// readFiles answers with what was asked, and what is in the files.
func readFiles(ctx context.Context, r chat.Request) (chat.Message, error) {
	m, err := echo(ctx, r)
	for _, f := range r.Files {
		body, err := f.Open(ctx, 1<<20)
		if err != nil {
			return chat.Message{}, err
		}
		content, err := io.ReadAll(body)
		if err = errors.Join(err, body.Close()); err != nil {
			return chat.Message{}, err
		}
		m.Text += fmt.Sprintf("(%s %d %s)", f.Name, f.Size, content)
	}
	return m, err
}

// inFolder makes files in a new folder and works there, and at home in "nha".
func inFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"bai.txt": "một", "bài hai.md": "hai", "trong/ba.txt": "ba", "nha/bon.txt": "bốn", "nam": "năm", `it's "x".txt`: "sáu", ".an.txt": "ẩn",
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	t.Setenv("HOME", filepath.Join(folder, "nha"))
	return folder
}

func TestFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has other paths")
	}
	folder := inFolder(t)
	for _, tt := range []struct{ line, want string }{
		{"/them bai.txt", "(them)()(bai.txt 5 một)"},
		{"/add ./bai.txt ", "(add)()(bai.txt 5 một)"},
		{"/THEM trong/../trong/ba.txt", "(THEM)()(ba.txt 2 ba)"},
		{"/thêm " + folder + "/bai.txt", "(thêm)()(bai.txt 5 một)"},
		{"/them bài hai.md", "(them)()(bài hai.md 3 hai)"},
		{`/them "bài hai.md"`, "(them)()(bài hai.md 3 hai)"},
		{`/them 'bài hai.md'`, "(them)()(bài hai.md 3 hai)"},
		{`/them bài\ hai.md`, "(them)()(bài hai.md 3 hai)"},
		{`/them it\'s\ \"x\".txt`, `(them)()(it's "x".txt 4 sáu)`},
		{"/them ~/bon.txt", "(them)()(bon.txt 5 bốn)"},
		{"/them nam", "(them)()(nam 4 năm)"},
		{"/them trong", fmt.Sprintf(sayFolder, "trong")},
		{"/them ~", fmt.Sprintf(sayFolder, folder+"/nha")},
		{"/them /dev/null", fmt.Sprintf(sayNoFile, "/dev/null")},
		{"/them khong.txt", fmt.Sprintf(sayMissing, "khong.txt")},
		{"/them ./không có.txt", fmt.Sprintf(sayMissing, "./không có.txt")},
		{"/them bai.txt/x.txt", fmt.Sprintf(sayMissing, "bai.txt/x.txt")},
		{"/them \"\x1b[31m\"", fmt.Sprintf(sayMissing, "\ufffd[31m")},
		{"/them Cầu Sao mở cửa sáng nay.", "(them)(Cầu Sao mở cửa sáng nay.)"},
		{"/them https://bao.example/bai.html", "(them)(https://bao.example/bai.html)"},
		{"/them xacnhan k3y", "(them)(xacnhan k3y)"},
		{`/them "Cầu Sao" và "Cầu Mới"`, `(them)("Cầu Sao" và "Cầu Mới")`},
		{"/them", "(them)()"},
		{"/hoi bai.txt", "(hoi)(bai.txt)"},
		{"bai.txt", "()(bai.txt)"},
	} {
		t.Run(tt.line, func(t *testing.T) {
			var out strings.Builder
			if err := New(strings.NewReader(tt.line+"\n"), &out, Options{}).Receive(t.Context(), readFiles); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n", out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestForbiddenFile(t *testing.T) {
	inFolder(t)
	if err := os.Chmod("bai.txt", 0); err != nil {
		t.Fatal(err)
	}
	if err := readableFile("bai.txt"); err == nil {
		t.Skip("who runs the test may read all files")
	}
	if _, instead := withFile(request("/them bai.txt")); instead != fmt.Sprintf(sayForbidden, "bai.txt") {
		t.Errorf("got %q", instead)
	}
}

func TestOpen(t *testing.T) {
	inFolder(t)
	read := func(f chat.File, limit int64) (string, error) {
		body, err := f.Open(t.Context(), limit)
		if err != nil {
			return "", err
		}
		var b strings.Builder
		_, err = io.Copy(&b, body) // which must not find another way to read
		return b.String(), errors.Join(err, body.Close())
	}
	r, instead := withFile(request("/them bai.txt"))
	if instead != "" || len(r.Files) != 1 {
		t.Fatalf("got %+v, %q", r, instead)
	}
	f := r.Files[0]
	for limit, want := range map[int64]string{5: "một", 6: "một", 1 << 62: "một"} {
		if got, err := read(f, limit); got != want || err != nil {
			t.Errorf("limit %d: got %q, %v", limit, got, err)
		}
	}
	if got, err := read(f, 4); got != "" || !errors.Is(err, chat.ErrTooLarge) {
		t.Errorf("too large: got %q, %v", got, err)
	}

	// It grows while it is read.
	body, err := f.Open(t.Context(), 6)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("bai.txt", []byte("một hai ba"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); len(b) != 6 || !errors.Is(err, chat.ErrTooLarge) {
		t.Errorf("grown: got %q, %v", b, err)
	}

	for _, change := range []func() error{
		func() error { return os.Remove("bai.txt") },
		func() error { return os.Mkdir("bai.txt", 0o700) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if got, err := read(f, 100); got != "" || err == nil {
			t.Errorf("what is no file any more: got %q, %v", got, err)
		}
	}
}

func TestCompleteFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has other paths")
	}
	folder := inFolder(t)
	if err := os.Symlink("trong", "toi-trong"); err != nil {
		t.Fatal(err)
	}
	complete := completer([]string{"them", "moi"})
	for line, want := range map[string][]string{
		"/them b":                      {"/them bai.txt", `/them "bài hai.md"`},
		"/them  bai":                   {"/them bai.txt"},
		"/Add t":                       {"/Add toi-trong/", "/Add trong/"},
		"/them trong/":                 {"/them trong/ba.txt"},
		"/them toi-trong/b":            {"/them toi-trong/ba.txt"},
		`/them "bà`:                    {`/them "bài hai.md"`},
		`/them 'bà`:                    {`/them 'bài hai.md'`},
		`/them bài\ h`:                 {`/them "bài hai.md"`},
		"/them i":                      {`/them 'it's "x".txt'`},
		"/them ~/":                     {"/them ~/bon.txt"},
		"/them " + folder + "/nha/bo":  {"/them " + folder + "/nha/bon.txt"},
		"/them .a":                     {"/them .an.txt"},
		"/them không/có":               nil,
		"/moi b":                       nil,
		"/them Cầu Sao mở cửa sáng na": nil,
	} {
		if diff := cmp.Diff(want, complete(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

// TestCompletedIsNamed: what completion gives names the file.
func TestCompletedIsNamed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has other paths")
	}
	folder := t.TempDir()
	t.Chdir(folder)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zđêồ][-a-z ộ'.\\"~]{0,8}[a-z]`).
			Filter(func(s string) bool { return !strings.ContainsAny(s, `"`) || !strings.ContainsAny(s, `'`) }).Draw(t, "name")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(name)
		list := completeFile(name[:1])
		if name[0] > 'z' { // a part of a letter begins nothing
			list = completeFile("")
		}
		if len(list) != 1 {
			t.Fatalf("completed to %q", list)
		}
		r, instead := withFile(request("/them " + list[0]))
		if instead != "" || len(r.Files) != 1 || r.Files[0].Name != name {
			t.Fatalf("%q, completed to %q, is %+v, %q", name, list[0], r.Files, instead)
		}
	})
}

// FuzzNamed: whatever is typed, nothing panics, and no text is lost.
func FuzzNamed(f *testing.F) {
	for _, s := range []string{`"a b"`, `'`, `""`, `a\ b`, `\`, "~", "~x", "/", "a\nb", "\x00", `"a" b "c"`, "x.txt"} {
		f.Add(s)
	}
	f.Chdir(f.TempDir())
	f.Fuzz(func(t *testing.T, s string) {
		r := request("/them " + s)
		got, instead := withFile(r)
		if instead == "" && len(got.Files) == 0 && got.Text != r.Text {
			t.Errorf("%q became %q", r.Text, got.Text)
		}
		if chat.CleanLine(instead) != instead {
			t.Errorf("%q is said", instead)
		}
	})
}
