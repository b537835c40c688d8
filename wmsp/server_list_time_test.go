package wmsp_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/wmsp"
)

// arrival is a frame of a stream, and when it came.
type arrival struct {
	wmsp.Frame
	at time.Time
}

// arrivals reads frames up to the end of the body.
func (f *frames) arrivals() (list []arrival) {
	f.t.Helper()
	for {
		fr := f.next()
		if fr.ID == 0 {
			return list
		}
		list = append(list, arrival{fr, time.Now()})
	}
}

// changes are where the frames go from one entry to the next: the last $D before each
// $C, $C itself, and the first $D behind it.
func changes(list []arrival) (all [][3]arrival) {
	for i, a := range list {
		if a.ID != wmsp.FrameChange {
			continue
		}
		before, after := i-1, i+1
		for list[before].ID != wmsp.FrameData {
			before--
		}
		for list[after].ID != wmsp.FrameData {
			after++
		}
		all = append(all, [3]arrival{list[before], a, list[after]})
	}
	return all
}

// duration is how long an entry's packets take to send.
func duration(t *testing.T, clip fronttest.Clip) time.Duration {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(clip.Packet(clip.Count()-1), &p); err != nil {
		t.Fatal(err)
	}
	return time.Duration(p.SendTime) * time.Millisecond
}

// Without a lag and a recent SelectStream the first packet of the next entry leaves no
// later than a batch interval after the last of the one before, and no entry before its
// time: a list keeps its pace.
func TestListGoesOnWithoutAGap(t *testing.T) {
	for _, batch := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second} {
		t.Run(batch.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServer(t, true, nil)
				defer s.Stop()
				o := pacedOptions()
				o.Batch = batch
				items := slices.Repeat([]fronttest.ListItem{{Clip: listFilm()}}, 6)
				s.PublishList("list", o, items...)
				f := s.listener(predictive).play(bothStreams, predictive)
				began := time.Now()
				list := f.arrivals()
				all := changes(list)
				if len(all) != len(items)-1 {
					t.Fatalf("%d changes", len(all))
				}
				for i, c := range all {
					if gap := c[2].at.Sub(c[0].at); gap > batch {
						t.Errorf("change %d: a gap of %v", i, gap)
					}
					if !c[1].at.Equal(c[0].at) {
						t.Errorf("change %d is told %v after the last packet", i, c[1].at.Sub(c[0].at))
					}
					due := began.Add(time.Duration(i+1) * duration(t, items[i].Clip))
					if early := due.Sub(c[2].at); early > batch || early < -pace.Tick {
						t.Errorf("entry %d begins %v too early", i+1, early)
					}
				}
			})
		})
	}
}

// client-lag holds back the change after it by as much, at most 15 s, and a SelectStream
// by what is missing to 8 s; PlayNextEntry does not. What follows keeps its own pace.
func TestListIsHeldBack(t *testing.T) {
	const length = 30 * time.Second // of an entry, some more than that of its packets
	for _, k := range []struct {
		name   string
		file   string
		lag    string
		before time.Duration // of the end of the entry
		want   time.Duration
	}{
		{"lag", "spec_playnextentry_playlist", "3000", 20 * time.Second, 3 * time.Second},
		{"most", "spec_playnextentry_playlist", "4294967295", 20 * time.Second, 15 * time.Second},
		{"no lag", "spec_playnextentry_playlist", "0", time.Second, 0},
		{"select", "wmp9_selectstream_post", "0", 5 * time.Second, 3 * time.Second},
		{"select early", "wmp9_selectstream_post", "0", 9 * time.Second, 0},
		{"select and lag", "wmp9_selectstream_post", "6000", 5 * time.Second, 6 * time.Second},
		{"select and less lag", "wmp9_selectstream_post", "1000", 5 * time.Second, 3 * time.Second},
	} {
		t.Run(k.name, func(t *testing.T) {
			figure(t, true, predictive, func(c *transcript) {
				c.playFigure()
				began := time.Now()
				c.until("$D")
				time.Sleep(length - k.before)
				if k.file == "wmp9_selectstream_post" {
					d := c.beside()
					d.replay("SelectStream", k.file, "mbr.wmv", "simple.wsx", "Pragma: no-cache,client-id=1953501979", c.id,
						"client-lag=250", "client-lag="+k.lag, "1:3:0 2:2:1", "ffff:1:0")
					d.answer()
					d.Close()
				} else {
					c.replay("PlayNextEntry", k.file, "client-lag=0", "client-lag="+k.lag)
					c.until("end")
					c.answer()
				}
				asked := time.Now()
				c.until("$E")
				done := time.Now()
				c.until("$C")
				want := k.want
				if k.file == "wmp9_selectstream_post" && k.lag == "0" || k.name == "select and less lag" {
					want = max(0, asked.Add(8*time.Second).Sub(done)) // exactly
				}
				if held := time.Since(done); held < want || held > want+pace.Tick || (held-k.want).Abs() > time.Second {
					t.Errorf("held back for %v, want %v (%v)", held, want, k.want)
				}
				c.until("$D")
				first := time.Now()
				c.until("$E")
				if took, own := time.Since(first), duration(t, c.clips["two"]); took < own-400*time.Millisecond || took > own {
					t.Errorf("the entry behind took %v, its packets take %v: began at %v", took, own, first.Sub(began))
				}
			})
		})
	}
}

