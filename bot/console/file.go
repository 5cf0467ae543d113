package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"

	"trichdan/bot/chat"
)

// withFile makes what follows a command that takes a file a file of the request,
// if it names one of this machine. What cannot be taken it says instead. Text
// that neither names a file nor looks as if it should stays text.
func withFile(r chat.Request) (_ chat.Request, instead string) {
	if !taking[strings.ToLower(r.Command)] || r.Text == "" {
		return r, ""
	}
	path, meant := named(r.Text)
	info, err := os.Stat(path)
	if err == nil && info.Mode().IsRegular() {
		err = readableFile(path)
	}
	shown := chat.CleanLine(path)
	switch {
	case err == nil && info.IsDir():
		return r, fmt.Sprintf(sayFolder, shown)
	case err == nil && !info.Mode().IsRegular():
		return r, fmt.Sprintf(sayNoFile, shown)
	case err == nil:
		r.Text = ""
		r.Files = []chat.File{{
			Name: filepath.Base(path), Size: info.Size(),
			Open: func(_ context.Context, limit int64) (io.ReadCloser, error) { return open(path, limit) },
		}}
		return r, ""
	case errors.Is(err, fs.ErrPermission):
		return r, fmt.Sprintf(sayForbidden, shown)
	case meant:
		return r, fmt.Sprintf(sayMissing, shown)
	}
	return r, ""
}

// readableFile reports why a file cannot be read, nil if it can.
func readableFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// named reads a path as people type it: in quotes, with escaped spaces, as a
// terminal writes it for a file that is dropped there, with ~ for the home
// folder. meant says that it can be nothing but a path.
func named(s string) (path string, meant bool) {
	quoted := len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] && !strings.ContainsRune(s[1:len(s)-1], rune(s[0]))
	if quoted {
		s = s[1 : len(s)-1]
	}
	meant = quoted && !strings.ContainsAny(s, "\n")
	if !strings.Contains(s, "\n") {
		for _, begin := range []string{"/", "./", "../", "~/"} {
			meant = meant || strings.HasPrefix(s, begin)
		}
		meant = meant || oneName(s)
	}
	if !quoted {
		s = unescaped(s)
	}
	return atHome(s), meant
}

// oneName reports whether s is one word that ends as names of files do.
func oneName(s string) bool {
	ending := strings.TrimPrefix(filepath.Ext(s), ".")
	return !strings.ContainsFunc(s, unicode.IsSpace) && !strings.Contains(s, "://") && len(ending) >= 2 && len(ending) <= 5 &&
		!strings.ContainsFunc(ending, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
}

// unescaped takes away the backslashes before other characters. On Windows they
// are part of a path.
func unescaped(s string) string {
	if runtime.GOOS == "windows" {
		return s
	}
	var b strings.Builder
	escaped := false
	for _, r := range s {
		if escaped = r == '\\' && !escaped; !escaped {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// atHome puts the home folder for a ~ at the beginning.
func atHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return home + rest
}

// open gives at most limit bytes of a file.
func open(path string, limit int64) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err == nil && !info.Mode().IsRegular(): // it was when it was named
		err = &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid}
	case err == nil && info.Size() > limit:
		err = chat.ErrTooLarge
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &bounded{file: f, left: limit}, nil
}

// bounded reads a file up to a limit: it may grow.
type bounded struct {
	file *os.File
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	// One byte more than may be: whether there is one tells what is too large.
	if int64(len(p))-1 > b.left {
		p = p[:b.left+1]
	}
	n, err := b.file.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), chat.ErrTooLarge
	}
	b.left -= int64(n)
	return n, err
}

func (b *bounded) Close() error { return b.file.Close() }

// completeFile gives the files and folders that go on with what is typed of a
// path, as they are typed: one with spaces in quotes.
func completeFile(typed string) []string {
	quote := ""
	if typed != "" && (typed[0] == '"' || typed[0] == '\'') {
		quote, typed = typed[:1], typed[1:]
	} else {
		typed = unescaped(typed)
	}
	folder, begin := filepath.Split(typed)
	entries, err := os.ReadDir(filepath.Clean(atHome(folder)))
	if err != nil {
		return nil
	}
	var found []string
	for _, e := range entries {
		name := e.Name()
		hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(begin, ".")
		if !strings.HasPrefix(name, begin) || hidden || chat.CleanLine(name) != name {
			continue
		}
		path, quote := folder+name, quote
		switch {
		case quote == "" && strings.Contains(path, `"`):
			quote = "'"
		case quote == "" && strings.ContainsAny(path, ` '\`):
			quote = `"`
		}
		isFolder := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(atHome(path))
			isFolder = err == nil && info.IsDir()
		}
		if isFolder {
			found = append(found, quote+path+string(filepath.Separator))
		} else {
			found = append(found, quote+path+quote)
		}
	}
	return found
}
