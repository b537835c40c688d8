package udp

import (
	"errors"
	"net"
	"sync"
	"time"
)

// Port is a socket that many share: each owner, of type K, has a Sender of its
// own, and one goroutine reads for all.
type Port[K comparable] struct {
	c     *net.UDPConn
	uncut bool // every datagram is sent for itself

	mu      sync.Mutex
	senders map[K]*Sender
	readers sync.WaitGroup
}

// ListenPort opens a port of an address of this machine; 0 is any that is free.
func ListenPort[K comparable](host string, port int) (*Port[K], error) {
	a, err := net.ResolveUDPAddr("udp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, err
	}
	a.Port = port
	c, err := net.ListenUDP("udp", a)
	if err != nil {
		return nil, err
	}
	return &Port[K]{c: c, senders: map[K]*Sender{}}, nil
}

// DisableSegments has every datagram sent for itself. It comes before the first
// Sender.
func (p *Port[K]) DisableSegments() { p.uncut = true }

// Number is the port's number.
func (p *Port[K]) Number() uint16 { return uint16(p.c.LocalAddr().(*net.UDPAddr).Port) }

// Sender returns an owner's way out. Any goroutine may ask; the Sender belongs
// to the owner's.
func (p *Port[K]) Sender(owner K) (*Sender, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if out := p.senders[owner]; out != nil {
		return out, nil
	}
	out, err := NewSender(p.c)
	if err != nil {
		return nil, err
	}
	if p.uncut {
		out.DisableSegments()
	}
	p.senders[owner] = out
	return out, nil
}

// Start has take called, on one goroutine, with every datagram that comes until
// Close: up to count at a time of up to size bytes, as NewReceiver has them.
func (p *Port[K]) Start(count, size int, take func(Datagram)) error {
	r, err := NewReceiver(p.c, count, size)
	if err != nil {
		return err
	}
	p.readers.Go(func() {
		for pause := time.Duration(0); ; {
			list, err := r.Read()
			switch {
			case errors.Is(err, net.ErrClosed):
				return
			case err != nil: // it may pass, and if it does not must not take a core
				pause = min(max(2*pause, time.Millisecond), time.Second)
				time.Sleep(pause)
				continue
			}
			pause = 0
			for _, d := range list {
				take(d)
			}
		}
	})
	return nil
}

// Close closes the socket and waits for the reader.
func (p *Port[K]) Close() error {
	err := p.c.Close()
	p.readers.Wait()
	return err
}
