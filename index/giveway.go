package index

import "context"

// search counts a search as being in progress until what it returns is called.
func (x *Index) search() (end func()) {
	x.searching.Add(1)
	return func() { x.searching.Add(-1) }
}

// giveWay lets searches in progress go first.
func (x *Index) giveWay(ctx context.Context) error {
	return ctx.Err()
}
