package sqlite

import (
	"context"
	"sync/atomic"
	"testing"
)

// BenchmarkWriters compares small changes of many goroutines, each in its own
// transaction and sharing them.
func BenchmarkWriters(b *testing.B) {
	for name, write := range map[string]func(*DB, context.Context, func(*Tx) error) error{"alone": (*DB).Write, "share": (*DB).Share} {
		for _, writers := range []int{1, 100} {
			b.Run(name+map[int]string{1: "/1", 100: "/100"}[writers], func(b *testing.B) {
				d := temp(b)
				var n atomic.Int64
				b.SetParallelism(writers)
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						id := n.Add(1)
						err := write(d, b.Context(), func(tx *Tx) error {
							return tx.Exec("INSERT INTO things (id, name) VALUES (?, ?)", id, "tên")
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		}
	}
}
