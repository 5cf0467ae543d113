//go:build unix

package console

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// readable waits until a read of f would not block, or ctx ends; then it
// returns ctx.Err(). Standard input takes no deadline, and closing it does not
// end a read that is waiting.
func readable(ctx context.Context, f *os.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	wait, wake, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("wait for input: %w", err)
	}
	defer wait.Close()
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		wake.Close()
	})
	defer func() {
		if stop() {
			wake.Close()
		} else {
			<-woken
		}
	}()
	conn, err := f.SyscallConn()
	if err != nil {
		return fmt.Errorf("wait for input: %w", err)
	}
	var poll error
	if err := conn.Control(func(fd uintptr) {
		fds := []unix.PollFd{
			{Fd: int32(fd), Events: unix.POLLIN},
			{Fd: int32(wait.Fd()), Events: unix.POLLIN},
		}
		for {
			_, poll = unix.Poll(fds, -1)
			if !errors.Is(poll, unix.EINTR) {
				return
			}
		}
	}); err != nil {
		return fmt.Errorf("wait for input: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if poll != nil {
		return fmt.Errorf("wait for input: %w", poll)
	}
	return nil
}
