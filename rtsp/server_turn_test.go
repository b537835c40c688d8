package rtsp_test

import (
	"bytes"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/rtsp"
)

var (
	// secondClip has the streams of the first one, and a title more.
	secondClip = sync.OnceValue(func() clip {
		c := fronttest.Film(60)
		c.Streams[0].Size = 380 // so that its packets are others
		c.More = []asf.Object{&asf.ContentDescription{Title: asf.NewText("the second")}}
		return c.Clip()
	})
	// otherClip has streams of other numbers, and two of video.
	otherClip = sync.OnceValue(func() clip {
		c := fronttest.Film(60)
		c.Streams = []fronttest.Stream{{Number: 7, Size: 60}, {Number: 5, Video: true, Size: 400, Key: 10}, {Number: 6, Video: true, Size: 100}}
		return c.Clip()
	})
)

const (
	predicting = head.FeatureEOSMsg | head.FeaturePredStrm | head.FeatureLocID
	choosing   = head.FeatureEOSMsg | head.FeatureLocID
)

// of is an event of a kind, after packets of a clip from number first on, of which
// it is the end.
func of(t *testing.T, stream *rtsp.Stream, kind rtsp.StreamEventKind) rtsp.StreamEvent {
	t.Helper()
	e, err := stream.Next()
	if err != nil || e.Kind != kind {
		t.Fatalf("%+v, %v; want an event %d", e, err, kind)
	}
	return e
}

// some takes packets of a clip from number first on, the payloads of which are in
// the streams that play.
func some(t *testing.T, stream *rtsp.Stream, c clip, first, n int, streams ...uint8) {
	t.Helper()
	want := asf.NewSelection(headerOf(t, c))
	for _, s := range headerOf(t, c).Streams() {
		want.Set(s.Number(), asf.None)
	}
	for _, s := range streams {
		want.Set(s, asf.Whole)
	}
	for i := first; i < first+n; i++ {
		filtered, _, err := want.Filter(nil, c.Packet(i))
		if err != nil {
			t.Fatal(err)
		}
		if filtered == nil {
			continue
		}
		e := of(t, stream, rtsp.GotPacket)
		if int(e.Packet) != i || !samePayloads(t, e.Data, filtered) {
			t.Fatalf("packet %d is not the clip's number %d", e.Packet, i)
		}
	}
}

func headerOf(t *testing.T, c clip) *asf.Header {
	t.Helper()
	h, _, err := asf.ParseHeader(c.Header)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// leaves takes the end of an entry, and the header of the next one, which has that
// number.
func leaves(t *testing.T, stream *rtsp.Stream, c clip, generation uint32) rtsp.StreamEvent {
	t.Helper()
	if e := of(t, stream, rtsp.GotEnd); e.Reason != rtsp.EndOfEntry || !e.More {
		t.Errorf("the entry ends with %d", e.Reason)
	}
	e := of(t, stream, rtsp.GotHeader)
	if e.GenID != generation || !bytes.Equal(e.Header, c.LiveHeader()) || e.Receding || !e.SDP.Properties.Has(rtsp.PropertyBroadcast) {
		t.Errorf("announced %+v", e)
	}
	return e
}

// A player that leaves the choice of streams to the server gets those of the next
// entry at once, each the way that one of its kind went, [MS-RTSP] 3.2.4.2.
func TestLiveTurnsPredictively(t *testing.T) {
	for _, over := range transports {
		t.Run(over.name, func(t *testing.T) {
			s := startServer(t)
			l := s.live(time.Minute, point.BroadcastOptions{})
			l.Bring(10)
			c := s.client()
			c.Supported = predicting
			stream := s.play(c, "live", rtsp.PlayOptions{UDP: over.udp})
			some(t, stream, longClip(), 0, 10, 1, 2)

			l.Change(secondClip())
			l.Bring(10)
			e := leaves(t, stream, secondClip(), 2)
			some(t, stream, secondClip(), 0, 10, 1, 2)
			chosen(t, e, over.udp, "video", "audio")
			if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{}); err != nil {
				t.Fatal(err)
			}
			l.Bring(10)
			some(t, stream, secondClip(), 10, 10, 1, 2)

			l.Change(otherClip())
			l.Bring(20)
			e = leaves(t, stream, otherClip(), 3)
			chosen(t, e, over.udp, "stream=5", "audio")
			some(t, stream, otherClip(), 0, 20, 5, 7)
			// Of what was chosen it takes the audio, and the other video.
			if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{Streams: []uint32{6, 7}}); err != nil {
				t.Fatal(err)
			}
			l.Bring(10)
			some(t, stream, otherClip(), 20, 10, 6, 7)
			if stats := stream.Stats(); stats.Lost+stats.Broken+stats.Strange+stats.Overflow > 0 {
				t.Errorf("%+v", stats)
			}
			l.Close()
			if err := stream.Teardown(t.Context()); err != nil {
				t.Error(err)
			}
			s.WaitFor("the session ends", s.NoSession)
			if players, ssrcs := s.Registered(); players+ssrcs != 0 {
				t.Errorf("%d players and %d SSRCs are left", players, ssrcs)
			}
		})
	}
}

