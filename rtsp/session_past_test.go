package rtsp

import (
	"testing"
	"time"
)

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
	p.asked.Add([]Missing{{testSSRC, firstSequence}}, maxAsked)
	if r.resend(p); r.st.carriers[LowerUDP].resends.Resent != 1 {
		t.Error("nothing is sent again after the end")
	}
	if at := r.agePast(ended.Add(9 * time.Second)); !at.Equal(r.pastAt) || r.past == nil {
		t.Errorf("looks again at %v", at)
	}
	if at := r.agePast(ended.Add(resendTime)); !at.IsZero() || r.streamOf(p) != nil {
		t.Errorf("still there after %v", resendTime)
	}
	p.asked.Add([]Missing{{testSSRC, firstSequence}}, maxAsked)
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
