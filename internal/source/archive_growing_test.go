package source

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
	"caracal/internal/point"
)

// watching is a player that takes all that comes as soon as it does.
type watching struct {
	play    *point.Play
	packets [][]byte
	skipped uint64
	over    bool
	why     point.EndReason
	turns   int // to other entries
	woken   chan struct{}
	stop    chan struct{}
	done    chan struct{}
}

// watch begins to play an entry.
func watch(t *testing.T, e point.Entry, opt point.Options, at point.Position) *watching {
	t.Helper()
	start, err := point.Prepare(e, opt, point.Request{Position: at, Selection: asf.NewSelection(e.Info().Header)})
	if err != nil {
		t.Fatal(err)
	}
	w := &watching{woken: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	w.play = point.NewPlay(e, 0, func() {
		select {
		case w.woken <- struct{}{}:
		default:
		}
	})
	w.play.Begin(start, time.Now())
	go w.run()
	return w
}

func (w *watching) run() {
	defer close(w.done)
	var mem pace.Scratch
	for !w.over {
		_, last := w.play.Run(time.Now(), &mem, 1<<30, func(it *point.Step) int {
			w.packets = append(w.packets, bytes.Clone(it.Data))
			return len(it.Data)
		})
		w.skipped = w.play.Skipped
		var due <-chan time.Time
		switch {
		case last.Kind == point.End && last.Next != nil:
			w.play.Turn(last.Next)
			w.turns++
			continue
		case last.Kind == point.End:
			w.over, w.why = true, last.Reason
			continue
		case last.Kind == point.Wait:
			due = time.After(time.Until(last.At))
		}
		select {
		case <-due:
		case <-w.woken:
		case <-w.stop:
			return
		}
	}
}

// leave ends the player.
func (w *watching) leave() { close(w.stop); <-w.done }

// has checks that the packets are those from first up to end.
func (w *watching) has(t *testing.T, a *archiving, first, end int) {
	t.Helper()
	synctest.Wait()
	if len(w.packets) != end-first {
		t.Fatalf("%d packets, want those from %d to %d", len(w.packets), first, end)
	}
	for i, p := range w.packets {
		if !bytes.Equal(p, a.packet(first+i)) {
			t.Fatalf("packet %d differs", first+i)
		}
	}
}

// unpaced has all sent as soon as it can be.
var unpaced = point.Options{Unpaced: true, Speed: 1, MaxSpeed: 1}

// Who plays a growing file gets what comes, up to where it ends.
func TestArchivePlaysWhileItGrows(t *testing.T) {
	archive(t, ArchiveOptions{Time: 33 * time.Second}, func(t *testing.T, a *archiving) {
		a.start()
		a.bring(0, 20)
		first := openGrowing(t, a, a.files()[0], 20)
		early := watch(t, first, unpaced, point.Position{})
		early.has(t, a, 0, 20)
		a.bring(20, 21)
		early.has(t, a, 0, 21)
		a.bring(21, 30)
		second := openGrowing(t, a, a.files()[0], 30)
		late := watch(t, second, unpaced, point.Position{By: point.ByPacket, Value: 28})
		late.has(t, a, 28, 30)
		a.bring(30, 50) // the file ends at 35
		for _, w := range []*watching{early, late} {
			if <-w.done; w.why != point.EndNatural {
				t.Errorf("ended: %v", w.why)
			}
		}
		early.has(t, a, 0, 35)
		late.has(t, a, 28, 35)
		a.pass(time.Second)
		if e, err := a.folder.Open(context.Background(), a.files()[0]); err != nil || e.Info().Growing || e.Info().Packets != 35 {
			t.Errorf("when it is complete: %+v, %v", e.Info(), err)
		} else {
			e.Close()
		}
		first.Close()
		second.Close()
		a.feed.Close()
		a.pass(time.Second)
		if n := len(a.opt.Cache.growing.files); n != 0 {
			t.Errorf("%d files grow when all has ended", n)
		}
	})
}

// openGrowing opens a file and checks what it says of itself.
func openGrowing(t *testing.T, a *archiving, name string, packets int64) point.Entry {
	t.Helper()
	e, err := a.folder.Open(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	i := e.Info()
	if f := i.Header.File(); !i.Growing || !i.Seekable || i.Packets != packets || f.Broadcast() || !f.Seekable() {
		t.Errorf("%+v; %+v", i, f)
	}
	if d := time.Duration(packets-1) * time.Second; i.Duration != d {
		t.Errorf("%v long, want %v", i.Duration, d)
	}
	return e
}

// A player that opened the file long ago seeks in all that there is by now.
func TestArchiveSeeksWhileItGrows(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.start()
		a.bring(0, 20)
		e := openGrowing(t, a, a.files()[0], 20)
		defer e.Close()
		tag := e.Info().Tag
		a.bring(20, 60)
		a.pass(lookAgain)
		for at, want := range map[int64]int{13_000: 10, 52_000: 50, 500_000: 55} {
			w := watch(t, e, unpaced, point.Position{By: point.ByTime, Value: at})
			w.has(t, a, want, 60)
			w.leave()
		}
		if i := e.Info(); i.Packets != 60 || i.Duration != 59*time.Second || i.Tag != tag {
			t.Errorf("%+v", i)
		}
		if f := openGrowing(t, a, a.files()[0], 60).Info().Header.File(); f.DataPackets != 60 {
			t.Errorf("the header that the next one gets has %d packets", f.DataPackets)
		}
	})
}

// A player that waits at the end of a file that nobody finishes can leave.
func TestArchiveGrowingForgets(t *testing.T) {
	archive(t, ArchiveOptions{}, func(t *testing.T, a *archiving) {
		a.start()
		a.bring(0, 20)
		e := openGrowing(t, a, a.files()[0], 20)
		w := watch(t, e, unpaced, point.Position{})
		w.has(t, a, 0, 20)
		g := a.opt.Cache.growing.files[0]
		if len(g.waiting) != 1 {
			t.Errorf("%d wait", len(g.waiting))
		}
		w.leave()
		e.Close()
		if len(g.waiting) != 0 {
			t.Errorf("%d wait when all have left", len(g.waiting))
		}
	})
}
