package point

import (
	"errors"
	"sort"
	"strings"
	"sync"

	"caracal/internal/cachecontrol"
)

// Registry finds points by the names in URLs.
type Registry struct {
	mu       sync.RWMutex
	points   map[string]*Point
	fallback string        // what the empty name means
	find     func() string // the same, when nobody has said it
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{points: map[string]*Point{}} }

// Add publishes p under its name, in the place of what had that name.
func (r *Registry) Add(p *Point) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.points[p.Name] = p
}

// SetDefault says what mms://host/ without a name leads to.
func (r *Registry) SetDefault(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fallback = strings.Trim(name, "/")
}

// FindDefault has f say what the empty name means, for as long as SetDefault
// has not: what there is to play may change at any time.
func (r *Registry) FindDefault(f func() string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.find = f
}

// Default returns what the empty name means; "" when nothing does.
func (r *Registry) Default() string {
	r.mu.RLock()
	name, find := r.fallback, r.find
	r.mu.RUnlock()
	if name == "" && find != nil {
		name = find() // without the lock: it may look names up
	}
	return name
}

// Lookup returns the point with the longest name that path begins with, and
// what is left of path below it.
func (r *Registry) Lookup(path string) (*Point, string, error) {
	name := strings.Trim(path, "/")
	if name == "" {
		name = r.Default()
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for head := name; ; {
		if p := r.points[head]; p != nil {
			return p, strings.TrimPrefix(name[len(head):], "/"), nil
		}
		if head == "" {
			return nil, "", ErrNotFound
		}
		head = head[:max(strings.LastIndexByte(head, '/'), 0)]
	}
}

// All returns the points in the order of their names.
func (r *Registry) All() []*Point {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Point, 0, len(r.points))
	for _, p := range r.points {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// CachingFor is what somebody, a cache or not, is told of what may be done with the
// content at a path, be it that of a broadcast that is over or of a point that leads
// elsewhere.
func (r *Registry) CachingFor(path string, a Asker, cache bool) (cachecontrol.Control, error) {
	var info Info
	_, e, err := r.OpenFor(path, a)
	switch {
	case errors.Is(err, ErrNotLive):
		info.Broadcast = true
	case err != nil:
		return cachecontrol.Control{}, err
	case e != nil:
		defer e.Close()
		info = *e.Info()
	}
	return info.CachingFor(cache), nil
}
