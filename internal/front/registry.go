package front

import (
	"maps"
	"slices"
	"sync"
)

// Registry finds what a server has by the number or the name that it has given
// it. The zero value is ready; any goroutine may use it.
type Registry[K comparable, V any] struct {
	mu     sync.Mutex
	m      map[K]V
	closed bool
}

// Claim keeps v under the first key that draw draws and nobody has. It is false
// after Close, and nothing is kept.
func (r *Registry[K, V]) Claim(v V, draw func() K) (k K, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return k, false
	}
	if r.m == nil {
		r.m = map[K]V{}
	}
	for {
		k = draw()
		if _, taken := r.m[k]; !taken {
			r.m[k] = v
			return k, true
		}
	}
}

// Find returns what has the key, or nothing.
func (r *Registry[K, V]) Find(k K) (v V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok = r.m[k]
	return v, ok
}

// Release gives keys back; those that nobody has do no harm.
func (r *Registry[K, V]) Release(keys ...K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range keys {
		delete(r.m, k)
	}
}

// All returns what there is, in no order.
func (r *Registry[K, V]) All() []V {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all()
}

// Close is All, and the last word: nobody can Claim any more. What there is can be
// found until it is released.
func (r *Registry[K, V]) Close() []V {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.all()
}

func (r *Registry[K, V]) all() []V { return slices.Collect(maps.Values(r.m)) }
