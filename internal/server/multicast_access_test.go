package server

import (
	"strings"
	"testing"

	"caracal/internal/config"
)

// The .nsc file of a multicast, what announces it and what takes the logs of its players
// are for whom the point is.
func TestMulticastOfMembers(t *testing.T) {
	cfg := guarded(t)
	for _, name := range []string{"live", "closed"} {
		b := config.DefaultBroadcast()
		b.Source = config.SourcePush
		b.Multicast.Group, b.Multicast.Port, b.Multicast.Interface, b.Multicast.Log = "239.255.77.9", freePort(t), "127.0.0.1", true
		cfg.Points = append(cfg.Points, config.Point{Name: name, Broadcast: b, Access: cfg.Points[1].Access})
	}
	cfg.Points[len(cfg.Points)-1].Access.Deny = []string{"127.0.0.0/8"}
	s, _ := start(t, cfg)
	base := "http://" + s.Addr().String()
	right, log := []string{"--digest", "-u", "mufasa:" + clubPassword}, []string{"-d", logPrefix + " 127.0.0.1"}
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"/live.nsc", nil, "401"},
		{"/live.nsc", []string{"-A", streamer}, "401"},
		{"/live.nsc", right, "503"}, // nothing has been broadcast yet
		{"/live.asx", nil, "401"},
		{"/live.asx", right, "404"},
		{"/.caracal/log/live.nsc", nil, "401"},
		{"/.caracal/log/live.nsc", log, "401"},
		{"/.caracal/log/live.nsc", right, "200"},
		{"/closed.nsc", right, "403"},
		{"/closed.asx", right, "403"},
		{"/.caracal/log/closed.nsc", nil, "403"},
		{"/.caracal/log/closed.nsc", log, "403"},
	} {
		if got, body := curl(t, append(tt.args, base+tt.name)...); got != tt.want {
			t.Errorf("%s %s: %s, want %s: %s", tt.name, strings.Join(tt.args, " "), got, tt.want, body)
		}
	}
}
