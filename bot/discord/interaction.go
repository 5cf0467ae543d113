package discord

import (
	"context"
	"encoding/json"
	"time"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// response is the first answer to an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// later says that the answer to an interaction comes later. Who will see it is
// settled with that.
func (d *Discord) later(in *interaction) response {
	if in.Type == discordgo.InteractionMessageComponent {
		return response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	}
	data := struct {
		Flags           discordgo.MessageFlags `json:"flags,omitempty"`
		AllowedMentions allowedMentions        `json:"allowed_mentions"`
	}{}
	for _, c := range d.o.Commands {
		if c.Private && (in.Data.Name == c.Name || in.Data.Name == c.Alias) {
			data.Flags = discordgo.MessageFlagsEphemeral
		}
	}
	return response{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource, Data: data}
}

// beginDeferral defers an interaction on a goroutine of its own; false if that
// is on its way already.
func (r *receiver) beginDeferral(in *interaction) bool {
	f := &deferral{done: make(chan struct{})}
	r.lock.Lock()
	_, known := r.deferrals[in.ID]
	if !known {
		r.deferrals[in.ID] = f
	}
	r.lock.Unlock()
	if known {
		return false
	}
	r.group.Go(func() {
		defer close(f.done)
		select {
		case r.deferring <- struct{}{}:
		case <-r.ctx.Done():
			f.err = r.ctx.Err()
			return
		}
		defer func() { <-r.deferring }()
		f.err = r.acknowledge(r.ctx, in)
	})
	return true
}

// takeDeferral gives the deferral that was begun, nil if none was.
func (r *receiver) takeDeferral(id string) *deferral {
	r.lock.Lock()
	defer r.lock.Unlock()
	f := r.deferrals[id]
	delete(r.deferrals, id)
	return f
}

// acknowledge defers an interaction, within the time that Discord gives. That it
// was done before is fine: by this process before it ended, or by an attempt
// whose answer was lost.
func (r *receiver) acknowledge(ctx context.Context, in *interaction) error {
	limited, cancel := context.WithTimeout(ctx, r.t.acknowledge)
	defer cancel()
	_, err := r.persist(limited, call{
		what: "acknowledge interaction", method: "POST", hook: true, within: r.t.acknowledge / 2,
		url: discordgo.EndpointInteractionResponse(in.ID, in.Token), body: r.later(in),
	}, nil)
	if codeOf(err) == codeAcknowledged {
		r.log.Debug("the interaction was acknowledged before", "id", in.ID)
		return nil
	}
	return err
}

// interaction answers a command or a press of a button that came at a time.
func (r *receiver) interaction(ctx context.Context, in *interaction, at time.Time) (chat.Reply, error) {
	f := r.takeDeferral(in.ID)
	left := r.t.life - r.now().Sub(at)
	if left <= 0 {
		r.log.Warn("an interaction cannot be answered any more", "id", in.ID, "at", at)
		return chat.Reply{}, nil
	}
	life, cancel := context.WithTimeout(ctx, left)
	defer cancel()

	var err error
	if f == nil { // accepted by a process that ended
		err = r.acknowledge(life, in)
	} else {
		select {
		case <-f.done:
			err = f.err
		case <-life.Done():
			err = life.Err()
		}
	}
	if ctx.Err() != nil {
		return chat.Reply{}, ctx.Err()
	}
	if kind, _, ok := kindOf(err); ok && kind != chat.Temporary && kind != chat.RateLimited {
		r.log.Warn("Discord does not know the interaction, it came too late", "id", in.ID, "error", err)
		return chat.Reply{}, nil
	} else if err != nil {
		// It may have reached Discord all the same.
		r.log.Warn("acknowledging an interaction", "id", in.ID, "error", err)
	}

	req := in.request()
	m, err := r.ask(life, req, r.o.Timeout, func(context.Context) {})
	if err != nil {
		return chat.Reply{}, err
	}
	again := func(err error) bool { // the deferral by HTTP may not have arrived yet
		code := codeOf(err)
		return f != nil && f.http && (code == codeUnknownWebhook || code == codeUnknownMessage) && r.now().Sub(at) < r.t.settle
	}
	var id string
	if in.Type == discordgo.InteractionMessageComponent {
		id, err = r.pressed(life, in, m, again)
	} else {
		id, err = r.respond(life, in, m, again)
	}
	if ctx.Err() != nil && id == "" {
		return chat.Reply{}, ctx.Err()
	}
	if code := codeOf(err); code == codeUnknownWebhook || code == codeHookToken || code == codeUnknownMessage {
		r.log.Warn("the answer to an interaction has no place any more", "id", in.ID, "error", err)
		return chat.Reply{}, nil
	}
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Ref: req.Ref, Question: in.ID, Message: id}, nil
}

