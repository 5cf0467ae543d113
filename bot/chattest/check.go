package chattest

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/bot/chat"
)

// short is how long, in characters, a part of a message may be that is shown
// whole wherever the whole message is not long.
const short = 100

// Check says what is wrong with what was shown of a message, or nil: a problem
// for the platform's checker, a ping, a quote that is not the article's, an
// answer or words that are not there, a button that nobody asked for. Shows is
// that of the Subject.
func Check(m chat.Message, got Shown, shows func(string) string) error {
	if shows == nil {
		shows = func(s string) string { return s }
	}
	errs := []error{checkQuotes(m, got, shows), checkAnswer(m, got, shows), checkWords(m, got), checkButtons(m, got)}
	if got.Problem != "" {
		errs = append(errs, fmt.Errorf("the platform would refuse it: %s", got.Problem))
	}
	if got.Pings {
		errs = append(errs, errors.New("it pings"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w\nthe message: %s\nshown: %s", err, described(m), described(got))
	}
	return nil
}

// described gives a message or what was shown of it for people to read.
func described(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return abbreviated(string(b))
}

func abbreviated(s string) string {
	const most = 3000
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// checkQuotes: what stands in block quotes is, in order, slices of the quotes
// of the message, the marked beginning included. Citations may be left out from
// the end, those with nothing to see anywhere; not all, and not the answer's.
func checkQuotes(m chat.Message, got Shown, shows func(string) string) error {
	if got.Quotes == nil {
		for _, c := range m.Citations {
			if !strings.Contains(got.Text, shows(c.Quote)) {
				return fmt.Errorf("quote %d is not in the text: %q", c.N, abbreviated(c.Quote))
			}
		}
		return nil
	}
	a := assignment{m: m, blocks: got.Quotes, shows: shows, seen: map[assigned]bool{}}
	if !a.possible(assigned{cited: !slices.ContainsFunc(m.Citations, a.answers)}) {
		if len(got.Quotes) > len(m.Citations) {
			return fmt.Errorf("%d block quotes of %d citations: one is of no citation", len(got.Quotes), len(m.Citations))
		}
		if a.possible(assigned{cited: true}) {
			return fmt.Errorf("the answer is of citation %d, and that is not shown", m.Answer.N)
		}
		for i, q := range got.Quotes {
			if !slices.ContainsFunc(m.Citations, func(c chat.Citation) bool { return quotes(q, c, shows) }) {
				return fmt.Errorf("block quote %d is no slice of a quote, or not that with the mark: %q", i+1, abbreviated(q))
			}
		}
		return errors.New("the block quotes are those of the citations, but not in their order, or one is left out that must be there")
	}
	// The first citation is the last to be left out, but for the answer's.
	kept := func(c chat.Citation) bool { return m.Answer != nil && c.N != 0 && c.N == m.Answer.N && blank(c.Quote) }
	if len(got.Quotes) == 0 && len(m.Citations) > 0 && !blank(m.Citations[0].Quote) && !slices.ContainsFunc(m.Citations, kept) {
		return fmt.Errorf("no quote is shown, not even %q", abbreviated(m.Citations[0].Quote))
	}
	return nil
}

// assignment looks for citations that the block quotes can be of: one quote may
// be a slice of several.
type assignment struct {
	m      chat.Message
	blocks []string
	shows  func(string) string
	seen   map[assigned]bool // that lead nowhere
}

// assigned is how far the search has come.
type assigned struct {
	blocks, citations int  // that are done
	cited             bool // the answer's was among them
	dropped           bool // one was left out: behind it only the answer's is shown
}

func (a *assignment) answers(c chat.Citation) bool {
	return a.m.Answer != nil && c.N != 0 && c.N == a.m.Answer.N && !blank(c.Quote)
}

func (a *assignment) possible(at assigned) bool {
	if at.blocks == len(a.blocks) {
		return at.cited || at.blocks == 0
	}
	if at.citations == len(a.m.Citations) || a.seen[at] {
		return false
	}
	c := a.m.Citations[at.citations]
	next := at
	next.citations++
	if (!at.dropped || c.N != 0 && a.m.Answer != nil && c.N == a.m.Answer.N) && quotes(a.blocks[at.blocks], c, a.shows) {
		shown := next
		shown.blocks++
		shown.cited = at.cited || a.answers(c)
		if a.possible(shown) {
			return true
		}
	}
	next.dropped = at.dropped || !blank(c.Quote)
	if a.possible(next) {
		return true
	}
	a.seen[at] = true
	return false
}

// What a platform may put before and behind the quoted bytes: quote marks,
// "[…]", and behind them closing bidi characters, as many as the quote needs.
const (
	opening = "“\"«[…] \n"
	closing = "”\"»[…] \n"
	closers = "\u202c\u2069"
)

// quotes reports whether a block is a slice of the quote, with nothing but a
// frame around it, and has the first letter of the mark.
func quotes(block string, c chat.Citation, shows func(string) string) bool {
	quote, mark := shows(c.Quote), -1
	if marked := c.Quote[c.Mark.Start:c.Mark.End]; strings.TrimSpace(marked) != "" {
		// White space at the beginning of a mark may be left out.
		before := c.Mark.End - len(strings.TrimLeftFunc(marked, unicode.IsSpace))
		mark = len(shows(c.Quote[:before]))
	}
	const frame = 10 // the longest frame on one side, in characters
	nothing := blank(c.Quote)
	for head, n := block, 0; n <= frame; n++ {
		for slice, k := head, 0; k <= frame; k++ {
			for _, s := range []string{slice, strings.TrimRight(slice, closers)} {
				if (s != "" || nothing) && holds(quote, s, mark) {
					return true
				}
			}
			slice = strings.TrimRight(slice, closers)
			r, size := utf8.DecodeLastRuneInString(slice)
			if size == 0 || !strings.ContainsRune(closing, r) {
				break
			}
			slice = slice[:len(slice)-size]
		}
		r, size := utf8.DecodeRuneInString(head)
		if size == 0 || !strings.ContainsRune(opening, r) {
			return false
		}
		head = head[size:]
	}
	return false
}

// holds reports whether slice is one of text, over the byte at mark unless that
// is negative.
func holds(text, slice string, mark int) bool {
	if mark >= 0 && slice != "" {
		text = text[max(0, mark-len(slice)+1):min(len(text), mark+len(slice))]
	}
	return strings.Contains(text, slice)
}

// blank reports whether there is nothing to see in s, for some platform at least.
func blank(s string) bool { return strings.IndexFunc(s, visible) < 0 }

// seen gives what of s can be seen for certain.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if !visible(r) {
			return -1
		}
		return r
	}, s)
}

