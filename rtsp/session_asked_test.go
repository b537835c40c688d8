package rtsp

import (
	"testing"
	"time"
)

// A storm of NACKs makes one command and a list that ends; what is asked for
// twice is in it once.
func TestAskedIsBounded(t *testing.T) {
	var a asked
	posts := 0
	for seq := range uint16(3 * maxAsked) {
		for range 2 {
			if a.add([]Missing{{1, seq}}) {
				posts++
			}
		}
	}
	if posts != 1 || a.Dropped.Load() < 2*2*maxAsked {
		t.Errorf("%d commands, %d dropped", posts, a.Dropped.Load())
	}
	list := a.take()
	for i, m := range list {
		if m.Sequence != uint16(i) {
			t.Fatalf("entry %d is %v", i, m)
		}
	}
	if len(list) != maxAsked || !a.add([]Missing{{1, 7}}) || len(list) != maxAsked || list[7].Sequence != 7 {
		t.Errorf("%d packets", len(list))
	}
	if next := a.take(); len(next) != 1 || next[0].Sequence != 7 {
		t.Errorf("then %v", next)
	}
	if n := testing.AllocsPerRun(100, func() { a.add(list[:100]); a.take() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A stream that has ended is there for its player for ten seconds.
func TestPastIsForgotten(t *testing.T) {
	r := newRig(t, "WMPlayer/9.0", 0, overUDP(t)...)
	r.step(0)
	p, ended := r.st.player, time.Unix(2000, 0)
	end := func() { r.stream, r.past, r.pastAt = nil, r.st, ended.Add(resendTime) }
	end()
	if r.streamOf(p) != r.st || r.streamOf(new(player)) != nil {
		t.Error("the stream that has ended is not its player's")
	}
	p.asked.add([]Missing{{testSSRC, firstSequence}})
	if r.resend(p); r.st.carriers[LowerUDP].resends.Resent != 1 {
		t.Error("nothing is sent again after the end")
	}
	if at := r.agePast(ended.Add(9 * time.Second)); !at.Equal(r.pastAt) || r.past == nil {
		t.Errorf("looks again at %v", at)
	}
	if at := r.agePast(ended.Add(resendTime)); !at.IsZero() || r.streamOf(p) != nil {
		t.Errorf("still there after %v", resendTime)
	}
	p.asked.add([]Missing{{testSSRC, firstSequence}})
	if r.resend(p); r.st.carriers[LowerUDP].resends.Resent != 1 {
		t.Error("sent again when it is too late")
	}
	end()
	if r.forget(new(player)); r.past == nil {
		t.Error("another's was forgotten")
	}
	if r.forget(p); r.past != nil {
		t.Error("not forgotten with its session")
	}
}
