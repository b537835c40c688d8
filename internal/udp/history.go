package udp

// History keeps a note of the packets that were sent last, by their sequence
// numbers, which follow one another and go round. The zero value is ready. It
// allocates only to grow.
type History[S ~uint16 | ~uint32, T any] struct {
	ring  []T // the note with number n is at n modulo len(ring)
	next  S   // after the newest
	count int
}

// minHistory is what a History begins with; a power of two, as all sizes.
const minHistory = 64

// Next is the number that the next note gets.
func (h *History[S, T]) Next() S { return h.next }

// Len is the number of notes.
func (h *History[S, T]) Len() int { return h.count }

// Restart forgets all notes and begins with number next.
func (h *History[S, T]) Restart(next S) { h.next, h.count = next, 0 }

// Push adds a note. There are most at most, a power of two that S can count
// twice: the oldest goes.
func (h *History[S, T]) Push(v T, most int) {
	if h.count == most {
		h.count--
	}
	if h.count == len(h.ring) {
		h.grow()
	}
	*h.at(h.next) = v
	h.next++
	h.count++
}

// Oldest returns the oldest note, which Drop forgets; nil if there is none.
func (h *History[S, T]) Oldest() *T {
	if h.count == 0 {
		return nil
	}
	return h.at(h.next - S(h.count))
}

// Drop forgets the oldest note.
func (h *History[S, T]) Drop() { h.count = max(h.count-1, 0) }

// Find returns the note with number n, or nil.
func (h *History[S, T]) Find(n S) *T {
	if back := h.next - n; back == 0 || int64(back) > int64(h.count) {
		return nil
	}
	return h.at(n)
}

func (h *History[S, T]) at(n S) *T { return &h.ring[int(n)&(len(h.ring)-1)] }

func (h *History[S, T]) grow() {
	old := *h
	h.ring = make([]T, max(2*len(old.ring), minHistory))
	for back := range h.count {
		n := h.next - 1 - S(back)
		*h.at(n) = *old.at(n)
	}
}
