package point

import (
	"slices"
	"testing"
	"time"

	"caracal/internal/pace"
)

// A stride that is held up leaves key frames out, and shows the one that it goes on
// with as a whole.
func TestStrideThatIsLate(t *testing.T) {
	e := newFake(t)
	start, err := Prepare(e, plain(), Request{Rate: 20, Selection: only()})
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlay(e, time.Second, func() {})
	begin := time.Unix(1000, 0)
	p.Begin(start, begin)
	var d drained
	var mem pace.Scratch
	var it Step
	take := func(at time.Duration) bool {
		if p.Next(begin.Add(at), &mem, &it); it.Kind == Packet {
			d.packets = append(d.packets, sent{at: at, data: it.Data})
		}
		return it.Kind == Packet
	}
	for first, _ := p.stride.current(); first == e.clean[0]; first, _ = p.stride.current() {
		take(0)
	}
	for take(450 * time.Millisecond) { // without a look in between
	}
	times, _ := keyFrames(t, d)
	if want := []uint32{fakePreroll, fakePreroll + 4000}; !slices.Equal(times, want) {
		t.Errorf("key frames %d, want %d", times, want)
	}
}
