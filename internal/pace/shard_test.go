package pace

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

func TestTasksRunWhenDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(1)
		defer g.Close()
		s := g.Pick()
		begin := time.Now()
		var ran []time.Duration
		task := s.NewTask(func(now time.Time) time.Time {
			ran = append(ran, now.Sub(begin))
			if len(ran) == 3 {
				return time.Time{}
			}
			return now.Add(995 * time.Millisecond)
		})
		task.Kick()
		time.Sleep(time.Minute)
		synctest.Wait()
		want := []time.Duration{0, time.Second, 2 * time.Second} // 995 ms rounded up to a tick
		if len(ran) != 3 || ran[0] != want[0] || ran[1] != want[1] || ran[2] != want[2] {
			t.Errorf("ran at %v, want %v", ran, want)
		}
	})
}

func TestStopAndWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(1)
		defer g.Close()
		s := g.Pick()
		runs := 0
		task := s.NewTask(func(now time.Time) time.Time { runs++; return now.Add(time.Second) })
		task.Kick()
		time.Sleep(2500 * time.Millisecond)
		s.Post(task.Stop)
		time.Sleep(time.Minute)
		synctest.Wait()
		if runs != 3 {
			t.Errorf("ran %d times before it was stopped, want 3", runs)
		}
		task.Kick()
		task.Kick()
		synctest.Wait()
		if runs != 4 && runs != 5 {
			t.Errorf("ran %d times after two wakes", runs)
		}
	})
}

// A task that wants to run when no clock gets to, as a stream at a millionth of
// its speed does, keeps no other waiting.
func TestFarTimesHoldUpNobody(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	s := g.Pick()
	s.NewTask(func(now time.Time) time.Time { return now.Add(math.MaxInt64) }).Kick()
	ran := make(chan bool)
	s.NewTask(func(now time.Time) time.Time {
		select {
		case ran <- true:
		default:
		}
		return now.Add(time.Millisecond)
	}).Kick()
	for range 3 {
		select {
		case <-ran:
		case <-time.After(5 * time.Second):
			t.Fatal("the other task does not run any more")
		}
	}
}

// A task that is always due must not keep commands waiting.
func TestPostedRunsBetweenTasks(t *testing.T) {
	g := NewGroup(1)
	s := g.Pick()
	task := s.NewTask(func(now time.Time) time.Time { return now })
	task.Kick()
	done := make(chan bool)
	s.Post(func() { close(done) })
	<-done
	g.Close()
}

func TestHeapKeepsOrder(t *testing.T) {
	var h taskHeap
	tasks := make([]*Task, 200)
	for i := range tasks {
		tasks[i] = &Task{at: time.Duration(rand.IntN(50)), index: -1}
		h.push(tasks[i])
	}
	for range 300 {
		x := tasks[rand.IntN(len(tasks))]
		switch {
		case x.index < 0:
			h.push(x)
		case rand.IntN(2) == 0:
			h.remove(x.index)
		default:
			x.at = time.Duration(rand.IntN(50))
			h.fix(x.index)
		}
	}
	last := time.Duration(-1)
	for len(h) > 0 {
		if h[0].index != 0 || h[0].at < last {
			t.Fatalf("out of order: %v after %v", h[0].at, last)
		}
		last = h[0].at
		h.remove(0)
	}
}

func TestScratchGrowsThenStays(t *testing.T) {
	var s Scratch
	for range 3 {
		s.Reset()
		a, b := s.Grab(1000), s.Grab(2000)
		a[999], b[0] = 1, 2
		if a[999] != 1 {
			t.Fatal("two grabs overlap")
		}
	}
	if n := testing.AllocsPerRun(100, func() { s.Reset(); s.Grab(1000); s.Grab(2000) }); n != 0 {
		t.Errorf("%v allocations in a run of known size", n)
	}
}
