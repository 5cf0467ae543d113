package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/console"
)

// askVerb answers a question, or each line of standard input.
type askVerb struct {
	JSON     toggle   `name:"json" env:"TRICHDAN_JSON" help:"Print one JSON object a line for each question."`
	Question []string `arg:"" optional:"" help:"The question; its words may be several arguments. Without it, every line of standard input is one."`
}

// answerTimeout bounds one answer, far above what the slowest takes.
const answerTimeout = time.Minute

func (v *askVerb) problems() []string { return v.JSON.problems("--json", "TRICHDAN_JSON") }

func (v *askVerb) run(ctx context.Context, c *config) error {
	return with(ctx, c, false, func(a *app) error {
		a.sayMirrored()
		answer := a.answerText()
		if v.JSON.on() {
			answer = a.answerJSON()
		}
		for question, err := range v.questions(ctx, c) {
			if err != nil {
				return err
			}
			limited, cancel := context.WithTimeout(ctx, answerTimeout)
			err = answer(limited, question)
			cancel()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// questions are the one of the command line, or the lines of standard input:
// every one, an empty one too. Of a line that is longer than a question can
// be, the beginning stands for it.
func (v *askVerb) questions(ctx context.Context, c *config) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if len(v.Question) > 0 {
			yield(strings.ToValidUTF8(strings.Join(v.Question, " "), "\uFFFD"), nil)
			return
		}
		lines := console.NewLines(c.in)
		for {
			line, _, err := lines.Next(ctx)
			if errors.Is(err, io.EOF) || !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// answerJSON answers with one object a line, as DESIGN.md has it.
func (a *app) answerJSON() func(context.Context, string) error {
	w := bufio.NewWriter(a.config.out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // quotes stay readable
	return func(ctx context.Context, question string) error {
		result, err := a.bot.Ask(ctx, question)
		if err != nil {
			return err
		}
		if err := enc.Encode(result); err != nil {
			return err
		}
		return w.Flush() // whoever waits for this line gets it now
	}
}

// answerText answers as a chat would, an empty line between answers.
func (a *app) answerText() func(context.Context, string) error {
	style := console.StyleOf(a.config.out, a.config.noColor)
	first := true
	return func(ctx context.Context, question string) error {
		m, err := a.bot.Handle(ctx, chat.Request{
			Ref: chat.Ref{Platform: "console", Chat: "console"}, User: "console",
			Lang: chat.Vietnamese, Text: question,
		})
		if err != nil {
			return err
		}
		if !first {
			if _, err := io.WriteString(a.config.out, "\n"); err != nil {
				return err
			}
		}
		first = false
		return console.Render(a.config.out, m, style)
	}
}
