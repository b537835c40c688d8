package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/point"
)

// ringWay is a list that plays again and again, and remembers what was passed over.
type ringWay struct {
	names []string
	open  func(name string) (point.Entry, error)

	mu     sync.Mutex
	failed []string
}

func (w *ringWay) Open(_ context.Context, place, by int) (point.ListItem, error) {
	for range w.names {
		if place += by; place < 0 {
			break
		}
		name := w.names[place%len(w.names)]
		by = 1
		e, err := w.open(name)
		if err == nil {
			return point.ListItem{Entry: e, Place: place, Source: name, Failed: func(err error) { w.fail(name, err) }}, nil
		}
	}
	return point.ListItem{}, io.EOF
}

func (w *ringWay) fail(name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !errors.Is(err, ErrCircle) {
		name = fmt.Sprint(name, err)
	}
	if !slices.Contains(w.failed, name) {
		w.failed = append(w.failed, name)
	}
}

// Programs that play each other, directly or by way of a third, come round to none of
// themselves: who would close the circle passes the other over and says so, and what
// else is in the lists plays on.
func TestProgramsPlayEachOther(t *testing.T) {
	for _, names := range [][]string{{"a"}, {"a", "b"}, {"a", "b", "c"}} {
		files := filesOf(t, 3)
		synctest.Test(t, func(t *testing.T) {
			points := map[string]*point.Broadcast{}
			for _, n := range names {
				points[n] = endless()
			}
			open := func(name string) (point.Entry, error) {
				if b := points[name]; b != nil {
					return b.Open(t.Context(), "")
				}
				return files.Open(t.Context(), "a.wmv")
			}
			circles := &Circles{}
			var all sync.WaitGroup
			ctx, cancel := context.WithCancel(t.Context())
			var ways []*ringWay
			for i, n := range names {
				w := &ringWay{names: []string{"file", names[(i+1)%len(names)]}, open: open}
				ways = append(ways, w)
				p := NewProgram(ProgramOptions{Way: func() point.Way { return w }, Circles: circles})
				all.Go(func() { p.Run(ctx, points[n], func(string) {}) })
				time.Sleep(500 * time.Millisecond)
			}
			failed := 0
			before := map[string]uint64{}
			for range 10 {
				time.Sleep(20 * time.Second)
				for n, b := range points {
					packets, _ := b.Brought()
					if packets == before[n] {
						t.Errorf("of %v %s stalls", names, n)
					}
					before[n] = packets
				}
			}
			for _, w := range ways {
				w.mu.Lock()
				failed += len(w.failed)
				for _, name := range w.failed {
					if points[name] == nil {
						t.Errorf("passed over is %s", name)
					}
				}
				w.mu.Unlock()
			}
			if failed == 0 {
				t.Errorf("of %v nothing is passed over", names)
			}
			cancel()
			all.Wait()
			if len(circles.plays) != 0 || len(circles.runs) != 0 {
				t.Errorf("%d items and %d programs are remembered", len(circles.plays), len(circles.runs))
			}
		})
	}
}

// A program that plays nothing but another one goes on doing so, while that passes it
// over.
func TestProgramPlaysAnother(t *testing.T) {
	files := filesOf(t, 3)
	synctest.Test(t, func(t *testing.T) {
		a, b := endless(), endless()
		circles := &Circles{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		other := &ringWay{names: []string{"a", "file"}, open: func(name string) (point.Entry, error) {
			if name == "a" {
				return a.Open(ctx, "")
			}
			return files.Open(ctx, "a.wmv")
		}}
		ended := make(chan error, 2)
		go func() {
			ended <- NewProgram(ProgramOptions{Way: func() point.Way { return other }, Circles: circles}).Run(ctx, b, func(string) {})
		}()
		time.Sleep(time.Second)
		own := &ringWay{names: []string{"b", "a"}, open: func(name string) (point.Entry, error) {
			return map[string]*point.Broadcast{"a": a, "b": b}[name].Open(ctx, "")
		}}
		p := NewProgram(ProgramOptions{Way: func() point.Way { return own }, Circles: circles})
		go func() { p.Run(ctx, a, func(string) {}); ended <- nil }()
		time.Sleep(10 * time.Second)
		if n, ok := p.Now(); !ok || n.Name != "b" {
			t.Errorf("plays %+v", n)
		}
		if e, err := b.Open(ctx, ""); err != nil || a.Brings(e) || !b.Brings(e) {
			t.Errorf("b has %v, %v", e, err)
		}
		other.mu.Lock()
		if !slices.Equal(other.failed, []string{"a"}) {
			t.Errorf("passed over are %v", other.failed)
		}
		other.mu.Unlock()
		cancel()
		<-ended
		<-ended
	})
}
