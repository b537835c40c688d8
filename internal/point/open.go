package point

import (
	"context"
	"errors"
	"time"
)

// ErrBusy is what Open answers when the storage does not.
var ErrBusy = errors.New("point: the storage does not answer")

// The bounds of Open. Storage that hangs cannot be interrupted: whoever waits
// for it stays until it answers.
const (
	openTimeout = 10 * time.Second
	maxOpening  = 256 // of one point, at once
)

// Open finds the content at a path of a URL, in a few seconds or not at all.
// Without an error, the caller closes the entry, or the point leads elsewhere
// and there is none.
func (r *Registry) Open(path string) (*Point, Entry, error) { return r.OpenFor(path, Asker{}) }

// Open returns the entry for a name below the point. The caller closes it.
func (p *Point) Open(name string) (Entry, error) { return p.OpenFor(name, Asker{}) }

// OpenFor is Open for somebody, whom the Opener finds in its context.
func (p *Point) OpenFor(name string, a Asker) (Entry, error) {
	if p.opening.Add(1) > maxOpening {
		p.opening.Add(-1)
		return nil, ErrBusy
	}
	ctx, cancel := context.WithTimeout(WithAsker(context.Background(), a), openTimeout)
	defer cancel()
	type result struct {
		e   Entry
		err error
	}
	done := make(chan result)
	go func() {
		defer p.opening.Add(-1)
		e, err := p.Opener.Open(ctx, name)
		select {
		case done <- result{e, err}:
		case <-ctx.Done(): // nobody waits for it any more
			if err == nil {
				e.Close()
			}
		}
	}()
	select {
	case r := <-done:
		return r.e, r.err
	case <-ctx.Done():
		return nil, ErrBusy
	}
}
