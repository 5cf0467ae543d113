package source

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"trichdan/corpus"
)

// webPage fills the draft from a saved page. The library finds the text; what
// the page states of itself is read here, because the library guesses where a
// page is silent, dates above all.
func (d *draft) webPage(text string) error {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return fmt.Errorf("HTML: %w", err)
	}
	m := readMeta(doc)
	m.fill(d)
	for _, c := range takeFigures(doc) {
		d.addCaption(c)
	}
	sapo := m.sapo(doc)
	opts := trafilatura.Options{
		EnableFallback:  true,
		ExcludeComments: true,
		Focus:           trafilatura.FavorRecall,
		HtmlDateMode:    trafilatura.Disabled,
		PruneSelector:   "nav, footer, aside, script, style, noscript, form, button, figcaption",
	}
	if u, err := url.Parse(d.url); err == nil && u.Host != "" {
		opts.OriginalURL = u
	}
	result, err := trafilatura.ExtractDocument(doc, opts)
	if err != nil || result == nil || result.ContentNode == nil {
		return ErrNoText
	}
	if d.title == "" {
		d.title = line(result.Metadata.Title)
		d.titleGiven = d.title != ""
	}
	d.htmlParagraphs(result.ContentNode)
	d.separate(doc)
	if sapo != "" {
		// A page that shows its description as text shows the lead.
		d.lead = sapo
		if rest, outlet, ok := cutAgency(d.lead); ok && hasWord(rest) {
			d.lead = rest
			d.setOutlet(outlet)
		}
		d.stripSigned()
	}
	return nil
}

// stripSigned takes the agency line off the paragraph in which the stated lead
// follows it, so that the two are seen to be one.
func (d *draft) stripSigned() {
	for i := range d.paras {
		p := &d.paras[i]
		if rest, outlet, ok := cutAgency(p.text); ok && p.inBody() && strings.HasPrefix(rest, d.lead) {
			p.text = rest
			d.setOutlet(outlet)
			return
		}
	}
}

// blocks are the elements whose text is a paragraph of its own.
var blocks = map[atom.Atom]role{
	atom.P: body, atom.Li: body, atom.Blockquote: body, atom.Td: body, atom.Th: body, atom.Div: body, atom.Pre: body,
	atom.Section: body, atom.Article: body, atom.Dd: body, atom.Dt: body, atom.Ul: body, atom.Ol: body, atom.Table: body, atom.Tr: body,
	atom.H1: heading, atom.H2: heading, atom.H3: heading, atom.H4: heading, atom.H5: heading, atom.H6: heading,
	atom.Figcaption: caption,
}

var oneLine = strings.NewReplacer("\n", " ", "\r", " ")

// htmlParagraphs appends the paragraphs below n.
func (d *draft) htmlParagraphs(n *html.Node) {
	var b strings.Builder
	flush := func(r role) {
		for _, p := range splitParagraphs(Clean(b.String())) {
			d.paras = append(d.paras, paragraph{text: p, role: r})
		}
		b.Reset()
	}
	var walk func(n *html.Node, r role)
	walk = func(n *html.Node, r role) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				// A line end in the source is a space; only <br> ends a line.
				b.WriteString(oneLine.Replace(c.Data))
			case c.Type != html.ElementNode, c.DataAtom == atom.Script, c.DataAtom == atom.Style:
			case c.DataAtom == atom.Br:
				b.WriteByte('\n')
			default:
				inner, block := blocks[c.DataAtom]
				if !block {
					walk(c, r)
					continue
				}
				flush(r)
				if inner == body && r != body {
					inner = r
				}
				walk(c, inner)
				flush(inner)
			}
		}
	}
	walk(n, body)
	flush(body)
	for i := range d.paras {
		switch p := &d.paras[i]; {
		case p.role == caption:
			d.addCaption(p.text)
			p.role = dropped
		case p.role == heading && endsSentence(p.text) && syllables(p.text) >= leastLead:
			p.role = body // a lead that is set as a heading
		}
	}
}

// meta is what a page states of itself.
type meta struct {
	title, author, outlet, url, published, description, keywords string
	h1                                                           []string
}

// metaNames are the names of meta tags in order of trust, by field.
var metaNames = []struct {
	field func(*meta) *string
	names []string
}{
	{func(m *meta) *string { return &m.title }, []string{"og:title", "twitter:title", "dc.title", "title"}},
	{func(m *meta) *string { return &m.author }, []string{"article:author", "author", "dc.creator", "dable:author"}},
	{func(m *meta) *string { return &m.outlet }, []string{"og:site_name", "application-name", "dc.publisher"}},
	{func(m *meta) *string { return &m.url }, []string{"og:url", "twitter:url"}},
	{func(m *meta) *string { return &m.published }, []string{"article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "dc.date", "dc.date.issued", "date", "its_publication"}},
	{func(m *meta) *string { return &m.description }, []string{"og:description", "description", "twitter:description", "dc.description"}},
	{func(m *meta) *string { return &m.keywords }, []string{"news_keywords", "keywords"}},
}

// readMeta reads meta tags, the canonical link, JSON-LD and headings.
func readMeta(doc *html.Node) *meta {
	m := &meta{}
	named := map[string]string{}
	var canonical, titleTag string
	var linked []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Meta:
			content := line(attr(n, "content"))
			for _, key := range []string{"property", "name", "itemprop"} {
				if k := strings.ToLower(attr(n, key)); k != "" && content != "" && named[k] == "" {
					named[k] = content
				}
			}
		case atom.Link:
			if strings.EqualFold(attr(n, "rel"), "canonical") && canonical == "" {
				canonical = attr(n, "href")
			}
		case atom.Script:
			if strings.EqualFold(attr(n, "type"), "application/ld+json") && n.FirstChild != nil {
				linked = append(linked, n.FirstChild.Data)
			}
		case atom.Title:
			titleTag = first(titleTag, line(textOf(n)))
		case atom.H1:
			if h := line(textOf(n)); h != "" {
				m.h1 = append(m.h1, h)
			}
		}
	}
	m.url = canonical
	for _, s := range linked {
		m.readLinkedData(s)
	}
	for _, f := range metaNames {
		for _, name := range f.names {
			if v := f.field(m); *v == "" {
				*v = named[name]
			}
		}
	}
	m.title = first(m.title, titleTag)
	if strings.HasPrefix(strings.ToLower(m.author), "http") {
		m.author = first(named["author"], "")
	}
	return m
}

