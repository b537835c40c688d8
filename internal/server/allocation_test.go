package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/pull"
	"caracal/internal/sample"
	"caracal/internal/session"
	"caracal/mms"
	"caracal/msb"
	"caracal/rtsp"
	"caracal/wmsp"
)

// held is a player's connection that a test takes over when the stream has begun:
// its Client reads no more.
type held struct {
	net.Conn
	taken, gone chan struct{}
	close       func()
}

func (h *held) Read(b []byte) (int, error) {
	select {
	case <-h.taken:
		<-h.gone
		return 0, net.ErrClosed
	default:
		return h.Conn.Read(b)
	}
}

func (h *held) Close() error {
	h.close()
	return h.Conn.Close()
}

// drain takes what comes and keeps nothing of it.
func drain(r io.Reader) {
	b := make([]byte, 64<<10)
	for {
		if _, err := r.Read(b); err != nil {
			return
		}
	}
}

// watch has a Client begin to play, and then takes what comes in its place.
func watch(t *testing.T, play func(pull.DialFunc) (io.Closer, error)) {
	t.Helper()
	var h *held
	stream, err := play(func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		h = &held{Conn: c, taken: make(chan struct{}), gone: make(chan struct{})}
		h.close = sync.OnceFunc(func() { close(h.gone) })
		return h, err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stream.Close() })
	close(h.taken)
	go drain(h.Conn)
}

// flood pushes one packet of the sample again and again: it is due at once, however
// fast that goes.
type flood struct {
	conn  net.Conn
	chunk []byte // of the request's body: a block of packets
	count uint64 // of them in it
	sent  uint64
}

func startFlood(t *testing.T, s *Server) *flood {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	header, pkt := liveSample(t)
	f := &flood{conn: c, count: uint64(64<<10) / uint64(len(pkt))}
	packets := bytes.Repeat(pkt, int(f.count))
	f.chunk = fmt.Appendf(nil, "%x\r\n%s\r\n", len(packets), packets)
	fmt.Fprintf(c, "POST /live HTTP/1.1\r\nHost: x\r\nContent-Type: video/x-ms-asf\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(header), header)
	return f
}

// block pushes a block of packets, and returns when the players have been sent it.
func (f *flood) block(t *testing.T, players []*session.Session, group *msb.Sender) {
	if _, err := f.conn.Write(f.chunk); err != nil {
		t.Fatal(err)
	}
	f.sent += f.count
	for _, p := range players {
		until(t, func() bool { return p.Packets.Load()+p.Skipped.Load() >= f.sent })
	}
	until(t, func() bool { return group.Stats().Packets >= f.sent })
}

func until(t *testing.T, done func() bool) {
	for limit := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("in vain")
		}
	}
}

// liveSample is the header of the sample, as it is pushed, and its first packet.
func liveSample(t *testing.T) (header, pkt []byte) {
	t.Helper()
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	header, pkt = bytes.Clone(r.HeaderBytes()), make([]byte, r.PacketSize())
	copy(header[len(header)-asf.DataHeadSize:], asf.DataHead{Reserved: asf.DataReserved}.Append(nil))
	if _, err := r.ReadPackets(pkt, 0); err != nil {
		t.Fatal(err)
	}
	return header, pkt
}

// blockAllocations is what the broadcast allocates for each block of packets, and
// not for each packet: the block itself and its tables.
const blockAllocations = 5

// From an encoder's request to the last player of every protocol nothing is
// allocated for a packet.
func TestLiveAllocatesNothing(t *testing.T) {
	b := config.DefaultBroadcast()
	b.Source, b.Batch, b.Memory = config.SourcePush, 0, 1<<20
	b.Multicast.Group, b.Multicast.Port, b.Multicast.Interface = "239.255.77.8", freePort(t), "127.0.0.1"
	cfg := testConfig(config.Point{Name: "live", Broadcast: b})
	cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	s, _ := start(t, cfg)
	f := startFlood(t, s)
	group := s.multicastNamed("live").Sender
	f.block(t, nil, group)
	watch(t, func(dial pull.DialFunc) (io.Closer, error) {
		return (&wmsp.Client{Dial: dial}).Play(t.Context(), "http://"+s.Addr().String()+"/live", wmsp.PlayOptions{})
	})
	watch(t, func(dial pull.DialFunc) (io.Closer, error) {
		return (&rtsp.Client{Dial: dial}).Play(t.Context(), "rtsp://"+s.RTSPAddr().String()+"/live", rtsp.PlayOptions{})
	})
	watch(t, func(dial pull.DialFunc) (io.Closer, error) {
		return (&mms.Client{Dial: dial}).Play(t.Context(), "mms://"+s.MMSAddr().String()+"/live", mms.PlayOptions{})
	})
	resp, err := http.Get("http://" + s.Addr().String() + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	go drain(resp.Body)
	var players []*session.Session
	for _, p := range s.sessions.All() {
		if p.Player.Protocol != "push" {
			players = append(players, p)
		}
	}
	if len(players) != 4 {
		t.Fatalf("%d players", len(players))
	}
	round := func() { f.block(t, players, group) }
	for range 40 {
		round() // memory grows to what a round needs, and the ring is full
	}
	if n := testing.AllocsPerRun(50, round); n > blockAllocations {
		t.Errorf("%v allocations for a block of %d packets to %d players and a group", n, f.count, len(players))
	}
}
