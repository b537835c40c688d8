package rtsp

import (
	"bytes"
	"net"
	"testing"

	"caracal/internal/pull"
)

// FuzzClientReads gives a session what a server might send on the connection:
// it takes all of it or says why not, and keeps within its bounds.
func FuzzClientReads(f *testing.F) {
	for _, seed := range []string{
		"RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 5;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1\r\n\r\n",
		"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 12\r\n\r\n$P\xf8\x01\xf8\x01\x00\x00abcd",
		"RTSP/1.0 200 OK\r\nCSeq: 3\r\nRTP-Info: url=a;seq=7\r\nX-Playlist-Change-Notice: true\r\n\r\n",
		"SET_PARAMETER rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/x-wms-extension-cmd\r\nRTP-Info: url=a;seq=9\r\n" +
			"Content-Length: 11\r\n\r\nEOF: true\r\n",
		"ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nX-RTP-Info: url=a;ssrc=1\r\nContent-Length: 3\r\n\r\nv=0",
		"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
	} {
		f.Add([]byte(seed), uint8(1))
		f.Add(Frame{Channel: 0, Data: testFragment(0)}.Append([]byte(seed)), uint8(200))
	}
	f.Fuzz(func(t *testing.T, b []byte, piece uint8) {
		s := testReceiving()
		s.err, s.pending, s.channels = nil, map[int64]*clientCall{}, map[uint8]bool{0: false, 1: true}
		s.c.Silent, s.dead, s.answer = true, make(chan struct{}), make(chan struct{}, 1)
		s.conn = nowhere{}
		defer s.shut(errClosed)
		s.pending[1] = &clientCall{request: ClientRequest{Method: MethodSetup}, done: make(chan struct{}), then: func(r *Response) {
			one := setup{track: &clientTrack{url: "b"}, transports: []Transport{{Lower: LowerTCP, Interleaved: PortPair{2, 3, 2}}}}
			s.selected(one, r)
		}}
		s.pair = newPairWatch()
		s.pair.cseq = 2
		s.pending[2] = &clientCall{request: ClientRequest{Method: MethodGetParameter}, done: make(chan struct{})}
		s.pending[3] = &clientCall{request: ClientRequest{Method: MethodPlay}, done: make(chan struct{}), then: s.played}
		for have := 0; have < len(b); {
			have = min(have+int(piece)+1, len(b))
			n, err := s.takeAll(b[:have])
			if err != nil {
				break
			}
			b, have = b[n:], have-n
		}
		if len(s.answers) > maxClientPending || s.queue.Len() > 2*pull.MaxOverflow || len(s.receivers) > maxClientReceivers {
			t.Fatalf("%d answers, %d events, %d receivers", len(s.answers), s.queue.Len(), len(s.receivers))
		}
	})
}

// nowhere is a connection without addresses.
type nowhere struct{ net.Conn }

func (nowhere) Close() error         { return nil }
func (nowhere) RemoteAddr() net.Addr { return nil }

// Packet pairs are timed by the second packet, or the third if two came
// together.
func FuzzPairWatch(f *testing.F) {
	rnd := bytes.Repeat([]byte{7}, MaxTCPPairPayload)
	body := AppendTCPPair(AppendTCPPair(AppendTCPPair(nil, 1, 90, rnd), 2, 90, rnd), 3, 90, rnd)
	f.Add(body, uint16(100))
	f.Fuzz(func(t *testing.T, body []byte, cut uint16) {
		s := testReceiving()
		s.pair, s.cseq = newPairWatch(), 1
		s.pair.cseq = 1
		head := []byte("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")
		s.watchBody(append(head, body[:min(int(cut), len(body))]...))
		s.watchBody(append(head, body...))
		if m := s.pair.Measurement(false); m.Packets > PairCount || s.pair.offset > len(body) {
			t.Fatalf("%+v, %d of %d bytes", m, s.pair.offset, len(body))
		}
	})
}
