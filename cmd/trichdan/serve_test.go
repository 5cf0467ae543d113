package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"trichdan/bot/discord/discordtest"
	"trichdan/bot/telegram/telegramtest"
)

// serveHere serves in this process, with the environment as it is.
func serveHere(ctx context.Context, args ...string) result {
	var out, errs bytes.Buffer
	code := run(ctx, append([]string{"serve"}, args...), streams{strings.NewReader(""), &out, &errs})
	return result{code, out.String(), errs.String()}
}

// TestRefusedTokens: when no platform is left the program ends, says why and
// what to do, and says no secret.
func TestRefusedTokens(t *testing.T) {
	noTokens(t)
	tg, dc := telegramtest.New(), discordtest.New()
	defer tg.Close()
	defer dc.Close()
	t.Setenv("TRICHDAN_TELEGRAM_TOKEN", "1:not-the-token")
	t.Setenv("TRICHDAN_TELEGRAM_API", tg.URL)
	t.Setenv("TRICHDAN_DISCORD_TOKEN", "neither.is.this")
	t.Setenv("TRICHDAN_DISCORD_API", dc.API)
	got := serveHere(t.Context(), "--data", filepath.Join(t.TempDir(), "data"), "--listen", "off")
	if got.code != exitFailed {
		t.Errorf("got %+v", got)
	}
	for _, want := range []string{"copy the token from @BotFather into TRICHDAN_TELEGRAM_TOKEN", "developer portal", "401"} {
		if !strings.Contains(got.err, want) {
			t.Errorf("no %q in %s", want, got.err)
		}
	}
	for _, secret := range []string{"not-the-token", "neither.is.this"} {
		if strings.Contains(got.err, secret) {
			t.Errorf("a secret in %s", got.err)
		}
	}
}

// TestServe: with only tokens in the environment both platforms are served, the
// log says as whom, and the end of the
// context is a clean end.
func TestServe(t *testing.T) {
	noTokens(t)
	tg, dc := telegramtest.New(), discordtest.New()
	defer tg.Close()
	defer dc.Close()
	t.Setenv("TRICHDAN_TELEGRAM_TOKEN", tg.Token)
	t.Setenv("TRICHDAN_TELEGRAM_API", tg.URL)
	t.Setenv("TRICHDAN_DISCORD_TOKEN", discordtest.Token)
	t.Setenv("TRICHDAN_DISCORD_API", dc.API)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	answered := make(chan error, 1)
	go func() {
		defer stop()
		tg.Say(telegramtest.Said{From: telegramtest.User{ID: 5, Name: "N"}, Text: "SEA Games 31 khai mạc ở đâu?"})
		_, err := tg.WaitMessage(t.Context(), func(m telegramtest.Message) bool {
			return strings.Contains(m.Text, "Mỹ Đình") && strings.Contains(m.Text, "[1]") && len(m.Quotes()) == 1
		})
		if err == nil {
			err = dc.Connected(t.Context(), 1)
		}
		if err == nil {
			p := discordtest.Person{ID: "200000000000000001", Channel: "300000000000000001", Locale: "vi"}
			_, err = dc.Slash(p, "ask", "SEA Games 31 khai mạc ở đâu?").Answer(t.Context(), "Mỹ Đình")
		}
		answered <- err
	}()
	got := serveHere(ctx, "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0")
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if got.code != exitDone || got.out != "" {
		t.Errorf("got %+v", got)
	}
	for _, want := range []string{"connected as @" + tg.Bot.Username, `"as":"` + discordtest.Name, "listening"} {
		if !strings.Contains(got.err, want) {
			t.Errorf("no %q in %s", want, got.err)
		}
	}
	if strings.Contains(got.err, tg.Token) || strings.Contains(got.err, discordtest.Token) {
		t.Errorf("a secret in %s", got.err)
	}
}
