package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"trichdan/bot"
)

// status is what /trangthai tells.
func (a *app) status(ctx context.Context) (bot.Status, error) {
	info, _ := debug.ReadBuildInfo()
	s := bot.Status{Version: version(info), Started: a.started}
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
	s.Behind = int(last - indexed.Cursor)
	for _, p := range a.platforms {
		s.Platforms = append(s.Platforms, p.Status())
	}
	day, err := a.ledger.Stats(ctx, time.Now().Add(-24*time.Hour))
	if err != nil {
		return s, err
	}
	s.Waiting, s.Questions, s.Answered = day.Pending, day.Exchanges, day.Answered
	s.Useful, s.NotUseful, s.Refused = day.Useful, day.NotUseful, day.Refused
	return s, a.jobStatus(ctx, &s)
}
