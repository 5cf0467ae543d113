package chattest

import (
	"bytes"
	"context"
	"errors"
	"io"

	"trichdan/bot/chat"
)

// files: what is attached to a command comes with it byte for byte, as often as
// it is opened, and no more of it than is wanted.
func files(r *run) {
	if r.Attach == nil {
		r.Skip("nothing can be attached")
	}
	h, questions := asked()
	r.receive(h)
	content := []byte("Cầu Sao thông xe\r\n\r\nSáng 3/5, cầu Sao mở cho xe máy.\n")
	for i := range 100_000 {
		content = append(content, byte(i), byte(i>>8))
	}
	r.Attach(0, "/them", "cau-sao.txt", content)
	q := await(r, "the file", questions)
	if q.Command != "them" || q.Text != "" || len(q.Files) != 1 || q.Files[0].Name != "cau-sao.txt" {
		r.Fatalf("got %+v", q.Request)
	}
	f, size := q.Files[0], int64(len(content))
	if f.Size != 0 && f.Size != size {
		r.Errorf("its size is %d, want %d", f.Size, size)
	}
	for _, limit := range []int64{size, 10 * size} {
		got, err := r.read(f, limit)
		if err != nil || !bytes.Equal(got, content) {
			r.Errorf("with a limit of %d: %d bytes of %d, or others, %v", limit, len(got), size, err)
		}
	}
	for _, limit := range []int64{size - 1, 10} {
		got, err := r.read(f, limit)
		if !errors.Is(err, chat.ErrTooLarge) || int64(len(got)) > limit {
			r.Errorf("with a limit of %d: %d bytes, %v", limit, len(got), err)
			continue
		}
		r.secret(err.Error())
	}
	q.answer <- plain("Đã đọc.")
	if err := Check(plain("Đã đọc."), r.next(r), r.Shows); err != nil {
		r.Error(err)
	}

	r.Attach(0, "/them", "nho.txt", []byte("x"))
	q = await(r, "a small file", questions)
	if len(q.Files) != 1 {
		r.Fatalf("got %+v", q.Request)
	}
	if got, err := r.read(q.Files[0], 1); err != nil || string(got) != "x" {
		r.Errorf("a small file: %q, %v", got, err)
	}
	q.answer <- plain("Xong.")
	r.next(r)
	r.Ask(0, "/them bài này")
	q = await(r, "the command alone", questions)
	if q.Command != "them" || q.Text != "bài này" || len(q.Files) != 0 {
		r.Errorf("without a file: got %+v", q.Request)
	}
	q.answer <- plain("Xong.")
	r.next(r)
}

// read reads a file.
func (r *run) read(f chat.File, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(r.ctx, longest)
	defer cancel()
	c, err := f.Open(ctx, limit)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(c)
	return b, errors.Join(err, c.Close())
}
