package mcs

import (
	"bytes"
	"context"
	"errors"
	"net"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"caracal/t120/x224"
)

// world is a listener with one domain, to which callers are subordinate.
type world struct {
	*testing.T
	listener *Listener
	domain   *Domain
	ends     chan error // of each Serve
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, domain: NewDomain(Parameters{}, 1001), ends: make(chan error, 64)}
	w.listener = NewListener(Options{Ours: DefaultOurs(), Initial: func(m *Initial, _ net.Addr) Answer {
		switch string(m.Data) {
		case "ask":
			return Answer{Response: Response{Data: []byte("one")}}
		case "no":
			return Answer{Response: Response{Result: UserRejected, Data: []byte("never")}}
		}
		return Answer{Begin: func(l *Link) (func(*PDU) error, func()) {
			port := w.domain.Open(l)
			return port.Receive, port.Close
		}}
	}})
	return w
}

// connect is a transport connection to the listener.
func (w *world) connect(context.Context) (net.Conn, error) {
	a, b := net.Pipe()
	go func() { w.ends <- w.listener.Serve(b) }()
	return a, nil
}

func initial(priorities uint32) *Initial {
	o := DefaultOurs()
	o.Target.Priorities = priorities
	return &Initial{Calling: []byte{1}, Called: []byte{1}, Upward: true, Target: o.Target, Min: o.Min, Max: o.Max}
}

// node is a caller with one user, which keeps what it is told.
type node struct {
	link  *Link
	below *Below
	user  *User
	heard chan PDU
}

func (w *world) join(priorities uint32) *node {
	w.Helper()
	l, _, err := (&Dialer{Connect: w.connect}).Dial(w.Context(), initial(priorities))
	if err != nil {
		w.Fatal(err)
	}
	n := &node{link: l, below: NewBelow(l), heard: make(chan PDU, 100)}
	go func() {
		l.Serve(n.below.Receive)
		n.below.Close()
	}()
	n.below.Do(func() {
		n.user = n.below.Attach(func(p *PDU) {
			q := *p
			q.Data = bytes.Clone(p.Data)
			n.heard <- q
		})
	})
	w.want(n, AttachUserConfirm)
	return n
}

func (w *world) want(n *node, k Kind) PDU {
	w.Helper()
	if p := <-n.heard; p.Kind == k {
		return p
	} else {
		w.Fatalf("%v, want %s", p, k)
		return p
	}
}

func (n *node) request(p PDU) { n.below.Do(func() { n.user.Request(p) }) }

// Two callers, one with a connection for each priority, talk in a domain; all that goes
// on over one connection is in its order.
func TestLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a, b := w.join(4), w.join(1)
		for _, n := range []*node{a, b} {
			n.request(PDU{Kind: ChannelJoinRequest, Channel: 8})
			w.want(n, ChannelJoinConfirm)
		}
		for p := range Priorities {
			for i := range 20 {
				data := bytes.Repeat([]byte{byte(i)}, 700*i)
				a.request(PDU{Kind: SendDataRequest, Channel: 8, Priority: p, Begin: true, End: true, Data: data})
				if got := w.want(b, SendDataIndication); got.Priority != p || !got.Begin || !got.End || got.Initiator != a.user.ID || !bytes.Equal(got.Data, data) {
					t.Fatalf("%s %d: %v", p, i, got)
				}
				b.request(PDU{Kind: UniformSendDataRequest, Channel: 8, Priority: p, Data: data[:min(len(data), 3)]})
				w.want(b, UniformSendDataIndication)
				w.want(a, UniformSendDataIndication)
			}
		}
		a.link.Close()
		if p := w.want(b, DetachUserIndication); !reflect.DeepEqual(p.Users, []uint16{a.user.ID}) {
			t.Error(p)
		}
		w.want(a, DisconnectProviderUltimatum)
		b.link.Close()
		w.want(b, DisconnectProviderUltimatum)
		for range 5 {
			if err := <-w.ends; !errors.Is(err, ErrDisconnected) && !errors.Is(err, net.ErrClosed) && err != nil {
				t.Logf("a connection ends with %v", err)
			}
		}
		if len(w.domain.users) != 0 || len(w.domain.channels) != 0 || len(w.domain.ports) != 0 || len(w.listener.links) != 0 {
			t.Errorf("left: %d users, %d channels, %d ports, %d links", len(w.domain.users), len(w.domain.channels), len(w.domain.ports), len(w.listener.links))
		}
	})
}