// respond makes the deferred message the answer to a command, or takes it back.
func (r *receiver) respond(ctx context.Context, in *interaction, m chat.Message, again func(error) bool) (id string, err error) {
	p, ok := fit(m)
	if !ok {
		_, err := r.persist(ctx, call{what: "take back deferred answer", method: "DELETE", url: r.original(in), hook: true, finish: true}, again)
		return "", err
	}
	return r.editOriginal(ctx, in, p, again)
}

// pressed answers the press of a button.
func (r *receiver) pressed(ctx context.Context, in *interaction, m chat.Message, again func(error) bool) (id string, err error) {
	p, ok := fit(m)
	switch {
	case ok && m.Update:
		id, err = r.editOriginal(ctx, in, p, again)
	case ok:
		if in.ephemeral() {
			p.Flags = discordgo.MessageFlagsEphemeral
		}
		id, err = r.followUp(ctx, in, p, again)
	}
	if m.Notice == "" {
		return id, err
	}
	p = words(m.Notice)
	p.Flags = discordgo.MessageFlagsEphemeral
	if _, noticed := r.followUp(ctx, in, p, again); err == nil {
		err = noticed
	}
	return id, err
}

func (r *receiver) original(in *interaction) string {
	return discordgo.EndpointWebhookMessage(in.AppID, in.Token, "@original")
}

// editOriginal edits the deferred message, or the one with the button.
func (r *receiver) editOriginal(ctx context.Context, in *interaction, p payload, again func(error) bool) (id string, err error) {
	answer, err := r.persist(ctx, call{what: "edit answer", method: "PATCH", url: r.original(in), body: p, hook: true, finish: true}, again)
	return idIn(answer), err
}

func (r *receiver) followUp(ctx context.Context, in *interaction, p payload, again func(error) bool) (id string, err error) {
	url := discordgo.EndpointWebhookToken(in.AppID, in.Token)
	answer, err := r.persist(ctx, call{what: "follow up", method: "POST", url: url + "?wait=true", bucket: url, body: p, hook: true, finish: true}, again)
	return idIn(answer), err
}

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

// arrivedInteraction takes an interaction that came by the gateway.
func (r *receiver) arrivedInteraction(raw json.RawMessage, seq int64) {
	var in interaction
	if err := json.Unmarshal(raw, &in); err != nil || in.ID == "" || in.Token == "" {
		r.log.Warn("an interaction cannot be read", "error", err)
		return
	}
	switch in.Type {
	case discordgo.InteractionApplicationCommandAutocomplete:
		r.complete(&in)
	case discordgo.InteractionApplicationCommand, discordgo.InteractionMessageComponent:
		deferred := r.beginDeferral(&in)
		u, err := r.update(in.ID, kindInteraction, raw)
		if err != nil {
			r.log.Error("an interaction cannot be stored", "id", in.ID, "error", err)
			return
		}
		r.arrived(arrival{Update: u, seq: seq, deferred: deferred})
	default:
		r.log.Debug("an interaction of another kind", "type", int(in.Type))
	}
}
