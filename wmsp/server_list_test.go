package wmsp_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/wmsp"
)

// The list of most tests: a film and a song, whose streams differ.
func listSong() fronttest.Clip {
	return fronttest.Content{
		Seconds: 4, Every: 100, Preroll: 1000, BitRate: 20_000, Streams: []fronttest.Stream{{Number: 3, Size: 200}},
	}.Clip()
}

func listFilm() fronttest.Clip { return fronttest.Film(6).Clip() }

func pacedOptions() point.Options {
	o := point.DefaultOptions()
	o.Batch, o.Burst = 200*time.Millisecond, 0
	return o
}

// listener is a player of version 12 of the point "list".
type listener struct {
	*peer
	s  *server
	id string
}

func (s *server) listener(features string) *listener {
	s.T.Helper()
	l := &listener{peer: s.connect(), s: s}
	l.send("GET /list HTTP/1.1", agent12, "Host: h", "Pragma: no-cache", testGUID, features)
	r, body := l.response()
	if want := wmsp.ContentPlaylist | wmsp.ContentSkipForward | wmsp.ContentSeekable | wmsp.ContentStridable; r.Status != 200 || r.Pragma().Features != want {
		s.T.Fatalf("Describe: %d, features %v", r.Status, r.Pragma().Features)
	}
	if !bytes.Contains(body, []byte("playlist-gen-id=1,")) {
		s.T.Error("the first entry is not the first generation")
	}
	l.id = fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID)
	return l
}

func (l *listener) play(more ...string) *frames {
	l.t.Helper()
	l.send(append([]string{"GET /list HTTP/1.1", agent12, "Host: h", "Pragma: version11-enabled=1", "Pragma: xPlayStrm=1", l.id, testGUID}, more...)...)
	r := l.head()
	if r.Status != 200 {
		l.t.Fatalf("Play: %+v", r)
	}
	return l.stream(r)
}

const bothStreams = "Pragma: stream-switch-entry=ffff:1:0 ffff:2:0"

// entry checks $M and $H of an entry.
func (f *frames) entry(clip fronttest.Clip, generation uint32, features wmsp.ContentFeatures) {
	f.t.Helper()
	m, err := wmsp.ParseMetadata(f.expect(wmsp.FrameMetadata).Payload)
	if err != nil || m.PlaylistGenID != generation || m.Features&^(wmsp.ContentSeekable|wmsp.ContentStridable) != features {
		f.t.Errorf("$M: %d, %v, %v", m.PlaylistGenID, m.Features, err)
	}
	if h := f.expect(wmsp.FrameHeader); !bytes.Equal(h.Payload, clip.Header) {
		f.t.Error("$H is not that of the entry")
	}
}

// packets checks that the $D that follow are packets of a clip, and returns what comes
// behind them.
func (f *frames) packets(clip fronttest.Clip, from, to int) wmsp.Frame {
	f.t.Helper()
	got, then := f.data()
	if len(got) != to-from {
		f.t.Fatalf("%d packets came of %d", len(got), to-from)
	}
	for i, fr := range got {
		if fr.Location != uint32(from+i) || !bytes.Equal(fr.Payload, clip.Packet(from+i)) {
			f.t.Fatalf("packet %d has number %d, or differs", from+i, fr.Location)
		}
	}
	return then
}

func reason(t *testing.T, fr wmsp.Frame, id byte, want uint32) {
	t.Helper()
	if fr.ID != id || fr.Reason != want {
		t.Fatalf("$%c with %#x came, want $%c with %#x", fr.ID, fr.Reason, id, want)
	}
}

const (
	inFirst  = wmsp.ContentPlaylist | wmsp.ContentSkipForward
	inSecond = wmsp.ContentPlaylist | wmsp.ContentSkipBackward | wmsp.ContentLast
)

// [MS-WMSP] 4.4, 4.5 and 4.5.2: who leaves the choice of streams to the server gets the
// next entry's packets at once, behind $E, $C, $M and $H.
func TestListPredicted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		a, b := listFilm(), listSong()
		list := s.PublishList("list", pacedOptions(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		l := s.listener(predictive)
		f := l.play(bothStreams, predictive)
		f.entry(a, 1, inFirst)
		reason(t, f.packets(a, 0, a.Count()), wmsp.FrameEnd, wmsp.ReasonEntryDone)
		last := time.Now()
		reason(t, f.next(), wmsp.FrameChange, wmsp.ReasonChangeForward)
		f.entry(b, 2, inSecond)
		f.some(1)
		if gap := time.Since(last); gap > 200*time.Millisecond {
			t.Errorf("the next entry began after %v", gap)
		}
		reason(t, f.packets(b, 1, b.Count()), wmsp.FrameEnd, wmsp.ReasonDone)
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
	})
}

