package bot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/index"
)

// Searcher finds articles and the evidence in them; *index.Index is one.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (*index.Result, error)
	Respell(ctx context.Context, q *index.Question) (text string, ok bool, err error)
	// Cursor is how far articles can be found.
	Cursor() (corpus.Seq, error)
}

// Library looks articles up; *store.Store is one.
type Library interface {
	Articles(ctx context.Context, ids []string) (map[string]*corpus.Article, error)
	// Sources gives the articles of a story that are not withdrawn.
	Sources(ctx context.Context, story string) ([]*corpus.Article, error)
	// NewestUpTo gives the newest articles that had arrived by a Seq and are not
	// withdrawn.
	NewestUpTo(ctx context.Context, upTo corpus.Seq, limit int) ([]*corpus.Article, error)
	// After gives the articles that changed after seq as they are now, withdrawn
	// ones too, in the order of Seq.
	After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error]
	// Last is the highest Seq given out, and SeqAt that which had been by a time.
	Last(ctx context.Context) (corpus.Seq, error)
	SeqAt(ctx context.Context, t time.Time) (corpus.Seq, error)
}

// Ledger is what the bot remembers of chats and answers; *ledger.Ledger is one.
type Ledger interface {
	// Lang gives the language that a chat has chosen, "" if it has not.
	Lang(ctx context.Context, ref chat.Ref) (chat.Lang, error)
	SetLang(ctx context.Context, ref chat.Ref, l chat.Lang) error
	PutExchange(ctx context.Context, e chat.Exchange) error
	// Exchange gives nil if there is none, or not any more.
	Exchange(ctx context.Context, key string) (*chat.Exchange, error)
	PutFeedback(ctx context.Context, f chat.Feedback) error
	PutAudit(ctx context.Context, a chat.Audit) error
}

// Options of a bot. The zero value works.
type Options struct {
	Now func() time.Time
	Log *slog.Logger
	// Examples gives questions that help shows; nil gives none.
	Examples func(context.Context) []string
	// Ledger remembers; nil remembers nothing: there are no buttons that need it
	// and no settings.
	Ledger Ledger
	// Admins by platform.
	Admins map[string]Admins
	// Status is what /trangthai tells; nil tells nothing.
	Status func(context.Context) (Status, error)
	// Subscriptions are kept here; with nil there are none.
	Subscriptions Subscriptions
	// Reload reads the folders of articles anew, for /naplai; nil cannot. Who asks
	// while one runs waits for the same one. The error is that of ctx where that
	// ends first; the reload goes on then. It calls progress, unless that is nil,
	// often and on any goroutine, until it returns.
	Reload func(ctx context.Context, progress func(Progress)) (Reload, error)
	// Parked are the digests that a platform has rejected; nil has none.
	Parked Parked
	// Editor changes the corpus for admins; nil does not.
	Editor Editor
	// Records keep the questions; nil keeps none.
	Records Records
	// PublicURL is the address of the web page, without a slash at its end, to
	// which citations lead; with "" they lead to the article at its publisher.
	PublicURL string
	// Observe is called with what came of each question, for metrics; nil is not.
	Observe func(chat.Question)
	// UserRate and ChatRate are how much one person, and one chat, is answered.
	UserRate, ChatRate Rate
	// Unlimited platforms have no such limits.
	Unlimited []string
	// InFlight is how many requests are answered at a time; 0 is two for each
	// processor.
	InFlight int
}

// Bot answers requests. It is safe for concurrent use. It starts no
// goroutine but one of a message's Follow, which ends with that.
type Bot struct {
	index         Searcher
	articles      Library
	ledger        Ledger
	now           func() time.Time
	log           *slog.Logger
	examples      func(context.Context) []string
	admins        map[string]Admins
	state         func(context.Context) (Status, error)
	reloadFolders func(context.Context, func(Progress)) (Reload, error)
	parked        Parked
	editor        Editor
	drafts        drafts
	records       Records
	observe       func(chat.Question)
	to            links
	users, chats  *limiter
	unlimited     []string
	queue         *fairQueue
	shown         shown
	known         known
	windows       windows
	// subscribing is held while a subscription is made, so that no place gets
	// more than it may have.
	subscriptions Subscriptions
	subscribing   sync.Mutex
}

// New makes a bot over an index and the store behind it.
func New(s Searcher, l Library, o Options) *Bot {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Ledger == nil {
		o.Ledger = forgetful{}
	}
	if o.Examples == nil {
		o.Examples = func(context.Context) []string { return nil }
	}
	if o.InFlight == 0 {
		o.InFlight = 2 * runtime.GOMAXPROCS(0)
	}
	if o.Observe == nil {
		o.Observe = func(chat.Question) {}
	}
	return &Bot{
		index: s, articles: l, ledger: o.Ledger, now: o.Now, log: o.Log.With("component", "bot"),
		examples: o.Examples, admins: o.Admins, state: o.Status, reloadFolders: o.Reload, parked: o.Parked,
		editor: o.Editor, records: o.Records, observe: o.Observe, to: links{public: o.PublicURL},
		users: newLimiter(o.UserRate), chats: newLimiter(o.ChatRate), unlimited: o.Unlimited,
		queue: newFairQueue(o.InFlight), subscriptions: o.Subscriptions,
	}
}

