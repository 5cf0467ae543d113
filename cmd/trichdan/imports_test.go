package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "trichdan"

// layers is the import direction: package -> the packages of this module that
// its own files (not its tests) may import. "x/..." is x and all below it.
// A package that is not here has no place in the design yet.
var layers = map[string][]string{
	"cmd/trichdan": {"..."},

	// The platforms know the contract and nothing of the bot behind it.
	"bot/telegram": {"bot/chat", "corpus/vi"}, // a mark is a span
	"bot/discord":  {"bot/chat", "corpus/vi"},
	"bot/console":  {"bot/chat"},
	"bot/web":      {"bot/chat", "corpus", "corpus/vi"}, // it shows articles
	"bot/chattest": {"bot/chat"},
	// The fakes of the networks, for the tests of the platforms and of serve.
	"bot/telegram/telegramtest": {},
	"bot/discord/discordtest":   {},
	"bot/chat":                  {"corpus", "corpus/vi"}, // a Message carries citations

	"bot":         {"bot/chat", "index", "corpus", "corpus/vi", "corpus/summary"},
	"jobs":        {"jobs/ledger", "bot/chat", "index", "corpus/..."},
	"jobs/ledger": {"bot/chat", "corpus", "corpus/sqlite"}, // Ref and Seq

	"index":       {"corpus", "corpus/vi"},
	"index/eval":  {"index", "index/learn", "corpus", "corpus/vi"},
	"index/learn": {}, // weights of features

	"corpus/source":  {"corpus", "corpus/vi"},
	"corpus/store":   {"corpus", "corpus/vi", "corpus/sqlite"},
	"corpus/sqlite":  {},
	"corpus/summary": {"corpus", "corpus/vi"},
	"corpus/sample":  {},
	"corpus":         {"corpus/vi"},
	"corpus/vi":      {},
}

// libraries may be imported, outside tests, only where they are named: by a
// folder, all below it ("/..."), or a file. Those that are named nowhere are
// for tests.
var libraries = map[string][]string{
	"github.com/blevesearch":                 {"index"},
	"github.com/RoaringBitmap/roaring":       {"index"}, // Bleve's sets of documents
	"github.com/robfig/cron":                 {"jobs/schedule.go"},
	"github.com/go-telegram-bot-api":         {"bot/telegram"},
	"github.com/bwmarrin/discordgo":          {"bot/discord"},
	"github.com/peterh/liner":                {"bot/console"},
	"github.com/alecthomas/kong":             {"cmd/trichdan"},
	"modernc.org/sqlite":                     {"corpus/sqlite"},
	"github.com/pressly/goose":               {"corpus/sqlite"},
	"github.com/markusmobius/go-trafilatura": {"corpus/source"},
	"github.com/prometheus/client_golang":    {"cmd/trichdan"},
	"github.com/fsnotify/fsnotify":           {"jobs/watch.go"},

	"testing":                         {"bot/chattest"},
	"github.com/google/go-cmp":        {},
	"github.com/rogpeppe/go-internal": {},
	"go.uber.org/goleak":              {"bot/chattest"},
	"pgregory.net/rapid":              {"bot/chattest"},
}

// closed packages import nothing from outside the module but the standard
// library and what is named here.
var closed = map[string][]string{
	"corpus":    {},
	"corpus/vi": {"golang.org/x/text"},
	"bot/chat":  {"github.com/clipperhouse/uax29"},
}

// apart packages never meet, not even in tests.
var apart = [][2]string{{"bot", "jobs"}, {"jobs", "bot"}}

func TestImports(t *testing.T) {
	root := repositoryRoot(t)
	checked := 0
	for _, name := range repositoryFiles(t) {
		if !goFile(name) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			checked++
			if err := forbidden(name, imported); err != nil {
				t.Error(err)
			}
		}
	}
	if checked == 0 {
		t.Error("no import was checked")
	}
}

// goFile reports whether the file is built by the go command.
func goFile(name string) bool {
	return strings.HasSuffix(name, ".go") && !slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return part == "testdata" || strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_")
	})
}

