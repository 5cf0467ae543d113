package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// longestHelp is how long descriptions may be, in characters.
const longestHelp = 100

// applicationCommands makes the commands as Discord registers them: English
// names by default, Vietnamese ones for those whose Discord is Vietnamese.
func applicationCommands(commands []chat.Command) []*discordgo.ApplicationCommand {
	list := []*discordgo.ApplicationCommand{}
	for _, c := range commands {
		name := c.Alias
		if name == "" {
			name = c.Name
		}
		contexts := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
		a := &discordgo.ApplicationCommand{
			Type: discordgo.ChatApplicationCommand, Name: name,
			NameLocalizations:        &map[discordgo.Locale]string{discordgo.Vietnamese: c.Name},
			Description:              described(c.Help, chat.English, name),
			DescriptionLocalizations: &map[discordgo.Locale]string{discordgo.Vietnamese: described(c.Help, chat.Vietnamese, c.Name)},
			Contexts:                 &contexts,
			Options:                  []*discordgo.ApplicationCommandOption{},
		}
		if c.Admin { // and checked by the handler at each call
			var none int64
			a.DefaultMemberPermissions = &none
		}
		if c.Arg != nil {
			text := option(c.Arg)
			text.Required = text.Required && !c.TakesFile // there may be a file instead
			a.Options = append(a.Options, text)
		}
		if c.TakesFile {
			a.Options = append(a.Options, fileOption())
		}
		list = append(list, a)
	}
	return list
}

func option(a *chat.Arg) *discordgo.ApplicationCommandOption {
	english, vietnamese := a.Name[chat.English], a.Name[chat.Vietnamese]
	if english == "" {
		english = "text"
	}
	if vietnamese == "" {
		vietnamese = english
	}
	return &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionString, Name: english,
		NameLocalizations:        map[discordgo.Locale]string{discordgo.Vietnamese: vietnamese},
		Description:              described(a.Help, chat.English, english),
		DescriptionLocalizations: map[discordgo.Locale]string{discordgo.Vietnamese: described(a.Help, chat.Vietnamese, vietnamese)},
		Required:                 a.Required, Autocomplete: a.Complete,
		ChannelTypes: []discordgo.ChannelType{}, Options: []*discordgo.ApplicationCommandOption{}, Choices: []*discordgo.ApplicationCommandOptionChoice{},
	}
}

// fileOption is the one for a file.
func fileOption() *discordgo.ApplicationCommandOption {
	return &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionAttachment, Name: "file",
		NameLocalizations:        map[discordgo.Locale]string{discordgo.Vietnamese: "tep"},
		Description:              "An attached file",
		DescriptionLocalizations: map[discordgo.Locale]string{discordgo.Vietnamese: "Tệp đính kèm"},
		ChannelTypes:             []discordgo.ChannelType{}, Options: []*discordgo.ApplicationCommandOption{}, Choices: []*discordgo.ApplicationCommandOptionChoice{},
	}
}

// described gives the description in a language; Discord wants one.
func described(help map[chat.Lang]string, lang chat.Lang, name string) string {
	s := within(chat.CleanLine(help[lang]), longestHelp, func(s string) string { return s })
	if s == "" {
		return name
	}
	return s
}

// register gives Discord the commands, if they are not those that it was given
// last, and tries until that is done. Meanwhile the old ones work.
func (r *receiver) register(app string) {
	body, err := json.Marshal(applicationCommands(r.o.Commands))
	if err != nil {
		r.log.Error("registering the commands", "error", err)
		return
	}
	sum := sha256.Sum256(append([]byte(app+"\n"), body...))
	hash := hex.EncodeToString(sum[:])
	for n := 0; ; n++ {
		done, err := r.registerOnce(app, hash, body)
		if r.ctx.Err() != nil {
			return
		}
		if err == nil {
			if done {
				r.log.Info("commands registered", "commands", len(r.o.Commands))
			}
			return
		}
		wait := r.backoff(n, r.t.register, 60*r.t.register)
		if _, after, ok := kindOf(err); ok {
			wait = max(wait, after)
		}
		r.log.Warn("the commands are not registered, trying again", "in", wait, "error", err)
		if pause(r.ctx, wait) != nil {
			return
		}
	}
}

// registerOnce reports whether it had to do something.
func (r *receiver) registerOnce(app, hash string, body json.RawMessage) (bool, error) {
	known, err := r.o.Journal.Note(r.ctx, platform, noteCommands)
	if err != nil || known == hash {
		return false, err
	}
	if _, err := r.do(r.ctx, call{
		what: "register commands", method: http.MethodPut,
		url: discordgo.EndpointApplicationGlobalCommands(app), body: body, finish: true,
	}); err != nil {
		return false, err
	}
	return true, r.o.Journal.SetNote(context.WithoutCancel(r.ctx), platform, noteCommands, hash)
}