// readLinkedData reads the article among schema.org objects.
func (m *meta) readLinkedData(s string) {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return // broken data states nothing
	}
	var find func(v any, depth int)
	find = func(v any, depth int) {
		if depth > 8 {
			return
		}
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				find(e, depth+1)
			}
		case map[string]any:
			find(v["@graph"], depth+1)
			if !strings.Contains(nameOf(v["@type"]), "Article") {
				return
			}
			m.title = first(m.title, nameOf(v["headline"]))
			m.author = first(m.author, nameOf(v["author"]))
			m.outlet = first(m.outlet, nameOf(v["publisher"]))
			m.published = first(m.published, nameOf(v["datePublished"]))
			m.description = first(m.description, nameOf(v["description"]))
			m.url = first(m.url, nameOf(v["mainEntityOfPage"]))
		}
	}
	find(v, 0)
}

// nameOf gives the text, the name or the address of a schema.org value; of
// several the names joined.
func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		return line(html.UnescapeString(v))
	case []any:
		var names []string
		for _, e := range v {
			if n := nameOf(e); n != "" {
				names = append(names, n)
			}
		}
		return strings.Join(names, ", ")
	case map[string]any:
		return first(nameOf(v["name"]), nameOf(v["@id"]))
	}
	return ""
}

// fill states in the draft what the page states.
func (m *meta) fill(d *draft) {
	title, outlet := cutSite(m.title)
	// The headline on the page is what its readers see; the one in the meta
	// tags may be another, made for search engines.
	if len(m.h1) == 1 && syllables(m.h1[0]) >= 4 && !isKnownOutlet(m.h1[0]) {
		title, _ = cutSite(m.h1[0])
	}
	d.title, d.titleGiven = title, title != ""
	if u, err := url.Parse(strings.TrimSpace(m.url)); err == nil && u.Host != "" && strings.Trim(u.Path, "/") != "" {
		d.url = u.String()
		if o, ok := corpus.OutletOfHost(u.Hostname()); ok {
			d.setOutlet(o.Name)
		}
	}
	if o, ok := corpus.OutletOfSign(m.outlet); ok {
		d.setOutlet(o.Name)
	}
	d.setOutlet(outlet)
	name, _ := cutSite(m.outlet)
	d.setOutlet(name)
	if !isKnownOutlet(m.author) && !hostPattern.MatchString(m.author) {
		d.author = nameCase(m.author)
	}
	d.published = parseStated(m.published)
	for t := range strings.SplitSeq(m.keywords, ",") {
		if t = squeeze(t); hasWord(t) && !slices.Contains(d.tags, t) {
			d.tags = append(d.tags, t)
		}
	}
}

func isKnownOutlet(s string) bool {
	_, ok := corpus.OutletOfSign(s)
	return ok
}

// sapo gives the description when the page shows it as an element of its own
// or as the beginning of one: then it is the lead. A description may be cut
// ("…"), so the element's text is what counts.
func (m *meta) sapo(doc *html.Node) string {
	want := strings.TrimRight(m.description, " .…")
	if rest, _, ok := cutAgency(want); ok {
		want = rest
	}
	if syllables(want) < 10 {
		return ""
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.P, atom.H2, atom.H3, atom.Div, atom.Span, atom.Strong, atom.B:
		default:
			continue
		}
		t := textOf(n)
		if len(t) > 3*len(m.description)+200 {
			continue
		}
		t = line(t)
		rest, _, _ := cutAgency(t)
		if strings.HasPrefix(rest, want) && syllables(rest) <= mostLead {
			return t
		}
	}
	return ""
}

// captionClass marks the elements in which sites put captions.
var captionClass = []string{"caption", "photo-desc", "desc_image", "image-desc", "img-desc"}

// takeFigures removes captions from the page, and gives them.
func takeFigures(doc *html.Node) []string {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		class := strings.ToLower(attr(n, "class"))
		if n.DataAtom == atom.Figcaption || class != "" && n.DataAtom != atom.Img && n.DataAtom != atom.Figure && n.DataAtom != atom.Table &&
			slices.ContainsFunc(captionClass, func(c string) bool { return strings.Contains(class, c) }) {
			if syllables(textOf(n)) <= 80 {
				found = append(found, n)
			}
		}
	}
	var captions []string
	for _, n := range found {
		if n.Parent == nil {
			continue
		}
		c, _ := cutCredit(line(textOf(n)))
		if hasWord(c) {
			captions = append(captions, c)
		}
		n.Parent.RemoveChild(n)
	}
	return captions
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is the text of an element; scripts and styles have none. Nothing
// asked of it is long, so it stops at maxText bytes.
func textOf(n *html.Node) string {
	const maxText = 1 << 14
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style:
			return
		case n.DataAtom == atom.Br || n.DataAtom == atom.P || n.DataAtom == atom.Div:
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil && b.Len() < maxText; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}
