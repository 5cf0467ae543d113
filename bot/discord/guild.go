package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// guild is what is needed of a server.
type guild struct {
	OwnerID string `json:"owner_id"`
	Roles   []struct {
		ID          string `json:"id"`
		Permissions string `json:"permissions"`
	} `json:"roles"`
}

// managing gives what says whether the writer of a message manages its server.
// Unlike an interaction a message tells no permissions: the server is asked, and
// only when somebody wants to know. What a channel adds or denies has no part in
// managing a server (https://discord.com/developers/docs/topics/permissions).
func (d *Discord) managing(m *message) func(context.Context) (bool, error) {
	if m.GuildID == "" || m.Member == nil {
		return nil
	}
	return func(ctx context.Context) (bool, error) {
		answer, err := d.do(ctx, call{what: "ask who manages a server", method: http.MethodGet, url: discordgo.EndpointGuild(m.GuildID)})
		if err != nil {
			return false, err
		}
		var g guild
		if err := json.Unmarshal(answer, &g); err != nil {
			return false, &chat.Error{Kind: chat.Temporary, Reason: "ask who manages a server: the answer cannot be read"}
		}
		return g.managedBy(m.GuildID, m.Author.ID, m.Member.Roles), nil
	}
}

// managedBy reports whether a person with these roles manages the server: its
// owner does, and who has a role that may. The role of everybody has the ID of
// the server.
func (g *guild) managedBy(id, person string, roles []string) bool {
	if g.OwnerID == person && person != "" {
		return true
	}
	var all uint64
	for _, r := range g.Roles {
		if p, err := strconv.ParseUint(r.Permissions, 10, 64); err == nil && (r.ID == id || slices.Contains(roles, r.ID)) {
			all |= p
		}
	}
	return manages(strconv.FormatUint(all, 10))
}