// forbidden says why the file may not import the package, or nil.
func forbidden(file, imported string) error {
	from := path.Dir(file)
	to, own := strings.CutPrefix(imported, module+"/")
	if own {
		for _, pair := range apart {
			if from == pair[0] && to == pair[1] {
				return fmt.Errorf("%s imports %s: the two never import each other", file, to)
			}
		}
	}
	if strings.HasSuffix(file, "_test.go") {
		return nil
	}
	allowed, known := layers[from]
	if !known {
		return fmt.Errorf("%s: package %s has no place in the import direction: give it one in layers", file, from)
	}
	if own {
		if !slices.ContainsFunc(allowed, func(pattern string) bool { return under(to, pattern) }) {
			return fmt.Errorf("%s imports %s: %s may import %q of this module", file, to, from, allowed)
		}
		return nil
	}
	if names, ok := closed[from]; ok && strings.Contains(imported, ".") &&
		!slices.ContainsFunc(names, func(name string) bool { return under(imported, name+"/...") }) {
		return fmt.Errorf("%s imports %s: %s may import %q besides the standard library", file, imported, from, names)
	}
	for library, places := range libraries {
		if !under(imported, library+"/...") {
			continue
		}
		if !slices.ContainsFunc(places, func(place string) bool { return under(from, place) || file == place }) {
			return fmt.Errorf("%s imports %s, which belongs in %q", file, imported, places)
		}
	}
	return nil
}

// under reports whether a path matches a pattern of the go command's kind.
func under(name, pattern string) bool {
	if pattern == "..." {
		return true
	}
	if folder, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == folder || strings.HasPrefix(name, folder+"/")
	}
	return name == pattern
}

func TestForbidden(t *testing.T) {
	for _, tt := range []struct {
		file, imported string
		want           bool
	}{
		{"corpus/article.go", "strings", false},
		{"corpus/article.go", "trichdan/corpus/vi", false},
		{"corpus/article.go", "trichdan/index", true},
		{"corpus/article.go", "golang.org/x/text/unicode/norm", true},
		{"corpus/vi/fold.go", "golang.org/x/text/unicode/norm", false},
		{"corpus/vi/fold.go", "golang.org/x/textual", true},
		{"corpus/vi/fold.go", "trichdan/corpus", true},
		{"corpus/source/html.go", "trichdan/corpus", false},
		{"corpus/source/html.go", "trichdan/corpus/store", true},
		{"corpus/sqlite/open.go", "modernc.org/sqlite", false},
		{"corpus/store/db.go", "modernc.org/sqlite", true},
		{"corpus/store/db.go", "trichdan/corpus/sqlite", false},
		{"index/search.go", "trichdan/corpus/sqlite", true},
		{"index/search.go", "modernc.org/sqlite", true},
		{"index/bench_test.go", "modernc.org/sqlite", false},
		{"index/search.go", "github.com/blevesearch/bleve/v2", false},
		{"index/eval/trec.go", "github.com/blevesearch/bleve_index_api", true},
		{"index/search.go", "pgregory.net/rapid", true},
		{"index/search_test.go", "pgregory.net/rapid", false},
		{"bot/bot.go", "github.com/blevesearch/bleve/v2", true},
		{"index/eval/measure.go", "trichdan/index", false},
		{"index/search.go", "trichdan/index/eval", true},
		{"bot/bot.go", "trichdan/index", false},
		{"bot/bot.go", "trichdan/bot/console", true},
		{"bot/bot.go", "trichdan/jobs", true},
		{"bot/bot_test.go", "trichdan/jobs", true},
		{"jobs/sync_test.go", "trichdan/bot", true},
		{"jobs/sync.go", "trichdan/bot/chat", false},
		{"jobs/sync.go", "trichdan/corpus/store", false},
		{"jobs/sync.go", "trichdan/corpus", false},
		{"jobs/sync.go", "github.com/robfig/cron/v3", true},
		{"jobs/schedule.go", "github.com/robfig/cron/v3", false},
		{"bot/console/console.go", "github.com/peterh/liner", false},
		{"cmd/trichdan/chat.go", "github.com/peterh/liner", true},
		{"cmd/trichdan/main.go", "github.com/alecthomas/kong", false},
		{"bot/console/console.go", "github.com/alecthomas/kong", true},
		{"bot/console/console.go", "trichdan/bot", true},
		{"bot/console/console.go", "trichdan/bot/chat", false},
		{"bot/console/console_test.go", "trichdan/bot/chattest", false},
		{"bot/chattest/run.go", "testing", false},
		{"bot/chattest/run.go", "pgregory.net/rapid", false},
		{"bot/chattest/run.go", "go.uber.org/goleak", false},
		{"bot/chat/fit.go", "go.uber.org/goleak", true},
		{"bot/chat/chat.go", "testing", true},
		{"cmd/trichdan/app.go", "trichdan/bot/telegram", false},
		{"cmd/other/main.go", "fmt", true},
		{"util/util.go", "fmt", true},
	} {
		if err := forbidden(tt.file, tt.imported); (err != nil) != tt.want {
			t.Errorf("%s imports %s: %v, want forbidden %v", tt.file, tt.imported, err, tt.want)
		}
	}
}
