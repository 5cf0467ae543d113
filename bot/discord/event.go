package discord

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// name of the platform.
const platform = "discord"

// user, member, interaction and message are what is needed of Discord's events:
// the less is decoded, the less can be wrong with it.
type user struct {
	ID            string `json:"id"`
	Username      string `json:"username"`
	Discriminator string `json:"discriminator"`
	Bot           bool   `json:"bot"`
	System        bool   `json:"system"`
}

type member struct {
	User        *user    `json:"user"`
	Roles       []string `json:"roles"`
	Permissions string   `json:"permissions"`
}

type interaction struct {
	ID        string                    `json:"id"`
	AppID     string                    `json:"application_id"`
	Type      discordgo.InteractionType `json:"type"`
	Token     string                    `json:"token"`
	GuildID   string                    `json:"guild_id"`
	ChannelID string                    `json:"channel_id"`
	Locale    string                    `json:"locale"`
	Member    *member                   `json:"member"`
	User      *user                     `json:"user"`
	Message   *struct {
		ID    string                 `json:"id"`
		Flags discordgo.MessageFlags `json:"flags"`
	} `json:"message"`
	Data struct {
		Name     string `json:"name"`
		CustomID string `json:"custom_id"`
		Options  []struct {
			Name  string                                 `json:"name"`
			Type  discordgo.ApplicationCommandOptionType `json:"type"`
			Value json.RawMessage                        `json:"value"`
		} `json:"options"`
		Resolved struct {
			Attachments map[string]attachment `json:"attachments"`
		} `json:"resolved"`
	} `json:"data"`
}

type message struct {
	ID          string                `json:"id"`
	ChannelID   string                `json:"channel_id"`
	GuildID     string                `json:"guild_id"`
	Type        discordgo.MessageType `json:"type"`
	WebhookID   string                `json:"webhook_id"`
	Content     string                `json:"content"`
	Edited      *string               `json:"edited_timestamp"`
	Author      *user                 `json:"author"`
	Member      *member               `json:"member"`
	Mentions    []*user               `json:"mentions"`
	Attachments []attachment          `json:"attachments"`
	// Referenced is the message that this one replies to. In a guild Discord
	// shows what is in it only if it mentions the bot or is the bot's own.
	Referenced *struct {
		Content     string       `json:"content"`
		Attachments []attachment `json:"attachments"`
	} `json:"referenced_message"`
}

// The kinds of what is stored in the journal.
const (
	kindInteraction = "interaction"
	kindMessage     = "message"
	kindEdit        = "edit"
)

// envelope is the body of an update in the journal. It may only gain fields.
type envelope struct {
	Kind string          `json:"kind"`
	At   time.Time       `json:"at"`           // it arrived
	Me   string          `json:"me,omitempty"` // the bot's own user ID
	Raw  json.RawMessage `json:"raw"`          // the event's data, as it came
}

// ephemeral reports whether the message with the button that was pressed is
// for one person only.
func (in *interaction) ephemeral() bool {
	return in.Message != nil && in.Message.Flags&discordgo.MessageFlagsEphemeral != 0
}

// request makes an interaction a request, without its files.
func (in *interaction) request() chat.Request {
	r := chat.Request{
		Ref:    chat.Ref{Platform: platform, Chat: in.ChannelID},
		ID:     in.ID,
		Lang:   langOf(in.Locale),
		Direct: in.GuildID == "",
	}
	if in.Member != nil {
		r.Roles = in.Member.Roles
		if in.Member.User != nil {
			r.User = in.Member.User.ID
		}
		if !r.Direct {
			may := manages(in.Member.Permissions)
			r.Manages = func(context.Context) (bool, error) { return may, nil }
		}
	}
	if r.User == "" && in.User != nil {
		r.User = in.User.ID
	}
	if in.Type == discordgo.InteractionMessageComponent {
		r.Button = in.Data.CustomID
		return r
	}
	r.Command = in.Data.Name
	for _, o := range in.Data.Options { // no command has more than one for text
		if o.Type == discordgo.ApplicationCommandOptionAttachment {
			continue
		}
		if json.Unmarshal(o.Value, &r.Text) != nil {
			r.Text = string(o.Value) // a number, say
		}
		r.Text = strings.TrimSpace(r.Text)
	}
	return r
}

