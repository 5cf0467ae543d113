package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"trichdan/bot"
	"trichdan/index"
)

// status is what /trangthai tells.
func (a *app) status(ctx context.Context) (bot.Status, error) {
	s := bot.Status{Version: thisVersion(), Started: a.started, Disk: a.disk()}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Memory = m.Sys - m.HeapReleased
	counts, err := a.store.Counts(ctx)
	if err != nil {
		return s, err
	}
	s.Articles, s.Withdrawn = counts.Articles, counts.Withdrawn
	newest, err := a.store.Newest(ctx, 1)
	if err != nil {
		return s, err
	}
	if len(newest) > 0 {
		s.Newest = newest[0].Published
	}
	last, err := a.store.Last(ctx)
	if err != nil {
		return s, err
	}
	indexed, err := a.index.Status()
	if err != nil {
		return s, err
	}
	s.Behind = int(last) - int(indexed.Cursor)
	s.Disk.Index = indexed.Bytes
	s.Index = bot.IndexStatus{
		Generation: indexed.Generation, Previous: indexed.Previous, Passages: indexed.Passages, Held: indexed.Held,
		Building: indexed.Building, Done: indexed.Done, Total: indexed.Total,
	}
	if failed, ok := errors.AsType[*index.CheckError](a.reloader.State().Last.Err); ok {
		s.Index.Problem = oneLine(failed)
	}
	for _, e := range a.config.errors.last() {
		s.Errors = append(s.Errors, bot.LoggedError(e))
	}
	for _, p := range a.platforms {
		s.Platforms = append(s.Platforms, p.Status())
	}
	day, err := a.ledger.Stats(ctx, time.Now().Add(-24*time.Hour))
	if err != nil {
		return s, err
	}
	s.Waiting, s.Questions, s.Answered = day.Pending, day.Questions, day.Answered
	s.Useful, s.NotUseful, s.Refused = day.Useful, day.NotUseful, day.Refused
	return s, a.jobStatus(ctx, &s)
}

// disk is how much room the data takes and leaves, without the index.
func (a *app) disk() bot.DiskStatus {
	c := a.config
	return bot.DiskStatus{Corpus: databaseSize(c.database()), Ledger: databaseSize(c.ledgerFile()), Free: freeSpace(c.data)}
}

// databaseSize is how many bytes a database takes on the disk, with what SQLite
// has beside it.
func databaseSize(name string) (size int64) {
	for _, suffix := range append([]string{""}, logSuffixes...) {
		if info, err := os.Stat(name + suffix); err == nil {
			size += info.Size()
		}
	}
	return size
}
