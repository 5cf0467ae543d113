package bot

import (
	"context"
	"fmt"

	"trichdan/bot/chat"
)

// Parked are messages of digests that a platform has rejected.
type Parked interface {
	// RetryParked has all of them sent again, DiscardParked none. Both return how
	// many there were.
	RetryParked(ctx context.Context) (int, error)
	DiscardParked(ctx context.Context) (int, error)
}

// parkedButtons are for an admin who is told of rejected digests.
func (b *Bot) parkedButtons(w *words, s Status) [][]chat.Button {
	if s.Deliveries.Parked == 0 || b.parked == nil {
		return nil
	}
	return [][]chat.Button{{
		{Text: w.retryButton, Data: button{verb: retryParked}.String()},
		{Text: w.discardButton, Data: button{verb: discardParked}.String()},
	}}
}

// settleParked does what an admin wants of rejected digests.
func (b *Bot) settleParked(ctx context.Context, w *words, _ chat.Request, verb string) (chat.Message, string, error) {
	if b.parked == nil {
		return chat.Message{Notice: w.nothingParked}, "nothing rejected", nil
	}
	settle, said := b.parked.RetryParked, w.retried
	if verb == discardParked {
		settle, said = b.parked.DiscardParked, w.discarded
	}
	n, err := settle(ctx)
	if err != nil {
		return chat.Message{}, "", err
	}
	if n == 0 {
		return chat.Message{Notice: w.nothingParked}, "nothing rejected", nil
	}
	return chat.Message{Notice: fmt.Sprintf(said, n)}, fmt.Sprintf("%d messages", n), nil
}
