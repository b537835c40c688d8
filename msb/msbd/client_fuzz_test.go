package msbd

import (
	"errors"
	"net"
	"testing"

	"caracal/internal/pull"
	"caracal/internal/vector"
	"caracal/msb"
)

// FuzzStream takes any messages of a server, and any datagrams of a group. What
// comes out adds up, and is no more than came in.
func FuzzStream(f *testing.F) {
	var session []byte
	for _, v := range vector.Read(f, "messages.txt") {
		b := v.Bytes(f, "hex")
		f.Add(b, false)
		if v["error"] == "" {
			session = append(session, b...)
		}
	}
	f.Add(session, false)
	f.Add(session, true)
	f.Fuzz(func(t *testing.T, in []byte, group bool) {
		near, far := net.Pipe()
		far.Close() // what is said goes nowhere
		s := newStream(near)
		if group {
			s.socket = net.PacketConn(&net.UDPConn{})
		}
		s.enter(&StreamInfo{Stream: msb.StreamID(1)})
		var packets, lost uint64
		bytes, left := 0, len(in)
		for {
			m, n, err := ParseMessage(in)
			if err != nil {
				break
			}
			if group {
				s.datagram(in[:n])
			}
			err = s.take(m)
			in = in[n:]
			s.mu.Lock()
			for e, more := s.queue.Take(); more; e, more = s.queue.Take() {
				switch e.Kind {
				case pull.GotPacket:
					packets++
				case pull.GotGap:
					lost += uint64(e.Lost)
				}
				bytes += len(e.Data) + len(e.Header)
			}
			s.mu.Unlock()
			if err != nil && !errors.Is(err, errEnd) {
				break
			}
		}
		if st := s.Stats(); st.Packets != packets || st.Lost < lost || bytes > left {
			t.Fatalf("%d packets, %d lost, %d bytes of %d: %+v", packets, lost, bytes, left, st)
		}
		near.Close()
	})
}
