package pull

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

func numbers(mu *sync.Mutex) *Queue[int] {
	return NewQueue(mu, func(lost uint32) int { return -int(lost) })
}

// Packets that do not fit are left out, and told of before what follows them;
// what is no packet always fits.
func TestQueueLeavesOut(t *testing.T) {
	var mu sync.Mutex
	q := numbers(&mu)
	for i := range MaxOverflow + 3 {
		if took := q.Push(i, true); took != (i < MaxOverflow) {
			t.Fatalf("event %d: %t", i, took)
		}
		if full := q.Full(); full != (i+1 >= MaxQueue) {
			t.Fatalf("event %d: full: %t", i, full)
		}
	}
	q.Push(10_000, false)
	other := numbers(&mu)
	other.Inherit(q)
	var last []int
	for e, more := other.Take(); more; e, more = other.Take() {
		last = append(last, e)
	}
	if n := len(last); n != MaxOverflow+2 || !slices.Equal(last[n-3:], []int{MaxOverflow - 1, -3, 10_000}) {
		t.Errorf("%d events, the last %v", n, last[max(n-3, 0):])
	}
}

func TestQueueNextWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		q := numbers(&mu)
		over := error(nil)
		var got []int
		var end error
		go func() {
			for {
				e, err := q.Next(func() error { return over })
				if err != nil {
					end = err
					return
				}
				got = append(got, e)
			}
		}()
		for i := range 3 {
			synctest.Wait()
			mu.Lock()
			q.Push(i, true)
			mu.Unlock()
		}
		synctest.Wait()
		mu.Lock()
		q.Push(3, true)
		over = errors.New("over") // comes behind what is there
		q.Wake()
		mu.Unlock()
		synctest.Wait()
		if !slices.Equal(got, []int{0, 1, 2, 3}) || end != over {
			t.Errorf("%v, then %v", got, end)
		}
	})
}

// Who fills a queue waits until there is room, or until it is woken.
func TestQueueHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		q := numbers(&mu)
		stop, filled := false, 0
		go func() {
			mu.Lock()
			defer mu.Unlock()
			for ; !stop; filled++ {
				for q.Full() && !stop {
					q.Wait()
				}
				q.Push(filled, true)
			}
		}()
		synctest.Wait()
		mu.Lock()
		for range 10 {
			q.Take()
		}
		mu.Unlock()
		synctest.Wait()
		if n := q.Waiting(); filled != MaxQueue+10 || n != MaxQueue {
			t.Errorf("%d events, %d wait", filled, n)
		}
		mu.Lock()
		stop = true
		q.Wake()
		mu.Unlock()
	})
}
