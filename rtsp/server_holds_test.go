package rtsp_test

import (
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/rtsp"
)

// crossed is when what tells of a change came.
type crossed struct {
	last, end, told, first time.Time // last packet, EndOfStream, Announce, first packet
}

// crosses plays to the end of an entry and over to the next, which has this number.
func (p *tape) crosses(generation uint32) (at crossed) {
	p.t.Helper()
	for at.first.IsZero() {
		frame, request, response := p.hears()
		now := time.Now()
		switch {
		case response != nil:
			p.t.Fatalf("an answer to %d", response.CSeq)
		case request != nil && request.Kind == rtsp.EndOfStream && at.end.IsZero():
			at.end = now
		case request != nil && request.Kind == rtsp.Announce && !at.end.IsZero() && request.GenID == generation:
			at.told = now
		case request != nil:
			p.t.Fatalf("%s of %d", request.Kind, request.GenID)
		case frame.Channel%2 == 1:
		case at.end.IsZero():
			at.last = now
		case at.told.IsZero():
			p.t.Fatal("a packet before the Announce")
		default:
			at.first = now
		}
	}
	return at
}

// threeClips are a list whose entries have other streams each.
func threeClips() []clip {
	a, b := listClips()
	return []clip{a, b, a}
}

// A predictive player without lag gets the first packet of an entry no later than one
// batch after the last of the one before.
func TestNextEntryWithinABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		s.publishTape(ofPlaylist, threeClips()...)
		p := s.tape(ofPlaylist)
		p.begins(saysPredicting)
		for generation := uint32(2); generation < 4; generation++ {
			at := p.crosses(generation)
			if gap := at.first.Sub(at.last); gap > tapeBatch {
				t.Errorf("%v between the packets of two entries", gap)
			}
			if at.told != at.end {
				t.Errorf("told %v behind the end", at.told.Sub(at.end))
			}
			p.says("PLAY", "PLAY", p.url)
		}
	})
}

// 2.2.6.19, 3.2.2, 3.2.4.2: X-Player-Lag-Time holds the Announce, and what follows it,
// back by just that, 15 s at most; the next PLAY without it does no more, and another
// player of the list knows nothing of it.
func TestLagHoldsTheAnnounce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		s.publishTape(ofPlaylist, a, b, a, b, a)
		p, other := s.tape(ofPlaylist), s.tape(ofPlaylist)
		p.begins(saysPredicting)
		other.begins(saysPredicting)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for generation := uint32(2); generation < 6; generation++ {
				if at := other.crosses(generation); at.first.Sub(at.last) > tapeBatch {
					t.Errorf("another player waits %v", at.first.Sub(at.last))
				}
				other.saysNow("PLAY", "PLAY", other.url)
			}
		}()
		for i, k := range []struct {
			line string
			held time.Duration
		}{
			{"X: y", 0}, {"X-Player-Lag-Time: 4000", 4 * time.Second}, {"X-Player-Lag-Time: 4294967295", 15 * time.Second}, {"X: y", 0},
		} {
			p.saysNow("PLAY", "PLAY", p.url, k.line)
			at := p.crosses(uint32(i + 2))
			if held := at.told.Sub(at.end); held < k.held || k.held == 0 && held > 0 || held >= k.held+pace.Tick {
				t.Errorf("%s: told %v behind the end", k.line, held)
			}
			if gap := at.first.Sub(at.told); gap > tapeBatch {
				t.Errorf("%s: the first packet comes %v behind the Announce", k.line, gap)
			}
		}
		<-done
	})
}

// Play-Expected-Before-Announce, 3.2.1: a player that has not said PLAY for one entry is
// not told of another, however long that takes, and then at once. READY: one that chooses
// by itself gets nothing of an entry before its PLAY, and then all of it.
func TestPlayIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		s.publishTape(ofPlaylist, a, b, a)
		p := s.tape(ofPlaylist)
		p.begins(saysPredicting)
		p.crosses(2)
		p.until(rtsp.EndOfStream)
		time.Sleep(40 * time.Second)
		p.frames = nil
		played := time.Now()
		p.says("PLAY", "PLAY", p.url)
		p.announces(3, a, true, false)
		if waited := time.Since(played); waited >= pace.Tick || len(p.frames) > 0 {
			t.Errorf("told %v behind PLAY, %d packets before", waited, len(p.frames))
		}
		p.packets(a, 10).check(0)

		c := s.tape(ofPlaylist)
		c.begins(saysChoosing)
		c.until(rtsp.EndOfStream)
		c.announces(2, b, false, false)
		c.frames = nil
		time.Sleep(40 * time.Second)
		c.setup("audio", 4)
		c.says("PLAY", "PLAY", c.url)
		if len(c.frames) > 0 {
			t.Errorf("%d packets before PLAY", len(c.frames))
		}
		c.setup("video", 6)
		for _, p := range []*tape{p, c} {
			want := figureBegins + `
				<= EndOfStream
				=> 200
				<= Announce
				=> 200
			`
			if p == c {
				p.was(want + `
					=> SETUP audio
					<= 200
					=> PLAY
					<= 200
					<= packets
					=> SETUP video
					<= 200
				`)
				continue
			}
			p.was(want + `
				<= packets
				<= EndOfStream
				=> 200
				=> PLAY
				<= 200
				<= Announce
				=> 200
				<= packets
			`)
		}
	})
}

// liveBatch is that of server.live.
const liveBatch = 150 * time.Millisecond

// On a broadcast the lag of one player moves its own place back and nobody else's: it
// gets all of the entry, as far as that is kept.
func TestLagOnABroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l := s.live(time.Minute, point.BroadcastOptions{Span: 5 * time.Second})
		l.Bring(10)
		players := map[string]*tape{"X-Player-Lag-Time: 4000": nil, "X-Player-Lag-Time: 14000": nil, "X: y": nil}
		for line := range players {
			p := s.tape("live")
			p.begins(saysPredicting + ", com.microsoft.wm.locid")
			p.saysNow("PLAY", "PLAY", p.url, "Scale: 1", line)
			p.catchUp()
			p.frames = nil
			players[line] = p
		}
		l.Change(secondClip())
		l.Bring(1)
		begun := time.Now()
		told := func(line string, after time.Duration, first int) {
			p := players[line]
			defer p.Close()
			p.until(rtsp.EndOfStream)
			p.frames = nil
			p.until(rtsp.Announce)
			if held := time.Since(begun); held < after || held >= after+liveBatch+pace.Tick {
				t.Errorf("%s: told after %v", line, held)
			}
			got := p.packets(l.Clip, 1)
			if from := int(got.got[0].Location); !got.got[0].HasLocation || from < first || first == 0 && from > 0 || from > l.Next {
				t.Errorf("%s: begins with packet %d", line, from)
			}
		}
		told("X: y", 0, 0)
		time.Sleep(3 * time.Second)
		l.Bring(20)
		told("X-Player-Lag-Time: 4000", 4*time.Second, 0)
		for l.Next < 400 { // far more than is kept
			l.Bring(20)
			time.Sleep(100 * time.Millisecond)
		}
		told("X-Player-Lag-Time: 14000", 14*time.Second, 100)
	})
}