// 3.2.4.2: who chooses by itself is waited for, and chooses among the streams of the
// entry that it has just been told of.
func TestListChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		a, b := listFilm(), listSong()
		s.PublishList("list", fronttest.Unpaced(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		l := s.listener(notPredictive)
		f := l.play(bothStreams, notPredictive)
		f.entry(a, 1, inFirst)
		reason(t, f.packets(a, 0, a.Count()), wmsp.FrameEnd, wmsp.ReasonEntryDone)
		reason(t, f.next(), wmsp.FrameChange, wmsp.ReasonChangeForward)
		f.entry(b, 2, inSecond)
		told := time.Now()
		time.Sleep(time.Second)
		q := s.connect()
		q.send("POST /list HTTP/1.0", agent12, l.id, "Pragma: stream-switch-entry=ffff:3:0", "Content-Length: 0")
		if r, _ := q.response(); r.Status != 200 {
			t.Fatalf("SelectStream: %d", r.Status)
		}
		reason(t, f.packets(b, 0, b.Count()), wmsp.FrameEnd, wmsp.ReasonDone)
		if took := time.Since(told).Round(100 * time.Millisecond); took != time.Second {
			t.Errorf("its packets came after %v", took)
		}
	})
}

// 4.5.1: skipping forward and back, and a seek in the entry that the player still shows.
func TestListSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		a, b := listFilm(), listSong()
		list := s.PublishList("list", pacedOptions(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b}, fronttest.ListItem{Clip: a})
		l := s.listener(predictive)
		f := l.play(bothStreams, predictive)
		f.entry(a, 1, inFirst)
		f.some(3)
		skip := func(offset, from int, streams string, more ...string) *frames {
			l.send("POST /list HTTP/1.1", agent12, "Host: h", l.id, "Pragma: xStopStrm=1", "Content-Length: 0")
			f.data()
			l.response()
			return l.play(append(more, streams, predictive, fmt.Sprintf("Pragma: pl-offset=%d", offset), fmt.Sprintf("Pragma: playlist-seek-id=%d", from))...)
		}
		f = skip(1, 1, bothStreams)
		reason(t, f.next(), wmsp.FrameChange, wmsp.ReasonChangeForward)
		f.entry(b, 2, wmsp.ContentPlaylist|wmsp.ContentSkipBackward|wmsp.ContentSkipForward)
		if d := f.some(2); d[0].Location != 0 || !bytes.Equal(d[0].Payload, b.Packet(0)) {
			t.Error("the next entry does not begin at its beginning")
		}
		f = skip(-1, 2, "Pragma: stream-switch-entry=ffff:3:0")
		reason(t, f.next(), wmsp.FrameChange, wmsp.ReasonChangeForward)
		f.entry(a, 3, inFirst)
		reason(t, f.packets(a, 0, a.Count()), wmsp.FrameEnd, wmsp.ReasonEntryDone)
		f.expect(wmsp.FrameChange)
		generation := uint32(4)
		f.entry(b, generation, wmsp.ContentPlaylist|wmsp.ContentSkipBackward|wmsp.ContentSkipForward)
		f.some(1)
		f = skip(0, 3, bothStreams, "Pragma: stream-time=5000") // it has not shown the second one yet
		reason(t, f.next(), wmsp.FrameChange, wmsp.ReasonChangeForward)
		f.entry(a, 3, inFirst)
		if d := f.some(1); d[0].Location == 0 || !bytes.Equal(d[0].Payload, a.Packet(int(d[0].Location))) {
			t.Errorf("a seek in the entry before begins with packet %d", d[0].Location)
		}
		l.Close()
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
	})
}

// What cannot be skipped to is refused, and so is what may not be skipped.
func TestListRefusesSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		a, b := listFilm(), listSong()
		s.PublishList("list", pacedOptions(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b, Fixed: true}, fronttest.ListItem{Clip: a})
		l := s.listener(predictive)
		try := func(offset int) int {
			l.send("GET /list HTTP/1.1", agent12, "Host: h", "Pragma: version11-enabled=1", "Pragma: xPlayStrm=1", l.id, testGUID,
				bothStreams, predictive, fmt.Sprintf("Pragma: pl-offset=%d", offset))
			r := l.head()
			if r.Status == 200 {
				f := l.stream(r)
				f.upTo(wmsp.FrameData)
				l.send("POST /list HTTP/1.1", agent12, "Host: h", l.id, "Pragma: xStopStrm=1", "Content-Length: 0")
				f.data()
				l.response()
			} else {
				l.r.Discard(int(r.ContentLength()))
			}
			return r.Status
		}
		for i, k := range []struct{ offset, want int }{{-1, 400}, {1, 200}, {1, 400}, {-1, 400}} {
			if got := try(k.offset); got != k.want {
				t.Errorf("%d: a skip by %d is answered %d, not %d", i, k.offset, got, k.want)
			}
		}
		if n := len(fronttest.EventsOf[event.Refused](s.Rig)); n != 3 {
			t.Errorf("%d refusals were told", n)
		}
	})
}

// Players that know neither $M nor $E in the middle get $C and $H only.
func TestListForOldPlayers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		a, b := listFilm(), listSong()
		s.PublishList("list", fronttest.Unpaced(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		p := s.connect()
		p.send("GET /list HTTP/1.0", agent41, testGUID, "Pragma: xPlayStrm=1", bothStreams)
		f := p.stream(p.head())
		f.expect(wmsp.FrameHeader)
		reason(t, f.packets(a, 0, a.Count()), wmsp.FrameChange, wmsp.ReasonChangeForward)
		f.expect(wmsp.FrameHeader)
		reason(t, f.packets(b, 0, b.Count()), wmsp.FrameEnd, wmsp.ReasonDone)
	})
}
