package discordtest

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// File is something that a person attaches.
type File struct {
	Name    string // as it is on the person's device
	Content []byte
	Size    int64  // that is told, 0 for that of the content
	URL     string // that is told, "" for where the server has it
}

// stored is a File as the server has it.
type stored struct {
	File
	id, channel string
}

// RouteFile is that of attached files, for Fail.
const RouteFile = "file"

// attach stores files, and gives them as they are in events; s.mu is held.
func (s *Server) attach(p Person, files []File) (list []any, byID map[string]any) {
	list, byID = []any{}, map[string]any{}
	for _, f := range files {
		x := &stored{File: f, id: s.id(), channel: p.Channel}
		s.files[x.id] = x
		size := f.Size
		if size == 0 {
			size = int64(len(f.Content))
		}
		address := f.URL
		if address == "" {
			// With a signature, as Discord has it.
			address = fmt.Sprintf("http://%s%s?ex=1&is=2&hm=%s", s.host, x.path(), x.id)
		}
		a := map[string]any{
			"id": x.id, "filename": plainName(f.Name), "size": size, "url": address,
			"proxy_url": address, "content_type": "application/octet-stream",
		}
		if plain := plainName(f.Name); plain != f.Name {
			a["title"] = strings.TrimSuffix(f.Name, path.Ext(f.Name))
		}
		list, byID[x.id] = append(list, a), a
	}
	return list, byID
}

// path is where a file is served.
func (x *stored) path() string {
	return "/attachments/" + x.channel + "/" + x.id + "/" + plainName(x.Name)
}

// plainName is the name that Discord gives a file: what is not ASCII is left
// out, and what is no letter, digit, dot or dash is a low line.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > '~':
			return -1
		case r == '.', r == '-', '0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return r
		}
		return '_'
	}, name)
}

// serveFile serves attached files. They are public, so that a bot has no reason
// to show who it is.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if r.Header.Get("Authorization") != "" {
		s.violation("the bot's token is sent to get a file")
	}
	x := s.files[r.PathValue("id")]
	s.count(func(c *Counts) { c.Downloads++ })
	s.mu.Unlock()
	if p := s.planned(RouteFile); p != nil {
		if p.Arrived != nil {
			p.once.Do(func() { close(p.Arrived) })
		}
		s.fail(w, r, &p.Fault)
		return
	}
	if x == nil || r.URL.Path != x.path() || r.URL.Query().Get("hm") != x.id {
		http.Error(w, "This content is no longer available.", http.StatusNotFound)
		return
	}
	if x.Size == 0 || x.Size == int64(len(x.Content)) {
		w.Header().Set("Content-Length", strconv.Itoa(len(x.Content)))
	}
	_, _ = w.Write(x.Content)
}
