package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Seq is a place in the order of arrival. Every change of an article (its
// first arrival, a new revision, a withdrawal, a restoration) takes the next
// number, so a consumer that remembers one Seq knows all that it has not seen.
// The first is 1; 0 stands before everything.
type Seq uint64

// Article is one news article as the corpus keeps it.
//
// A reader (package source) fills everything but ID's uniqueness, Seq, Arrived,
// Revised, Revision, Withdrawn and Story, which belong to the store.
type Article struct {
	// ID names the article for good: it is derived from the canonical URL, or
	// where there is none from the path (see NewID).
	ID string
	// Seq is when the current state of the article arrived.
	Seq Seq
	// Arrived is the Seq of its first arrival, and Revised that of the arrival
	// of its present content, which is Arrived for the first revision.
	Arrived, Revised Seq
	// Revision counts the versions of the content, from 1.
	Revision int
	// Withdrawn articles stay in the store, and are neither found nor cited.
	Withdrawn bool
	// Story is the ID of the first article to arrive among those that tell
	// the same story in nearly the same words; it is ID for a lone article.
	Story string

	// Title is the headline. TitleDerived says that the source has none and
	// that it was made from the beginning of the text.
	Title        string
	TitleDerived bool
	// Body is the cleaned text, NFC, paragraphs separated by "\n", no blank
	// lines. The lead (sapo) is its first paragraph where there is one.
	Body string
	// LeadLen is the length of the lead in bytes: Body[:LeadLen] is the lead
	// that the newspaper wrote. It is 0 where no lead was recognised.
	LeadLen int

	Outlet    string   // name of the publisher, "" if unknown
	Author    string   // "" if unknown
	Published Date     // zero if unknown
	URL       string   // canonical URL, "" if unknown
	Path      string   // file the article came from, relative to its folder; for a .jsonl line with "#" and the line's id
	Tags      []string // as the source gives them
	Captions  []string // picture captions, kept apart from Body
}

// Lead returns the lead that the newspaper wrote, or "".
func (a *Article) Lead() string { return a.Body[:a.LeadLen] }

// NewID derives an article's identity from its canonical URL, or, where url
// is empty, from its path inside the corpus folder. It is 16 lower-case
// hexadecimal digits, short enough for a button of a chat platform.
func NewID(url, path string) string {
	key := "path\x00" + path
	if url != "" {
		key = "url\x00" + CanonicalURL(url)
	}
	h := sha256.Sum256([]byte(key))
	return hex.EncodeToString(h[:8])
}

// CanonicalURL strips from an article's address what does not identify it:
// scheme, "www." or "m." or "amp." before the host, a fragment, a trailing
// slash, and tracking parameters (utm_*, fbclid, gclid, zarsrc).
func CanonicalURL(url string) string {
	s := strings.TrimSpace(url)
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	host, path, _ := strings.Cut(s, "/")
	host = strings.ToLower(host)
	for _, p := range []string{"www.", "m.", "amp."} {
		host = strings.TrimPrefix(host, p)
	}
	s = host
	if path = strings.TrimRight(path, "/"); path != "" {
		s += "/" + path
	}
	var kept []string
	for p := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(p, "=")
		switch {
		case name == "", strings.HasPrefix(name, "utm_"), name == "fbclid", name == "gclid", name == "zarsrc":
		default:
			kept = append(kept, p)
		}
	}
	if len(kept) > 0 {
		s += "?" + strings.Join(kept, "&")
	}
	return s
}
