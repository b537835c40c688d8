package playlist

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// Way is how one player goes through a List. Going back leads to what was played,
// also if the list has been changed since.
type Way struct {
	list    *List
	request func(context.Context) (Found, error) // nil: this is no wrapper
	asker   point.Asker                          // whose way it is
	seed    uint64
	edges   map[string]string // of the way before

	mu      sync.Mutex
	history []visit // of the places from first on
	first   int
	heard   uint64 // the number of the last event of the list
	events  []sent // the list's and its own
	told    uint64 // the number of the last one

	beat atomic.Uint64 // its own events
}

// visit is an item that was opened.
type visit struct {
	at    cursor // with the item's media element on top
	src   wsx.Source
	part  part
	gap   time.Duration // before it
	told  uint64        // the event up to which its cursor knows them
	began time.Time     // of a broadcast: when it was opened, and the gap was over
}

// Event is List.Event for this player only.
func (w *Way) Event(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hear(name)
	w.beat.Add(1)
}

// Open opens an item, as point.Way has it.
func (w *Way) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	if by <= 0 {
		return w.back(ctx, place, max(by, -maxBy))
	}
	for {
		item, err := w.forward(ctx, place)
		if by--; by == 0 || err != nil {
			return item, err
		}
		place = item.Place
		(&Found{Entry: item.Entry, Release: item.Release}).close()
	}
}

// back opens what was played: the item at a place, or one before it.
func (w *Way) back(ctx context.Context, place, by int) (point.ListItem, error) {
	for tries := 0; ; tries++ {
		v, ok := w.visited(place + by)
		if !ok || tries > MaxHistory {
			return point.ListItem{}, io.EOF
		}
		item, err := w.again(ctx, place+by, v)
		if err == nil || by == 0 || ctx.Err() != nil {
			return item, err
		}
		by--
	}
}

func (w *Way) visited(place int) (visit, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := place - w.first
	if at < 0 || at >= len(w.history) {
		return visit{}, false
	}
	return w.history[at], true
}

// again opens the item of a visit once more.
func (w *Way) again(ctx context.Context, place int, v visit) (point.ListItem, error) {
	f, err := w.open(ctx, &v.at, v.src)
	if err == nil && f.Entry == nil { // it has become a folder or a list
		err = point.ErrNotFound
	}
	if err != nil {
		return point.ListItem{}, err
	}
	if _, err := v.at.partOf(f.Entry.Info()); err != nil {
		f.close()
		return point.ListItem{}, err
	}
	return w.item(place, v, f), nil
}

// forward opens what follows a place.
func (w *Way) forward(ctx context.Context, place int) (point.ListItem, error) {
	if w.list.opt.Refresh != nil {
		w.list.opt.Refresh()
	}
	c, told, known := w.behind(place)
	if known.src != (wsx.Source{}) {
		if item, err := w.again(ctx, place+1, known); err == nil {
			return item, nil
		}
	}
	v, f, err := w.search(ctx, &c)
	if err != nil {
		return point.ListItem{}, err
	}
	v.told = told
	w.keep(place+1, v)
	return w.item(place+1, v, f), nil
}

// behind returns the cursor behind the item at a place, and the visit that followed
// it if it would do so again.
func (w *Way) behind(place int) (c cursor, told uint64, known visit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listen()
	at := min(place-w.first, len(w.history)-1)
	if place == point.Outside || at < 0 {
		now := w.list.now()
		c = cursor{seed: w.seed, edges: w.edges, wall: time.Now()}
		c.push(now, now.root)
		for _, e := range w.events {
			c.mark(eventOf(e.name), 0)
		}
		if w.first == 0 && len(w.history) > 0 && w.history[0].at.frames[0].in == now {
			known = w.history[0]
		}
		return c, w.told, known
	}
	v := w.history[at]
	current := v.at.isCurrent()
	if next := at + 1; next < len(w.history) && current {
		known = w.history[next]
		if next+1 == len(w.history) && known.told != w.told { // it may have been no more than a forecast
			known = visit{}
		}
	}
	c = v.after()
	if !current {
		c.relocate()
	}
	for _, e := range w.events {
		if e.number > v.told {
			c.mark(eventOf(e.name), c.clock)
		}
	}
	return c, w.told, known
}

// listen takes over the events of the list.
func (w *Way) listen() {
	names, last := w.list.since(w.heard)
	w.heard = last
	for _, name := range names {
		w.hear(name)
	}
}

func (w *Way) hear(name string) {
	w.told++
	w.events = append(w.events, sent{name, w.told})
	if len(w.events) > maxEvents {
		w.events = w.events[1:]
	}
}

// isCurrent says whether none of the lists has been replaced.
func (c *cursor) isCurrent() bool {
	var last *script
	for i := range c.frames {
		if s := c.frames[i].in; s != last {
			if s.list.now() != s {
				return false
			}
			last = s
		}
	}
	return true
}

// search opens the first item from a cursor on that can be.
func (w *Way) search(ctx context.Context, c *cursor) (visit, Found, error) {
	for range maxTries {
		src, ok := c.next()
		if !ok {
			break
		}
		f, p, err := w.try(ctx, c, src)
		if ctx.Err() != nil && err != nil {
			return visit{}, Found{}, ctx.Err()
		}
		c.top().forgetAt(err)
		switch {
		case err != nil:
			c.refund()
			c.top().in.list.skipped(src, err)
		case f.Entry != nil:
			c.hasPlayed()
			gap := c.silent
			c.silent = 0
			return visit{at: c.copy(), src: src, part: p, gap: gap, began: time.Now().Add(gap)}, f, nil
		}
	}
	return visit{}, Found{}, io.EOF
}

// try opens a source: an entry with the part of it that plays, or something that the
// cursor goes into.
func (w *Way) try(ctx context.Context, c *cursor, src wsx.Source) (Found, part, error) {
	f, err := w.open(ctx, c, src)
	switch {
	case err != nil:
		return Found{}, part{}, err
	case f.List != nil:
		return Found{}, part{}, c.enter(f.List)
	case f.Entry == nil:
		return Found{}, part{}, c.unfold(f.Folder)
	}
	c.markers(f.Entry.Info())
	p, err := c.partOf(f.Entry.Info())
	if err != nil {
		f.close()
		return Found{}, part{}, err
	}
	return f, p, nil
}

// open opens a source as the list does that it stands in.
func (w *Way) open(ctx context.Context, c *cursor, src wsx.Source) (Found, error) {
	l := c.top().in.list
	open := l.opt.Open
	if src.Kind == wsx.FromRequest {
		if w.request == nil || l != w.list {
			return Found{}, ErrRequest
		}
		open = func(ctx context.Context, _ wsx.Source) (Found, error) { return w.request(ctx) }
	}
	return l.open(point.WithAsker(c.withLength(ctx), w.asker), src, open)
}

// keep remembers a visit; those behind it are forgotten.
func (w *Way) keep(place int, v visit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := place - w.first
	if at < 0 || at > len(w.history) {
		w.history, w.first, at = nil, place, 0
	}
	w.history = append(w.history[:at:at], v)
	if len(w.history) > MaxHistory {
		w.history[0] = visit{}
		w.history, w.first = w.history[1:], w.first+1
	}
}
