package server

import (
	"net"
	"net/http"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/sample"
)

// refusals are what the server has turned away.
func refusals(t *testing.T, s *Server, do func()) (list []event.Refused) {
	t.Helper()
	sub := s.bus.Subscribe(64)
	do()
	sub.Close()
	for r := range sub.C() {
		if e, ok := r.Event.(event.Refused); ok {
			list = append(list, e)
		}
	}
	return list
}

// Connections that come too fast are closed, on all ports together, until the limits
// are others.
func TestConnectionRate(t *testing.T) {
	cfg := testConfig()
	cfg.Limits.Address.ConnectionRate, cfg.Limits.Address.ConnectionBurst = 0.01, 2
	s, _ := start(t, cfg)
	served := func(a net.Addr, hello string) bool {
		c, err := net.Dial("tcp", a.String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(patience))
		c.Write([]byte(hello))
		n, _ := c.Read(make([]byte, 1))
		return n > 0
	}
	const http, rtsp = "GET /.caracal/health HTTP/1.0\r\n\r\n", "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"
	list := refusals(t, s, func() {
		if !served(s.Addr(), http) || !served(s.RTSPAddr(), rtsp) {
			t.Error("the first two are not served")
		}
		if served(s.Addr(), http) || served(s.RTSPAddr(), rtsp) {
			t.Error("those behind them are served")
		}
	})
	if len(list) != 2 || list[0].Limit != "address.connection_rate" || list[1].Player.Protocol != "rtsp" {
		t.Errorf("%+v", list)
	}
	s.setLimits(testConfig())
	if !served(s.Addr(), http) {
		t.Error("not served without a limit")
	}
}

// The limits of the configuration reach the session manager, and those of another one
// hold at once.
func TestSetLimits(t *testing.T) {
	cfg := testConfig()
	cfg.Limits.PlayerBandwidth = 1000
	s, _ := start(t, cfg)
	status := func() int { return streamStatus(t, s, sample.Name) }
	list := refusals(t, s, func() {
		if got := status(); got != http.StatusServiceUnavailable {
			t.Errorf("status %d", got)
		}
	})
	if len(list) != 1 || list[0].Limit != "server.player_bandwidth" {
		t.Errorf("%+v", list)
	}
	s.setLimits(testConfig())
	if got := status(); got != http.StatusOK {
		t.Errorf("status %d without the limit", got)
	}
	other := testConfig(config.Point{Name: sample.Name, Limits: config.PlayerLimits{Players: 1}})
	s.setLimits(other)
	list = refusals(t, s, func() {
		if got := status(); got != http.StatusServiceUnavailable {
			t.Errorf("status %d at a full point", got)
		}
	})
	if len(list) != 1 || list[0].Limit != "point.players" {
		t.Errorf("%+v", list)
	}
}
