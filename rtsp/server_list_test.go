package rtsp_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/head"
	"caracal/rtsp"
)

// The list of these tests: two films with other streams.
func listClips() (a, b clip) {
	first, second := fronttest.Film(4), fronttest.Film(3)
	second.Streams = []fronttest.Stream{{Number: 7, Size: 60}, {Number: 5, Video: true, Size: 400, Key: 10}}
	return first.Clip(), second.Clip()
}

// comes takes the end of an entry and the header of the one that is told of.
func comes(t *testing.T, stream *rtsp.Stream, c clip, generation uint32, receding bool, properties rtsp.Properties) rtsp.StreamEvent {
	t.Helper()
	if e := of(t, stream, rtsp.GotEnd); e.Reason != rtsp.EndOfEntry || !e.More {
		t.Errorf("the entry ends with %d", e.Reason)
	}
	e := of(t, stream, rtsp.GotHeader)
	if e.GenID != generation || !bytes.Equal(e.Header, c.Header) || e.Receding != receding || e.SDP.Properties != properties {
		t.Errorf("announced generation %d, receding %v, %v", e.GenID, e.Receding, e.SDP.Properties)
	}
	return e
}

const (
	inFirst  = rtsp.PropertyPlaylist | rtsp.PropertySkipForward
	inMiddle = rtsp.PropertyPlaylist | rtsp.PropertySkipForward | rtsp.PropertySkipBackward
	inLast   = rtsp.PropertyPlaylist | rtsp.PropertySkipBackward | rtsp.PropertyLastEntry
)

// [MS-RTSP] 4.4.5: one entry after the other, over both transports, for players that
// leave the choice of streams to the server and for those that do not.
func TestListEntries(t *testing.T) {
	for _, over := range transports {
		for name, features := range map[string]head.Features{"predicting": predicting, "choosing": choosing} {
			t.Run(over.name+"/"+name, func(t *testing.T) {
				s := startServer(t)
				a, b := listClips()
				o := fronttest.Unpaced()
				o.Unpaced, o.Speed, o.Burst = !over.udp, 4, 0
				list := s.PublishList("list", o, fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b}, fronttest.ListItem{Clip: a})
				c := s.client()
				c.Supported = features
				stream := s.play(c, "list", rtsp.PlayOptions{UDP: over.udp})
				some(t, stream, a, 0, a.Count(), 1, 2)
				for i, next := range []clip{b, a} {
					properties := []rtsp.Properties{inMiddle, inLast}[i]
					e := comes(t, stream, next, uint32(i+2), false, properties)
					if predicts := features.Has(head.FeaturePredStrm); predicts != (len(e.Selected) > 0) {
						t.Errorf("chosen: %+v", e.Selected)
					}
					if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{}); err != nil {
						t.Fatal(err)
					}
					streams := []uint8{5, 7, 1, 2}[2*i:][:2]
					some(t, stream, next, 0, next.Count(), streams...)
				}
				if e := of(t, stream, rtsp.GotEnd); e.More || e.Reason != rtsp.EndPlain {
					t.Errorf("the list ends with %d", e.Reason)
				}
				if stats := stream.Stats(); stats.Lost+stats.Broken+stats.Strange+stats.Overflow > 0 {
					t.Errorf("%+v", stats)
				}
				if err := stream.Teardown(t.Context()); err != nil {
					t.Error(err)
				}
				s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
			})
		}
	}
}

func playlist(offset int) head.Fields {
	var h head.Fields
	h.Add("X-Playlist", rtsp.FormatPlaylist(offset))
	return h
}

