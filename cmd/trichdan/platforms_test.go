package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"trichdan/bot"
)

// noTokens clears what the environment of the test may hold.
func noTokens(t *testing.T) {
	for _, name := range []string{"TRICHDAN_TELEGRAM_TOKEN", "TRICHDAN_DISCORD_TOKEN", "TRICHDAN_WEB_TOKEN", "TRICHDAN_METRICS_TOKEN"} {
		t.Setenv(name, "")
		t.Setenv(name+"_FILE", "")
	}
}

// All that is wrong is said at once, each with its variable.
func TestPlatformProblems(t *testing.T) {
	noTokens(t)
	wrong := platforms{
		TelegramWebhook: "http://example.org", TelegramAPI: "example.org", TelegramAdmin: []string{"@ten"},
		DiscordPublicKey: "xyz", DiscordAPI: "ftp://example.org", DiscordAdmin: []string{""}, DiscordAdminRole: []string{"mod"},
		QuestionsPerUser: -1, QuestionsPerChat: 1 << 20, QuestionsInFlight: -2,
	}
	said := strings.Join(wrong.problems(), "\n")
	for _, name := range []string{
		"TRICHDAN_TELEGRAM_WEBHOOK_URL", "TRICHDAN_TELEGRAM_API", "TRICHDAN_TELEGRAM_ADMINS", "TRICHDAN_DISCORD_PUBLIC_KEY", "TRICHDAN_DISCORD_API",
		"TRICHDAN_DISCORD_ADMINS", "TRICHDAN_DISCORD_ADMIN_ROLES", "TRICHDAN_USER_RATE", "TRICHDAN_CHAT_RATE", "TRICHDAN_IN_FLIGHT",
	} {
		if !strings.Contains(said, name) {
			t.Errorf("nothing about %s in:\n%s", name, said)
		}
	}
	if none := (&platforms{}); len(none.problems()) > 0 || !none.none() || none.webhook() {
		t.Errorf("%q", none.problems())
	}

	t.Setenv("TRICHDAN_TELEGRAM_TOKEN", " 1:abcdefgh\n")
	t.Setenv("TRICHDAN_DISCORD_TOKEN", "ijklmnop")
	right := platforms{
		TelegramWebhook: "https://example.org/tg", TelegramAPI: "http://127.0.0.1:8081", TelegramAdmin: []string{"12"},
		DiscordPublicKey: strings.Repeat("0a", 32), DiscordAPI: "https://example.org/api/v9", QuestionsPerUser: 20,
	}
	if p := right.problems(); len(p) > 0 {
		t.Errorf("%q", p)
	}
	if right.none() || right.telegramToken != "1:abcdefgh" || right.discordToken != "ijklmnop" || !right.webhook() {
		t.Errorf("%+v", right)
	}
	if admins := right.admins(); admins["telegram"].Users[0] != "12" {
		t.Errorf("%+v", admins)
	}
}

func TestSecret(t *testing.T) {
	const name = "TRICHDAN_TEST_SECRET"
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ value, file, want, problem string }{
		{"", "", "", ""},
		{"abc", "", "abc", ""},
		{"", file("abc\n"), "abc", ""},
		{"abc", file("abc"), "", "both set"},
		{"", file(" \n"), "", "is empty"},
		{"", file("a\nb"), "", "line break"},
		{"", filepath.Join(t.TempDir(), "none"), "", name + "_FILE"},
		{"a b", "", "", "space"},
	} {
		t.Setenv(name, c.value)
		t.Setenv(name+"_FILE", c.file)
		value, problem := secret(name)
		if value != c.want || (problem == "") != (c.problem == "") || !strings.Contains(problem, c.problem) {
			t.Errorf("%+v: %q, %q", c, value, problem)
		}
		if c.value != "" && c.value != "a b" && strings.Contains(problem, c.value) {
			t.Errorf("the secret is in %q", problem)
		}
	}
}

func TestRate(t *testing.T) {
	for n, want := range map[int]bot.Rate{0: {}, 1: {Burst: 3, Every: time.Minute}, 20: {Burst: 10, Every: 3 * time.Second}, 60: {Burst: 30, Every: time.Second}} {
		if got := rate(n); got != want {
			t.Errorf("%d: %+v", n, got)
		}
	}
}