// invisible are, besides white space, characters without a shape of their own
// and those for which platforms show something else.
var invisible = []*unicode.RangeTable{
	unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Mn, unicode.Me, unicode.Mc, unicode.Co,
	unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point,
}

func visible(r rune) bool {
	if r < utf8.RuneSelf {
		return ' ' < r && r < '\u007f'
	}
	return !unicode.IsSpace(r) && r != utf8.RuneError && r != '\u2800' && !unicode.In(r, invisible...)
}

// margins are those that a platform may set off the lines of quotes with, and
// not those of the answer.
var margins = regexp.MustCompile("\n +")

// checkAnswer: a short answer is shown whole, byte for byte, a long one at
// least where the mark begins.
func checkAnswer(m chat.Message, got Shown, shows func(string) string) error {
	if m.Answer == nil || blank(m.Answer.Text) {
		return nil
	}
	want := strings.TrimSpace(m.Answer.Text)
	if utf8.RuneCountInString(want) > short {
		want = strings.TrimSpace(m.Answer.Text[m.Answer.Mark.Start:])
		if i := strings.IndexFunc(want, unicode.IsSpace); i >= 0 {
			want = want[:i]
		}
		want = firstCluster(want)
	}
	if !strings.Contains(got.Text, shows(want)) &&
		(got.Quotes != nil || !strings.Contains(margins.ReplaceAllString(got.Text, "\n"), margins.ReplaceAllString(shows(want), "\n"))) {
		return fmt.Errorf("the answer is not shown: no %q", want)
	}
	return nil
}

// firstCluster gives a few characters of the beginning of s, up to a plain
// letter or none that could hang together with the next.
func firstCluster(s string) string {
	n := 0
	for i, r := range s {
		if n++; n > 8 || n > 1 && r > 0x7f {
			return s[:i]
		}
	}
	return s
}

// checkWords: where the whole message is short, every part of it is there to be
// read, with nothing of it taken for markup.
func checkWords(m chat.Message, got Shown) error {
	parts := slices.Clone(m.Notes)
	parts = append(parts, m.Text, m.LinksTitle, m.Footer)
	total := 0
	if m.Answer != nil {
		parts = append(parts, m.Answer.Label)
		total = utf8.RuneCountInString(m.Answer.Text)
	}
	for _, c := range m.Citations {
		parts = append(parts, c.Title, c.Source, c.Sources)
	}
	for _, l := range m.Links {
		parts = append(parts, l.Title, l.Source)
	}
	for _, p := range parts {
		total += utf8.RuneCountInString(p)
	}
	for _, c := range m.Citations {
		total += utf8.RuneCountInString(c.Quote) + len(c.Link)
	}
	for _, l := range m.Links {
		total += len(l.URL)
	}
	if total > 10*short {
		return nil
	}
	text := seen(got.Text)
	for _, p := range parts {
		if utf8.RuneCountInString(p) <= short && !strings.Contains(text, seen(p)) {
			return fmt.Errorf("%q is not to be read", p)
		}
	}
	return nil
}

// checkButtons: those that are shown are of the message, in its order.
func checkButtons(m chat.Message, got Shown) error {
	left := data(m)
	for _, d := range got.Buttons {
		i := slices.Index(left, d)
		if i < 0 {
			return fmt.Errorf("a button with the data %q is shown, out of %q", d, data(m))
		}
		left = left[i+1:]
	}
	return nil
}

// data gives the data of the buttons of a message.
func data(m chat.Message) []string {
	var all []string
	for _, row := range m.Buttons {
		for _, b := range row {
			all = append(all, b.Data)
		}
	}
	return all
}
