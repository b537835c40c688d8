package point

import (
	"context"
	"time"
)

// followTimeout is how long a list may look for what can be opened next.
const followTimeout = time.Minute

// coming is what follows an entry, while it is opened and after that.
type coming struct {
	ready bool
	next  *Listed
	err   error
	wake  func()
}

// follow returns what comes after the entry. Nil without an error: it is being
// opened, and wake is called when it is there. io.EOF: nothing does.
func (l *Listed) follow(wake func()) (*Listed, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.coming == nil {
		l.coming = &coming{}
		go l.open(l.coming)
	}
	if c := l.coming; c.ready {
		return c.next, c.err
	}
	l.coming.wake = wake
	return nil, nil
}

func (l *Listed) open(c *coming) {
	ctx, cancel := context.WithTimeout(context.Background(), followTimeout)
	defer cancel()
	var next *Listed
	item, err := l.way.Open(ctx, l.item.Place, 1)
	if err == nil {
		next, err = l.sibling(item, Position{})
	}
	l.mu.Lock()
	c.ready, c.next, c.err = true, next, err
	wake, abandoned := c.wake, l.closed || l.coming != c
	l.mu.Unlock()
	if abandoned && err == nil {
		next.Close()
	}
	if wake != nil {
		wake()
	}
}

// forget lets go of what was to follow: something else will.
func (l *Listed) forget() {
	l.mu.Lock()
	c := l.coming
	l.coming = nil
	l.mu.Unlock()
	if c != nil && c.next != nil {
		c.next.Close()
	}
}

// take leaves what follows to who plays it now: it is not closed with l.
func (l *Listed) take(next Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.coming != nil && next == Entry(l.coming.next) {
		l.coming = nil
	}
}
