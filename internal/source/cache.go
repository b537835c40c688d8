// Package source implements the content of publishing points: folders, files
// and embedded content, with one cache of packet blocks for all of them.
package source

import (
	"container/list"
	"sync"

	"caracal/internal/point"
)

// The bounds of the cache.
const (
	// blockBytes is about how much one read brings in.
	blockBytes = 128 << 10
	// loaders is how many reads are under way at once.
	loaders = 4
)

// Cache keeps packet blocks in memory, the ones used last, for all content.
// A shard asks and never waits: what is not there is read by a few
// goroutines, which end when nothing is left to read.
type Cache struct {
	budget  int64
	growing growing

	mu     sync.Mutex
	slots  map[slotKey]*slot
	recent list.List // of *slot that are loaded, the one used last in front
	used   int64
	queue  []*slot
	active int
	closed bool
	wg     sync.WaitGroup
}

type slotKey struct {
	of    blocks
	index int64
}

// blocks is what the cache reads: the packets of one file.
type blocks interface {
	read(index int64) (*point.Block, error)
	// failed gives the error for a block that is not to be read now.
	failed(index int64) error
}

type slot struct {
	key     slotKey
	block   *point.Block
	bytes   int64
	waiting []func()
	place   *list.Element
}

// NewCache returns a cache that keeps up to budget bytes of packets.
func NewCache(budget int64) *Cache {
	return &Cache{budget: budget, slots: map[slotKey]*slot{}}
}

// SetBudget has the cache keep up to so many bytes from now on.
func (c *Cache) SetBudget(budget int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.budget = budget
	c.shrink()
}

// get returns the block with packet n, or nil when it has to be read first: then
// wake is called when it has been.
func (c *Cache) get(of blocks, index, n int64, wake func()) (*point.Block, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := slotKey{of, index}
	s := c.slots[key]
	if s != nil && s.block != nil && !s.block.Holds(n) {
		c.drop(s) // of a file that grows: there is more in it by now
		s = nil
	}
	if s != nil && s.block != nil {
		c.recent.MoveToFront(s.place)
		return s.block, nil
	}
	if err := of.failed(index); err != nil {
		return nil, err
	}
	if c.closed {
		return nil, errClosed
	}
	if s == nil {
		s = &slot{key: key}
		c.slots[key] = s
		c.enqueue(s)
	}
	s.waiting = append(s.waiting, wake)
	return nil, nil
}

func (c *Cache) enqueue(s *slot) {
	c.queue = append(c.queue, s)
	if c.active < loaders {
		c.active++
		c.wg.Go(c.loadAll)
	}
}

// loadAll reads what is queued until nothing is.
func (c *Cache) loadAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) > 0 {
		s := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		block, err := s.key.of.read(s.key.index)
		c.mu.Lock()
		c.finish(s, block, err)
	}
	c.queue = nil
	c.active--
}

func (c *Cache) finish(s *slot, block *point.Block, err error) {
	waiting := s.waiting
	s.waiting = nil
	if err != nil || c.closed {
		delete(c.slots, s.key)
	} else {
		s.block, s.bytes = block, int64(len(block.Data()))
		s.place = c.recent.PushFront(s)
		c.used += s.bytes
		c.shrink()
	}
	for _, wake := range waiting {
		wake()
	}
}

// shrink drops the blocks that were not used for the longest time.
func (c *Cache) shrink() {
	for c.used > c.budget && c.recent.Len() > 1 {
		c.drop(c.recent.Back().Value.(*slot))
	}
}

func (c *Cache) drop(s *slot) {
	c.recent.Remove(s.place)
	delete(c.slots, s.key)
	c.used -= s.bytes
}

// forget drops all blocks of content that is gone.
func (c *Cache) forget(of blocks) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.recent.Front(); e != nil; {
		next := e.Next()
		if s := e.Value.(*slot); s.key.of == of {
			c.drop(s)
		}
		e = next
	}
}

// Used returns how many bytes of packets are in memory.
func (c *Cache) Used() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}

// Close drops everything and waits for the reads under way.
func (c *Cache) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.wg.Wait()
}
