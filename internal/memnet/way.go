package memnet

import (
	"bytes"
	"net"
)

// Way loses, doubles and turns round datagrams.
type Way struct {
	Lose         func(i int) bool // the ith, from 1; none for nil
	Double, Swap int              // every nth; none for 0

	count int
	held  []byte // comes behind the next one
}

// Every picks every nth.
func Every(n int) func(i int) bool {
	return func(i int) bool { return i%n == 0 }
}

// Pass returns what a datagram becomes.
func (w *Way) Pass(b []byte) (out [][]byte) {
	w.count++
	every := func(n int) bool { return n > 0 && w.count%n == 0 }
	switch {
	case w.Lose != nil && w.Lose(w.count):
	case w.held == nil && every(w.Swap):
		w.held = bytes.Clone(b)
		return nil
	case every(w.Double):
		out = [][]byte{b, b}
	default:
		out = [][]byte{b}
	}
	if w.held != nil {
		out, w.held = append(out, w.held), nil
	}
	return out
}

// Socket is a real one that a Way leads to.
type Socket struct {
	net.PacketConn
	Way Way

	ready [][]byte // that come next
	from  net.Addr
}

// ReadFrom returns the next datagram that the way lets through.
func (s *Socket) ReadFrom(b []byte) (int, net.Addr, error) {
	for len(s.ready) == 0 {
		n, from, err := s.PacketConn.ReadFrom(b)
		if err != nil {
			return n, from, err
		}
		s.from = from
		s.ready = s.Way.Pass(bytes.Clone(b[:n]))
	}
	n := copy(b, s.ready[0])
	s.ready = s.ready[1:]
	return n, s.from, nil
}
