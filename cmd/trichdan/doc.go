// Trichdan answers questions about a body of Vietnamese news. Every answer is
// a set of passages quoted byte for byte from the articles, each with its
// source. See trichdan --help for the verbs; this comment is a tour of the
// code for who is about to change it.
//
// # Bottom up
//
// The packages stand on each other in this order, and none imports one that
// comes after it (imports_test.go holds them to that).
//
//   - [trichdan/corpus/vi] is the Vietnamese language, and nothing else: one
//     spelling of a syllable, tokens and sentences with byte offsets,
//     abbreviations, numbers, dates, names. It knows no article.
//   - [trichdan/corpus] has the nouns: Article, its Passages, the Citation of
//     one, and Seq, the order of arrival. Cite is the only way to make a quote,
//     and it takes byte offsets, not text. No I/O.
//   - [trichdan/corpus/source] reads folders of .txt, .md, .html and .jsonl
//     files and cleans what it reads: what it gives as Body is what quotes are
//     slices of. A bad file is a Failure with a reason, never the end.
//   - [trichdan/corpus/summary] chooses the sentences of an article, or of a
//     story, that sum it up.
//   - [trichdan/corpus/sample] is the embedded corpus of the first run.
//   - [trichdan/corpus/store] is corpus.db, the truth: articles by Seq, their
//     revisions, withdrawals, which stories are the same, which file gave what.
//   - [trichdan/index] is all that knows Bleve: how articles are indexed, how a
//     question is taken apart and ranked, and what evidence a passage holds
//     that it answers. It is derived: it can be rebuilt from the store at any
//     time. [trichdan/index/eval] measures it.
//   - [trichdan/bot/chat] is the contract with a platform: Request in, Message
//     out, no markup in either; the Journal of what arrived; and what platforms
//     share: making a message fit, handling many updates at a time.
//   - [trichdan/bot] makes an answer of what the index found, or says that
//     there is none; it owns the commands and all wording, and knows no
//     platform.
//   - [trichdan/bot/console] is the platform of this terminal,
//     [trichdan/bot/telegram] and [trichdan/bot/discord] are those of the
//     networks, [trichdan/bot/chattest] is the suite that all of them pass.
//     Beside the two are fakes of their networks, telegramtest and discordtest.
//     [trichdan/bot/web] is the page: it answers as a chat does, and shows an
//     article where a citation points.
//   - [trichdan/jobs/ledger] is ledger.db, what the bot must not forget: updates
//     that wait for an answer, replies, settings of chats, questions with what
//     was cited, feedback, the audit log, subscriptions, the outbox.
//     [trichdan/corpus/sqlite] is what the two databases share.
//   - [trichdan/jobs] is what happens beside the answers: mirroring folders and
//     watching them, one reload at a time for all who ask, files that admins
//     give, the clock and the schedules, digests that are due, and their delivery.
//   - This package parses the command line, wires the parts together and
//     decides what the operator is told. One file a verb; run.go is the way in,
//     config.go all configuration, app.go the wiring, site.go what is answered
//     over HTTP, metrics.go and logs.go what operators look at.
//
// # How a question flows
//
// telegram.Receive asks for updates, stores them in the ledger with the position
// behind them, and asks for the next ones, which acknowledges these. A
// chat.Worker handles each on a goroutine of its own: it makes the update a
// chat.Request and calls bot.Handle, with a deadline, and says "đang tìm…" when
// that takes long. Handle looks whether the person asks too much, finds the
// command, or takes the text as a question to Ask, and waits for its turn in a
// fair queue. index.Search takes filters ("tháng 4/2022") and question words
// out of the question, ranks the articles by their best passage, and looks at
// the best ones for a sentence that answers. Ask decides whether that is
// evidence enough, chooses the passages to cite, and gives a Result. That
// becomes a chat.Message with buttons, whose data say all that is needed when
// one is pressed, perhaps after a restart. chat.Fit shortens its quotes until
// the platform can take it; telegram renders and sends it, and crosses the
// update out. When the process is killed anywhere on this way, the next one
// goes on with what is not crossed out.
//
// Discord is the same with interactions and messages of its gateway for
// updates, and a console with lines, which it does not store. ask --json prints
// the Result itself, the object of the command line's contract.
//
// # How an article flows
//
// A folder is given with --corpus. jobs.Mirror lists it, reads the files that
// changed since they were read last, and puts what source makes of them into
// the store, which gives each change the next Seq and notices near-duplicates;
// what no file gives any more is withdrawn. index.Update asks the store for all
// that came after its cursor, and shows it to searches when all of it is there:
// no answer is from a state in between. After a crash at any point the next run
// goes on from what is there.
//
// # How the corpus is kept alive
//
// Admins (/naplai), the clock (--reload-at), the watcher (--watch) and trichdan
// reload all ask the jobs.Reloader, which runs one reload at a time and tells all
// who wait how far it is. What an admin gives (/them) is staged by jobs.Uploads,
// shown as a draft, and when it is confirmed written into the first folder, from
// which the next reload reads it: the folders stay the truth. bot has the
// commands and their words, through the interfaces bot.Editor and
// bot.Options.Reload; editor.go and reload.go make of jobs what bot wants.
//
// A changed mapping, or --rebuild, builds a generation beside the one in use. It
// must answer canary questions and find the newest articles before it takes its
// place (index, Generations); the one before can be brought back.
//
// trichdan reload beside a running bot has that one do it, by HTTP on a socket in
// the data directory (control.go). trichdan backup asks nobody: it copies the
// databases as they are at one moment, the ledger first, so that no cursor is
// ahead of the articles. restore checks all before it changes anything.
//
// # How a citation opens
//
// A citation's link is PublicURL/a/ID?r=REVISION#pPASSAGE where the page has a
// public address, and else that of the article at its publisher, with a text
// fragment made of the quote. The page gives each passage of corpus.Split the ID
// that the link names, and its style marks the one that is named; there is no
// script.
//
// # How a digest flows
//
// A person says "/dangky hằng ngày 7h về giá điện". bot reads the sentence
// (vi.ParseRecurrence), looks whether the topic can be searched for, and has the
// wish kept: subscriptions.go makes a schedule of it and a row in the ledger,
// with the place in the corpus that the person has seen all of (its cursor) and
// the time of the next run.
//
// Every minute jobs.Digests.Tick takes the rows that are due and composes a
// digest for each wish, once for all that wish the same: bot.Digest selects the
// articles between the cursor and what is indexed, searches them for the topic,
// groups them by story and quotes their summaries. Its messages, the new cursor
// and the next run are written in one transaction (ledger.AdvanceAll), so a
// crash neither loses a digest nor makes it twice, and what was missed is the
// longer stretch behind the cursor. A reload ends with such a tick.
//
// A jobs.Deliverer for each platform takes messages from the outbox. The
// platform's Send waits for its rate limits, in which answers go first, and
// calls Begin, which notes the attempt in the ledger, right before the request;
// what came of it is settled after. If the process is killed between the two,
// the next one finds the attempt, logs that nobody knows what came of it, and
// tries again, unless the operator chose otherwise (jobs.Recover). Discord knows
// the repeat by its key and drops it.
//
// # The data directory
//
//	lock, lock.pid   held by the one process that owns the directory
//	corpus.db        the store; keep this
//	ledger.db        what the bot remembers of chats; keep this
//	index/           generations of the index, CURRENT, and the identity of the
//	                 store that they were made from; may be deleted
//	history          what was typed at the prompt
//	control          the socket by which other processes of the operator have the
//	                 bot reload; control.at says where it is if its path is too
//	                 long for one
//	drafts/          what admins gave and nobody has confirmed yet, for a day
//
// # From the start to the end
//
// serve takes the lock, opens store, ledger and index (openApp), and listens:
// from here on /healthz is answered. Then it reads the folders (app.refresh), and
// meanwhile answers on the platforms and the page from what an earlier process
// has indexed; where there is nothing yet, updates wait on the platforms and
// /readyz says so. The clock and the deliverers begin when the folders are read.
//
// The journal of the platforms is an intake (intake.go) before the ledger. At the
// first signal it takes no update any more, so none is acknowledged, and the
// platforms get 8 s to answer what was taken; so does the HTTP server, the clock
// and the deliverers end at once, a reload too. Then the context of all work ends,
// and what is on its way to a network has 2 s more. What is unfinished even then
// is in the ledger, and the next process goes on with it. A second signal kills.
//
// # Goroutines
//
// openApp starts none that outlives it but Bleve's, which app.Close ends with
// the index, and those of a reload that runs, which it ends too. serve starts one
// for each platform, one for the HTTP server, one for the control socket, and one
// that keeps up with the folders, and waits for all of them; a platform's Receive
// ends all that it started, which is one for each update being handled, their
// number bounded, and on Discord those of the gateway's session. serve and chat
// start one for the watcher, which their end waits for. app.work, in both, starts
// one for the clock, which has one for each job that runs, and one for each
// platform's deliverer, which has one for each message on its way, at most 256.
// All end before the ledger is closed.
// Mirroring and indexing end theirs before they return; a console on a terminal
// has one that reads the keys, and ends it when Receive returns.
package main
