package fronttest

import (
	"testing"

	"caracal/asf"
	"caracal/internal/point"
)

// Live is a broadcast point and the clip that a test brings to it as an encoder.
type Live struct {
	*point.Feed
	Broadcast *point.Broadcast
	Clip      Clip
	Next      int // packet of the clip that is to be brought

	t *testing.T
}

// Live publishes a broadcast point that has no source before Start.
func (r *Rig) Live(name string, o point.Options, b point.BroadcastOptions) *Live {
	l := &Live{Broadcast: point.NewBroadcast(b), t: r.T}
	r.Points.Add(&point.Point{Name: name, Opener: l.Broadcast, Options: o})
	return l
}

// Start makes a clip what is broadcast, as an encoder that begins.
func (l *Live) Start(c Clip) *Live {
	l.t.Helper()
	f, err := l.Broadcast.Start(c.Header)
	if err != nil {
		l.t.Fatal(err)
	}
	l.Feed, l.Clip, l.Next = f, c, 0
	return l
}

// Bring brings the next n packets.
func (l *Live) Bring(n int) {
	l.t.Helper()
	for range n {
		if err := l.Add(l.Clip.Packet(l.Next)); err != nil {
			l.t.Fatal(err)
		}
		l.Next++
	}
}

// Change has the encoder go on with another clip.
func (l *Live) Change(c Clip) {
	l.t.Helper()
	if err := l.Header(c.Header); err != nil {
		l.t.Fatal(err)
	}
	l.Clip, l.Next = c, 0
}

// LiveHeader is what players are sent of a clip's header when it is broadcast.
func (c Clip) LiveHeader() []byte {
	_, b, err := asf.LiveHeader(c.Header)
	if err != nil {
		panic(err)
	}
	return b
}
