package source

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// realTime are a broadcast point's options: who does not go back gets all at once.
var realTime = point.Options{Unpaced: true, Speed: 1, MaxSpeed: 1}

// shifting runs a test with a broadcast of which the last 65 packets, or twice as
// many, are in memory, and the rest in files of 15 packets.
func shifting(t *testing.T, o ArchiveOptions, test func(t *testing.T, a *archiving)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := newArchiving(t, t.TempDir())
		a.b = point.NewBroadcast(point.BroadcastOptions{Span: time.Second, Linger: time.Minute})
		if o.TimeShift == 0 {
			o.TimeShift = time.Hour
		}
		o.Time = 12 * time.Second
		a.open(o)
		defer a.close()
		a.start()
		test(t, a)
	})
}

// real brings the packets from first up to end, one a second.
func (a *archiving) real(first, end int) {
	a.t.Helper()
	for n := first; n < end; n++ {
		if err := a.feed.Add(a.packet(n)); err != nil {
			a.t.Fatal(err)
		}
		a.pass(time.Second)
	}
}

// from watches the broadcast from a position on.
func (a *archiving) from(at point.Position) *watching {
	a.t.Helper()
	e, err := a.b.Open(a.t.Context(), "")
	if err != nil {
		a.t.Fatal(err)
	}
	return watch(a.t, e, realTime, at)
}

func secondsIn(s int64) point.Position { return point.Position{By: point.ByTime, Value: s * 1000} }

// A player that goes back gets what was sent then, at the pace at which it came
// and byte for byte, out of one file after the other; and goes on in memory.
func TestShift(t *testing.T) {
	shifting(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.real(0, 131)
		w := a.from(secondsIn(42))
		synctest.Wait()
		if len(w.packets) != 1 {
			t.Errorf("%d packets at once", len(w.packets))
		}
		a.real(131, 200)
		w.has(t, a, 40, 110)
		w.leave()
		if n := len(a.files()); n != 14 {
			t.Errorf("%d files", n)
		}
	})
}

// Where a player begins: at the key frame before what it asks for, the oldest that
// is kept if that is gone, and the present if it has not come.
func TestShiftPositions(t *testing.T) {
	shifting(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.real(0, 131)
		for _, tc := range []struct {
			at   point.Position
			want int64
		}{
			{secondsIn(1), 0},
			{secondsIn(44), 40},
			{secondsIn(45), 45},
			{secondsIn(127), 125},
			{secondsIn(132), -1},
			{point.Position{}, -1},
			{point.Position{By: point.ByPacket, Value: 43}, 43},
			{point.Position{By: point.ByPacket, Value: 130}, 130},
			{point.Position{By: point.ByPacket, Value: 500}, -1},
			{point.Position{By: point.ByOffset, Value: 43 * packetSize, FromData: true}, 43},
		} {
			e, err := a.b.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			start, err := point.Prepare(e, realTime, point.Request{Position: tc.at, Selection: asf.NewSelection(e.Info().Header)})
			if err != nil || start.Shifted() != (tc.want >= 0) || tc.want >= 0 && start.Packet != tc.want {
				t.Errorf("%+v: packet %d, behind the present: %v, %v", tc.at, start.Packet, start.Shifted(), err)
			}
			if ms, ok := point.SendTime(e, start.Packet); !ok || ms/1000 != uint32(start.Packet) {
				t.Errorf("packet %d was sent at %d, %v", start.Packet, ms, ok)
			}
		}
	})
}

// What the archive has removed, or somebody else has, is passed over.
func TestShiftGone(t *testing.T) {
	shifting(t, ArchiveOptions{Keep: 8}, func(t *testing.T, a *archiving) {
		at := func(want int) {
			t.Helper()
			w := a.from(secondsIn(5))
			w.has(t, a, want, want+1)
			w.leave()
		}
		a.real(0, 131)
		at(15) // the oldest of eight files
		a.real(131, 197)
		// The oldest begins with 90.
		if err := os.Remove(filepath.Join(a.dir, a.files()[0])); err != nil {
			t.Fatal(err)
		}
		at(105)
	})
}

// A player stays where it is when the window has passed on, as long as the file is
// there; nobody else gets there any more.
func TestShiftWindow(t *testing.T) {
	shifting(t, ArchiveOptions{TimeShift: 90 * time.Second}, func(t *testing.T, a *archiving) {
		a.real(0, 200)
		w := a.from(secondsIn(5))
		w.has(t, a, 110, 111)
		a.real(200, 290)
		w.has(t, a, 110, 201)
		w.leave()
	})
}

// A player that has gone back goes through every header.
func TestShiftTurns(t *testing.T) {
	shifting(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.real(0, 131)
		w := a.from(secondsIn(21))
		for range 3 {
			if err := a.feed.Header(a.header); err != nil {
				t.Fatal(err)
			}
			a.real(0, 30)
		}
		a.pass(2 * time.Minute)
		w.leave()
		if w.turns != 3 || w.skipped != 0 || len(w.packets) != 111+3*30 {
			t.Errorf("%d turns, %d packets, %d skipped", w.turns, len(w.packets), w.skipped)
		}
	})
}

// A packet that the archive has not got is missing, and nothing else.
func TestShiftMissing(t *testing.T) {
	shifting(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.real(0, 21)
		bad := append([]byte(nil), a.packet(21)...)
		var p asf.Packet
		if err := asf.ParsePacket(bad, &p); err != nil {
			t.Fatal(err)
		}
		p.Body[0] = 0 // there is no stream 0
		if err := a.feed.Add(bad); err != nil {
			t.Fatal(err)
		}
		a.real(22, 130)
		w := a.from(secondsIn(20))
		a.real(131, 136)
		w.leave()
		// The archive has no packet 21, and nobody can begin before the next key frame.
		if w.skipped == 0 {
			t.Error("nothing was skipped")
		}
		w.packets = w.packets[1:]
		w.has(t, a, 25, 25+len(w.packets))
	})
}
