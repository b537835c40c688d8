package point

import (
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/session"
)

// A run ends at its bounds, and says that there is more at once; the next one
// goes on where it ended.
func TestRunEndsAtItsBounds(t *testing.T) {
	e := newFake(t)
	start, err := Prepare(e, Options{Unpaced: true}, Request{Selection: only()})
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlay(e, 0, func() {})
	now := time.Unix(1000, 0)
	p.Begin(start, now)
	var mem pace.Scratch
	var got []int64
	carry := func(it *Step) int { got = append(got, it.Number); return 100 }
	size, last := p.Run(now, &mem, 250, carry)
	if size != 300 || last.Kind != Wait || !last.At.Equal(now) || len(got) != 3 {
		t.Errorf("%d bytes, %+v, packets %v", size, last, got)
	}
	for last.Kind != End {
		if _, last = p.Run(now, &mem, MaxRunBytes, carry); len(got) > int(e.Info().Packets) {
			t.Fatal("more packets than there are")
		}
	}
	for i, n := range got {
		if n != int64(i) {
			t.Fatalf("packets %v", got)
		}
	}
	if len(got) != int(e.Info().Packets) || last.Reason != EndNatural {
		t.Errorf("%d of %d packets, then %v", len(got), e.Info().Packets, last.Reason)
	}
	if p.it.Data != nil || p.block != nil {
		t.Error("the Play holds on to memory between runs")
	}
}

// The session hears of every packet once, however many runs they took.
func TestTallyCountsOnce(t *testing.T) {
	m := session.NewManager(session.Options{}, new(event.Bus))
	s, err := m.Admit(event.Player{}, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	p, tally := NewPlay(newFake(t), 0, func() {}), Tally{Began: time.Now()}
	for range 3 {
		tally.Packets += 2
		p.Late++
		tally.Count(p, s, 50)
	}
	if s.Packets.Load() != 6 || s.Bytes.Load() != 150 || s.Late.Load() != 3 {
		t.Errorf("%d packets, %d bytes, %d late", s.Packets.Load(), s.Bytes.Load(), s.Late.Load())
	}
	if e := tally.Stopped(p, event.Player{}, "over", nil); e.Packets != 6 || e.Bytes != 150 || e.Late != 3 || e.Reason != "over" {
		t.Errorf("%+v", e)
	}
}
