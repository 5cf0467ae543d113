package discordtest

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// pipes is a network of net.Pipe, on which a goroutine that waits is one for
// testing/synctest.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "discord.example" }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// NewPiped is New without a network: only Client reaches the server. Made in a
// bubble of testing/synctest, it belongs there, and Latency is virtual.
func NewPiped() *Server {
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	return start(p, p.Addr().String(), p.dial)
}

// Client is a client that reaches the server, with connections of its own. It
// is for the caller to close the idle ones.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: s.dial, MaxIdleConnsPerHost: 1000}}
}

// travel lets half of the Latency pass; it is false if the caller has gone.
func (s *Server) travel(ctx context.Context) bool {
	if s.Latency <= 0 {
		return true
	}
	t := time.NewTimer(s.Latency / 2)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.closed:
		return false
	}
}
