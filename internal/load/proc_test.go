package main

import (
	"math"
	"testing"
)

func TestUsageSince(t *testing.T) {
	threads := func(ns ...float64) map[string]threadUsage {
		m := map[string]threadUsage{}
		for i, n := range ns {
			m[string(rune('a'+i))] = threadUsage{n, n / 1e8}
		}
		return m
	}
	tests := []struct {
		name          string
		before, after usage
		want          spent
	}{
		{"two threads", usage{threads(1e9, 2e9), 1, 2}, usage{threads(1.5e9, 2.1e9), 1.4, 2.2}, spent{0.6, 0.4, 0.2, 6}},
		{"a new thread", usage{threads(1e9), 1, 0}, usage{threads(1e9, 5e8), 1.5, 0}, spent{0.5, 0.5, 0, 5}},
		{"a thread ended", usage{threads(1e9, 2e9), 3, 0}, usage{threads(1.1e9), 5, 0}, spent{2, 2, 0, 1}},
		{"coarse ticks", usage{threads(1e9), 1, 0}, usage{threads(1.02e9), 1.04, 0}, spent{0.02, 0.04, 0, 0}},
		{"nothing known", usage{}, usage{}, spent{}},
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	for _, tt := range tests {
		got := tt.after.since(tt.before)
		if !near(got.cpu, tt.want.cpu) || !near(got.user, tt.want.user) || !near(got.system, tt.want.system) || got.switches != tt.want.switches {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestParseMachine(t *testing.T) {
	got := parseMachine("cpu  1000 100 400 5000 200 30 70 200 999 9")
	if want := (machineUsage{busy: 18, total: 70, interrupts: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := parseMachine(""); got != (machineUsage{}) {
		t.Errorf("%+v of nothing", got)
	}
}

func TestParseTCPMemory(t *testing.T) {
	const sockstat = "sockets: used 20\nTCP: inuse 5 orphan 0 tw 1 alloc 6 mem 512\nUDP: inuse 1 mem 9\n"
	if got := parseTCPMemory(sockstat, 4096); got != 2 {
		t.Errorf("%v MB", got)
	}
	if got := parseTCPMemory("", 4096); got != 0 {
		t.Errorf("%v MB of nothing", got)
	}
}
