package wmsp_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/wmsp"
)

// A player that asks for a place in the past of a broadcast gets it at the pace at
// which it was sent, and goes on there when it has stopped.
func TestTimeShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		clip := fronttest.Film(60).Clip()
		b := point.NewBroadcast(point.BroadcastOptions{Span: time.Millisecond})
		past := fronttest.NewPast(t, b)
		s.Points.Add(&point.Point{Name: "live", Opener: b, Options: point.Options{Batch: 150 * time.Millisecond, Unpaced: true, MaxSpeed: 1}})
		feed, err := b.Start(clip.Header)
		if err != nil {
			t.Fatal(err)
		}
		for n := range clip.Count() {
			if err := feed.Add(clip.Packet(n)); err != nil {
				t.Fatal(err)
			}
			past.Take()
		}
		play := func(place string) (f *frames, first int) {
			t.Helper()
			p := s.connect()
			p.send("GET /live HTTP/1.0", agent12, testGUID, "Pragma: xPlayStrm=1", "Pragma: "+place, allThree)
			head := p.head()
			if got := head.Pragma().Features; got != wmsp.ContentBroadcast|wmsp.ContentSeekable {
				t.Errorf("features %v", got)
			}
			f = p.stream(head)
			f.upTo(wmsp.FrameHeader)
			began := time.Now()
			got := f.some(200)
			first = int(got[0].Location)
			for i, fr := range got {
				if int(fr.Location) != first+i || !bytes.Equal(fr.Payload, clip.Packet(first+i)) {
					t.Fatalf("%s: packet %d has number %d, or differs", place, first+i, fr.Location)
				}
			}
			if took := time.Since(began); took < 5*time.Second {
				t.Errorf("%s: 200 packets took %v", place, took)
			}
			p.Close()
			return f, first
		}
		_, first := play("stream-time=10000,packet-num=4294967295")
		if first < 100 || first > 300 {
			t.Errorf("10 s are packet %d of the %d of a minute", first, clip.Count())
		}
		for _, place := range []string{fmt.Sprintf("packet-num=%d", first+200), fmt.Sprintf("stream-offset=0:%d", len(clip.LiveHeader())+(first+200)*clipPacket)} {
			if _, on := play(place); on != first+200 {
				t.Errorf("%s: goes on with packet %d, want %d", place, on, first+200)
			}
		}
	})
}
