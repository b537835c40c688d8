package rtsp_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/rtsp"
)

// streamsOf lists what an ASF packet carries: streams 1 and 2, and 0 for video
// that is no key frame.
func streamsOf(t *testing.T, data []byte) (has [3]bool) {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(data, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		has[it.Payload.Stream] = true
		has[0] = has[0] || it.Payload.Stream == 1 && !it.Payload.Key
	}
	return has
}

// The three forms of SelectStream change what comes while it plays.
func TestClientSelectsWhilePlaying(t *testing.T) {
	for _, over := range transports {
		s := startServer(t)
		stream := s.play(s.client(), "long.wmv", rtsp.PlayOptions{
			UDP: over.udp, Accelerate: &rtsp.Transmission{Bandwidth: 10_000_000, Duration: 60_000},
		})
		await := func(what string, want func(has [3]bool) bool) {
			t.Helper()
			for quiet := 0; quiet < 20; { // a run of packets as they should be
				e, err := stream.Next()
				if err != nil || e.Kind != rtsp.GotPacket {
					t.Fatalf("%s, %s: %+v, %v", over.name, what, e, err)
				}
				quiet++
				if !want(streamsOf(t, e.Data)) {
					quiet = 0
				}
			}
		}
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(over.name, err)
			}
		}
		await("both", func(has [3]bool) bool { return has[1] })
		do(stream.Remove(t.Context(), 2))
		await("no audio", func(has [3]bool) bool { return !has[2] })
		do(stream.Select(t.Context(), 1, 1, rtsp.ThinAll))
		do(stream.Add(t.Context(), 2, rtsp.ThinNothing))
		await("audio only", func(has [3]bool) bool { return has[2] && !has[1] })
		do(stream.Select(t.Context(), 1, 1, rtsp.ThinNothing))
		await("both again", func(has [3]bool) bool { return has[1] })
		do(stream.Remove(t.Context(), 1))
		do(stream.Add(t.Context(), 1, rtsp.ThinKeyFrames))
		await("key frames", func(has [3]bool) bool { return !has[0] })
		if err := stream.Remove(t.Context(), 9); !errors.Is(err, rtsp.ErrNotSelected) {
			t.Errorf("Remove of no stream: %v", err)
		}
		stream.Close()
	}
}

// Both experiments give all packets; how long they take is the network's.
func TestClientMeasuresServer(t *testing.T) {
	for _, over := range transports {
		s := startServer(t)
		stream := s.play(s.client(), "clip.wmv", rtsp.PlayOptions{UDP: over.udp, Measure: true})
		if m := stream.Measured; m == nil || m.UDP != over.udp || m.Packets != rtsp.PairCount {
			t.Errorf("%s: %+v", over.name, m)
		}
		rest(t, stream, shortClip(), 0)
		stream.Close()
	}
}

// A lost connection leaves the session, which goes on where it was.
func TestClientReconnects(t *testing.T) {
	for _, over := range transports {
		s := startServer(t)
		c := s.client()
		cut := cutter{}
		c.Dial = cut.dial
		stream := s.play(c, "long.wmv", rtsp.PlayOptions{UDP: over.udp})
		var last rtsp.StreamEvent
		for range 3 {
			for range 4 {
				last = next(t, stream, longClip())
			}
			cut.now()
			for {
				e, err := stream.Next()
				if err != nil {
					break
				}
				last = e
			}
			if err := stream.Reconnect(t.Context()); err != nil {
				t.Fatal(over.name, err)
			}
			at := rtsp.Range{Unit: rtsp.RangePacket, From: uint64(last.Packet) + 1, HasFrom: true}
			if err := stream.Play(t.Context(), rtsp.PlayOptions{Range: &at}); err != nil {
				t.Fatal(over.name, err)
			}
			if e := next(t, stream, longClip()); e.Packet != last.Packet+1 {
				t.Fatalf("%s: packet %d after %d", over.name, e.Packet, last.Packet)
			}
		}
		if now, total := s.Sessions.Count(); now != 1 || total != 1 {
			t.Errorf("%s: %d sessions of %d", over.name, now, total)
		}
		if err := stream.Teardown(t.Context()); err != nil {
			t.Error(over.name, err)
		}
		s.WaitFor("the session ends", s.NoSession)
		var refused *rtsp.StatusError
		if err := stream.Reconnect(t.Context()); !errors.As(err, &refused) || refused.Response.Status != 454 {
			t.Errorf("%s: after TEARDOWN: %v", over.name, err)
		}
		stream.Close()
	}
}

func TestClientFollowsServer(t *testing.T) {
	s := startServer(t)
	c := s.client()
	s.Points.Add(&point.Point{Name: "moved", Redirect: s.url("clip.wmv")})
	s.Points.Add(&point.Point{Name: "round", Redirect: s.url("round")})
	stream := s.play(c, "moved", rtsp.PlayOptions{})
	if got := stream.Description().URL; got != s.url("clip.wmv") {
		t.Errorf("described %s", got)
	}
	rest(t, stream, shortClip(), 0)
	stream.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := c.Describe(ctx, s.url("round")); !errors.Is(err, rtsp.ErrRedirects) {
		t.Errorf("around in circles: %v", err)
	}
}

// A server without UDP chooses TCP, if it may.
func TestClientTakesEither(t *testing.T) {
	s := startServerWith(t, setting{noUDP: true})
	c := s.client()
	var refused *rtsp.StatusError
	if _, err := c.Play(t.Context(), s.url("clip.wmv"), rtsp.PlayOptions{UDP: true}); !errors.As(err, &refused) || refused.Response.Status != 461 {
		t.Errorf("UDP only: %v", err)
	}
	rest(t, s.play(c, "clip.wmv", rtsp.PlayOptions{UDP: true, Either: true}), shortClip(), 0)
}

// Logs, KeepAlive and GetContentInfo are taken.
func TestClientTalksToServer(t *testing.T) {
	s := startServer(t)
	c := s.client()
	c.Log = func(kind rtsp.Kind, stats rtsp.ClientStats) []byte { return []byte("<XML>" + kind.String() + "</XML>") }
	stream := s.play(c, "clip.wmv", rtsp.PlayOptions{})
	rest(t, stream, shortClip(), 0)
	for _, r := range []rtsp.ClientRequest{
		{Method: rtsp.MethodGetParameter},
		{Method: rtsp.MethodGetParameter, Type: rtsp.TypeGetContentInfo, Body: []byte{}},
		{Method: rtsp.MethodOptions},
	} {
		if _, err := stream.Do(t.Context(), r); err != nil {
			t.Errorf("%s: %v", r.Method, err)
		}
	}
	if err := stream.Log(t.Context(), rtsp.LogPlay, []byte("<XML>more</XML>")); err != nil {
		t.Error(err)
	}
	want := []string{"<XML>LogConnect</XML>", "<XML>LogPlay</XML>", "<XML>more</XML>"}
	s.WaitFor("all logs are there", func() bool { return len(fronttest.EventsOf[event.LogReceived](s.Rig)) == len(want) })
	for i, e := range fronttest.EventsOf[event.LogReceived](s.Rig) {
		if e.Text != want[i] {
			t.Errorf("the server has taken %q, want %q", e.Text, want[i])
		}
	}
}

// cutter dials, and cuts the newest connection.
type cutter struct{ conn net.Conn }

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	c.conn = conn
	return conn, err
}

func (c *cutter) now() { c.conn.Close() }
