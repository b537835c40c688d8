package interop

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"caracal/mms"
)

// vlcPort is where VLC has all data packets sent.
const vlcPort = 7000

// alone keeps other runs on this machine away from ports that cannot be chosen,
// to the end of the test: two VLCs would take each other's packets.
func alone(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "caracal-interop.lock"), os.O_RDWR|os.O_CREATE, 0o666)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
}

// A lossyWay is a network between a player at 127.0.0.1 and the server. It has an
// address of its own: the server takes it for the player, and the player for the
// server.
type lossyWay struct {
	address  string // to connect to
	port     int    // where the player must have its data packets sent to
	t        *testing.T
	server   *net.UDPAddr
	player   *net.UDPAddr
	listener net.Listener
	near     net.PacketConn // to the player, with the listener's port
	far      net.PacketConn // to the server
	media    func(b []byte) bool
	request  func(b []byte) bool
	wg       sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
	lost  map[uint32]bool // LocationId of data packets
}

// badWay is a way to the server for one connection. Datagrams for which media or
// request is true are lost on their way to and from the player.
func badWay(t *testing.T, server, address string, port int, media, request func(b []byte) bool) *lossyWay {
	t.Helper()
	w := &lossyWay{t: t, media: media, request: request, lost: map[uint32]bool{}}
	var err error
	if w.server, err = net.ResolveUDPAddr("udp", server); err != nil {
		t.Fatal(err)
	}
	if w.far, err = net.ListenPacket("udp", net.JoinHostPort(address, strconv.Itoa(port))); err != nil {
		t.Fatal(err)
	}
	w.port = w.far.LocalAddr().(*net.UDPAddr).Port
	w.player = &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: w.port}
	for range 10 { // until a port is free for both
		if w.listener, err = net.Listen("tcp", net.JoinHostPort(address, "0")); err != nil {
			t.Fatal(err)
		}
		w.address = w.listener.Addr().String()
		if w.near, err = net.ListenPacket("udp", w.address); err == nil {
			break
		}
		w.listener.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	w.wg.Go(w.accept)
	w.wg.Go(func() { w.pass(w.far, w.near, w.player, w.loses) })
	w.wg.Go(func() { w.pass(w.near, w.far, w.server, w.request) })
	t.Cleanup(w.close)
	return w
}

func (w *lossyWay) loses(b []byte) bool {
	if !w.media(b) {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost[binary.LittleEndian.Uint32(b)] = true
	return true
}

// missing are the numbers of the packets that were lost at least once.
func (w *lossyWay) missing() map[uint32]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.lost)
}

// pass hands datagrams on that are not lost.
func (w *lossyWay) pass(from, to net.PacketConn, dst net.Addr, lost func([]byte) bool) {
	b := make([]byte, 1<<16)
	for {
		n, _, err := from.ReadFrom(b)
		if err != nil {
			return
		}
		if lost != nil && lost(b[:n]) {
			continue
		}
		_, _ = to.WriteTo(b[:n], dst)
	}
}

// accept joins the player's connection to one of its own.
func (w *lossyWay) accept() {
	for {
		player, err := w.listener.Accept()
		if err != nil {
			return
		}
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: w.far.LocalAddr().(*net.UDPAddr).IP}}
		server, err := d.Dial("tcp", w.server.String())
		if err != nil {
			w.t.Error(err)
			player.Close()
			return
		}
		w.mu.Lock()
		w.conns = append(w.conns, player, server)
		w.mu.Unlock()
		join := func(to, from net.Conn) {
			_, _ = io.Copy(to, from)
			_ = to.(*net.TCPConn).CloseWrite()
		}
		w.wg.Go(func() { join(server, player) })
		w.wg.Go(func() { join(player, server) })
	}
}

func (w *lossyWay) close() {
	for _, c := range []io.Closer{w.listener, w.near, w.far} {
		_ = c.Close()
	}
	w.mu.Lock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.mu.Unlock()
	w.wg.Wait()
}

// every says of each nth datagram that it is lost; of those, if which is given,
// for which that is true.
func every(n int, which func(b []byte) bool) func([]byte) bool {
	count := 0
	return func(b []byte) bool {
		if which != nil && !which(b) {
			return false
		}
		count++
		return count%n == 0
	}
}

// A Client gets every packet over a network that loses data packets, pieces of
// the header, copies and requests.
func TestMMSClientOverLossyUDP(t *testing.T) {
	s := serveWith(t, mmsPaced, clip(t, ""))
	parallel(t, []string{"wmv2_wmav2_p576.wmv", "wmv2_wmav2_p8192.wmv"}, func(t *testing.T, name string) {
		w := badWay(t, s.mms, "127.0.0.2", 0, every(10, nil), every(5, nil))
		c := mms.Client{
			UDP: true,
			Listen: func(ctx context.Context, network, _ string) (net.PacketConn, error) {
				var l net.ListenConfig
				return l.ListenPacket(ctx, network, w.player.String())
			},
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stream, err := c.Play(ctx, "mms://"+w.address+"/"+name, mms.PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		var got []byte
		for {
			e, err := stream.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Data...)
		}
		want := readReference(t, name)
		sameBytes(t, stream.Description().HeaderBytes, want.header)
		sameBytes(t, got, want.packets)
		if n := len(want.packets) / want.packetSize; len(w.missing()) < n/10-1 {
			t.Errorf("%d of %d packets were lost on the way", len(w.missing()), n)
		}
	})
}

// VLC asks for nothing again: it stores what comes, in the order in which it
// comes, and ends with the server's word. What is lost is missing, no more.
func TestMMSVLCOverLossyUDP(t *testing.T) {
	alone(t)
	s := serveWith(t, mmsPaced, clip(t, ""))
	const vlcMedia = 4 // its playIncarnation
	var requests atomic.Int32
	media := every(7, func(b []byte) bool { return b[4] == vlcMedia })
	w := badWay(t, s.mms, "127.0.0.2", vlcPort, media, func([]byte) bool { requests.Add(1); return false })
	got := vlcDump(t, "mmsu://"+w.address+"/"+plain)
	r, lost := readReference(t, plain), w.missing()
	want := r.header
	for n := 0; n*r.packetSize < len(r.packets); n++ {
		if !lost[uint32(n)] {
			want = append(want, r.packets[n*r.packetSize:][:r.packetSize]...)
		}
	}
	sameBytes(t, got, want)
	if n := len(r.packets) / r.packetSize / 7; len(lost) != n || requests.Load() != 0 {
		t.Errorf("%d packets were lost, want %d; VLC sent %d datagrams", len(lost), n, requests.Load())
	}
	watch(t, mms.Client{}, s.mmsURL("mmsu", plain), func(p *mmsPlayer) { p.packets(3) })
}
