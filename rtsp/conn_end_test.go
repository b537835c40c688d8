package rtsp

import (
	"testing"
	"time"

	"caracal/internal/head"
)

// GStreamer is told of an end when it can hear that, the others behind the last
// packet: over UDP a while later, since RTCP goes another way.
func TestEndAt(t *testing.T) {
	const stub, gstreamer, windows = "Stub/1.0", "GStreamer/1.22.0", "WMPlayer/11.0.5721.5145"
	tests := []struct {
		agent    string
		features head.Features
		lower    Lower
		played   time.Duration
		want     time.Duration // after the last packet
	}{
		{stub, 0, LowerTCP, 0, 0}, {stub, 0, LowerTCP, time.Minute, 0},
		{stub, 0, LowerUDP, 0, goodbyeGrace}, {stub, 0, LowerUDP, time.Minute, goodbyeGrace},
		{gstreamer, 0, LowerTCP, 0, settleTime}, {gstreamer, 0, LowerTCP, 2 * time.Second, time.Second},
		{gstreamer, 0, LowerTCP, time.Minute, 0},
		{gstreamer, 0, LowerUDP, 0, settleTime}, {gstreamer, 0, LowerUDP, 2 * time.Second, time.Second},
		{gstreamer, 0, LowerUDP, settleTime, goodbyeGrace}, {gstreamer, 0, LowerUDP, time.Minute, goodbyeGrace},
		{windows, head.FeatureEOSMsg, LowerTCP, 0, 0}, {windows, head.FeatureEOSMsg, LowerUDP, 0, 0},
	}
	began := time.Unix(1e9, 0)
	for _, k := range tests {
		st := &stream{layout: &layout{agent: head.ParseAgent(k.agent), features: k.features}}
		st.carriers[k.lower], st.tally.Began = &carrier{}, began
		last := began.Add(k.played)
		if got := st.endAt(last).Sub(last); got != k.want {
			t.Errorf("%s, %d, over %d after %v: %v, want %v", k.agent, k.features, k.lower, k.played, got, k.want)
		}
	}
}
