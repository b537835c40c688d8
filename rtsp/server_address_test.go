package rtsp_test

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"caracal/rtsp"
)

// connectFrom is connect from another address of this machine.
func (s *server) connectFrom(host string) *peer {
	s.T.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(host)}}
	c, err := d.Dial("tcp", s.Address)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return &peer{Conn: c, t: s.T}
}

// Whoever knows a session's id needs the player's address too.
func TestSessionOfAnotherAddress(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long)
	thief := s.connectFrom("127.0.0.2")
	thief.session = c.session
	for _, method := range []string{"PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER"} {
		if r := thief.ask(method, long); r.Status != 454 {
			t.Errorf("%s from another address: %d", method, r.Status)
		}
	}
	c.must("PLAY", long)
	c.some(longClip(), 1)
}

// NACKs and receiver reports count from the player's address only.
func TestRTCPOfAnotherAddress(t *testing.T) {
	s := startServer(t)
	c, long, u := s.connect(), s.url("long.wmv"), newUDPPlayer(t)
	media, rtx := u.setUp(c, long)
	c.must("PLAY", long)
	first := datagram(t, u.rtp)
	seq := uint16(first[2])<<8 | uint16(first[3])
	second := datagram(t, u.rtp)
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(media.ServerPort.RTCP)}
	stranger, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}, to)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	report := func(lost uint32) []byte {
		rr := rtcp.ReceiverReport{SSRC: 7, Reports: []rtcp.ReceptionReport{{SSRC: media.SSRC, TotalLost: lost}}}
		b, err := rr.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	nack := func(seq uint16) []byte {
		b, _ := rtsp.AppendNacks(nil, 7, media.SSRC, rtx.SSRC, []uint16{seq})
		return b
	}
	for _, b := range [][]byte{nack(seq), report(77)} {
		if _, err := stranger.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range [][]byte{nack(seq + 1), report(5)} {
		if _, err := u.rtcp.WriteToUDP(b, to); err != nil {
			t.Fatal(err)
		}
	}
	if b := datagram(t, u.rtx); !bytes.Equal(b, second) {
		t.Errorf("the first copy is of packet % x, want % x", b[2:4], second[2:4])
	}
	s.WaitFor("the report counts", func() bool {
		lost := s.Sessions.All()[0].Lost.Load()
		if lost == 77 {
			t.Fatal("a stranger's report counts")
		}
		return lost == 5
	})
}
