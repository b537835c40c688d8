package front

import (
	"sync"
	"sync/atomic"
	"testing"
)

// Nobody gets a key that somebody has, and one that was given back can be had
// again.
func TestRegistry(t *testing.T) {
	var r Registry[byte, int]
	var wg sync.WaitGroup
	var mu sync.Mutex
	drawn := byte(0)
	draw := func() byte { drawn += 3; return drawn / 6 } // each key twice
	keys := map[byte]int{}
	for n := range 40 {
		wg.Go(func() {
			k, ok := r.Claim(n, draw)
			if !ok {
				t.Errorf("%d gets no key", n)
			}
			mu.Lock()
			defer mu.Unlock()
			if other, taken := keys[k]; taken {
				t.Errorf("%d has the key of %d", n, other)
			}
			keys[k] = n
		})
	}
	wg.Wait()
	for k, n := range keys {
		if v, ok := r.Find(k); !ok || v != n {
			t.Errorf("%d is found as %d, %v", n, v, ok)
		}
	}
	if all := r.All(); len(all) != 40 {
		t.Errorf("%d of 40", len(all))
	}
	for k := range keys {
		r.Release(k, 255)
		if _, ok := r.Find(k); ok {
			t.Errorf("%d is still there", k)
		}
	}
	if k, ok := r.Claim(7, func() byte { return 9 }); k != 9 || !ok || len(r.All()) != 1 {
		t.Errorf("%d, %t, %v", k, ok, r.All())
	}
}

// Who closes a registry gets all that was ever claimed: what comes later is refused.
func TestClosedRegistry(t *testing.T) {
	var r Registry[int, int]
	var wg sync.WaitGroup
	var claimed atomic.Int32
	for n := range 100 {
		wg.Go(func() {
			if _, ok := r.Claim(n, func() int { return n }); ok {
				claimed.Add(1)
			}
		})
	}
	closed := r.Close()
	wg.Wait()
	if len(closed) != int(claimed.Load()) || len(r.All()) != len(closed) {
		t.Errorf("%d were claimed, Close returned %d, %d are left", claimed.Load(), len(closed), len(r.All()))
	}
	for _, n := range closed {
		if v, ok := r.Find(n); !ok || v != n {
			t.Errorf("%d is found as %d, %t", n, v, ok)
		}
		r.Release(n)
	}
	if _, ok := r.Claim(1, func() int { return 1 }); ok || len(r.Close()) != 0 {
		t.Error("claimed after Close")
	}
}