// Handle answers one request; it is a chat.Handler. It waits while too many
// others are being answered, as long as ctx allows.
func (b *Bot) Handle(ctx context.Context, r chat.Request) (chat.Message, error) {
	if m, over := b.overLimit(ctx, r); over {
		return m, nil
	}
	w := b.words(ctx, r)
	do, m := b.dispatch(ctx, w, r)
	if do == nil {
		return m, nil
	}
	release, err := b.queue.acquire(ctx, person(r))
	if err == nil {
		defer release()
		m, err = do(b, ctx, w, r)
	}
	if err != nil {
		if building := (*index.BuildingError)(nil); errors.As(err, &building) {
			return chat.Message{Text: w.notBuilt(percent(building.Done, building.Total))}, nil
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return chat.Message{Text: w.tooSlow}, err
		}
		return chat.Message{Text: w.failed}, err
	}
	return m, nil
}

// dispatch finds what a request asks for, or gives what to say instead.
func (b *Bot) dispatch(ctx context.Context, w *words, r chat.Request) (do run, instead chat.Message) {
	if r.Button != "" {
		return (*Bot).press, chat.Message{}
	}
	if r.Command == "" {
		return (*Bot).question, chat.Message{}
	}
	c, ok := commandNamed(r.Command)
	if !ok {
		return nil, chat.Message{Text: fmt.Sprintf(w.unknownCommand, r.Command)}
	}
	if c.admin() {
		allowed := b.admin(r)
		b.audit(ctx, r, allowed, "")
		if !allowed {
			return nil, chat.Message{Text: w.adminsOnly}
		}
		return asAdmin(c.manage), chat.Message{}
	}
	if c.lasting && r.Passing {
		return nil, chat.Message{Text: w.chatsOnly}
	}
	return c.run, chat.Message{}
}

// person names who asks, across platforms; where that is hidden, the chat.
func person(r chat.Request) string {
	if r.User == "" {
		return r.Platform + "\x00chat\x00" + r.Chat
	}
	return r.Platform + "\x00" + r.User
}

// overLimit reports whether the person or the chat asks too much, and what to
// say, which is nothing if it was said before.
func (b *Bot) overLimit(ctx context.Context, r chat.Request) (m chat.Message, over bool) {
	if slices.Contains(b.unlimited, r.Platform) {
		return m, false
	}
	now := b.now()
	ok, wait, warn := b.users.allow(person(r), now)
	if ok {
		ok, wait, warn = b.chats.allow(r.Platform+"\x00"+r.Chat, now)
	}
	if ok {
		return m, false
	}
	if warn {
		text := fmt.Sprintf(b.words(ctx, r).tooMany, max(1, int((wait+time.Second-1)/time.Second)))
		if r.Button != "" {
			return chat.Message{Notice: text}, true
		}
		m.Text = text
	}
	return m, true
}

// helpGroups are the commands that begin a group of help: to ask and read, to be
// sent news, about the bot, for admins.
var helpGroups = []string{"hoi", "dangky", "trogiup", "naplai"}

// help lists the commands that a person may use, and examples of questions.
func (b *Bot) help(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	var s strings.Builder
	s.WriteString(w.helpIntro)
	for _, c := range commands() {
		if c.admin() && !b.admin(r) || c.lasting && r.Passing {
			continue
		}
		if slices.Contains(helpGroups, c.name) {
			s.WriteString("\n")
		}
		fmt.Fprintf(&s, "\n/%s", c.name)
		if args := c.args(w); args != "" {
			fmt.Fprintf(&s, " %s", args)
		}
		fmt.Fprintf(&s, " (/%s): %s", c.alias, c.help(w))
	}
	if examples := b.examples(ctx); len(examples) > 0 {
		fmt.Fprintf(&s, "\n\n%s", w.helpExamples)
		for _, e := range examples[:min(len(examples), 3)] {
			fmt.Fprintf(&s, "\n%s", e)
		}
	}
	return chat.Message{Text: s.String()}, nil
}

// forgetful is the ledger of a bot that has none.
type forgetful struct{}

func (forgetful) Lang(context.Context, chat.Ref) (chat.Lang, error)        { return "", nil }
func (forgetful) SetLang(context.Context, chat.Ref, chat.Lang) error       { return errNoLedger }
func (forgetful) PutExchange(context.Context, chat.Exchange) error         { return errNoLedger }
func (forgetful) Exchange(context.Context, string) (*chat.Exchange, error) { return nil, nil }
func (forgetful) PutFeedback(context.Context, chat.Feedback) error         { return errNoLedger }
func (forgetful) PutAudit(context.Context, chat.Audit) error               { return errNoLedger }

var errNoLedger = errors.New("this bot has no ledger")
