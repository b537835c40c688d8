package config

import (
	"strings"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	c := parse(t, `
limits: {bandwidth: 1.5 Gbit/s, connection_rate: 0.5, address: {players: 30, connection_rate: 10}, account: {session_length: 2h}}
points:
- {name: a, path: b, limits: {players: 3, player_bandwidth: 300K}}
- {name: c, path: d}
`)
	want := defaultLimits()
	want.Bandwidth, want.ConnectionRate = 1_500_000_000, 0.5
	want.Address.Players, want.Address.ConnectionRate = 30, 10
	want.Account.SessionLength = 2 * time.Hour
	if c.Limits != want {
		t.Errorf("%+v, want %+v", c.Limits, want)
	}
	if got, want := c.Points[0].Limits, (PlayerLimits{Players: 3, PlayerBandwidth: 300_000}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := c.Points[1].Limits; got != (PlayerLimits{}) {
		t.Errorf("a point that says nothing has %+v", got)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

func TestLimitsProblems(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"limits: {players: -1}", "limits.players: -1 is not between"},
		{"limits: {bandwidth: 100}", "limits.bandwidth: 100 is not 0"},
		{"limits: {bandwidth: fast}", `limits.bandwidth: "fast" is not a bandwidth`},
		{"limits: {bandwidth: 1M, player_bandwidth: 2M}", "limits.player_bandwidth: 2M is more than"},
		{"limits: {session_length: 1ms}", "limits.session_length: 1ms is not between"},
		{"limits: {connection_rate: -1}", "limits.connection_rate"},
		{"limits: {connection_rate: NaN}", "limits.connection_rate"},
		{"limits: {connection_burst: 0}", "limits.connection_burst"},
		{"limits: {request_burst: 2}", "limits.request_burst"},
		{"limits: {address: {connection_rate: 1e9}}", "limits.address.connection_rate"},
		{"limits: {network: {players: -1}}", "limits.network.players"},
		{"limits: {account: {player: 1}}", `did you mean`},
		{"points: [{name: a, path: b, limits: {players: -1}}]", "points[0].limits.players"},
	} {
		_, err := Parse("c.yaml", []byte(tt.text+"\n"))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}

func TestRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"0": 0, "64000": 64000, "300k": 300e3, "1.5M": 1.5e6, "10 Mbps": 10e6, "2Gbit/s": 2e9, "28.8K": 28800,
	} {
		got, err := ParseRate(text)
		if err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
		if again, err := ParseRate(got.String()); err != nil || again != got {
			t.Errorf("%q: written %q, which is %d, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "k", "-1", "NaN", "1e99", "300kB", "bps"} {
		if r, err := ParseRate(text); err == nil {
			t.Errorf("%q is %v", text, r)
		}
	}
}
