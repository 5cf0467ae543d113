package discord

import (
	"context"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// completion answers an autocompletion: with what there is in time, or nothing.
func (d *Discord) completion(ctx context.Context, in *interaction) response {
	type choice struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	data := struct {
		Choices []choice `json:"choices"`
	}{[]choice{}}
	const most, longest = 25, 100
	for _, c := range d.choices(ctx, in) {
		name := within(chat.CleanLine(c.Name), longest, func(s string) string { return s })
		if name == "" {
			name = within(chat.CleanLine(c.Value), longest, func(s string) string { return s })
		}
		if len(data.Choices) < most && name != "" && c.Value != "" && units(c.Value) <= longest {
			data.Choices = append(data.Choices, choice{name, c.Value})
		}
	}
	return response{Type: discordgo.InteractionApplicationCommandAutocompleteResult, Data: data}
}

// choices asks the Completer. A panic of it costs only the choices.
func (d *Discord) choices(ctx context.Context, in *interaction) []chat.Choice {
	if d.o.Complete == nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, d.t.complete)
	defer cancel()
	var list []chat.Choice
	_, err := chat.Call(limited, func(ctx context.Context, q chat.Request) (m chat.Message, err error) {
		list, err = d.o.Complete(ctx, q)
		return m, err
	}, in.request(), d.o.Timeout, func(context.Context) {})
	if err != nil {
		d.log.Debug("completing", "command", in.Data.Name, "error", err)
		return nil
	}
	return list
}

// complete answers an autocompletion that came by the gateway.
func (r *receiver) complete(in *interaction) {
	select {
	case r.completing <- struct{}{}:
	default:
		return // the person types on, and the next one comes
	}
	r.group.Go(func() {
		defer func() { <-r.completing }()
		limited, cancel := context.WithTimeout(r.ctx, r.t.acknowledge)
		defer cancel()
		_, err := r.do(limited, call{
			what: "complete", method: "POST", hook: true,
			url: discordgo.EndpointInteractionResponse(in.ID, in.Token), body: r.completion(limited, in),
		})
		if err != nil && r.ctx.Err() == nil {
			r.log.Debug("completing", "command", in.Data.Name, "error", err)
		}
	})
}
