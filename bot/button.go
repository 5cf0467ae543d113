package bot

import (
	"fmt"
	"strconv"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// button is what a button's data says. It holds all that is needed, or the key
// of what the ledger remembers, so that buttons work after a restart; and the
// article and revision that it was made for, so that an old one can say that it
// is out of date.
type button struct {
	verb     string
	article  string
	revision int
	number   int    // page, or how many further passages were shown already
	exchange string // key of the question and its answer, or of the person
	lang     chat.Lang
	draft    string // key of one
	made     int64  // when a subscription, number, was made, in milliseconds since 1970
	// after and upTo are the window of a digest.
	after, upTo corpus.Seq
}

// The verbs of buttons.
const (
	openArticle = "a" // a new message with the article
	turnPage    = "p" // another page in place of this one
	moreResults = "m"
	useful      = "y"
	notUseful   = "n"
	askAgain    = "q"
	setLanguage = "l"
	// of digests that were rejected, all of them
	retryParked   = "R"
	discardParked = "D"
	nextPart      = "d" // of a digest
)

// String is the data, at most chat.MaxButtonData bytes.
func (d button) String() string {
	switch d.verb {
	case openArticle, turnPage:
		return fmt.Sprintf("%s:%s:%d:%d", d.verb, d.article, d.revision, d.number)
	case moreResults:
		return fmt.Sprintf("%s:%s:%d:%d:%s", d.verb, d.article, d.revision, d.number, d.exchange)
	case useful, notUseful:
		return fmt.Sprintf("%s:%s:%d:%s", d.verb, d.article, d.revision, d.exchange)
	case showPreview, cancelSubscription, pauseSubscription, resumeSubscription:
		return fmt.Sprintf("%s:%d:%d", d.verb, d.number, d.made)
	case askAgain, subscribeAgain:
		return d.verb + ":" + d.exchange
	case confirmDraft, cancelDraft:
		return d.verb + ":" + d.draft
	case undoWithdrawal:
		return d.verb + ":" + d.article
	case confirmForget, cancelForget:
		return d.verb + ":" + d.exchange
	case nextPart:
		return fmt.Sprintf("%s:%d:%d:%d:%s", d.verb, d.after, d.upTo, d.number, d.exchange)
	default:
		return d.verb + ":" + string(d.lang)
	}
}

// parseButton reads what String wrote. Anything else, which may come from a
// button of another version or from nobody's button, is not ok.
func parseButton(s string) (d button, ok bool) {
	if len(s) > chat.MaxButtonData {
		return button{}, false
	}
	part := strings.Split(s, ":")
	d.verb = part[0]
	var numbers []*int
	switch {
	case (d.verb == openArticle || d.verb == turnPage) && len(part) == 4:
		numbers = []*int{&d.revision, &d.number}
	case d.verb == moreResults && len(part) == 5:
		d.exchange = part[4]
		numbers = []*int{&d.revision, &d.number}
	case (d.verb == useful || d.verb == notUseful) && len(part) == 4:
		d.exchange = part[3]
		numbers = []*int{&d.revision}
	case d.verb == nextPart && len(part) == 5:
		return parseNextPart(part)
	case d.ofSubscription() && len(part) == 3:
		return parseSubscriptionButton(part)
	case (d.verb == askAgain || d.verb == subscribeAgain) && len(part) == 2:
		d.exchange = part[1]
		return d, true
	case (d.verb == confirmDraft || d.verb == cancelDraft) && len(part) == 2:
		d.draft = part[1]
		return d, isDraftKey(d.draft)
	case d.verb == undoWithdrawal && len(part) == 2:
		d.article = part[1]
		return d, d.article != ""
	case (d.verb == confirmForget || d.verb == cancelForget) && len(part) == 2:
		d.exchange = part[1]
		return d, true
	case (d.verb == retryParked || d.verb == discardParked) && len(part) == 2:
		return d, part[1] == ""
	case d.verb == setLanguage && len(part) == 2:
		d.lang = chat.Lang(part[1])
		return d, d.lang == automatic || d.lang == chat.Vietnamese || d.lang == chat.English
	default:
		return button{}, false
	}
	d.article = part[1]
	for i, n := range numbers {
		v, err := strconv.ParseUint(part[2+i], 10, 31)
		if err != nil || part[2+i] != strconv.FormatUint(v, 10) {
			return button{}, false
		}
		*n = int(v)
	}
	return d, true
}
