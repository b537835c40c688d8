package udp

import (
	"net/netip"
	"testing"
)

// Owners share the socket and each has a Sender of its own; what comes to it is
// read until Close.
func TestPort(t *testing.T) {
	a, err := ListenPort[int]("127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ListenPort[int]("127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if again, err := ListenPort[int]("127.0.0.1", int(a.Number())); err == nil {
		again.Close()
		t.Error("the port was opened twice")
	}
	got := make(chan string, 2)
	if err := a.Start(4, 3, func(d Datagram) { got <- string(d.Payload) }); err != nil {
		t.Fatal(err)
	}
	b.DisableSegments()
	one, err := b.Sender(1)
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := b.Sender(1); same != one || one.Capabilities().Segments {
		t.Error("not the same Sender, or one that cuts messages")
	}
	two, err := b.Sender(2)
	if err != nil || two == one {
		t.Fatal("one Sender for two owners", err)
	}
	to := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Number())
	one.Queue(to, []byte("one"))
	one.Flush()
	if text := <-got; text != "one" {
		t.Error(text)
	}
	two.Queue(to, []byte("second"))
	two.Flush()
	if text := <-got; text != "sec" {
		t.Error(text)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if err := a.Close(); err == nil {
		t.Error("closed twice")
	}
	if _, err := ListenPort[int]("host.invalid", 0); err == nil {
		t.Error("a port of no address")
	}
}
