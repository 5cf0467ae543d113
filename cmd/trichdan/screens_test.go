package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"trichdan/bot"
	"trichdan/bot/discord/discordtest"
	"trichdan/bot/telegram/telegramtest"
)

// screenQuestion is what the README shows the answer to.
const screenQuestion = "Vì sao SEA Games 31 bị lùi sang năm 2022?"

// TestScreens: what the README shows of the platforms is what they are sent.
func TestScreens(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string]string{"Telegram": telegramScreen(t), "Discord": discordScreen(t)} {
		if !strings.Contains(string(readme), "```text\n"+shown+"```\n") {
			t.Errorf("the README does not show this of %s:\n%s", name, shown)
		}
	}
}

// screen is a message as plain text: a bar before what is in a block quote, and
// the buttons below.
func screen(text string, quotes []string, rows [][]string) string {
	var s strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		for _, q := range quotes {
			if line != "" && strings.Contains("\n"+q+"\n", "\n"+line+"\n") {
				s.WriteString("│ ")
				break
			}
		}
		s.WriteString(line + "\n")
	}
	s.WriteByte('\n')
	for _, row := range rows {
		s.WriteString("[ " + strings.Join(row, " ] [ ") + " ]\n")
	}
	return s.String()
}

func telegramScreen(t *testing.T) string {
	var sent telegramtest.Message
	w := onTelegram(t, bot.Rate{})
	network := w.network.(*telegramtest.Server)
	if _, err := w.ask(t.Context(), 5, screenQuestion); err != nil {
		t.Fatal(err)
	}
	for _, m := range network.Replies(5) {
		sent = m
	}
	var rows [][]string
	for _, r := range sent.Buttons {
		var row []string
		for _, b := range r {
			row = append(row, b.Text)
		}
		rows = append(rows, row)
	}
	return screen(sent.Text, sent.Quotes(), rows)
}

func discordScreen(t *testing.T) string {
	w := onDiscord(t, bot.Rate{})
	network := w.network.(*discordtest.Server)
	p := discordtest.Person{ID: strconv.Itoa(1_000_005), Channel: "77", Locale: "vi"}
	m, err := network.Slash(p, "ask", screenQuestion).Answer(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var row []string
	for _, b := range m.Buttons {
		row = append(row, b.Label)
	}
	return screen(m.Text, m.Quotes, [][]string{row})
}
