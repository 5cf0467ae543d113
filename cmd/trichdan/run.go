package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// streams are what the program reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the grammar of the command line: the verbs, and the flags of all.
// Values are taken as they come and judged in config.go, so that everything
// that is wrong is said at once.
type cli struct {
	Data     string   `placeholder:"DIR" env:"TRICHDAN_DATA" help:"Folder of the articles and the index. Default: ${data}."`
	Corpus   []string `placeholder:"DIR" sep:"none" help:"Folder of articles to mirror; may be repeated. Default: what was given last time, at first a sample ($$TRICHDAN_CORPUS, separated by '${listsep}')."`
	LogLevel string   `placeholder:"LEVEL" env:"TRICHDAN_LOG_LEVEL" help:"What to log: debug, info, warn or error. Default: warn, and info where it serves a platform."`

	LogFormat string `placeholder:"FORMAT" env:"TRICHDAN_LOG_FORMAT" help:"How to log: text, json, or auto, which is text on a terminal and json elsewhere. Default: auto."`

	Serve     serveVerb     `cmd:"" default:"withargs" help:"Run the bot on the web page and on every platform whose token is set (TRICHDAN_TELEGRAM_TOKEN, TRICHDAN_DISCORD_TOKEN, or …_TOKEN_FILE); with no token also chat in this terminal, or only answer each line of standard input. The default."`
	Chat      chatVerb      `cmd:"" help:"Chat in this terminal."`
	Ask       askVerb       `cmd:"" help:"Answer a question, or each line of standard input."`
	Reload    reloadVerb    `cmd:"" help:"Mirror the folders of articles and print what changed."`
	Digest    digestVerb    `cmd:"" help:"Print a digest of what has arrived; send nothing."`
	Summarize summarizeVerb `cmd:"" help:"Sum up articles: JSON lines {id,title,body} in, {id,summary} out."`
	Backup    backupVerb    `cmd:"" help:"Write corpus.db and ledger.db, as they are now, into one file, also while the bot runs."`
	Restore   restoreVerb   `cmd:"" help:"Put back what backup wrote."`
	Health    healthVerb    `cmd:"" help:"Ask the running bot whether it is alive."`
	Eval      evalVerb      `cmd:"" help:"Measure retrieval over a BEIR folder."`
	Learn     learnVerb     `cmd:"" help:"Learn the weights of the second stage of ranking from BEIR folders, and print their source."`
	Version   versionVerb   `cmd:"" help:"Print the version."`
}

// verb is one thing that the program does.
type verb interface {
	// problems are what is wrong with its flags, each with the way to mend it.
	problems() []string
	// run does it. c is the configuration, without problems.
	run(ctx context.Context, c *config) error
}

// run is the program: it parses the command line, does what it says, reports
// what went wrong, and returns the exit code.
func run(ctx context.Context, args []string, std streams) int {
	var grammar cli
	exited := -1
	parser, err := kong.New(&grammar,
		kong.Name("trichdan"),
		kong.Description("Answers questions about Vietnamese news, each answer a set of quotes with their sources."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"data": "the user's data folder", "listsep": string(os.PathListSeparator)},
	)
	if err != nil {
		panic(err) // the grammar is fixed: a test would have met it
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help has been printed
		return exited
	}
	if err != nil {
		say(std.err, err.Error())
		say(std.err, "see trichdan --help")
		return exitUsage
	}
	v := parsed.Selected().Target.Addr().Interface().(verb)
	c, problems := newConfig(&grammar, std)
	c.named = named(parsed)
	if problems = append(problems, v.problems()...); len(problems) > 0 {
		for _, p := range problems {
			say(std.err, p)
		}
		return exitUsage
	}
	// Libraries write to the default log what they report in errors as well.
	slog.SetDefault(c.log)
	slog.SetLogLoggerLevel(slog.LevelDebug)
	if err := v.run(ctx, c); err != nil {
		say(c.err, c.explain(err))
		return exitFailed
	}
	return exitDone
}

// say writes one line to the operator.
func say(w io.Writer, message string) {
	fmt.Fprintln(w, "trichdan: "+strings.ReplaceAll(message, "\n", "; "))
}

// isTerminal reports whether w is one.
func isTerminal(w io.Writer) bool {
	if r, ok := w.(*redacted); ok {
		w = r.w
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// named reports whether the verb was written out. Kong makes the path to a
// default one that was not lead from the verb to itself.
func named(parsed *kong.Context) bool {
	for _, p := range parsed.Path {
		if p.Command != nil {
			return p.Parent != p.Command
		}
	}
	return false
}
