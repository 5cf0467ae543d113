package bot

import (
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// Status is how all of it is doing.
type Status struct {
	Version             string
	Started             time.Time
	Memory              uint64 // of the process, in bytes
	Articles, Withdrawn int
	Newest              corpus.Date // of the newest article
	Behind              int         // changes of articles that are not indexed yet
	Index               IndexStatus
	Platforms           []chat.Status
	Waiting             int // updates accepted and not handled
	Deliveries          DeliveryStatus
	Jobs                []JobStatus
	// Errors were logged within the last 24 hours, the newest first.
	Errors []LoggedError
	Disk   DiskStatus
	// The last 24 hours.
	Questions, Answered, Useful, NotUseful, Refused int
}

// IndexStatus is how the index is doing.
type IndexStatus struct {
	Generation string // that answers
	Previous   string // that can be brought back, "" if there is none
	Passages   int
	Held       bool // Generation was brought back and does not follow the corpus
	// Building says that nothing can be found until a generation is built. Done
	// of Total changes are in what is being built or brought up to date; 0 where
	// nothing is.
	Building    bool
	Done, Total int
	Problem     string // why the last new generation was not taken, "" if it was
}

// DiskStatus is how much room the data takes, in bytes; 0 is not known.
type DiskStatus struct {
	Corpus, Ledger, Index int64
	Free                  int64
}

// LoggedError is an error that was logged, once or several times.
type LoggedError struct {
	At    time.Time // the last time
	Text  string    // without secrets
	Times int
}

// JobStatus is how a job that runs by the clock is doing.
type JobStatus struct {
	Name    string // "digest", "reload", "prune", or another, shown as it is
	Running bool
	// Started is when the last run began, Ended when the last one that has ended
	// did, Next when it runs next; zero where there is none.
	Started, Ended, Next time.Time
	Problem              string // of the last run that has ended, "" if there was none
}

// DeliveryStatus is how the digests are doing.
type DeliveryStatus struct {
	Subscriptions, Paused  int
	Waiting, Held, Sending int // messages; Held of those that wait for the end of a pause
	OldestWaiting          time.Time
	// The last 24 hours.
	Sent, Unknown, Rejected, Dropped, Repeats int
	// Parked are rejected messages that wait for an admin, and why the last was.
	Parked  int
	Problem string
}
