package discord

import (
	"context"
	"errors"
	"testing"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// TestManagesByMessage: who writes a command as a message may what the server
// lets them, as its owner or by a role, and nobody may where Discord does not
// tell.
func TestManagesByMessage(t *testing.T) {
	const manage, administer, speak = 1 << 5, 1 << 3, 1 << 11
	person := func(guild string, roles ...string) discordtest.Person {
		return discordtest.Person{ID: "202", Guild: guild, Channel: "302", Roles: roles}
	}
	b := newBench(t)
	b.server.Guilds = map[string]discordtest.Guild{
		"401": {Owner: "201", Roles: map[string]uint64{"401": speak, "501": speak, "502": manage, "503": administer | speak}},
		"402": {Owner: "202", Roles: map[string]uint64{"402": 0}},
		"403": {Owner: "201", Roles: map[string]uint64{"403": manage}},
	}
	type said struct {
		may bool
		err error
	}
	heard := make(chan said, 1)
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		may, err := r.MayManage(ctx)
		heard <- said{may, err}
		return chat.Message{Text: "xong"}, nil
	})
	for _, tt := range []struct {
		name string
		p    discordtest.Person
		want bool
	}{
		{"a reader", person("401", "501"), false},
		{"no role", person("401"), false},
		{"a manager", person("401", "501", "502"), true},
		{"an administrator", person("401", "503"), true},
		{"the owner", person("402"), true},
		{"everybody manages", person("403"), true},
		{"in private", lan, true},
	} {
		b.answer(b.server.Say(tt.p, discordtest.Mention+" /hoi x"), "xong")
		if got := <-heard; got.may != tt.want || got.err != nil {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	b.answer(b.server.Say(person("404"), discordtest.Mention+" /hoi x"), "xong")
	if got := <-heard; got.may || got.err == nil {
		t.Errorf("a server that Discord does not know: %+v", got)
	} else if _, ok := errors.AsType[*chat.Error](got.err); !ok {
		t.Errorf("%T: %v", got.err, got.err)
	}
}
