package playlist

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// List is a server-side playlist under a name. It may be used from any goroutine.
type List struct {
	opt     Options
	opening atomic.Int32
	beat    atomic.Uint64 // events

	mu     sync.Mutex
	script *script
	hung   map[string]time.Time // sources, until when they are not tried
	events []sent
	count  uint64          // of all events
	seeds  map[uint64]seed // of who has come lately
}

// script is one version of a list's document. It does not change.
type script struct {
	list  *List
	root  *wsx.Node
	wants map[string]bool // the marks that its times refer to
}

// sent is an event that somebody has sent.
type sent struct {
	name   string
	number uint64
}

// New returns a list of what is in a document, which must not be changed then.
func New(d *wsx.Document, o Options) *List {
	l := &List{opt: o, hung: map[string]time.Time{}, seeds: map[uint64]seed{}}
	l.Replace(d)
	return l
}

// Name is what the list is called.
func (l *List) Name() string { return l.opt.Name }

// Replace makes another document the list's. Who plays it keeps its place, by the
// elements' ids or by what they say, and comes to the new one with the next item.
func (l *List) Replace(d *wsx.Document) {
	s := &script{list: l, root: d.Root, wants: wantsOf(d.Root)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.script = s
}

// is says whether two lists are the same, or are read from the same file.
func (l *List) is(other *List) bool {
	return l == other || l.opt.File != "" && l.opt.File == other.opt.File
}

func (l *List) now() *script {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.script
}

// Event sends an event to all who play the list: what begins with it begins now,
// if it may interrupt what plays, and otherwise when it can.
func (l *List) Event(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	l.events = append(l.events, sent{name, l.count})
	if len(l.events) > maxEvents {
		l.events = l.events[1:]
	}
	l.beat.Add(1)
}

// since returns the events behind the one with a number.
func (l *List) since(number uint64) (names []string, last uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if e.number > number {
			names = append(names, e.name)
		}
	}
	return names, l.count
}

// Way returns the way of one more player.
func (l *List) Way() *Way { return l.Wrap(nil) }

// Wrap returns the way of a player that the list is put around what it asks for,
// %RequestedURL%.
func (l *List) Wrap(request func(context.Context) (Found, error)) *Way {
	return l.WrapFor(context.Background(), request)
}

// close lets go of an entry.
func (f *Found) close() {
	if f.Entry != nil {
		f.Entry.Close()
	}
	if f.Release != nil {
		f.Release()
	}
}

// open opens a source, in a time that is bounded.
func (l *List) open(ctx context.Context, src wsx.Source, open Opener) (Found, error) {
	key := shown(src)
	if l.hangs(key) {
		return Found{}, ErrHangs
	}
	if l.opening.Add(1) > maxOpening {
		l.opening.Add(-1)
		return Found{}, ErrHangs
	}
	limit := openTimeout
	if src.Kind != wsx.FromFile && src.Kind != wsx.FromFolder {
		limit = farTimeout
	}
	player := ctx
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type result struct {
		found Found
		err   error
	}
	done := make(chan result)
	go func() {
		defer l.opening.Add(-1)
		f, err := open(ctx, src)
		select {
		case done <- result{f, err}:
		case <-ctx.Done(): // nobody waits for it any more
			if err == nil {
				f.close()
			}
		}
	}()
	select {
	case r := <-done:
		return r.found, r.err
	case <-ctx.Done():
		if err := player.Err(); err != nil { // who asked has gone: that says nothing of the source
			return Found{}, err
		}
		l.remember(key)
		return Found{}, ErrHangs
	}
}

// hangs says whether a source did not answer lately.
func (l *List) hangs(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, known := l.hung[key]
	if known && time.Now().After(until) {
		delete(l.hung, key)
		return false
	}
	return known
}

func (l *List) remember(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.hung) >= maxHung {
		clear(l.hung)
	}
	l.hung[key] = time.Now().Add(hungFor)
}

func (l *List) skipped(src wsx.Source, err error) {
	l.opt.Bus.Publish(event.EntrySkipped{List: l.opt.Name, Source: shown(src), Err: err})
}

var _ point.Way = (*Way)(nil)
