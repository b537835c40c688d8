package source

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"caracal/internal/point"
)

// ErrCircle is why a program passes over what would bring it itself.
var ErrCircle = errors.New("source: this plays the program itself")

// Circles knows which broadcasts programs play in which other ones, so that none comes
// round to itself. The zero value knows of none.
type Circles struct {
	mu    sync.Mutex
	plays map[*point.Broadcast]map[*point.Broadcast]int // items of the second in the first
	runs  map[*point.Broadcast]int                      // programs in it
}

// begin says that a program plays in a broadcast, until it ends.
func (c *Circles) begin(own *point.Broadcast) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs == nil {
		c.runs = map[*point.Broadcast]int{}
		c.plays = map[*point.Broadcast]map[*point.Broadcast]int{}
	}
	c.runs[own]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.runs[own]--; c.runs[own] == 0 {
			delete(c.runs, own)
		}
	}
}

// enter says that an entry is an item of a program in a broadcast, until it is left;
// ErrCircle if that plays in the entry in turn.
func (c *Circles) enter(own *point.Broadcast, e point.Entry) (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var of *point.Broadcast
	for b := range c.runs {
		if b.Brings(e) {
			of = b
		}
	}
	switch {
	case of == nil:
		return func() {}, nil
	case of == own:
		return nil, fmt.Errorf("%w at once", ErrCircle)
	case c.reaches(of, own, map[*point.Broadcast]bool{}):
		return nil, fmt.Errorf("%w, by way of other points", ErrCircle)
	}
	if c.plays[own] == nil {
		c.plays[own] = map[*point.Broadcast]int{}
	}
	c.plays[own][of]++
	return sync.OnceFunc(func() { c.leave(own, of) }), nil
}

func (c *Circles) leave(own, of *point.Broadcast) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plays[own][of]--; c.plays[own][of] == 0 {
		delete(c.plays[own], of)
	}
	if len(c.plays[own]) == 0 {
		delete(c.plays, own)
	}
}

// reaches says whether one broadcast has another one in it. The mutex is held.
func (c *Circles) reaches(from, to *point.Broadcast, seen map[*point.Broadcast]bool) bool {
	for b := range maps.Keys(c.plays[from]) {
		if b == to || !seen[b] {
			seen[b] = true
			if b == to || c.reaches(b, to, seen) {
				return true
			}
		}
	}
	return false
}
