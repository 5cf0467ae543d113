//go:build !race

package ledger

const race = false
