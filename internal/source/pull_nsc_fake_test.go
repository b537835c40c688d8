package source

import (
	"context"
	"net/http"

	"caracal/msb"
)

// fakeGroup is a multicast group where a test says what comes.
type fakeGroup struct {
	station msb.Station
	send    func(ctx context.Context, to msb.Sink, heard func(msb.Heard)) error
	heard   func(msb.Heard)
	closed  bool
}

func (g *fakeGroup) Station() *msb.Station { return &g.station }

func (g *fakeGroup) Run(ctx context.Context, to msb.Sink) error { return g.send(ctx, to, g.heard) }

func (g *fakeGroup) Close() error {
	g.closed = true
	return nil
}

// from is a Multicast that listens to the group.
func (g *fakeGroup) from() *Multicast {
	g.station.Address, g.station.Port = "239.255.77.7", msb.SetNumber(5000)
	return &Multicast{Station: "http://origin.example/live.nsc", join: func(
		_ context.Context, _ *http.Client, _ string, o msb.ReceiverOptions,
	) (listener, error) {
		g.heard = o.Heard
		return g, nil
	}}
}

// SilentMulticast listens to a group where nothing comes.
func SilentMulticast(unicast string) *Multicast {
	g := &fakeGroup{send: func(context.Context, msb.Sink, func(msb.Heard)) error { return msb.ErrSilent }}
	g.station.Unicast = unicast
	return g.from()
}
