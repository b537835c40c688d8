package server

import (
	"path"
	"sync"
	"time"
)

// listEvery is how long a list of the content is good for, at least: new files
// appear after this. listShare keeps the time that is spent on lists of a huge
// archive below one part in so many, whatever number of requests comes.
const (
	listEvery = 2 * time.Second
	listShare = 20
)

// Item is one thing that players can ask for.
type Item struct {
	Name string // below the host, with slashes
	Size int64  // bytes; 0 if Live
	Live bool   // a broadcast
}

// catalog is the list of all content.
type catalog struct {
	mu     sync.Mutex
	until  time.Time // the list is good
	items  []Item
	counts map[string]int // items of each point
}

// forget has the next list made anew: points have come or gone.
func (c *catalog) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Time{}
}

// Items lists what is published, point by point in the order of names.
func (s *Server) Items() []Item {
	items, _ := s.list()
	return items
}

// list returns the items and how many each point has. Both are not to be
// changed.
func (s *Server) list() ([]Item, map[string]int) {
	c := &s.catalog
	c.mu.Lock()
	defer c.mu.Unlock()
	began := time.Now()
	if began.Before(c.until) {
		return c.items, c.counts
	}
	c.items, c.counts = nil, map[string]int{}
	for _, p := range s.points.All() {
		found, err := p.Opener.List()
		if err != nil {
			s.log.Warn("cannot list a point", "point", p.Name, "error", err)
		}
		for _, it := range found {
			name := path.Join(p.Name, it.Name)
			// A point whose name lies below this one's hides what is there.
			if at, _, err := s.points.Lookup(name); err == nil && at == p {
				c.items = append(c.items, Item{name, it.Size, it.Live})
				c.counts[p.Name]++
			}
		}
	}
	c.until = time.Now().Add(max(listEvery, listShare*time.Since(began)))
	return c.items, c.counts
}
