//go:build !race

package discord

const fewer = 1