// 3.2.5.8: skipping while the list plays, and when it is over; where no entry is that is
// refused, and what plays goes on.
func TestListSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		o := fronttest.Unpaced()
		o.Unpaced, o.Burst = false, 0
		list := s.PublishList("list", o, fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b}, fronttest.ListItem{Clip: a})
		stream := s.play(&rtsp.Client{Supported: predicting, Dial: s.Dial}, "list", rtsp.PlayOptions{})
		some(t, stream, a, 0, 3, 1, 2)
		skip := func(offset int, properties rtsp.Properties, c clip, generation uint32) rtsp.StreamEvent {
			if err := stream.Play(t.Context(), rtsp.PlayOptions{Header: playlist(offset)}); err != nil {
				t.Fatalf("skip by %d: %v", offset, err)
			}
			for {
				e, err := stream.Next()
				if err != nil {
					t.Fatal(err)
				}
				if e.Kind == rtsp.GotEnd {
					break
				}
			}
			e := of(t, stream, rtsp.GotHeader)
			if e.GenID != generation || !bytes.Equal(e.Header, c.Header) || e.Receding != (offset < 0) || e.SDP.Properties != properties {
				t.Errorf("announced generation %d, receding %v, %v", e.GenID, e.Receding, e.SDP.Properties)
			}
			if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{}); err != nil {
				t.Fatal(err)
			}
			return e
		}
		skip(1, inMiddle, b, 2)
		some(t, stream, b, 0, 10, 5, 7)
		skip(-1, inFirst, a, 3)
		some(t, stream, a, 0, 10, 1, 2)
		if err := stream.Play(t.Context(), rtsp.PlayOptions{Header: playlist(-1)}); err == nil {
			t.Error("there is no entry before the first")
		}
		some(t, stream, a, 10, 10, 1, 2)
		skip(1, inMiddle, b, 4)
		skip(1, inLast, a, 5)
		some(t, stream, a, 0, a.Count(), 1, 2)
		of(t, stream, rtsp.GotEnd)
		skip(-1, inMiddle, b, 6)
		some(t, stream, b, 0, 10, 5, 7)
		stream.Close()
		time.Sleep(2 * time.Minute)
		if n := list.InUse(); n != 0 {
			t.Errorf("%d entries are open", n)
		}
	})
}

// 3.2.5.8: a Range is about the entry that X-Playlist-Seek-Id names, which may be the
// one before.
func TestListSeeksInTheEntryBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		s.PublishList("list", fronttest.Unpaced(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		stream := s.play(&rtsp.Client{Supported: predicting, Dial: s.Dial}, "list", rtsp.PlayOptions{})
		defer stream.Close()
		some(t, stream, a, 0, a.Count(), 1, 2)
		comes(t, stream, b, 2, false, inLast)
		var h head.Fields
		h.AddInt("X-Playlist-Seek-Id", 1)
		if err := stream.Play(t.Context(), rtsp.PlayOptions{Range: &rtsp.Range{From: 2000, HasFrom: true}, Header: h}); err != nil {
			t.Fatal(err)
		}
		for {
			e, err := stream.Next()
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind == rtsp.GotHeader {
				if e.GenID != 1 || !bytes.Equal(e.Header, a.Header) {
					t.Fatalf("announced generation %d", e.GenID)
				}
				if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{}); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		e := of(t, stream, rtsp.GotPacket)
		if at := sendTime(t, a.Packet(int(e.Packet))); at < 1500 || at > 2100 || !e.Key {
			t.Errorf("goes on with packet %d, of %d ms", e.Packet, at)
		}
	})
}

// Players that know of no change go on where the next entry has the same streams.
func TestListForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		s.PublishList("list", fronttest.Unpaced(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		c, url := s.connect(), s.url("list")
		c.must("SETUP", url+"/stream=all", overTCP, wantsNumbers)
		c.must("PLAY", url)
		first := c.some(a, a.Count())
		first.check(0)
		got := c.some(a.Later(4001), a.Count()) // its times go on
		if got.check(0); got.seq[0] != first.seq[len(first.seq)-1]+1 {
			t.Errorf("sequence number %d after %d", got.seq[0], first.seq[len(first.seq)-1])
		}
		if got, _ := c.receive(b, 1); len(got.got) != 0 {
			t.Errorf("%d packets of streams that it does not know", len(got.got))
		}
	})
}
