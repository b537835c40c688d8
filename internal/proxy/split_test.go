package proxy

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/cachecontrol"
	"caracal/internal/pace"
	"caracal/internal/point"
)

// watch plays a broadcast for a while, as a front-end does.
func watch(t *testing.T, e point.Entry, d time.Duration) (packets int) {
	t.Helper()
	opt := point.DefaultOptions()
	opt.Unpaced = true
	s, err := point.Prepare(e, opt, point.Request{Selection: asf.NewSelection(e.Info().Header)})
	if err != nil {
		t.Fatal(err)
	}
	var mem pace.Scratch
	p := point.NewPlay(e, 0, func() {})
	p.Begin(s, time.Now())
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		_, last := p.Run(time.Now(), &mem, 1<<20, func(it *point.Step) int { packets++; return len(it.Data) })
		if last.Kind == point.End && last.Next != nil {
			p.Turn(last.Next)
		}
		mem.Reset()
	}
	return packets
}

func liveOrigin(c cachecontrol.Control) *fakeOrigin {
	o := &fakeOrigin{}
	live := o.add("live", 600)
	live.facts, live.every = facts{Control: c}, 20*time.Millisecond
	return o
}

// A broadcast that may be split comes once for all, and ends some time after the
// last one has gone.
func TestSplit(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := liveOrigin(cachecontrol.Broadcast())
		r := newRig(t, o, nil)
		done := make(chan int)
		for range 5 {
			go func() {
				e := r.open("live")
				defer e.Close()
				done <- watch(t, e, 20*time.Second)
			}()
		}
		for range 5 {
			if n := <-done; n < 900 {
				t.Errorf("%d packets", n)
			}
		}
		if infos, opens, plays := o.counts(); infos != 1 || opens != 1 || plays != 1 || r.Status().Splits != 1 || r.Status().Split != 1 {
			t.Errorf("asked %d, opened %d, played %d times, %+v", infos, opens, plays, r.Status())
		}
		time.Sleep(9 * time.Second)
		if r.Status().Splits != 1 {
			t.Error("ended at once")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if r.Status().Splits != 0 || o.closed != 1 || len(r.files()) != 0 {
			t.Errorf("%+v, %d streams closed, %q", r.Status(), o.closed, r.files())
		}
		e := r.open("live") // and again
		if n := watch(t, e, 5*time.Second); n < 200 {
			t.Errorf("%d packets", n)
		}
	})
}

// One that may not is asked for anew for each who plays it.
func TestNoSplit(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := liveOrigin(cachecontrol.Control{Directives: cachecontrol.NoCache, StreamTypes: []string{cachecontrol.TypeBroadcast}})
		r := newRig(t, o, nil)
		r.open("live").Close() // only described
		for range 3 {
			if n := watch(t, r.open("live"), 10*time.Second); n < 400 {
				t.Errorf("%d packets", n)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, _, plays := o.counts(); plays != 3 || r.Status().Splits != 0 || o.closed != 3 {
			t.Errorf("played %d times, %+v", plays, r.Status())
		}
	})
}

// A playlist of the origin's goes through for each player, as a broadcast does.
func TestPlaylist(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := cachecontrol.OnDemand(0)
		c.StreamTypes = []string{cachecontrol.TypePlaylist}
		o := liveOrigin(c)
		r := newRig(t, o, nil)
		for range 2 {
			if n := watch(t, r.open("live"), 5*time.Second); n < 200 {
				t.Errorf("%d packets", n)
			}
		}
		if _, _, plays := o.counts(); plays != 2 || len(r.files()) != 0 {
			t.Errorf("played %d times, %q", plays, r.files())
		}
	})
}

// A broadcast that the origin does not have is refused, and what breaks off comes
// back for those who are waiting.
func TestSplitFails(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := liveOrigin(cachecontrol.Broadcast())
		live := o.clips["http://origin/films/live"]
		r := newRig(t, o, nil)
		live.dies = 200
		e := r.open("live")
		if n := watch(t, e, 20*time.Second); n < 600 {
			t.Errorf("%d packets", n)
		}
		if len(o.plays) != 2 || r.Status().Splits != 1 {
			t.Errorf("%+v, %+v", o.plays, r.Status())
		}
		time.Sleep(time.Minute)
		o.set(errDown)
		if _, err := r.Open(t.Context(), "live"); !errors.Is(err, point.ErrBusy) {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if r.Status().Splits != 0 {
			t.Errorf("%+v", r.Status())
		}
	})
}
