package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
)

//go:embed template/*.html
var templateFiles embed.FS

//go:embed style.css
var styleBytes []byte

//go:embed icon.svg
var iconBytes []byte

// asset is an embedded file under an address that changes with its content, so
// that browsers may keep it for good.
type asset struct {
	path, kind string
	content    []byte
}

var (
	style = newAsset("/style-", ".css", "text/css; charset=utf-8", styleBytes)
	icon  = newAsset("/icon-", ".svg", "image/svg+xml", iconBytes)
)

func newAsset(before, after, kind string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{path: before + hex.EncodeToString(sum[:6]) + after, kind: kind, content: content}
}

func (a asset) serve(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.content)
}

// The pages, each within the frame.
var (
	askTemplate     = parse("ask.html")
	articleTemplate = parse("article.html")
	loginTemplate   = parse("login.html")
	problemTemplate = parse("problem.html")
)

func parse(name string) *template.Template {
	return template.Must(template.ParseFS(templateFiles, "template/frame.html", "template/"+name))
}
