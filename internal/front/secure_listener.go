package front

import (
	"context"
	"crypto/tls"
	"net"
	"sync"

	"caracal/internal/event"
)

// SecureListener is a listener for a server that has an accept loop of its own: what
// it accepts has shaken hands. Who is slow at that keeps nobody waiting.
type SecureListener struct {
	net.Listener
	secure   *Secure
	bus      *event.Bus
	protocol string

	ready chan *tls.Conn
	errs  chan error
	ctx   context.Context // until Close
	close context.CancelFunc
	wg    sync.WaitGroup
}

// NewSecureListener begins to accept. Close has to follow.
func NewSecureListener(l net.Listener, s *Secure, bus *event.Bus, protocol string) *SecureListener {
	sl := &SecureListener{
		Listener: l, secure: s, bus: bus, protocol: protocol, ready: make(chan *tls.Conn), errs: make(chan error),
	}
	sl.ctx, sl.close = context.WithCancel(context.Background())
	sl.wg.Go(sl.run)
	return sl
}

func (l *SecureListener) run() {
	for {
		nc, err := l.Listener.Accept()
		if err == nil {
			l.wg.Go(func() { l.take(nc) })
			continue
		}
		select {
		case l.errs <- err:
		case <-l.ctx.Done():
			return
		}
	}
}

// take shakes hands and has Accept return the connection. It counts until then.
func (l *SecureListener) take(nc net.Conn) {
	from := addrOf(nc.RemoteAddr())
	who := event.Player{Protocol: l.protocol, Address: from, Local: addrOf(nc.LocalAddr())}
	if limit := l.secure.enter(from.Addr(), false); limit != "" {
		nc.Close()
		l.bus.Publish(event.Refused{Player: who, Status: 503, Reason: reasonHandshakes, Limit: limit})
		return
	}
	defer l.secure.leave(from.Addr())
	stop := context.AfterFunc(l.ctx, func() { nc.Close() })
	c := l.secure.wrap(nc)
	err := l.secure.shake(c)
	stop()
	if err != nil {
		nc.Close()
		l.bus.Publish(failed(who, err))
		return
	}
	select {
	case l.ready <- c:
	case <-l.ctx.Done():
		nc.Close()
	}
}

// Accept returns the next connection of TLS.
func (l *SecureListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case err := <-l.errs:
		return nil, err
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close ends the listener and the handshakes that are under way.
func (l *SecureListener) Close() error {
	l.close()
	err := l.Listener.Close()
	l.wg.Wait()
	return err
}
