package msb

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
)

// patient bounds what must happen at once, on a machine of any speed.
const patient = 30 * time.Second

// loopback is the interface that these tests do not leave.
func loopback(t testing.TB) string {
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

// freeGroup is a group with a port that nobody has.
func freeGroup(t testing.TB) netip.AddrPort {
	t.Helper()
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return netip.AddrPortFrom(netip.MustParseAddr("239.255.77.7"), c.LocalAddr().(*net.UDPAddr).AddrPort().Port())
}

// collector is a Sink that keeps what comes, and ends after enough packets.
type collector struct {
	headers [][]byte
	got     []Received
	enough  int
	notify  chan int // the number of packets, if there is room
}

var errEnough = errors.New("enough")

func (c *collector) Header(h []byte) error {
	c.headers = append(c.headers, h)
	return nil
}

func (c *collector) Packet(r Received) error {
	r.Data = bytes.Clone(r.Data)
	c.got = append(c.got, r)
	select {
	case c.notify <- len(c.got):
	default:
	}
	if len(c.got) == c.enough {
		return errEnough
	}
	return nil
}

// onAir is a Sender on the loopback interface with its broadcast.
type onAir struct {
	*Sender
	broadcast *point.Broadcast
	film      *film
	feed      *point.Feed
	events    *event.Subscription
}

func goOnAir(t *testing.T, o SenderOptions) *onAir {
	t.Helper()
	shards := pace.NewGroup(1)
	o.Bus = &event.Bus{}
	a := &onAir{broadcast: point.NewBroadcast(point.BroadcastOptions{}), film: readFilm(t), events: o.Bus.Subscribe(1)}
	o.Source, o.Shard, o.Interface = a.broadcast, shards.Pick(), loopback(t)
	if !o.Group.IsValid() {
		o.Group = freeGroup(t)
	}
	var err error
	if a.Sender, err = NewSender(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		shards.Close()
	})
	if a.feed, err = a.broadcast.Start(filmHeader(t)); err != nil {
		t.Fatal(err)
	}
	return a
}

// awaitStation waits for the header to be listed.
func (a *onAir) awaitStation(t *testing.T) Station {
	t.Helper()
	<-a.events.C()
	st, ok := a.Station()
	if !ok {
		t.Fatal("no header is listed")
	}
	return st
}

