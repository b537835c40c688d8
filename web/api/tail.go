package api

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// tail keeps the latest of something that goes on for ever, numbered from 1.
type tail[T any] struct {
	life string // in ids: numbers begin anew with every life of the server

	mu      sync.Mutex
	ring    []T
	count   uint64        // of all so far
	changed chan struct{} // closed at the next one; nil: nobody waits
}

func newTail[T any](n int) *tail[T] {
	return &tail[T]{life: rand.Text()[:8], ring: make([]T, 0, n)}
}

// add keeps what make returns for its number, in the place of the oldest.
func (t *tail[T]) add(make func(number uint64) T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	v := make(t.count)
	if len(t.ring) < cap(t.ring) {
		t.ring = append(t.ring, v)
	} else {
		t.ring[(t.count-1)%uint64(cap(t.ring))] = v
	}
	if t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

// after returns what came behind a number, how many that came are no longer kept, and
// what is closed when there is more.
func (t *tail[T]) after(number uint64) (list []T, lost uint64, more <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := uint64(len(t.ring))
	if first := t.count - kept; number < first {
		lost, number = first-number, first
	}
	for n := number; n < t.count; n++ {
		list = append(list, t.ring[n%uint64(cap(t.ring))])
	}
	if t.changed == nil {
		t.changed = make(chan struct{})
	}
	return list, lost, t.changed
}

// last is the number of the latest.
func (t *tail[T]) last() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count
}

func (t *tail[T]) id(number uint64) string { return fmt.Sprintf("%s-%d", t.life, number) }

// behind is where who has seen an id goes on, and whether that is known: what another
// life of the server told is not.
func (t *tail[T]) behind(id string) (number uint64, known bool) {
	life, text, _ := strings.Cut(id, "-")
	n, err := strconv.ParseUint(text, 10, 64)
	if life != t.life || err != nil || n > t.last() {
		return 0, false
	}
	return n, true
}
