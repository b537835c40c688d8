package source

import (
	"io"
	"io/fs"
	"sync"

	"caracal/internal/point"
)

// shelfIdle is how many files that nobody plays are kept open and parsed.
const shelfIdle = 64

// shelf keeps opened content, so that a thousand players of a file share one
// descriptor and one parsed header. A file that has changed is opened anew;
// who plays the old version keeps it.
type shelf struct {
	cache *Cache

	mu     sync.Mutex
	books  map[string]*content
	idle   []string // names of content without players, the oldest first
	closed bool
}

// opened is a file that open has just opened.
type opened struct {
	r      io.ReaderAt
	closer io.Closer
	info   fs.FileInfo
}

// take returns a hold on the content called name. open is called when the
// file, as info describes it now, is not on the shelf.
func (s *shelf) take(name string, info fs.FileInfo, open func() (opened, error)) (point.Entry, error) {
	if e := s.find(name, info); e != nil {
		e.lookAgain()
		return e, nil
	}
	o, err := open()
	if err != nil {
		return nil, err
	}
	c, err := openContent(o, s.cache)
	if err != nil {
		o.closer.Close()
		return nil, err
	}
	return s.put(name, c)
}

func (s *shelf) find(name string, info fs.FileInfo) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.books[name]
	if c == nil || !c.is(info) {
		return nil
	}
	return s.hold(name, c)
}

func (s *shelf) put(name string, c *content) (point.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		c.closer.Close()
		return nil, errClosed
	}
	if s.books == nil {
		s.books = map[string]*content{}
	}
	old := s.books[name]
	if old != nil && old.is(c.file) {
		c.closer.Close() // somebody else was faster
		return s.hold(name, old), nil
	}
	s.books[name] = c
	if old != nil && old.refs == 0 {
		s.unlist(name)
		s.discard(old)
	}
	return s.hold(name, c), nil
}

func (s *shelf) hold(name string, c *content) *entry {
	if c.refs == 0 {
		s.unlist(name)
	}
	c.refs++
	return &entry{content: c, release: func() { s.release(name, c) }}
}

func (s *shelf) release(name string, c *content) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.refs--; c.refs > 0 {
		return
	}
	if s.books[name] != c || s.closed {
		s.discard(c)
		return
	}
	s.idle = append(s.idle, name)
	if len(s.idle) > shelfIdle {
		oldest := s.idle[0]
		s.idle = s.idle[1:]
		s.discard(s.books[oldest])
		delete(s.books, oldest)
	}
}

// forget lets go of the content called name: at once, or when nobody plays it any
// more.
func (s *shelf) forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.books[name]
	if c == nil {
		return
	}
	delete(s.books, name)
	if c.refs == 0 {
		s.unlist(name)
		s.discard(c)
	}
}

func (s *shelf) unlist(name string) {
	for i, n := range s.idle {
		if n == name {
			s.idle = append(s.idle[:i:i], s.idle[i+1:]...)
			return
		}
	}
}

func (s *shelf) discard(c *content) {
	s.cache.forget(c)
	c.closer.Close()
}

func (s *shelf) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, name := range s.idle {
		s.discard(s.books[name])
	}
	s.idle = nil
}
