package front

import (
	"sync"
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
			k := r.Claim(n, draw)
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
	if k := r.Claim(7, func() byte { return 9 }); k != 9 || len(r.All()) != 1 {
		t.Errorf("%d, %v", k, r.All())
	}
}
