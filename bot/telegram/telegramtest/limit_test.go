package telegramtest

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// The limits are kept to the letter, in windows that begin anywhere.
func TestLimits(t *testing.T) {
	type step struct {
		at     time.Duration
		chat   int64
		reply  bool
		status int
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for name, tt := range map[string]struct {
		limits  Limits
		steps   []step
		refused Refusals
	}{
		"none": {Limits{}, []step{{0, 5, false, 200}, {0, 5, false, 200}, {0, 5, false, 200}, {0, 6, false, 200}}, Refusals{}},
		"all": {Limits{All: 2}, []step{
			{0, 5, false, 200}, {ms(500), 6, true, 200}, {ms(999), 7, false, 429},
			// What was refused does not count, and what is a second old neither.
			{ms(1000), 7, false, 200}, {ms(1499), 5, true, 429}, {ms(1500), 5, false, 200},
		}, Refusals{All: 2}},
		"a chat": {Limits{Chat: 1}, []step{
			{0, 5, false, 200}, {ms(1), 6, false, 200}, {ms(999), 5, false, 429}, {ms(1000), 5, false, 200}, {ms(1100), 5, true, 429},
		}, Refusals{Chat: 2}},
		"bursts": {Limits{Chat: 1, Bursts: true}, []step{
			{0, 5, false, 200}, {ms(1), 5, true, 200}, {ms(2), 5, true, 200}, {ms(1001), 5, false, 429}, {ms(1002), 5, false, 200},
		}, Refusals{Chat: 1}},
		"a group": {Limits{PerGroup: 2, Bursts: true}, []step{
			{0, -5, false, 200}, {0, 5, false, 200}, {0, 5, false, 200}, {0, 5, false, 200}, {ms(30_000), -5, true, 200},
			{ms(59_999), -5, true, 429}, {ms(60_000), -5, true, 200}, {ms(80_000), -5, false, 429}, {ms(90_000), -5, false, 200},
		}, Refusals{PerGroup: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := NewMemory()
				defer s.Close()
				for _, id := range []int64{5, 6, 7} {
					s.AddChat(Chat{ID: id, Type: "private"})
				}
				s.AddChat(Chat{ID: -5, Type: "group"})
				s.Limit(tt.limits)
				begun := time.Now()
				for i, x := range tt.steps {
					<-time.After(x.at - time.Since(begun))
					params := []string{"chat_id", strconv.FormatInt(x.chat, 10), "text", "x"}
					if x.reply {
						params = append(params, "reply_parameters", `{"message_id":1,"allow_sending_without_reply":true}`)
					}
					if status, says := call(t, s, s.Token, "sendMessage", params...); status != x.status {
						t.Errorf("step %d: got %d %s, want %d", i, status, says, x.status)
					}
				}
				if got := s.Refused(); got != tt.refused || got.Total() != got.All+got.Chat+got.PerGroup {
					t.Errorf("refused: %+v, want %+v", got, tt.refused)
				}
			})
		})
	}
}

// Edits count; what says nothing does not, and the wait is told.
func TestLimitedMethods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewMemory()
		defer s.Close()
		s.AddChat(Chat{ID: -5, Type: "group"})
		s.Limit(Limits{PerGroup: 2})
		for _, tt := range []struct {
			method string
			params []string
			want   int
		}{
			{"sendMessage", []string{"chat_id", "-5", "text", "x"}, 200},
			{"sendChatAction", []string{"chat_id", "-5", "action", "typing"}, 200},
			{"editMessageText", []string{"chat_id", "-5", "message_id", "1", "text", "y"}, 200},
			{"editMessageText", []string{"chat_id", "-5", "message_id", "1", "text", "z"}, 429},
			{"deleteMessage", []string{"chat_id", "-5", "message_id", "1"}, 200},
			{"getMe", nil, 200},
		} {
			if status, says := call(t, s, s.Token, tt.method, tt.params...); status != tt.want {
				t.Errorf("%s: got %d %s, want %d", tt.method, status, says, tt.want)
			}
		}
		<-time.After(42500 * time.Millisecond)
		if status, says := call(t, s, s.Token, "sendMessage", "chat_id", "-5", "text", "x"); status != 429 || says != "Too Many Requests: retry after 18" {
			t.Errorf("got %d %s", status, says)
		}
		calls := s.Calls("sendMessage")
		if c := calls[len(calls)-1]; c.Status != 429 || c.Message.ID != 0 {
			t.Errorf("the call is kept as %+v", c)
		}
		s.Limit(Limits{})
		if status, says := call(t, s, s.Token, "sendMessage", "chat_id", "-5", "text", "x"); status != 200 {
			t.Errorf("without limits: %d %s", status, says)
		}
	})
}
