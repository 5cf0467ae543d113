package discord

import (
	"context"
	"encoding/json"
	"slices"
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
	if d.private(in) {
		data.Flags = discordgo.MessageFlagsEphemeral
	}
	return response{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource, Data: data}
}

// private reports whether the answer to an interaction is for one person only.
func (d *Discord) private(in *interaction) bool {
	if in.Type == discordgo.InteractionMessageComponent {
		return in.ephemeral()
	}
	return slices.ContainsFunc(d.o.Commands, func(c chat.Command) bool {
		return c.Private && (in.Data.Name == c.Name || in.Data.Name == c.Alias)
	})
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
// Resumed: an earlier process may have begun to.
func (r *receiver) interaction(ctx context.Context, in *interaction, at time.Time, resumed bool) (chat.Reply, error) {
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
	req.Files = r.files(in.attached())
	m, err := r.ask(life, req, r.o.Timeout, func(context.Context) {})
	if err != nil {
		return chat.Reply{}, err
	}
	answer := &hookPlace{receiver: r, in: in, notes: m.Follow != nil, again: func(err error) bool {
		code := codeOf(err) // the deferral by HTTP may not have arrived yet
		return f != nil && f.http && (code == codeUnknownWebhook || code == codeUnknownMessage) && r.now().Sub(at) < r.t.settle
	}}
	if in.Type == discordgo.InteractionMessageComponent {
		answer.own = !m.Update
		err = answer.pressed(life, m, resumed)
	} else {
		err = answer.respond(life, m)
	}
	if err == nil {
		m = bounded(m, r.t.life-r.now().Sub(at)-r.t.outcome)
		err = r.follow(life, in.ID, req, m, answer)
		if ctx.Err() != nil && err != nil {
			return chat.Reply{}, ctx.Err() // goes on in the next process
		}
	}
	if err == nil && !answer.said && in.Type == discordgo.InteractionApplicationCommand {
		err = answer.remove(life)
	}
	if ctx.Err() != nil && answer.id == "" {
		return chat.Reply{}, ctx.Err()
	}
	if code := codeOf(err); code == codeUnknownWebhook || code == codeHookToken || code == codeUnknownMessage {
		r.log.Warn("the answer to an interaction has no place any more", "id", in.ID, "error", err)
		return chat.Reply{}, nil
	}
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Ref: req.Ref, Question: in.ID, Message: answer.id}, nil
}

// respond makes the deferred message the answer to a command.
func (a *hookPlace) respond(ctx context.Context, m chat.Message) error {
	p, ok := fit(m)
	if !ok {
		return nil
	}
	return a.put(ctx, p, true)
}

// remove takes back the deferred message of a command.
func (a *hookPlace) remove(ctx context.Context) error {
	c := a.edit("take back deferred answer", "@original", payload{})
	c.method, c.body = "DELETE", nil
	_, err := a.persist(ctx, c, a.again)
	return err
}

// pressed answers the press of a button.
func (a *hookPlace) pressed(ctx context.Context, m chat.Message, resumed bool) error {
	if resumed && a.notes && a.own {
		var err error
		if a.id, err = a.o.Journal.ReplyTo(ctx, a.in.request().Ref, a.in.ID); err != nil {
			return err
		}
	}
	var err error
	if p, ok := fit(m); ok {
		err = a.put(ctx, p, true)
	}
	if m.Notice == "" {
		return err
	}
	p := words(m.Notice)
	p.Flags = discordgo.MessageFlagsEphemeral
	if _, noticed := a.followUp(ctx, a.in, p, true, a.again); err == nil {
		err = noticed
	}
	return err
}

// followUp makes one more message for an interaction.
func (r *receiver) followUp(ctx context.Context, in *interaction, p payload, last bool, again func(error) bool) (id string, err error) {
	url := discordgo.EndpointWebhookToken(in.AppID, in.Token)
	answer, err := r.attempt(ctx, call{what: "follow up", method: "POST", url: url + "?wait=true", bucket: url, body: p, hook: true, finish: true}, last, again)
	return idIn(answer), err
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
