package ledger

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"trichdan/bot/chat"
)

// BenchmarkQuestion is what one question costs the ledger, from Accept to
// Finish, with 200 of them on the way.
func BenchmarkQuestion(b *testing.B) {
	l := temp(b, nil)
	var n atomic.Int64
	ref := chat.Ref{Platform: "telegram", Chat: "1"}
	b.SetParallelism(100)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			id := fmt.Sprint(n.Add(1))
			_, err := l.Accept(b.Context(), "telegram", 1, []chat.Update{{ID: id, Body: make([]byte, 1000)}})
			_, err2 := l.Begin(b.Context(), "telegram", id)
			err = errors.Join(err, err2,
				l.SetReply(b.Context(), chat.Reply{Ref: ref, Question: id, Message: "1"}),
				l.PutExchange(b.Context(), chat.Exchange{Key: id, Ref: ref, Question: "Hỏi gì?"}),
				l.Finish(b.Context(), "telegram", id, chat.Reply{Ref: ref, Question: id, Message: "1"}))
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}
