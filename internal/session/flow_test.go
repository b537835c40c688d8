package session

import (
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
)

// The first packet of a session is told once, with the time from its admission and
// from the beginning of its Play; the end tells what was counted.
func TestFlows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		sub := bus.Subscribe(8)
		m := NewManager(Options{}, &bus)
		s, err := m.Admit(event.Player{Protocol: "mms"}, func(error) {})
		if err != nil {
			t.Fatal(err)
		}
		s.SetTarget("/film")
		time.Sleep(2 * time.Second)
		began := time.Now()
		time.Sleep(time.Second)
		for range 3 {
			s.Flows(began)
		}
		s.Resent.Add(2)
		s.Parity.Add(3)
		s.Late.Add(4)
		s.Skipped.Add(5)
		s.Lost.Store(6)
		s.Close("over")
		sub.Close()
		var got []event.Event
		for r := range sub.C() {
			got = append(got, r.Event)
		}
		if len(got) != 3 {
			t.Fatalf("%d events: %v", len(got), got)
		}
		if f := got[1].(event.Flowing); f.After != 3*time.Second || f.Start != time.Second || f.Player.Target != "/film" {
			t.Errorf("it flows: %+v", f)
		}
		if d := got[2].(event.Disconnected); d.Resent != 2 || d.Parity != 3 || d.Late != 4 || d.Skipped != 5 || d.Lost != 6 {
			t.Errorf("it ended: %+v", d)
		}
	})
}

func TestEach(t *testing.T) {
	m := NewManager(Options{}, nil)
	for range 3 {
		if _, err := m.Admit(event.Player{}, func(error) {}); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	m.Each(func(s *Session) {
		n++
		s.Close("over") // takes the manager's lock
	})
	if now, _ := m.Count(); n != 3 || now != 0 {
		t.Errorf("%d sessions were shown, and %d are left", n, now)
	}
}
