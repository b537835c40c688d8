package msbd

import (
	"net"
	"testing"

	"caracal/internal/pull"
	"caracal/msb"
)

// From a group packets and losses come however many wait: they are left out then.
func TestGroupDoesNotFillMemory(t *testing.T) {
	near, _ := net.Pipe()
	defer near.Close()
	s := newStream(near)
	s.socket = net.PacketConn(&net.UDPConn{})
	s.enter(&StreamInfo{Stream: 1})
	for n := range uint32(40 * pull.MaxOverflow) {
		s.datagram(AppendPacket(nil, msb.Packet{ID: 30 * n, Stream: 1, ASF: []byte{0x82, 0, 0}}))
	}
	if n := s.queue.Waiting(); n > 2*pull.MaxOverflow || n < pull.MaxOverflow {
		t.Errorf("%d events wait", n)
	}
	if st := s.Stats(); st.Lost < 20*30*pull.MaxOverflow {
		t.Errorf("%+v", st)
	}
}
