package server

import "testing"

func TestTicks(t *testing.T) {
	tests := []struct {
		text        string
		busy, total uint64
		ok          bool
	}{
		{"cpu  10 1 5 70 4 2 3 0 9 9\ncpu0 1 1\n", 21, 95, true},
		{"cpu 1 2 3 4 5", 6, 15, true},
		{"cpu 1 2 3 4", 0, 0, false},
		{"cpu0 1 2 3 4 5 6", 0, 0, false},
		{"cpu a b c d e f", 0, 0, false},
		{"", 0, 0, false},
	}
	for _, tt := range tests {
		if busy, total, ok := parseTicks([]byte(tt.text)); busy != tt.busy || total != tt.total || ok != tt.ok {
			t.Errorf("%q: %d of %d, %v", tt.text, busy, total, ok)
		}
	}
	var m cpuMeter
	if n := m.percent(); n < 0 || n > 100 || m.percent() != n {
		t.Errorf("%d percent", n)
	}
}
