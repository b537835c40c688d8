package pull

import (
	"testing"
	"time"
)

func TestPairMeasures(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name string
		at   []time.Duration
		want Measurement
	}{
		{"none", nil, Measurement{UDP: true}},
		{"one", []time.Duration{0}, Measurement{UDP: true, Packets: 1}},
		{"the second", []time.Duration{0, 10 * ms, 30 * ms}, Measurement{true, 3, 1001, 10 * ms, 800_800}},
		{"the third", []time.Duration{0, 0, 20 * ms}, Measurement{true, 3, 1002, 20 * ms, 400_800}},
		{"as one", []time.Duration{5 * ms, 5 * ms, 5 * ms}, Measurement{UDP: true, Packets: 3}},
		{"too many", []time.Duration{0, 10 * ms, 20 * ms, 25 * ms, 30 * ms}, Measurement{true, 3, 1001, 10 * ms, 800_800}},
	}
	for _, tt := range tests {
		var p Pair
		begin := time.Now()
		for i, d := range tt.at {
			p.Note(begin.Add(d), 1000+i)
		}
		if got := p.Measurement(true); got != tt.want || p.Count() != tt.want.Packets {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
