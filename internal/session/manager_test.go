package session

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
)

func player(addr string) event.Player {
	return event.Player{Protocol: "http", Address: netip.MustParseAddrPort(addr)}
}

func TestAdmitLimits(t *testing.T) {
	m := NewManager(Options{Max: 3, MaxPerAddress: 2}, nil)
	nop := func(error) {}
	a, err := m.Admit(player("10.0.0.1:1000"), nop)
	if err != nil || a.ID() == 0 || !slices.Equal(m.All(), []*Session{a}) {
		t.Fatalf("first session: %v, %v", a, err)
	}
	if _, err := m.Admit(player("10.0.0.1:1001"), nop); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Admit(player("10.0.0.1:1002"), nop); !errors.Is(err, ErrAddressFull) {
		t.Errorf("third from one address: %v", err)
	}
	if _, err := m.Admit(player("10.0.0.2:1"), nop); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Admit(player("10.0.0.3:1"), nop); !errors.Is(err, ErrFull) {
		t.Errorf("fourth: %v", err)
	}
	a.Close("done")
	a.Close("twice")
	if now, total := m.Count(); now != 2 || total != 3 {
		t.Errorf("%d now, %d total, want 2, 3", now, total)
	}
	if _, err := m.Admit(player("10.0.0.1:1003"), nop); err != nil {
		t.Errorf("after a close: %v", err)
	}
}

func TestIdleSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(Options{IdleTimeout: time.Minute}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		ended := map[string]time.Duration{}
		begin := time.Now()
		admit := func(name string) *Session {
			var s *Session
			s, err := m.Admit(player("10.0.0.1:1"), func(why error) {
				if !errors.Is(why, ErrIdle) {
					t.Errorf("%s ended with %v", name, why)
				}
				ended[name] = time.Since(begin)
				s.Close(why.Error())
			})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		admit("idle")
		streaming := admit("streaming")
		streaming.SetState(Streaming)
		watched := admit("watched")
		watched.Watch(true)
		watched.SetState(Streaming)
		// Media that goes over to TCP while it plays needs no more words, and
		// media that comes from there needs some.
		calmed := admit("calmed")
		calmed.Watch(true)
		calmed.SetState(Streaming)
		calmed.Watch(false)
		alarmed := admit("alarmed")
		alarmed.SetState(Streaming)
		alarmed.Watch(true)
		touched := admit("touched")
		time.Sleep(30 * time.Second)
		touched.Touch()
		streaming.Touch()
		time.Sleep(20 * time.Second)
		watched.Touch()
		time.Sleep(time.Hour)
		synctest.Wait()
		cancel()
		if d := ended["idle"]; d < time.Minute || d > 62*time.Second {
			t.Errorf("the idle session ended after %v", d)
		}
		if d := ended["touched"]; d < 90*time.Second || d > 92*time.Second {
			t.Errorf("the touched session ended after %v", d)
		}
		if d := ended["watched"]; d < 110*time.Second || d > 112*time.Second {
			t.Errorf("the watched session ended after %v", d)
		}
		if d := ended["alarmed"]; d < time.Minute || d > 62*time.Second {
			t.Errorf("the session that is watched while it streams ended after %v", d)
		}
		if _, gone := ended["calmed"]; gone {
			t.Error("a session that is watched no more expired")
		}
		if _, gone := ended["streaming"]; gone {
			t.Error("a streaming session expired")
		}
	})
}

// A session that streams begins to expire when it comes to be watched, and stops
// when it is not any more, though nobody says a word.
func TestWatchWhileStreaming(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(Options{IdleTimeout: time.Minute}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		ended := map[string]bool{}
		stream := func(name string, before, after bool) {
			var s *Session
			s, err := m.Admit(player("10.0.0.1:1"), func(error) { ended[name] = true; s.Close("idle") })
			if err != nil {
				t.Fatal(err)
			}
			s.Watch(before)
			s.SetState(Streaming)
			s.Watch(after)
		}
		stream("to UDP", false, true)
		stream("to TCP", true, false)
		time.Sleep(time.Hour)
		synctest.Wait()
		cancel()
		if !ended["to UDP"] || ended["to TCP"] {
			t.Errorf("ended: %v, want that over UDP alone", ended)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		sub := bus.Subscribe(16)
		m := NewManager(Options{}, &bus)
		var s *Session
		s, _ = m.Admit(player("10.0.0.1:1"), func(why error) {
			go func() { time.Sleep(2 * time.Second); s.Close("drained") }()
		})
		m.Admit(player("10.0.0.1:2"), func(error) {}) // never closes
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begin := time.Now()
		if left := m.Drain(ctx); left != 1 {
			t.Errorf("%d sessions left, want 1", left)
		}
		if d := time.Since(begin); d != 10*time.Second {
			t.Errorf("drain took %v, want the whole grace", d)
		}
		if _, err := m.Admit(player("10.0.0.1:3"), nil); !errors.Is(err, ErrDraining) {
			t.Errorf("admitted while draining: %v", err)
		}
		sub.Close()
		var gone int
		for r := range sub.C() {
			if e, ok := r.Event.(event.Disconnected); ok && e.Reason == "drained" && e.Elapsed == 2*time.Second {
				gone++
			}
		}
		if gone != 1 {
			t.Errorf("%d sessions said they drained, want 1", gone)
		}
	})
}
