package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/pull"
	"caracal/msb"
	"caracal/msb/msbd"
)

// What an encoder pushes is fetched over MSBD, over TCP and from the group, until
// the server ends.
func TestDistribution(t *testing.T) {
	free, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.LocalAddr().(*net.UDPAddr).Port
	free.Close()
	s, url := liveServer(t, func(b *config.Broadcast) {
		b.MSBD = config.MSBD{Address: "127.0.0.1:0", Group: "239.192.70.8", Port: port, Interface: loopbackName(t), TTL: 1}
	})
	e := push(t, url)
	e.send(e.packets[:10*e.size])
	untilLive(t, url)
	address := "msbd://" + s.MSBDAddr("live").String()
	plain := fetch(t, &msbd.Client{}, address)
	group := fetch(t, &msbd.Client{Multicast: true, Join: func(_ context.Context, a netip.AddrPort) (net.PacketConn, error) {
		return msb.JoinGroup(a, loopbackName(t))
	}}, address)
	if h, _, err := asf.ParseHeader(plain.Info().Header); err != nil || !h.File().Broadcast() || !bytes.Equal(plain.Info().Header, group.Info().Header) {
		t.Errorf("the headers differ, or %v", err)
	}
	e.send(e.packets[10*e.size:])
	for n := 0; n < len(e.packets); n += e.size {
		if got, err := plain.Receive(); err != nil || !bytes.Equal(got.Data, e.packets[n:][:e.size]) {
			t.Fatalf("packet %d: kind %d, %v", n/e.size, got.Kind, err)
		}
	}
	if got, err := group.Receive(); err != nil || got.Kind != pull.GotPacket || !bytes.Contains(e.packets, got.Data) {
		t.Errorf("from the group: kind %d, %v", got.Kind, err)
	}
	var st status
	if err := json.Unmarshal([]byte(ask(t, s, "GET", "/.caracal/status").body), &st); err != nil {
		t.Fatal(err)
	}
	if m := st.Points[0].MSBD; m == nil || "msbd://"+m.Address != address || m.Connections != 2 || m.UDPPort == 0 {
		t.Errorf("%+v", m)
	}
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		done <- s.Shutdown(ctx)
	}()
	if got, err := plain.Receive(); err != nil || got.Kind != pull.GotEnd {
		t.Errorf("at the end: kind %d, %v", got.Kind, err)
	}
	e.w.Close() // which the server waits for
	if err := <-done; err != nil {
		t.Error(err)
	}
	<-e.status
}

func fetch(t *testing.T, c *msbd.Client, address string) *msbd.Stream {
	t.Helper()
	s, err := c.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func loopbackName(t *testing.T) string {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			return i.Name
		}
	}
	t.Fatal("no loopback interface")
	return ""
}

// One server fetches what another distributes, as its own broadcast, and none from
// itself.
func TestPullOverMSBD(t *testing.T) {
	s, url := liveServer(t, func(b *config.Broadcast) { b.MSBD.Address = "127.0.0.1:0" })
	e := push(t, url)
	e.send(e.packets[:10*e.size])
	untilLive(t, url)
	_, edgeURL := liveServer(t, func(b *config.Broadcast) { b.Source = "pull:msbd://" + s.MSBDAddr("live").String() })
	resp := untilLive(t, edgeURL)
	_, head, err := asf.LiveHeader(e.header)
	if err != nil {
		t.Fatal(err)
	}
	want := append(head, e.packets[:10*e.size]...)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(resp.Body, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("what was kept differs: %v", err)
	}
	resp.Body.Close()
	if a := s.MSBDAddr("live").(*net.TCPAddr).AddrPort(); !s.listensAt(a) || s.MSBDAddr("other") != nil {
		t.Errorf("%v is not this server", a)
	}
	e.end(http.StatusNoContent)
}

// A port that cannot be had is said with its key, and ends what was begun.
func TestMSBDPortIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b := config.DefaultBroadcast()
	b.Source, b.MSBD.Address = config.SourcePush, l.Addr().String()
	s, err := New(testConfig(config.Point{Name: "live", Broadcast: b}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "broadcast.msbd.address") {
		t.Errorf("%v", err)
	}
}
