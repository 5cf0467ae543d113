package main

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"trichdan/bot"
	"trichdan/bot/chat"
	"trichdan/bot/discord"
	"trichdan/bot/telegram"
)

// platforms is where the bot speaks, and how. Values are judged by problems.
type platforms struct {
	TelegramWebhook   string   `name:"telegram-webhook" placeholder:"URL" env:"TRICHDAN_TELEGRAM_WEBHOOK_URL" help:"Public https address at which Telegram delivers updates. Default: ask Telegram for them."`
	TelegramAPI       string   `name:"telegram-api" placeholder:"URL" env:"TRICHDAN_TELEGRAM_API" help:"Bot API server, if not Telegram's own."`
	TelegramAdmin     []string `name:"telegram-admin" placeholder:"ID" env:"TRICHDAN_TELEGRAM_ADMINS" help:"Telegram user ID of an admin; may be repeated, or separated by commas."`
	DiscordPublicKey  string   `name:"discord-public-key" placeholder:"HEX" env:"TRICHDAN_DISCORD_PUBLIC_KEY" help:"Public key of the Discord application: also take interactions over HTTP."`
	DiscordAPI        string   `name:"discord-api" placeholder:"URL" env:"TRICHDAN_DISCORD_API" help:"REST API of Discord with its version, if not Discord's own."`
	DiscordAdmin      []string `name:"discord-admin" placeholder:"ID" env:"TRICHDAN_DISCORD_ADMINS" help:"Discord user ID of an admin; may be repeated, or separated by commas."`
	DiscordAdminRole  []string `name:"discord-admin-role" placeholder:"ID" env:"TRICHDAN_DISCORD_ADMIN_ROLES" help:"Discord role ID whose members are admins; likewise."`
	QuestionsPerUser  int      `name:"user-rate" default:"20" placeholder:"N" env:"TRICHDAN_USER_RATE" help:"Questions that one person may ask in a minute; 0 for no limit. Default: ${default}."`
	QuestionsPerChat  int      `name:"chat-rate" default:"20" placeholder:"N" env:"TRICHDAN_CHAT_RATE" help:"Questions that one chat may ask in a minute, all its people together; 0 for no limit. Default: ${default}, as many messages as Telegram lets a bot write in a group."`
	QuestionsInFlight int      `name:"in-flight" default:"0" placeholder:"N" env:"TRICHDAN_IN_FLIGHT" help:"Questions answered at the same time. Default: two for each processor."`

	telegramToken, discordToken string // TRICHDAN_TELEGRAM_TOKEN, TRICHDAN_DISCORD_TOKEN, or files
}

// none reports whether there is no platform to speak on.
func (p *platforms) none() bool { return p.telegramToken == "" && p.discordToken == "" }

// problems reads the secrets and says what is wrong, each with its variable and
// the way to mend it.
func (p *platforms) problems() (list []string) {
	problem := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	var wrong string
	if p.telegramToken, wrong = secret("TRICHDAN_TELEGRAM_TOKEN"); wrong != "" {
		list = append(list, wrong)
	}
	if p.discordToken, wrong = secret("TRICHDAN_DISCORD_TOKEN"); wrong != "" {
		list = append(list, wrong)
	}
	for _, a := range []struct {
		name, value string
		schemes     string
	}{
		{"--telegram-webhook (TRICHDAN_TELEGRAM_WEBHOOK_URL)", p.TelegramWebhook, "https"},
		{"--telegram-api (TRICHDAN_TELEGRAM_API)", p.TelegramAPI, "https or http"},
		{"--discord-api (TRICHDAN_DISCORD_API)", p.DiscordAPI, "https or http"},
	} {
		if a.value == "" {
			continue
		}
		u, err := url.Parse(a.value)
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || a.schemes == "https") || u.RawQuery != "" || u.Fragment != "" {
			problem("%s is %q: want an address with %s, without ? and #", a.name, a.value, a.schemes)
		}
	}
	if p.TelegramWebhook != "" {
		if p.telegramToken == "" {
			problem("--telegram-webhook (TRICHDAN_TELEGRAM_WEBHOOK_URL) is of no use without TRICHDAN_TELEGRAM_TOKEN: set the token")
		}
		if u, err := url.Parse(p.TelegramWebhook); err == nil && strings.Trim(u.Path, "/") == "" {
			problem("--telegram-webhook (TRICHDAN_TELEGRAM_WEBHOOK_URL) has no path: add one, such as /telegram")
		}
	}
	if p.DiscordPublicKey != "" {
		if key, err := hex.DecodeString(p.DiscordPublicKey); err != nil || len(key) != 32 {
			problem("--discord-public-key (TRICHDAN_DISCORD_PUBLIC_KEY) is not 64 hexadecimal digits: copy it from General Information of the application")
		}
		if p.discordToken == "" {
			problem("--discord-public-key (TRICHDAN_DISCORD_PUBLIC_KEY) is of no use without TRICHDAN_DISCORD_TOKEN: set the token")
		}
	}
	for _, a := range []struct {
		name string
		ids  []string
	}{
		{"--telegram-admin (TRICHDAN_TELEGRAM_ADMINS)", p.TelegramAdmin},
		{"--discord-admin (TRICHDAN_DISCORD_ADMINS)", p.DiscordAdmin},
		{"--discord-admin-role (TRICHDAN_DISCORD_ADMIN_ROLES)", p.DiscordAdminRole},
	} {
		for _, id := range a.ids {
			if id == "" || strings.Trim(id, "0123456789") != "" {
				problem("%s has %q: want the number that the platform knows it by, not a name", a.name, id)
			}
		}
	}
	for _, r := range []struct {
		name string
		n    int
	}{
		{"--user-rate (TRICHDAN_USER_RATE)", p.QuestionsPerUser},
		{"--chat-rate (TRICHDAN_CHAT_RATE)", p.QuestionsPerChat},
		{"--in-flight (TRICHDAN_IN_FLIGHT)", p.QuestionsInFlight},
	} {
		if r.n < 0 || r.n > 100_000 {
			problem("%s is %d: want a number from 0 to 100000", r.name, r.n)
		}
	}
	return list
}

