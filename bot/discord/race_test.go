//go:build race

package discord

// fewer is by how much the load is less under the race detector, which makes
// everything some ten times slower.
const fewer = 5