// attached gives the files of an interaction.
func (in *interaction) attached() []attachment {
	var list []attachment
	for _, o := range in.Data.Options {
		var id string
		if o.Type != discordgo.ApplicationCommandOptionAttachment || json.Unmarshal(o.Value, &id) != nil {
			continue
		}
		if a, ok := in.Data.Resolved.Attachments[id]; ok {
			list = append(list, a)
		}
	}
	return list
}

func langOf(locale string) chat.Lang {
	switch {
	case locale == string(discordgo.Vietnamese):
		return chat.Vietnamese
	case locale == "en", strings.HasPrefix(locale, "en-"):
		return chat.English
	}
	return ""
}

// manages reads a person's permissions in a channel.
func manages(permissions string) bool {
	p, err := strconv.ParseUint(permissions, 10, 64)
	return err == nil && p&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
}

// addressed reports whether a person says something to the bot with it: in a
// direct chat always, in a guild with a mention. Replies to the bot mention it
// as well, unless the person switched that off.
func (m *message) addressed(me string) bool {
	if m.Author == nil || m.Author.ID == "" || m.Author.Bot || m.Author.System || m.Author.ID == me || m.WebhookID != "" || m.ID == "" || m.ChannelID == "" {
		return false
	}
	if m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply {
		return false
	}
	if m.GuildID == "" {
		return true
	}
	for _, u := range m.Mentions {
		if u != nil && u.ID == me && me != "" {
			return true
		}
	}
	return false
}

// request makes a message a request, and gives its files: without the mention of
// the bot, and as a command if it begins with one. A command that takes a file
// and has neither that nor text gets those of the message that this one replies
// to. A file alone, in a direct chat, is meant for the command that takes one.
func (m *message) request(me string, commands []chat.Command) (r chat.Request, files []attachment) {
	r = chat.Request{
		Ref:    chat.Ref{Platform: platform, Chat: m.ChannelID},
		ID:     m.ID,
		User:   m.Author.ID,
		Direct: m.GuildID == "",
		Text:   m.Content,
	}
	if m.Member != nil {
		r.Roles = m.Member.Roles
	}
	if me != "" {
		r.Text = strings.NewReplacer("<@"+me+">", " ", "<@!"+me+">", " ").Replace(r.Text)
	}
	r.Text = strings.TrimSpace(r.Text)
	if name, rest, ok := typed(r.Text, commands); ok {
		r.Command, r.Text = name, rest
	}
	taking := func(c chat.Command) bool {
		return c.TakesFile && (r.Command == "" || r.Command == c.Name || r.Command == c.Alias)
	}
	i := slices.IndexFunc(commands, taking)
	switch files = m.Attachments; {
	case i < 0 || r.Text != "":
	case r.Command == "" && r.Direct && len(files) > 0:
		r.Command = commands[i].Name
	case r.Command != "" && len(files) == 0 && m.Referenced != nil:
		r.Text, files = strings.TrimSpace(m.Referenced.Content), m.Referenced.Attachments
	}
	return r, files
}

// typed splits a command that was typed as text: "/hoi …" or "!hoi …". Only the
// names that there are count, so that a question may begin with a slash.
func typed(s string, commands []chat.Command) (name, rest string, ok bool) {
	if !strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "!") {
		return "", "", false
	}
	name, rest = s[1:], ""
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		name, rest = name[:i], strings.TrimSpace(name[i:])
	}
	folded := vi.Fold(name) // a keyboard may have put diacritics: "/hỏi"
	for _, c := range commands {
		if folded != "" && (folded == c.Name || folded == c.Alias) {
			return folded, rest, true
		}
	}
	return "", "", false
}
