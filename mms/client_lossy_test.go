package mms

import (
	"io"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"caracal/internal/memnet"
)

// badWay leads from the server to the player.
func badWay(n *memnet.Network, way memnet.Way) {
	n.Pass(func(_, to netip.AddrPort, b []byte) [][]byte {
		if to.Addr() != memnet.Client {
			return [][]byte{b}
		}
		return way.Pass(b)
	})
}

// oneIn loses at random, but always the same: what is regular can meet each
// copy of a packet.
func oneIn(n int) func(int) bool {
	random := rand.New(rand.NewPCG(1, 2))
	return func(int) bool { return random.IntN(n) == 0 }
}

var lossyTests = []struct {
	name         string
	lose         func(i int) bool
	double, swap int
	first        Sequence
	quiet        bool          // the server sends nothing again
	pause        time.Duration // between packets
	none         bool          // NoResend
	lost         uint64
	check        func(s ClientStats) bool
}{
	{name: "no loss", check: func(s ClientStats) bool { return s == ClientStats{Packets: 449, Bytes: 449 * 1400} }},
	{name: "one in seven", lose: oneIn(7),
		check: func(s ClientStats) bool { return s.Resent > 30 && s.Asked >= s.Resent }},
	{name: "all sorts", lose: oneIn(6), double: 7, swap: 11,
		check: func(s ClientStats) bool { return s.Resent > 30 && s.Duplicates > 0 }},
	{name: "turned round", swap: 5, check: func(s ClientStats) bool { return s.Resent == 0 && s.Asked == 0 }},
	{name: "a burst", lose: func(i int) bool { return i > 100 && i <= 200 },
		check: func(s ClientStats) bool { return s.Resent == 100 }},
	{name: "fast", lose: oneIn(7), pause: time.Microsecond,
		check: func(s ClientStats) bool { return s.Resent > 30 }},
	{name: "the first packets", lose: func(i int) bool { return i > 30 && i < 40 },
		check: func(s ClientStats) bool { return s.Resent > 0 }},
	{name: "the last packet", lose: func(i int) bool { return i == 449+fakeHeaderPieces },
		check: func(s ClientStats) bool { return s.Resent == 0 && s.Requests == 1 }},
	{name: "nothing from the middle on", lose: func(i int) bool { return i > 200 }, lost: 449 + fakeHeaderPieces - 200,
		check: func(s ClientStats) bool { return s.Requests == maxTailAsks && s.Resent == 0 }},
	{name: "no media at all", lose: func(i int) bool { return i > fakeHeaderPieces }, lost: 449,
		check: func(s ClientStats) bool { return s.Requests == maxTailAsks }},
	{name: "does not count from 0", first: 200, check: func(s ClientStats) bool { return s.Asked == 0 }},
	{name: "nobody sends again", quiet: true, lose: func(i int) bool { return i == 200 || i == 201 || i == 300 }, lost: 3,
		check: func(s ClientStats) bool { return s.Asked == 3*maxAsks && s.Resent == 0 && s.Longest == 2 }},
	{name: "nobody asks", none: true, lose: func(i int) bool { return i%100 == 99 }, lost: 4,
		check: func(s ClientStats) bool { return s.Asked == 0 && s.Requests == 0 }},
}

func TestClientOverLossyUDP(t *testing.T) {
	for _, tt := range lossyTests {
		t.Run(tt.name, func(t *testing.T) {
			inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
				c.UDP, c.NoResend = true, tt.none
				f.resend, f.first = !tt.quiet, tt.first
				if tt.pause > 0 {
					f.pause = tt.pause
				}
				badWay(f.n, memnet.Way{Lose: tt.lose, Double: tt.double, Swap: tt.swap})
				s := playFake(t, c, fakeURL, PlayOptions{})
				defer s.Close()
				if lost := collectFake(t, s, f); lost != tt.lost {
					t.Errorf("%d packets are missing", lost)
				}
				stats := s.Stats()
				if !tt.check(stats) || stats.Lost != tt.lost || stats.Packets != 449-tt.lost || stats.Strange != 0 {
					t.Errorf("%+v", stats)
				}
			})
		})
	}
}

// A server that is gone behind the end sends nothing again: what is missing is missing,
// and the end is none the less an end.
func TestClientWhoseServerLeaves(t *testing.T) {
	inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
		c.UDP = true
		f.leaves = true
		badWay(f.n, memnet.Way{Lose: func(i int) bool { return i > 400 }})
		s := playFake(t, c, fakeURL, PlayOptions{})
		defer s.Close()
		if lost := collectFake(t, s, f); lost != 449+fakeHeaderPieces-400 {
			t.Errorf("%d packets are missing", lost)
		}
		if _, err := s.Next(); err != io.EOF {
			t.Errorf("behind the end: %v", err)
		}
	})
}

// fakeHeaderPieces is how many datagrams the header takes.
const fakeHeaderPieces = 4

// collectFake takes a stream to its end, in the order of its packets and
// nothing twice, and returns how many packets were told to be missing.
func collectFake(t *testing.T, s *Stream, f *fakeMac) (lost uint64) {
	t.Helper()
	for at := 0; ; {
		e, err := s.Next()
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Kind == GotEnd:
			if at != len(f.packets) {
				t.Errorf("it ends at packet %d", at)
			}
			return lost
		case e.Kind == GotGap:
			lost += uint64(e.Lost)
			at += int(e.Lost)
		case e.Kind != GotPacket || int(e.Packet) != at || string(e.Data) != string(f.packets[at]):
			t.Fatalf("packet %d: %+v", at, e.Packet)
		default:
			at++
		}
	}
}

// Packets of the stream before come late, and its last ones never: neither is
// taken for a loss of the stream after it.
func TestClientSeeksOverLossyUDP(t *testing.T) {
	for _, first := range []Sequence{0, 256 - 50 - 1, 256 - 50} { // the last ends before 0xFF, or with it
		inMac(t, func(t *testing.T, f *fakeMac, c *Client) {
			c.UDP = true
			f.first = first
			f.pause = 10 * time.Millisecond
			s := playFake(t, c, fakeURL, PlayOptions{})
			defer s.Close()
			wantPackets(t, s, f, 0, 40)
			badWay(f.n, memnet.Way{Lose: func(i int) bool { return i < 10 }})
			time.Sleep(95 * time.Millisecond)
			if err := s.Play(t.Context(), PlayOptions{Start: Start{Unit: Packets, Number: 300}}); err != nil {
				t.Fatal(err)
			}
			for e := wantKind(t, s, GotPacket); e.Packet != 300; e = wantKind(t, s, GotPacket) {
			}
			wantPackets(t, s, f, 301, 449)
			wantKind(t, s, GotEnd)
			if stats := s.Stats(); stats.Lost > 1 || stats.Asked == 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}
