package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLogFormat: where nobody reads, each line is an object.
func TestLogFormat(t *testing.T) {
	for _, tt := range []struct {
		format string
		json   bool
	}{{"auto", true}, {"json", true}, {"text", false}} {
		var b bytes.Buffer
		newRunLog(&redacted{w: &b}, slog.LevelInfo, tt.format, &loggedErrors{now: time.Now}).Info("nói", "n", 1)
		var line struct {
			Level, Msg string
			N          int
		}
		err := json.Unmarshal(b.Bytes(), &line)
		if tt.json != (err == nil) || tt.json && (line.Msg != "nói" || line.N != 1 || line.Level != "INFO") {
			t.Errorf("%s: %s", tt.format, b.String())
		}
	}
	if _, problems := newConfig(&cli{LogFormat: "xml"}, streams{strings.NewReader(""), io.Discard, io.Discard}); len(problems) != 1 || !strings.Contains(problems[0], "TRICHDAN_LOG_FORMAT") {
		t.Errorf("%q", problems)
	}
}

// TestLoggedErrors: errors of the last day are kept, each text once, without
// secrets, the last first, and no more than so many, also where the log itself
// is silent.
func TestLoggedErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &loggedErrors{now: time.Now}
		w := &redacted{w: io.Discard}
		w.hide("secret-token")
		log := newRunLog(w, slog.LevelError+4, "json", kept)
		log.Warn("no error")
		log.Error("old")
		<-time.After(20 * time.Hour)
		log.With("component", "telegram").Error("update", "id", 7, "error", errors.New("no\n secret-token"))
		<-time.After(5 * time.Hour)
		log.With("component", "telegram").Error("update", "id", 8, "error", errors.New("no secret-token"))
		log.Error(strings.Repeat("dài ", 1000))
		got := kept.last()
		if len(got) != 2 || got[1] != (loggedError{time.Now(), "telegram: update: no [secret]", 2}) || len([]rune(got[0].Text)) > longestError+1 {
			t.Errorf("%+v", got)
		}
		for n := range 3 * mostErrors {
			log.Error(fmt.Sprint("number ", n))
		}
		if got = kept.last(); len(got) != mostErrors || got[0].Text != fmt.Sprint("number ", 3*mostErrors-1) {
			t.Errorf("%d, the last %+v", len(got), got[0])
		}
		<-time.After(25 * time.Hour)
		if got = kept.last(); len(got) > 0 {
			t.Errorf("a day later: %+v", got)
		}
	})
}