// chosen checks X-RTP-Info: the streams in the order of their SETUP, how they go,
// and the retransmission stream last.
func chosen(t *testing.T, e rtsp.StreamEvent, udp bool, names ...string) {
	t.Helper()
	lower := rtsp.LowerTCP
	if udp {
		lower, names = rtsp.LowerUDP, append(names, "rtx")
	}
	if len(e.Selected) != len(names) {
		t.Fatalf("chosen: %+v", e.Selected)
	}
	for i, info := range e.Selected {
		if want := rtsp.ResolveControl(e.SDP.Control, names[i]); info.URL != want || info.Transport.Lower != lower || !info.Transport.HasSSRC ||
			!info.HasThinLevel || info.ThinLevel != rtsp.ThinNothing || info.HasSeq != (names[i] != "rtx") {
			t.Errorf("chosen: %+v, want %s", info, want)
		}
	}
}

// A player that chooses by itself is told of the next entry and gets nothing of it
// before it plays.
func TestLiveTurnsForWhoChooses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l := s.live(time.Minute, point.BroadcastOptions{})
		l.Bring(10)
		stream := s.play(&rtsp.Client{Supported: choosing, Dial: s.Dial}, "live", rtsp.PlayOptions{})
		defer stream.Close()
		some(t, stream, longClip(), 0, 10, 1, 2)
		for generation := uint32(2); generation < 6; generation++ {
			l.Change(otherClip())
			l.Bring(30)
			e := leaves(t, stream, otherClip(), generation)
			if len(e.Selected) != 0 {
				t.Errorf("chosen: %+v", e.Selected)
			}
			time.Sleep(5 * time.Second) // nothing comes that the next packet could follow
			if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{Streams: []uint32{5}}); err != nil {
				t.Fatal(err)
			}
			some(t, stream, otherClip(), 0, 30, 5)
		}
		time.Sleep(time.Minute)
		if _, ssrcs := s.Registered(); ssrcs != 2 {
			t.Errorf("%d SSRCs of one stream and retransmission", ssrcs)
		}
	})
}

// A player that knows of no change goes on if the next entry has the same streams:
// its RTP session has no gap. If it has not, the player gets an end.
func TestLiveTurnsForOthers(t *testing.T) {
	for _, k := range []struct {
		name, lines string
	}{{"others", wantsNumbers}, {"GStreamer", isGStreamer}} {
		synctest.Test(t, func(t *testing.T) {
			s := startServerWith(t, setting{memory: true})
			defer s.Stop()
			l := s.live(time.Minute, point.BroadcastOptions{})
			c, url := s.connect(), s.url("live")
			l.Bring(10)
			c.must("SETUP", url+"/stream=all", overTCP, k.lines)
			c.must("PLAY", url)
			all := c.some(longClip(), 10)
			for range 3 {
				l.Change(secondClip())
				l.Bring(10)
				got := c.some(secondClip(), 10)
				if got.check(0); got.seq[0] != all.seq[len(all.seq)-1]+1 {
					t.Errorf("sequence number %d after %d", got.seq[0], all.seq[len(all.seq)-1])
				}
				all = got
			}
			l.Change(otherClip())
			l.Bring(10)
			if got, notice := c.receive(otherClip(), 1); len(got.got) != 0 || notice != nil {
				t.Errorf("%d packets of streams that it does not know, %+v", len(got.got), notice)
			}
			// What it plays is over: a new session has what follows.
			c.must("PLAY", url)
			if got, _ := c.receive(otherClip(), 1); len(got.got) != 0 {
				t.Errorf("%d packets of streams that it does not know", len(got.got))
			}
			c.session = ""
			c.must("SETUP", url+"/stream=all", overTCP, k.lines)
			c.must("PLAY", url)
			c.some(otherClip(), 10).check(0)
		})
	}
}
