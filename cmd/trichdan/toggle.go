package main

import (
	"fmt"
	"strconv"

	"github.com/alecthomas/kong"
)

// toggle is a flag that is on or off. It keeps what it was given, so that a
// wrong value is reported together with all others.
type toggle struct{ value string }

// IsBool makes the flag one without a value.
func (*toggle) IsBool() bool { return true }

// Decode implements kong.MapperValue.
func (t *toggle) Decode(ctx *kong.DecodeContext) error {
	t.value = "true"
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		t.value = fmt.Sprint(ctx.Scan.Pop().Value)
	}
	return nil
}

func (t *toggle) on() bool {
	on, err := strconv.ParseBool(t.value)
	return err == nil && on
}

func (t *toggle) problems(flag, variable string) []string {
	if _, err := strconv.ParseBool(t.value); err != nil && t.value != "" {
		return []string{fmt.Sprintf("%s (%s) is %q: want true or false", flag, variable, t.value)}
	}
	return nil
}
