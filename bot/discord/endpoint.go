package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// mostRequest is the most bytes of a request to ServeHTTP.
const mostRequest = 1 << 20

// ServeHTTP is the interactions endpoint
// (https://discord.com/developers/docs/interactions/overview#configuring-an-interactions-endpoint-url).
// Without Options.PublicKey there is none, and nothing is taken while Receive
// does not run.
func (d *Discord) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.key == nil {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostRequest))
	if err != nil {
		status := http.StatusBadRequest
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !discordgo.VerifyInteraction(r, d.key) {
		http.Error(w, "invalid request signature", http.StatusUnauthorized)
		return
	}
	var in interaction
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	switch in.Type {
	case discordgo.InteractionPing:
		d.answer(w, response{Type: discordgo.InteractionResponsePong})
	case discordgo.InteractionApplicationCommandAutocomplete:
		d.answer(w, d.completion(r.Context(), &in))
	case discordgo.InteractionApplicationCommand, discordgo.InteractionMessageComponent:
		d.serveInteraction(r.Context(), w, &in, body)
	default:
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
	}
}

// serveInteraction stores an interaction, defers it with the answer to the
// request and only then has it handled.
func (d *Discord) serveInteraction(ctx context.Context, w http.ResponseWriter, in *interaction, body []byte) {
	r := d.receiving()
	if r == nil || r.ctx.Err() != nil || in.ID == "" || in.Token == "" {
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	limited, cancel := context.WithTimeout(ctx, d.t.acknowledge)
	defer cancel()
	stored, err := json.Marshal(envelope{Kind: kindInteraction, At: d.now(), Raw: body})
	var fresh []chat.Update
	if err == nil {
		fresh, err = d.o.Journal.Accept(limited, platform, 0, []chat.Update{{ID: in.ID, Body: stored}})
	}
	if err != nil {
		d.log.Error("an interaction cannot be stored", "id", in.ID, "error", err)
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	if len(fresh) > 0 {
		done := make(chan struct{})
		close(done)
		r.lock.Lock()
		r.deferrals[in.ID] = &deferral{done: done, http: true}
		r.lock.Unlock()
		defer r.backlog.push(fresh[0])
	}
	d.answer(w, d.later(in))
	if err := http.NewResponseController(w).Flush(); err != nil {
		d.log.Debug("answering an interaction", "error", err)
	}
}

// answer writes a response.
func (d *Discord) answer(w http.ResponseWriter, v response) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		d.log.Debug("answering an interaction", "error", err)
	}
}
