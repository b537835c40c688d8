package point

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Way is how one player goes through a list of entries; internal/playlist has
// them. It may be used from any goroutine, but reads storage and so never runs on a
// shard.
type Way interface {
	// Open opens the item that is by places behind the one at a place, before it
	// when by is negative, and that one again when it is 0. The first item is 1
	// behind Outside. Items that cannot be opened are passed over. io.EOF: there
	// is none.
	Open(ctx context.Context, place, by int) (ListItem, error)
}

// Outside is the place before the first item of a Way.
const Outside = -1

// ListItem is an item of a Way, opened.
type ListItem struct {
	Entry  Entry
	Place  int
	Clip   Clip
	Gap    time.Duration // in which nothing is played before it, for who comes to it by itself
	Skips  Skips
	Role   string // what it is in its list, for the logs: "Advertisement"
	Name   string // what the logs call it, "" for what it is called itself
	Texts  []Text // what the list tells of it, in the place of its header
	Source string // what it is, for people, without a password: "films/a.wmv"
	Passed error  // why items on the way to it could not be opened; nil: none was passed over
	// Release is called when the entry is closed, if it is not nil.
	Release func()
	// Cut is asked before each packet, if it is not nil, whether the item ends there;
	// at is where that is in the entry, negative in a broadcast. It is called on a
	// shard.
	Cut func(at time.Duration) bool
	// Failed is called when the entry's storage fails while it plays, if it is not
	// nil: what follows comes early. It is called on a shard.
	Failed func(error)
}

// Text is one thing that a list tells players of an item: "title", "author".
type Text struct{ Name, Value string }

// Clip is the part of an entry that its list plays.
type Clip struct {
	From time.Duration
	For  time.Duration // 0: to the end
}

// Skips say where a player may go from an item by itself.
type Skips struct {
	Forward, Backward bool
	Seek              bool // to another time within it
	Last              bool // nothing follows it
}

// Listed is an entry that others follow, as one player comes to it. Who has one
// from Enter, or of a Play that turns to it, closes it; Beside works after that
// too.
type Listed struct {
	Entry
	item       ListItem
	way        Way
	generation uint32
	count      *atomic.Uint32 // of the entries that the player has come to
	start      listedStart

	mu     sync.Mutex
	coming *coming // what follows, once somebody has asked
	closed bool
	silent time.Time // when the gap before it is over; zero: nobody has come to it
}

// Enter begins a way at its first item.
func Enter(ctx context.Context, w Way) (*Listed, error) {
	item, err := w.Open(ctx, Outside, 1)
	if err != nil {
		return nil, err
	}
	l, err := (&Listed{way: w, count: new(atomic.Uint32)}).sibling(item, Position{})
	if err == nil {
		l.number()
	}
	return l, err
}

// Generation counts the entries that the player has come to, from 1.
func (l *Listed) Generation() uint32 { return l.generation }

// Told is what its list tells of an entry, names and values by turns.
func Told(e Entry) (list []string) {
	if l, ok := e.(*Listed); ok {
		for _, t := range l.item.Texts {
			list = append(list, t.Name, t.Value)
		}
	}
	return list
}

// Item is what the list says of the entry.
func (l *Listed) Item() ListItem { return l.item }

// Beside opens the item that is by places from this one, for a player that skips or
// comes back and is to begin at a position in it: with by 0 this one again, which keeps
// its generation. The caller closes it. io.EOF: there is none.
func (l *Listed) Beside(ctx context.Context, by int, at Position) (*Listed, error) {
	item, err := l.way.Open(ctx, l.item.Place, by)
	if err != nil {
		return nil, err
	}
	item.Gap = 0 // whoever goes there does not wait for it
	next, err := l.sibling(item, at)
	switch {
	case err != nil:
		return nil, err
	case by == 0:
		next.generation = l.generation
	default:
		next.number()
	}
	return next, nil
}

// number gives an entry its generation when its player comes to it.
func (l *Listed) number() {
	if l.generation == 0 {
		l.generation = l.count.Add(1)
	}
}

// sibling makes the entry of another item, without a generation, or closes it.
func (l *Listed) sibling(item ListItem, at Position) (*Listed, error) {
	start, err := startOf(item, at)
	if err != nil {
		item.Close()
		return nil, err
	}
	return &Listed{Entry: item.Entry, item: item, way: l.way, count: l.count, start: start}, nil
}

// Close lets go of an item that is not entered.
func (i *ListItem) Close() error {
	err := i.Entry.Close()
	if i.Release != nil {
		i.Release()
	}
	return err
}

// changed makes the entry of what follows a broadcast within the same item, which is
// released with it.
func (l *Listed) changed(next *Live) *Listed {
	l.mu.Lock()
	defer l.mu.Unlock()
	item := l.item
	l.item.Release = nil
	item.Entry = next
	return &Listed{Entry: next, item: item, way: l.way, count: l.count, generation: l.count.Add(1), start: listedStart{goesOn: true}}
}

// Leave closes an entry that its player has left for another one, which stays open
// also if it is what the first one had opened to follow it.
func Leave(before, next Entry) {
	if l, ok := before.(*Listed); ok {
		l.take(next)
	}
	before.Close()
}

// Close lets go of the entry, and of what was to follow it.
func (l *Listed) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	if c := l.coming; c != nil && c.next != nil {
		c.next.Close()
	}
	return l.item.Close()
}
