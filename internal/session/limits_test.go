package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
)

func nobody(error) {}

func admit(t *testing.T, m *Manager, p event.Player) *Session {
	t.Helper()
	s, err := m.Admit(p, nobody)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// refused wants an error of one reason that names one limit.
func refused(t *testing.T, err, reason error, limit string) {
	t.Helper()
	if !errors.Is(err, reason) || LimitOf(err) != limit {
		t.Errorf("%v, limit %q; want %v, %q", err, LimitOf(err), reason, limit)
	}
}

func at(addr, point, account string) event.Player {
	p := player(addr)
	p.Point, p.Account = point, account
	return p
}

func TestLimitsOfPlayers(t *testing.T) {
	limits := Limits{
		Network: Bounds{Players: 2}, Account: Bounds{Players: 1},
		Points: map[string]Bounds{"live": {Players: 1}, "": {Players: 1}},
	}
	for _, tt := range []struct {
		name         string
		first, later event.Player
		reason       error
		limit        string
	}{
		{"point", at("10.0.0.1:1", "/live", ""), at("10.0.0.2:1", "/live", ""), ErrPointFull, "point.players"},
		{"root", at("10.0.0.1:1", "/", ""), at("10.0.0.2:1", "/", ""), ErrPointFull, "point.players"},
		{"another point", at("10.0.0.1:1", "/live", ""), at("10.0.0.2:1", "/films", ""), nil, ""},
		{"no point", at("10.0.0.1:1", "", ""), at("10.0.0.2:1", "", ""), nil, ""},
		{"account", at("10.0.0.1:1", "", "ann"), at("10.0.0.2:1", "", "ann"), ErrAccountFull, "account.players"},
		{"nobody", at("10.0.0.1:1", "", ""), at("10.0.0.2:1", "", ""), nil, ""},
		{"network", at("[2001:db8::1]:1", "", ""), at("[2001:db8::2]:1", "", ""), nil, ""},
	} {
		m := NewManager(Options{Limits: limits}, nil)
		first := admit(t, m, tt.first)
		_, err := m.Admit(tt.later, nobody)
		if tt.reason == nil {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		refused(t, err, tt.reason, tt.limit)
		first.Close("")
		if _, err = m.Admit(tt.later, nobody); err != nil {
			t.Errorf("%s: after the first has gone: %v", tt.name, err)
		}
	}
	m := NewManager(Options{Limits: limits}, nil)
	admit(t, m, player("[2001:db8::1]:1"))
	admit(t, m, player("[2001:db8::2]:1"))
	admit(t, m, player("[2001:db8:0:1::1]:1"))
	_, err := m.Admit(player("[2001:db8::3]:1"), nobody)
	refused(t, err, ErrAddressFull, "network.players")
}

func TestEnter(t *testing.T) {
	m := NewManager(Options{Limits: Limits{
		Account: Bounds{Players: 1}, Points: map[string]Bounds{"live": {Players: 1}, "thin": {Bandwidth: 100}},
	}}, nil)
	a, b := admit(t, m, player("10.0.0.1:1")), admit(t, m, player("10.0.0.1:2"))
	if err := errors.Join(a.Enter("live"), a.Enter("live"), b.Enter("films")); err != nil {
		t.Fatal(err)
	}
	refused(t, b.Enter("live"), ErrPointFull, "point.players")
	if p := b.Who().Point; p != "/films" {
		t.Errorf("who was refused is at %q", p)
	}
	if err := errors.Join(a.Enter("films"), b.Enter("live"), a.SetAccount("ann")); err != nil {
		t.Errorf("after the place was left: %v", err)
	}
	refused(t, b.SetAccount("ann"), ErrAccountFull, "account.players")
	if a.Who().Account != "ann" || b.Who().Account != "" {
		t.Errorf("accounts %q and %q", a.Who().Account, b.Who().Account)
	}
	if _, _, err := a.Reserve(Need{Least: 101}); err != nil {
		t.Fatal(err)
	}
	refused(t, a.Enter("thin"), ErrBandwidth, "point.bandwidth")
	a.Close("")
	if err := a.Enter("live"); !errors.Is(err, ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
	b.Close("")
	empty(t, m)
}

// empty wants nothing to be counted any more.
func empty(t *testing.T, m *Manager) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for p, c := range m.counts {
		t.Errorf("%v %q %v is left with %+v", p.scope, p.name, p.net, *c)
	}
}

// A thousand who come at once where five hundred may: it is five hundred.
func TestJoinsAtOnce(t *testing.T) {
	for name, o := range map[string]Options{
		"server":  {Max: 500},
		"point":   {Limits: Limits{Points: map[string]Bounds{"live": {Players: 500}}}},
		"address": {Limits: Limits{Address: Bounds{Players: 500}}},
		"account": {Limits: Limits{Account: Bounds{Players: 500}}},
	} {
		m := NewManager(o, nil)
		var wg sync.WaitGroup
		var in atomic.Int32
		for range 1000 {
			wg.Go(func() {
				if _, err := m.Admit(at("10.0.0.1:1", "/live", "ann"), nobody); err == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if now, _ := m.Count(); in.Load() != 500 || now != 500 {
			t.Errorf("%s: %d were let in, %d are there, want 500", name, in.Load(), now)
		}
	}
}

// Whatever players do and however they end, nothing is left of them, and no limit is
// passed meanwhile.
func TestCountsComeBack(t *testing.T) {
	const most = 5000
	o := Options{Max: 40, Limits: Limits{
		Server: Bounds{Bandwidth: most}, Network: Bounds{Players: 9}, Account: Bounds{PlayerBandwidth: 600},
		Points: map[string]Bounds{"live": {Players: 15, Bandwidth: 2000}},
	}}
	m := NewManager(o, nil)
	r := rand.New(rand.NewPCG(7, 7))
	points, accounts := []string{"", "live", "films"}, []string{"", "ann", "bob"}
	type one struct {
		s    *Session
		held []*Reservation
	}
	var all []*one
	for range 20000 {
		if len(all) == 0 || r.IntN(5) == 0 {
			a := netip.AddrFrom16([16]byte{0x20, 1, 7: byte(r.IntN(4)), 15: byte(r.IntN(9))})
			p := event.Player{Address: netip.AddrPortFrom(a, 1), Account: accounts[r.IntN(3)]}
			if s, err := m.Admit(p, nobody); err == nil {
				all = append(all, &one{s: s})
			}
			continue
		}
		i := r.IntN(len(all))
		o := all[i]
		switch r.IntN(7) {
		case 0:
			o.s.Close("")
			all = append(all[:i], all[i+1:]...)
			fallthrough // late words of who is gone
		case 1, 2:
			bits := int64(r.IntN(700))
			h, _, _ := o.s.Reserve(Need{Least: bits, Bits: bits * 2, Peak: bits * 5, Burst: time.Hour})
			o.held = append(o.held, h)
		case 3:
			o.s.Enter(points[r.IntN(3)])
		case 4:
			o.s.SetAccount(accounts[r.IntN(3)])
		case 5:
			for _, h := range o.held {
				h.Change(int64(r.IntN(700)))
			}
		case 6:
			for _, h := range o.held {
				h.Release()
			}
			o.held = nil
		}
		if c := m.countOf(place{}); c.bits > most || c.players > 40 || c.players != len(all) {
			t.Fatalf("%+v with %d players", c, len(all))
		}
	}
	for _, o := range all {
		o.s.Close("")
	}
	empty(t, m)
}

func TestReserve(t *testing.T) {
	m := NewManager(Options{Limits: Limits{Server: Bounds{Bandwidth: 1000, PlayerBandwidth: 700}}}, nil)
	a, b := admit(t, m, player("10.0.0.1:1")), admit(t, m, player("10.0.0.1:2"))
	held, got, err := a.Reserve(Need{Least: 300, Bits: 600, Peak: 3000, Burst: time.Second})
	if want := (Grant{600, 700}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	_, _, err = b.Reserve(Need{Least: 301})
	refused(t, err, ErrBandwidth, "server.bandwidth")
	if _, got, err = b.Reserve(Need{Least: 200, Bits: 400, Peak: 500, Burst: time.Second}); err != nil || got != (Grant{200, 200}) {
		t.Errorf("what is left: %+v, %v", got, err)
	}
	// A seek is a stream in the place of another one, and not a second one.
	again, got, err := a.Reserve(Need{Least: 300, Bits: 600})
	if err != nil || got != (Grant{600, 600}) {
		t.Errorf("a seek: %+v, %v", got, err)
	}
	held.Release() // it has been replaced
	refused(t, again.Change(801), ErrPlayerBandwidth, "server.player_bandwidth")
	m.SetOptions(Options{Limits: Limits{Server: Bounds{Bandwidth: 700}}})
	if err := again.Change(550); err != nil {
		t.Errorf("less than before, though above the new limit: %v", err)
	}
	refused(t, again.Change(560), ErrBandwidth, "server.bandwidth")
	if c := m.countOf(place{}); c.bits != 750 {
		t.Errorf("%d bits reserved, want 750", c.bits)
	}
	again.Release()
	again.Release()
	if c := m.countOf(place{}); c.bits != 200 {
		t.Errorf("%d bits reserved, want 200", c.bits)
	}
	_, _, err = b.Reserve(Need{Least: 701})
	refused(t, err, ErrBandwidth, "server.bandwidth")
	var none *Reservation
	none.Release()
	if none.Change(1) != nil {
		t.Error("no reservation was refused")
	}
}

func TestBurstsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(Options{Limits: Limits{Server: Bounds{Bandwidth: 1000}}}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		defer cancel()
		a, b := admit(t, m, player("10.0.0.1:1")), admit(t, m, player("10.0.0.1:2"))
		if _, got, _ := a.Reserve(Need{Least: 300, Peak: 900, Burst: 5 * time.Second}); got.Peak != 900 {
			t.Fatalf("%+v", got)
		}
		time.Sleep(4 * time.Second)
		_, _, err := b.Reserve(Need{Least: 300})
		refused(t, err, ErrBandwidth, "server.bandwidth")
		time.Sleep(3 * time.Second)
		if _, got, err := b.Reserve(Need{Least: 300, Peak: 700, Burst: time.Second}); err != nil || got.Peak != 700 {
			t.Errorf("behind the burst: %+v, %v", got, err)
		}
	})
}

func TestLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(Options{Limits: Limits{
			Server: Bounds{Length: time.Hour}, Points: map[string]Bounds{"short": {Length: time.Minute}},
		}}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		defer cancel()
		begin, ended := time.Now(), map[string][]time.Duration{}
		for _, point := range []string{"/short", "/long"} {
			s, err := m.Admit(at("10.0.0.1:1", point, ""), func(why error) {
				refused(t, why, ErrLength, map[string]string{"/short": "point.session_length", "/long": "server.session_length"}[point])
				ended[point] = append(ended[point], time.Since(begin).Truncate(2*time.Second))
			})
			if err != nil {
				t.Fatal(err)
			}
			s.SetState(Streaming)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		for point, want := range map[string]time.Duration{"/short": time.Minute, "/long": time.Hour} {
			if got := ended[point]; len(got) != 1 || got[0] != want {
				t.Errorf("%s ended at %v, want once at %v", point, got, want)
			}
		}
	})
}

func BenchmarkAdmit(b *testing.B) {
	m := NewManager(Options{Max: 1e6, Limits: Limits{
		Server: Bounds{Bandwidth: 1e12}, Address: Bounds{Players: 1e6}, Points: map[string]Bounds{"live": {Players: 1e6}},
	}}, nil)
	for i := range 40000 {
		p := at("10.0.0.1:1", "/live", "ann")
		p.Address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 1)
		if _, err := m.Admit(p, nobody); err != nil {
			b.Fatal(err)
		}
	}
	p := at("10.0.0.1:1", "/live", "ann")
	b.ReportAllocs()
	for b.Loop() {
		s, err := m.Admit(p, nobody)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := s.Reserve(Need{Least: 300_000}); err != nil {
			b.Fatal(err)
		}
		s.Close("")
	}
}