// webhook reports whether a platform needs the HTTP server, and the outside to
// reach it.
func (p *platforms) webhook() bool { return p.TelegramWebhook != "" || p.DiscordPublicKey != "" }

// admins are those of every platform. Whoever sits at the terminal owns the
// data.
func (p *platforms) admins() map[string]bot.Admins {
	return map[string]bot.Admins{
		"telegram": {Users: p.TelegramAdmin},
		"discord":  {Users: p.DiscordAdmin, Roles: p.DiscordAdminRole},
		"console":  {Users: []string{"console"}},
	}
}

// rate is n a minute, of which half may come at once.
func rate(n int) bot.Rate {
	if n == 0 {
		return bot.Rate{}
	}
	return bot.Rate{Burst: max(3, n/2), Every: time.Minute / time.Duration(n)}
}

// platform is one of those that the bot speaks on.
type platform interface {
	chat.Receiver
	chat.Sender
	Status() chat.Status
}

// mends says what to do when a platform refuses the bot for good.
var mends = map[string]string{
	"telegram": "copy the token from @BotFather into TRICHDAN_TELEGRAM_TOKEN",
	"discord":  "see the bot's page in the developer portal, and copy its token into TRICHDAN_DISCORD_TOKEN",
}

// door is where a platform reaches the bot over HTTP.
type door struct {
	path, route string
	handler     http.Handler
}

// connect makes the platforms whose token is set. What arrives on them is taken
// into the journal. Nothing is received yet.
func (a *app) connect(journal chat.Journal) (doors []door, err error) {
	p := a.config.platforms
	if p.telegramToken != "" {
		t := telegram.New(telegram.Options{
			Token: p.telegramToken, API: p.TelegramAPI, Webhook: p.TelegramWebhook, Admins: p.TelegramAdmin,
			Commands: a.bot.Commands(), Phrases: a.bot.Phrases, Journal: journal, Now: time.Now, Log: a.config.log,
		})
		a.platforms = append(a.platforms, t)
		if p.TelegramWebhook != "" {
			doors = append(doors, door{t.WebhookPath(), "telegram webhook", t})
		}
	}
	if p.discordToken != "" {
		d, err := discord.New(discord.Options{
			Token: p.discordToken, API: p.DiscordAPI, PublicKey: p.DiscordPublicKey,
			Commands: a.bot.Commands(), Complete: a.bot.Complete, Phrases: a.bot.Phrases, Journal: journal, Now: time.Now, Log: a.config.log,
		})
		if err != nil {
			return nil, err
		}
		a.platforms = append(a.platforms, d)
		if p.DiscordPublicKey != "" {
			doors = append(doors, door{"/discord/interactions", "discord interactions", d})
		}
	}
	return doors, nil
}
