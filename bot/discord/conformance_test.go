package discord

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/discord/discordtest"
)

// TestConformance asks with direct messages, and commands with slash commands.
func TestConformance(t *testing.T) {
	chattest.Run(t, func(t *testing.T) *chattest.Subject { return newSubject(t) })
}

func newSubject(t *testing.T) *chattest.Subject {
	server := discordtest.New()
	// The suite sends the same message again, and wants to see it again.
	server.NonceFor = 0
	client := server.Client()
	t.Cleanup(func() {
		server.Close()
		client.CloseIdleConnections()
		for _, v := range server.Violations() {
			t.Errorf("violation: %.1000s", v)
		}
	})
	o := Options{
		Token: discordtest.Token, API: server.API, Commands: chattest.Commands(), Journal: newLedger(t),
		Phrases: func(context.Context, chat.Request) chat.Phrases { return testPhrases },
		Pending: 5, Rate: -1, Client: client,
		Log: chattest.Logger(t, discordtest.Secrets()...),
	}
	another := func() *Discord {
		d, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		d.t = hasty()
		return d
	}
	person := func(n int) discordtest.Person {
		return discordtest.Person{ID: fmt.Sprint(2000 + n), Channel: fmt.Sprint(3000 + n), Locale: "vi"}
	}
	fail := func(k chat.Kind, routes ...string) bool {
		switch k {
		case chat.Temporary:
			server.Fail(1, discordtest.Fault{Status: 503, Body: "<html>"}, routes...)
		case chat.RateLimited:
			server.Fail(1, discordtest.TooMany(50*time.Millisecond, false), routes...)
		case chat.Gone:
			server.Fail(1, discordtest.Refuse(403, 50007, "Cannot send messages to this user"), routes...)
		case chat.Rejected:
			server.Fail(1, discordtest.Refuse(400, 50035, "Invalid Form Body"), routes...)
		case chat.Unauthorized:
			server.Fail(1, discordtest.Refuse(401, 0, "401: Unauthorized"), routes...)
		default:
			return false
		}
		return true
	}
	d, slash := another(), false
	return &chattest.Subject{
		Receiver: d, Sender: d, Phrases: testPhrases, Bound: 5, Secret: discordtest.Token,
		To: chat.Ref{Platform: "discord", Chat: person(0).Channel},
		Ask: func(n int, text string) {
			if name, rest, ok := typed(text, chattest.Commands()); ok {
				server.Slash(person(n), name, rest)
				return
			}
			server.Say(person(n), text)
		},
		Next: func(ctx context.Context) (chattest.Shown, error) {
			for {
				a, err := server.Next(ctx)
				if err != nil {
					return chattest.Shown{}, err
				}
				if a.Kind == discordtest.Deleted {
					continue
				}
				if a.Ephemeral && len(a.Buttons) == 0 {
					return chattest.Shown{ID: a.ID, Notice: a.Text}, nil
				}
				s := chattest.Shown{ID: a.ID, Text: a.Text, Quotes: a.Quotes}
				for _, b := range a.Buttons {
					s.Buttons = append(s.Buttons, b.Data)
				}
				return s, nil
			}
		},
		Fail:     func(k chat.Kind) bool { return fail(k, discordtest.Saying...) },
		FailEdit: func(k chat.Kind) bool { return fail(k, discordtest.RouteEdit, discordtest.RouteOriginal) },
		Follows:  chattest.FollowsInPlace,
		Attach: func(n int, text, name string, content []byte) {
			f := discordtest.File{Name: name, Content: content}
			slash = !slash // in both ways
			if name, rest, ok := typed(text, chattest.Commands()); ok && slash {
				server.Slash(person(n), name, rest, f)
				return
			}
			server.Say(person(n), text, f)
		},
		Hang: func() <-chan struct{} {
			arrived := make(chan struct{})
			server.Fail(1, discordtest.Fault{Hang: true, Arrived: arrived}, discordtest.Saying...)
			return arrived
		},
		Press: func(n int, m chattest.Shown, data string) {
			if server.Press(person(n), m.ID, data) == nil {
				t.Errorf("there is no message %q", strings.TrimSpace(m.ID))
			}
		},
		Restart: func() chat.Receiver { return another() },
	}
}
