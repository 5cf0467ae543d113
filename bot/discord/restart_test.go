package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// TestRestarts: the bot ends and begins again and again while people ask, in
// every way that they can; each question is answered.
func TestRestarts(t *testing.T) {
	const restarts, questions = 12, 10
	b := newBench(t)
	b.server.AckWithin = time.Minute
	b.start(echo)
	b.alive()
	var talks []*discordtest.Talk
	var texts []string
	for i := range restarts {
		for k := range questions {
			text := fmt.Sprintf("lượt %d câu %d.", i, k)
			texts = append(texts, text)
			switch k % 3 {
			case 0:
				talks = append(talks, b.server.Slash(minh, "ask", text))
			case 1:
				talks = append(talks, b.server.Say(lan, text))
			case 2:
				talks = append(talks, b.server.Say(minh, discordtest.Mention+" "+text))
			}
			if k == i%questions { // somewhere among them
				if err := b.stop(); !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				b.start(echo)
			}
		}
	}
	for i, talk := range talks {
		b.answer(talk, texts[i])
	}
	b.finished()
	for i, talk := range talks {
		if st := talk.State(); len(st.Messages) != 1 {
			t.Errorf("%q is answered with %d messages", texts[i], len(st.Messages))
		}
	}
	if c := b.server.Counts(); c.Identifies != 1 {
		t.Logf("%d sessions were begun", c.Identifies)
	}
}

// full is a journal on a disk that is full for a while.
type full struct {
	chat.Journal
	times atomic.Int32
}

func (f *full) Accept(ctx context.Context, platform string, position int64, updates []chat.Update) ([]chat.Update, error) {
	if len(updates) > 0 && f.times.Add(-1) >= 0 {
		return nil, errors.New("the disk is full")
	}
	return f.Journal.Accept(ctx, platform, position, updates)
}

// TestDiskFull: what cannot be stored is stored when it can, and interactions
// are acknowledged meanwhile.
func TestDiskFull(t *testing.T) {
	b := newBench(t)
	j := &full{Journal: b.journal}
	b.options.Journal = j
	b.start(echo)
	b.alive()
	j.times.Store(1 << 30)
	one, two := b.server.Slash(minh, "ask", "một"), b.server.Say(lan, "hai")
	b.state(one, func(st discordtest.State) bool { return st.Pending })
	for !strings.Contains(b.logged.String(), "the disk is full") {
		if pause(b.ctx(), time.Millisecond) != nil {
			t.Fatal("the log does not say that the disk is full")
		}
	}
	j.times.Store(0)
	b.answer(one, "một")
	b.answer(two, "hai")
}

// TestPanicOfAnEvent: an event that makes the program panic is left out.
func TestPanicOfAnEvent(t *testing.T) {
	b := newBench(t)
	c := &connection{receiver: &receiver{Discord: b.make()}} // without a context
	seq := int64(7)
	data, err := json.Marshal(map[string]any{"id": "1", "channel_id": "2", "content": "x", "author": map[string]any{"id": "3"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.safely(frame{Op: opDispatch, Type: "MESSAGE_CREATE", Data: data, Seq: &seq}); err != nil {
		t.Errorf("the connection ends: %v", err)
	}
	if c.seq.Load() != 7 || !strings.Contains(b.logged.String(), "panic") {
		t.Errorf("at %d; the log: %s", c.seq.Load(), b.logged)
	}
}

// FuzzEvents: whatever the gateway and the journal bring, nothing panics, and
// who is asked for is known.
func FuzzEvents(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","channel_id":"2","type":0,"content":"/hoi x","author":{"id":"3"}}`,
		`{"id":"1","channel_id":"2","guild_id":"4","content":"<@9> !ask","author":{"id":"3"},"mentions":[null,{"id":"9"}],"member":{"roles":["1"]}}`,
		`{"id":"1","token":"t","type":2,"channel_id":"2","guild_id":"3","member":{"permissions":"8","user":null},"data":{"name":"ask","options":[{"value":5}]}}`,
		`{"id":"1","token":"t","type":3,"user":{"id":"7"},"message":{"flags":64},"data":{"custom_id":"x"}}`,
		`{"author":{}}`, `null`, `[]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var m message
		if json.Unmarshal([]byte(s), &m) == nil && m.addressed("9") {
			r, _ := m.request("9", testCommands)
			if r.User == "" || r.Chat == "" || r.ID == "" || strings.Contains(r.Text, "<@9>") || r.Direct != (m.GuildID == "") {
				t.Errorf("%s: %+v", s, r)
			}
		}
		var in interaction
		if json.Unmarshal([]byte(s), &in) == nil {
			if r := in.request(); r.ID != in.ID || r.Button != "" && r.Command != "" {
				t.Errorf("%s: %+v", s, r)
			}
		}
	})
}