// One connection may ask several times; who is refused hears why.
func TestAsksAndRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		nc, _ := w.connect(t.Context())
		c, err := x224.Dial(nc, x224.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			m := initial(1)
			m.Data = []byte("ask")
			nc.Write(c.Append(nil, m.Append(nil)))
			b, err := c.Receive()
			if err != nil {
				t.Fatal(err)
			}
			r, err := ParseConnect(b)
			if err != nil || r.(*Response).Result != Successful || string(r.(*Response).Data) != "one" {
				t.Errorf("%+v: %v", r, err)
			}
		}
		nc.Close()
		m := initial(1)
		m.Data = []byte("no")
		refused := (*RefusedError)(nil)
		if _, _, err := (&Dialer{Connect: w.connect}).Dial(t.Context(), m); !errors.As(err, &refused) || refused.Result != UserRejected || string(refused.Data) != "never" {
			t.Error(err)
		}
		m = initial(1)
		m.Min.ProtocolVersion, m.Max.ProtocolVersion = VersionBER, VersionBER
		if _, _, err := (&Dialer{Connect: w.connect}).Dial(t.Context(), m); !errors.As(err, &refused) || refused.Result != ParametersUnacceptable {
			t.Error(err)
		}
	})
}

// A connection that names no other is refused.
func TestStrangeAdditional(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := w.join(2)
		for _, m := range []Additional{{Connection: 0, Priority: High}, {Connection: 1, Priority: High}} {
			d := Dialer{Connect: w.connect}
			c, answer, err := d.ask(t.Context(), m.Append(nil))
			if err != nil || answer.(*Joined).Result != NoSuchDomain {
				t.Errorf("%+v: %v", answer, err)
			}
			c.Close()
		}
		for number := range w.listener.links { // it has its two
			m := Additional{Connection: number, Priority: High}
			d := Dialer{Connect: w.connect}
			c, answer, err := d.ask(t.Context(), m.Append(nil))
			if err != nil || answer.(*Joined).Result != NoSuchDomain {
				t.Errorf("%+v: %v", answer, err)
			}
			c.Close()
		}
		a.link.Close()
		w.want(a, DisconnectProviderUltimatum)
	})
}

// Who violates the protocol is told, and goes; the others stay.
func TestViolations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.join(1)
		for about, send := range map[Diagnostic][]byte{ForbiddenUpward: {byte(AttachUserConfirm) << 2, 0, 0}, InvalidPER: {0xFF}} {
			var got PDU
			l, _, err := (&Dialer{Connect: w.connect}).Dial(t.Context(), initial(1))
			if err != nil {
				t.Fatal(err)
			}
			l.lanes[0].conn.Net.Write(l.lanes[0].conn.Append(nil, send))
			l.Serve(func(p *PDU) error { got = *p; return ErrDisconnected })
			if got.Kind != RejectUltimatum || got.Diagnostic != about || !bytes.Equal(got.Data, send) {
				t.Errorf("%s: %v %x", about, got, got.Data)
			}
		}
		b.request(PDU{Kind: ChannelJoinRequest, Channel: 8})
		w.want(b, ChannelJoinConfirm)
		b.link.Close()
	})
}

// Who takes nothing is cut off, and stops nobody.
func TestSlowPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a, b := w.join(1), w.join(1)
		stuck, _, err := (&Dialer{Connect: w.connect}).Dial(t.Context(), initial(1))
		if err != nil {
			t.Fatal(err)
		}
		send := func(p PDU) {
			octets, err := p.Append(nil)
			if err != nil {
				t.Fatal(err)
			}
			stuck.lanes[0].conn.Net.Write(stuck.lanes[0].conn.Append(nil, octets))
		}
		send(PDU{Kind: AttachUserRequest})
		if p, err := stuck.lanes[0].conn.Receive(); err != nil {
			t.Fatalf("%x: %v", p, err)
		}
		send(PDU{Kind: ChannelJoinRequest, Initiator: 1003, Channel: 8})
		if p, err := stuck.lanes[0].conn.Receive(); err != nil {
			t.Fatalf("%x: %v", p, err)
		}
		b.request(PDU{Kind: ChannelJoinRequest, Channel: 8})
		w.want(b, ChannelJoinConfirm)
		began := time.Now()
		for range maxQueued/10000 + 2 {
			a.request(PDU{Kind: SendDataRequest, Channel: 8, Data: make([]byte, 10000)})
			if p := <-b.heard; p.Kind != SendDataIndication && p.Kind != DetachUserIndication {
				t.Fatal(p)
			}
		}
		synctest.Wait()
		if _, there := w.domain.users[1003]; there || time.Since(began) > 0 {
			t.Errorf("it is still there after %v", time.Since(began))
		}
		stuck.Close()
		a.link.Close()
		b.link.Close()
	})
}

func TestAgree(t *testing.T) {
	o := DefaultOurs()
	o.Max.Priorities = 3
	target, lo, hi := Parameters{8192, 8192, 0, 4, 0, 1, 70000, 2}, Parameters{1, 1, 0, 1, 0, 1, 124, 2}, Parameters{65535, 65535, 65535, 4, 0, 65535, 1 << 20, 2}
	if got, ok := o.Agree(target, lo, hi); !ok || got.Priorities != 3 || got.MaxPDU != 65535 || got.MaxUsers != 8192 {
		t.Errorf("%+v, %t", got, ok)
	}
	lo.Priorities = 4
	if got, ok := o.Agree(target, lo, hi); ok {
		t.Errorf("%+v", got)
	}
}
