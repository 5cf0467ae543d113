package telegramtest

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// MaxFile is how large a file may be that a bot can download, in bytes
// (https://core.telegram.org/bots/api#getfile).
const MaxFile = 20 << 20

// Document is a file that a person attaches.
type Document struct {
	Name    string
	Content []byte
	Size    int64  // that the server says, 0: that of Content, below 0: it does not say
	Path    string // that getFile gives, "": one as Telegram's
}

// file is an attached document with its IDs.
type file struct {
	Document
	id string
}

func (f *file) size() int64 {
	if f.Size == 0 {
		return int64(len(f.Content))
	}
	return f.Size
}

// attach keeps a document and gives it an ID. It is called with the lock held.
func (s *Server) attach(d Document) *file {
	n := strconv.Itoa(len(s.files) + 1)
	if d.Path == "" {
		d.Path = "documents/file_" + n + path.Ext(d.Name)
	}
	f := &file{Document: d, id: "BQACAgUAAx-" + n}
	s.files[f.id] = f
	return f
}

// wire is a document as it stands in a message, or in the answer of getFile.
func (f *file) wire() map[string]any {
	w := map[string]any{"file_id": f.id, "file_unique_id": "AgAD" + f.id[len(f.id)-1:]}
	if f.size() >= 0 {
		w["file_size"] = f.size()
	}
	return w
}

func (s *Server) getFile(p url.Values) (any, *Message, error) {
	f := s.files[p.Get("file_id")]
	switch {
	case f == nil:
		return nil, nil, bad("invalid file_id")
	case f.size() > MaxFile:
		return nil, nil, bad("file is too big")
	}
	w := f.wire()
	w["file_path"] = f.Path
	return w, nil, nil
}

// download is how a download of a file is called among the methods of calls and
// faults.
const download = "download"

// serveFile answers the download of a file.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, at string) {
	s.mu.Lock()
	c := Call{Method: download, Params: url.Values{"file_path": {at}}, Status: http.StatusNotFound, At: time.Now()}
	var found *file
	for _, f := range s.files {
		if f.Path == at {
			found = f
			c.Status = http.StatusOK
		}
	}
	s.record(c)
	s.mu.Unlock()
	if found == nil || r.Method != http.MethodGet {
		reply(w, nil, &problem{Code: http.StatusNotFound, Description: "Not Found"})
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if found.Size >= 0 {
		w.Header().Set("Content-Length", fmt.Sprint(len(found.Content)))
	} else { // it comes in chunks
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
	}
	_, _ = w.Write(found.Content)
}

// address takes apart the path of a request: a method, or a file.
func address(at string) (token, method, file string, ok bool) {
	if rest, isFile := strings.CutPrefix(at, "/file/bot"); isFile {
		token, file, ok = strings.Cut(rest, "/")
		return token, download, file, ok
	}
	rest, ok := strings.CutPrefix(at, "/bot")
	if !ok {
		return "", "", "", false
	}
	token, method, ok = strings.Cut(rest, "/")
	return token, method, "", ok
}