// What is broadcast comes out of a socket of the group, unchanged and in order.
func TestReceiverHearsSender(t *testing.T) {
	a := goOnAir(t, SenderOptions{})
	a.Start()
	st := a.awaitStation(t)
	if st.Adapter != "127.0.0.1" {
		t.Errorf("packets come from %q", st.Adapter)
	}
	r, err := NewReceiver(&st, ReceiverOptions{Interface: loopback(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, pkt := range a.film.packets[:20] {
		if err := a.feed.Add(pkt); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	c := &collector{enough: 20}
	if err := r.Run(ctx, c); !errors.Is(err, errEnough) {
		t.Fatalf("%v, %+v", err, r.Stats())
	}
	if len(c.headers) != 1 || !bytes.Equal(c.headers[0], st.Formats[0].Header) {
		t.Errorf("%d headers", len(c.headers))
	}
	for i, p := range c.got {
		if !bytes.Equal(bare(t, p.Data), bare(t, a.film.packets[i])) {
			t.Errorf("packet %d differs", i)
		}
	}
}

// raw sends datagrams to a group from the loopback interface.
func raw(t testing.TB, group netip.AddrPort) func(...[]byte) {
	t.Helper()
	at, err := findOutlet(loopback(t), false)
	if err != nil {
		t.Fatal(err)
	}
	c, err := openSender(&SenderOptions{Group: group, TTL: 1}, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return func(list ...[]byte) {
		for _, b := range list {
			if _, err := c.WriteToUDPAddrPort(b, group); err != nil {
				t.Error(err)
			}
		}
	}
}

// listening is a Receiver that runs until the test ends.
type listening struct {
	*Receiver
	c    *collector
	done chan error
}

func listen(t *testing.T, ctx context.Context, st *Station, o ReceiverOptions, enough int) *listening {
	t.Helper()
	o.Interface = loopback(t)
	r, err := NewReceiver(st, o)
	if err != nil {
		t.Fatal(err)
	}
	l := &listening{r, &collector{enough: enough, notify: make(chan int, 100)}, make(chan error, 1)}
	go func() { l.done <- r.Run(ctx, l.c) }()
	t.Cleanup(func() { r.Close() })
	return l
}

// filmStation is an .nsc file with the sample's header.
func filmStation(t testing.TB) (*Station, FormatID) {
	t.Helper()
	group := freeGroup(t)
	st := &Station{Address: group.Addr().String(), Port: SetNumber(uint32(group.Port()))}
	b := point.NewBroadcast(point.BroadcastOptions{})
	f, err := b.Start(filmHeader(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := b.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	id, err := st.AddFormat(e.Info().HeaderBytes, "")
	if err != nil {
		t.Fatal(err)
	}
	return st, id
}

// One lost packet is repaired, two are not; those behind them come when patience
// is over.
func TestReceiverRepairs(t *testing.T) {
	st, id := filmStation(t)
	f := readFilm(t)
	e := NewEncoder(EncoderOptions{})
	e.Begin(id)
	sent := f.datagrams(t, e)[:22] // two spans with their parity
	send := raw(t, netip.AddrPortFrom(netip.MustParseAddr(st.Address), uint16(st.Port.Value)))
	l := listen(t, t.Context(), st, ReceiverOptions{End: time.Hour}, 18) // patience is what ends the waiting
	send(sent[:4]...)
	send(sent[5:13]...)
	send(sent[15:]...)
	if err := <-l.done; !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	if s := l.Stats(); s.Repaired != 1 || s.Lost != 2 || s.Packets != 18 || s.Foreign > 0 {
		t.Errorf("%+v", s)
	}
	for i, p := range l.c.got {
		n := i
		if i >= 12 {
			n += 2
		}
		if p.Repaired != (i == 4) || !bytes.Equal(bare(t, p.Data), bare(t, f.packets[n])) {
			t.Errorf("packet %d, repaired %t", p.ID, p.Repaired)
		}
	}
}

// Datagrams from another address than the station names are not looked at.
func TestReceiverTakesItsSourceOnly(t *testing.T) {
	st, id := filmStation(t)
	group, err := st.Group()
	if err != nil {
		t.Fatal(err)
	}
	st.Adapter = "127.0.0.9"
	e := NewEncoder(EncoderOptions{})
	e.Begin(id)
	ctx, cancel := context.WithCancel(t.Context())
	l := listen(t, ctx, st, ReceiverOptions{}, 1)
	sent := readFilm(t).datagrams(t, e)[:3]
	raw(t, group)(sent...)
	own, err := openSender(&SenderOptions{Group: group, TTL: 1}, outlet{source: netip.MustParseAddr("127.0.0.9")})
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	if err := setMulticast(own, &SenderOptions{Group: group}, mustInterface(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := own.WriteToUDPAddrPort(sent[2], group); err != nil {
		t.Fatal(err)
	}
	if err := <-l.done; !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	cancel()
	if s := l.Stats(); s.Foreign != 3 || l.c.got[0].ID != 2 {
		t.Errorf("%+v, first packet %d", s, l.c.got[0].ID)
	}
}

// A socket hears its own group, though another one on this machine has joined
// another group at the same port.
func TestJoinGroupHearsItsOwnGroup(t *testing.T) {
	st, _ := filmStation(t)
	group, err := st.Group()
	if err != nil {
		t.Fatal(err)
	}
	other := netip.AddrPortFrom(group.Addr().Next(), group.Port())
	var own *net.UDPConn
	for _, g := range []netip.AddrPort{other, group} {
		if own, err = JoinGroup(g, loopback(t)); err != nil {
			t.Fatal(err)
		}
		defer own.Close()
	}
	out, err := OpenGroup(group, loopback(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, m := range []struct {
		text string
		to   netip.AddrPort
	}{{"other", other}, {"own", group}} {
		if _, err := out.WriteToUDPAddrPort([]byte(m.text), m.to); err != nil {
			t.Fatal(err)
		}
	}
	b := make([]byte, 16)
	own.SetReadDeadline(time.Now().Add(time.Minute))
	if n, err := own.Read(b); err != nil || string(b[:n]) != "own" {
		t.Errorf("%q, %v", b[:n], err)
	}
}

func mustInterface(t *testing.T) *net.Interface {
	t.Helper()
	i, err := net.InterfaceByName(loopback(t))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// Packets with a header that the .nsc file does not list have it loaded again.
func TestReceiverReloads(t *testing.T) {
	full, id := filmStation(t)
	group, err := full.Group()
	if err != nil {
		t.Fatal(err)
	}
	old := *full
	old.Formats = []Format{{ID: id ^ 1, Header: full.Formats[0].Header}}
	moved := *full
	moved.Port = SetNumber(uint32(group.Port()) ^ 1)
	for _, tt := range []struct {
		name string
		to   *Station
		want error
	}{{"listed", full, errEnough}, {"moved", &moved, ErrMoved}} {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t, t.Context(), &old, ReceiverOptions{
				Reload: func(context.Context) (*Station, error) { return tt.to, nil },
			}, 1)
			send := raw(t, group)
			e := NewEncoder(EncoderOptions{})
			e.Begin(id)
			sent := readFilm(t).datagrams(t, e)
			var err error
			for i := 0; err == nil; i++ {
				send(sent[i%len(sent)])
				select {
				case err = <-l.done:
				case <-time.After(time.Millisecond):
				}
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			if l.Stats().Unknown == 0 {
				t.Error("no packet was unknown")
			}
		})
	}
}

func TestReceiverEndsWithContext(t *testing.T) {
	st, _ := filmStation(t)
	ctx, cancel := context.WithCancel(t.Context())
	l := listen(t, ctx, st, ReceiverOptions{}, 0)
	cancel()
	if err := <-l.done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
