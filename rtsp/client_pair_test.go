package rtsp

import (
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pairGap is the time between two packets of an experiment.
const pairGap = 10 * time.Millisecond

// answerPairs sends the $P packets of a TcpPacketPair response, each for
// itself, or so many at once at the beginning.
func answerPairs(together int) func(net.Conn, *Request) bool {
	return func(conn net.Conn, r *Request) bool {
		if r.Kind != TcpPacketPair {
			return false
		}
		resp := r.Answer(200)
		resp.Add("Content-Type", TypePacketPair)
		resp.Header.AddInt("Content-Length", TCPPairsSize)
		b := resp.AppendTo(nil)
		headLen, noise := len(b), make([]byte, MaxTCPPairPayload)
		for n := 1; n <= PairCount; n++ {
			b = AppendTCPPair(b, n, headLen, noise)
			if n < together {
				continue
			}
			conn.Write(b)
			b = nil
			time.Sleep(pairGap)
		}
		return true
	}
}

// The second packet tells the bandwidth, the third if two came together, and
// nothing does if all did.
func TestClientMeasuresOverTCP(t *testing.T) {
	for together, size := range []int{0: 512, 1: 512, 2: 0, 3: 0} {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			f.handle = answerPairs(together)
			s, err := c.Play(t.Context(), fakeURL, PlayOptions{Measure: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			m := s.Measured
			if m == nil || m.UDP || m.Packets != PairCount {
				t.Fatalf("%d together: %+v", together, m)
			}
			if together == 2 { // the third is longer by the head
				size = m.Size
			}
			want := uint64(0)
			if size > 0 {
				want = uint64(8 * size * int(time.Second/pairGap))
			}
			if m.Bandwidth != want || m.Size != size || together == 2 && size <= tcpPairLong {
				t.Errorf("%d together: %+v, want %d bits/s", together, m, want)
			}
			said, ok := ParseNumber(f.last(MethodPlay).Header.Get("Bandwidth"))
			if ok != (want > 0) || uint64(said) != want {
				t.Errorf("%d together: Bandwidth: %d", together, said)
			}
		})
	}
}

// sendPairs sends packet-pair data over UDP, but for the last leaveOut ones.
func sendPairs(f *fakeServer, leaveOut int, ssrc uint32) func(net.Conn, *Request) bool {
	return func(_ net.Conn, r *Request) bool {
		if r.Kind != UdpPacketPair {
			return false
		}
		to := net.UDPAddrFromAddrPort(f.rtx)
		go func() {
			pair := Pair{PayloadType: PayloadRTX, SSRC: ssrc, VariableSize: true}
			for n := 1; n <= PairCount-leaveOut; n++ {
				if n > 1 {
					time.Sleep(pairGap)
				}
				f.socket.WriteTo(pair.Append(nil, n, make([]byte, MaxPairSize)), to)
			}
		}()
		return false
	}
}

// Over UDP the Firewall timer ends what does not come.
func TestClientMeasuresOverUDP(t *testing.T) {
	tests := []struct {
		name     string
		leaveOut int
		ssrc     uint32
		packets  int
		waits    time.Duration // at least
		err      error
	}{
		{"all", 0, fakeRTX, 3, 0, nil},
		{"the last is lost", 1, fakeRTX, 2, pairTail, nil},
		{"only one", 2, fakeRTX, 1, firewallTimeout, nil},
		{"none", 3, fakeRTX, 0, firewallTimeout, ErrFirewall},
		{"somebody else's", 0, fakeRTX + 1, 0, firewallTimeout, ErrFirewall},
	}
	for _, test := range tests {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			f.handle = sendPairs(f, test.leaveOut, test.ssrc)
			begin := time.Now()
			s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true, Measure: true})
			if d := time.Since(begin); d < test.waits || d > test.waits+time.Second {
				t.Errorf("%s: plays after %v", test.name, d)
			}
			if !errors.Is(err, test.err) {
				t.Fatalf("%s: %v", test.name, err)
			}
			if err != nil {
				return
			}
			defer s.Close()
			const want = 8 * (MaxPairSize - pairFixed + pairVariable - 1) * int(time.Second/pairGap)
			if m := s.Measured; !m.UDP || m.Packets != test.packets || test.packets > 1 && m.Bandwidth != uint64(want) {
				t.Errorf("%s: %+v, want %d bits/s", test.name, m, want)
			}
		})
	}
}

// KeepAlive is not needed while all streams play over TCP, [MS-RTSP] 3.1.5.10,
// but when they are paused, and when one of them goes over UDP.
func TestClientKeepsAliveWhenNeeded(t *testing.T) {
	for _, test := range []struct {
		name   string
		opt    PlayOptions
		paused bool
		want   int
	}{
		{"TCP", PlayOptions{}, false, 0},
		{"TCP, paused", PlayOptions{}, true, 3},
		{"UDP", PlayOptions{UDP: true}, false, 3},
		{"both", PlayOptions{UDP: true, TCP: []uint32{1}}, false, 3},
	} {
		bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
			f.packets = f.packets[:3]
			f.ending = func(net.Conn) {} // it goes on
			s, err := c.Play(t.Context(), fakeURL, test.opt)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if test.paused {
				if err := s.Pause(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(100 * time.Second)
			synctest.Wait()
			if got := strings.Count(f.kinds(), "KeepAlive"); got != test.want {
				t.Errorf("%s: %d in 100 s", test.name, got)
			}
		})
	}
}
