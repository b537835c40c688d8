package event

import "testing"

func TestBusHandsEventsToEverySubscriber(t *testing.T) {
	var b Bus
	one, two := b.Subscribe(2), b.Subscribe(2)
	b.Publish(Refused{Status: 404, Reason: "no such film"})
	for i, s := range []*Subscription{one, two} {
		r := <-s.C()
		e, ok := r.Event.(Refused)
		if !ok || e.Status != 404 || r.Time.IsZero() {
			t.Errorf("subscriber %d got %+v", i, r)
		}
	}
	one.Close()
	one.Close()
	if _, open := <-one.C(); open {
		t.Error("a closed subscription's channel is open")
	}
	b.Publish(Connected{})
	if _, ok := (<-two.C()).Event.(Connected); !ok {
		t.Error("the other subscription stopped too")
	}
}

func TestSlowSubscriberLosesAndCounts(t *testing.T) {
	var b Bus
	s := b.Subscribe(1)
	for range 3 {
		b.Publish(BadInput{Reason: "x"})
	}
	if got := s.Lost(); got != 2 {
		t.Errorf("lost %d events, want 2", got)
	}
}

func TestNilBusSwallows(t *testing.T) {
	var b *Bus
	b.Publish(Connected{})
}