// A player that chooses by itself, and does not, has the time of an idle session, which
// KeepAlive prolongs; then it is told of the end.
func TestListWaitsAsLongAsTheSession(t *testing.T) {
	figure(t, false, notPredictive, func(c *transcript) {
		p := c.beside()
		p.playFigure()
		p.until("$H two")
		for range 3 {
			time.Sleep(60 * time.Second)
			p.state(session.Waiting)
			p.atOnce("KeepAlive", func(d *transcript) {
				d.ask("KeepAlive", "POST /simple.wsx HTTP/1.0", agent9, "Pragma: xKeepAliveInPause=1", noBody)
			}, "> KeepAlive\n< 1.0 200 predstrm")
		}
		last := time.Now()
		p.until("$E")
		if took := time.Since(last); took < 70*time.Second || took > 72*time.Second {
			t.Errorf("the session ended %v after the last request", took)
		}
		p.until("closed")
		p.is(`
			> Play
			< 1.0 200 close predstrm forward
			$M 1 forward
			$H one
			$D one [1 4] first .. last
			$E 0x1
			$C 0x0
			$M 2 both
			$H two
			$E 0x0
			closed
		`)
	})
}

// Holds on a broadcast are those of one player: what the others get, and when, is the
// same with and without it, and it goes on where the ring still has something.
func TestHeldOnABroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		alone, _ := heldBroadcast(t, "", 0)
		if len(changes(alone)) != 1 || len(alone) < 900 {
			t.Fatalf("%d frames with %d changes", len(alone), len(changes(alone)))
		}
		for _, k := range []struct {
			name, features string
			lag, want      time.Duration
			whole          bool // all that was missed is still kept
		}{
			{"lag", predictive, 5 * time.Second, 5 * time.Second, true},
			{"most", predictive, time.Minute, 15 * time.Second, false},
			{"waiting", notPredictive, 0, 20 * time.Second, false},
		} {
			other, held := heldBroadcast(t, k.features, k.lag)
			if len(other) != len(alone) {
				t.Fatalf("%s: %d frames for the other player, not %d", k.name, len(other), len(alone))
			}
			for i, a := range other {
				if b := alone[i]; a.ID != b.ID || a.Location != b.Location || a.at.Sub(other[0].at) != b.at.Sub(alone[0].at) {
					t.Fatalf("%s: frame %d came %v after the first, not %v", k.name, i, a.at.Sub(other[0].at), b.at.Sub(alone[0].at))
				}
			}
			c := changes(held)[0]
			if took := c[2].at.Sub(c[0].at); (took - k.want).Abs() > 300*time.Millisecond {
				t.Errorf("%s: the next entry begins %v after the one before, want %v", k.name, took, k.want)
			}
			if whole := c[2].Location == 0; whole != k.whole {
				t.Errorf("%s: it begins with packet %d", k.name, c[2].Location)
			}
		}
	})
}

// offBeat is what packets come at another time than any at which a player may look for
// them by: which is first would not be said.
const offBeat = 7 * time.Millisecond

// heldBroadcast brings 20 s of a film, with another header from 5 s on 40 s more, to two
// players in their own time: what one gets, and what one that is held at the change does.
func heldBroadcast(t *testing.T, features string, lag time.Duration) (other, held []arrival) {
	t.Helper()
	s := startServer(t, true, nil)
	defer s.Stop()
	o := point.Options{Batch: 150 * time.Millisecond, Speed: 1, Burst: time.Second}
	l := s.Live("live", o, point.BroadcastOptions{Span: 6 * time.Second}).Start(fronttest.Film(5).Clip())
	l.Bring(20)
	time.Sleep(offBeat)
	play := func(features string) (*transcript, *frames) {
		p := s.transcribe(nil)
		p.send("GET /live HTTP/1.0", agent12, features, testGUID, playStream, bothStreams)
		r := p.head()
		p.id = fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID)
		return p, p.stream(r)
	}
	done := make(chan bool, 2)
	_, f := play(predictive)
	go func() { other = f.arrivals(); done <- true }()
	players := 1
	var h *transcript
	if features != "" {
		var f *frames
		h, f = play(features)
		go func() { held = f.arrivals(); done <- true }()
		players++
	}
	choose := func(lag time.Duration) {
		if h == nil {
			return
		}
		d := h.beside()
		d.ask("SelectStream", "POST /live HTTP/1.0", agent12, features, bothStreams, fmt.Sprintf("Pragma: client-lag=%d", lag.Milliseconds()), noBody)
		d.answer()
		d.Close()
	}
	bring := func(seconds int) { // a packet at a time
		n := l.Clip.Count() - l.Next
		if want := seconds * 1000 / 50; want < n {
			n = want
		}
		for range n {
			l.Bring(1)
			time.Sleep(50 * time.Millisecond)
		}
	}
	if lag > 0 {
		choose(lag)
	}
	bring(60)
	l.Change(fronttest.Film(60).Clip())
	bring(20)
	if lag == 0 {
		choose(0)
	}
	bring(20)
	l.Close()
	for range players {
		<-done
	}
	return other, held
}
