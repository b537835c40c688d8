package proxy

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/remote"
)

// The bounds of a proxy point.
const (
	maxItems   = 10_000 // names that are remembered
	maxFetches = 32     // contents that are fetched into the cache at once
	maxPassing = 1000   // that go through without it

	askTime     = 6 * time.Second // that the origin may take to say what there is
	justAsked   = 2 * time.Second // in which its answer is good for the next request too
	remembered  = 5 * time.Second // that it has said no
	unreachable = 2 * time.Second // that it has said nothing
	unplayed    = 30 * time.Second
)

// Proxy is the content of a proxy point.
type Proxy struct {
	opt    Options
	from   origin
	base   *url.URL
	public *url.URL // base without its user
	shelf  *shelf   // nil: nothing is kept
	meter  meter
	tells  *reporter
	local  *atomic.Pointer[netip.Addr] // of the last connection to the origin
	via    atomic.Pointer[[]string]    // of its last answer

	mu      sync.Mutex
	items   map[string]*item
	active  map[*fetch]struct{}
	splits  map[*split]struct{}
	storing int // of active
	closed  bool
	wg      sync.WaitGroup // of what is being ended
}

// item is what is known of one name. Its gate is held by the one who asks the
// origin for it.
type item struct {
	name, url string
	id        string // the URL without a password: what the cache knows it by
	gate      chan struct{}

	// guarded by Proxy.mu
	fetch *fetch
	split *split
	facts facts
	seen  bool      // facts were true once
	asked time.Time // when they were; zero: they are not good any more
	no    error     // what the origin has refused it with
	until time.Time // it is not asked again
	used  time.Time
	users int // of the gate
}

// New opens the cache and returns the point's content. Nobody is asked yet.
func New(o Options) (*Proxy, error) {
	local := &atomic.Pointer[netip.Addr]{}
	from, base, err := newOrigin(&o, o.dial(local))
	if err != nil {
		return nil, err
	}
	return newProxy(o, from, base, local)
}

func newProxy(o Options, from origin, base *url.URL, local *atomic.Pointer[netip.Addr]) (*Proxy, error) {
	p := &Proxy{
		local: local,
		opt:   o, from: from, base: base, public: withoutUser(base),
		items: map[string]*item{}, active: map[*fetch]struct{}{}, splits: map[*split]struct{}{},
	}
	if o.Folder != "" {
		var err error
		if p.shelf, err = openShelf(o.Folder, o.Size, o.Cache, &p.meter); err != nil {
			return nil, err
		}
	}
	p.tells = newReporter(p)
	return p, nil
}

func withoutUser(u *url.URL) *url.URL {
	v := *u
	v.User = nil
	return &v
}

// Close ends all that is under way. What has not come whole is gone.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	var ends []func()
	for f := range p.active {
		ends = append(ends, f.close)
	}
	for s := range p.splits {
		ends = append(ends, s.close)
	}
	p.mu.Unlock()
	var all sync.WaitGroup
	for _, end := range ends {
		all.Go(end)
	}
	all.Wait()
	p.wg.Wait()
	p.tells.close()
	if p.shelf == nil {
		return nil
	}
	return p.shelf.close()
}

// Open finds content: in the cache, on its way there, or at the origin.
func (p *Proxy) Open(ctx context.Context, name string) (point.Entry, error) {
	if !canBeAsked(name) {
		return nil, point.ErrNotFound
	}
	it, err := p.item(name)
	if err != nil {
		return nil, err
	}
	defer p.leave(it)
	if e, err := p.quick(ctx, it); e != nil || err != nil {
		return e, err
	}
	select {
	case it.gate <- struct{}{}:
		defer func() { <-it.gate }()
	case <-ctx.Done():
		return nil, point.ErrBusy
	}
	if e, err := p.quick(ctx, it); e != nil || err != nil {
		return e, err
	}
	return p.ask(ctx, it)
}

// item returns what is known of a name, which leave lets go of.
func (p *Proxy) item(name string) (*item, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	it := p.items[name]
	if it == nil {
		if len(p.items) >= maxItems && !p.forget() {
			return nil, point.ErrBusy
		}
		it = &item{name: name, url: urlOf(p.base, name), id: urlOf(p.public, name), gate: make(chan struct{}, 1)}
		p.items[name] = it
	}
	it.users++
	it.used = time.Now()
	return it, nil
}

func (p *Proxy) leave(it *item) {
	p.mu.Lock()
	defer p.mu.Unlock()
	it.users--
}

// forget makes room for a name: a tenth of those that nobody uses go, the ones
// first that were not asked for the longest time. The mutex is held.
func (p *Proxy) forget() bool {
	var idle []*item
	for _, it := range p.items {
		if it.users == 0 && it.fetch == nil && it.split == nil {
			idle = append(idle, it)
		}
	}
	slices.SortFunc(idle, func(a, b *item) int { return a.used.Compare(b.used) })
	for _, it := range idle[:min(len(idle), maxItems/10)] {
		delete(p.items, it.name)
	}
	return len(idle) > 0
}

// quick gives what can be had without asking the origin; nil and nil if nothing.
func (p *Proxy) quick(ctx context.Context, it *item) (point.Entry, error) {
	now := time.Now()
	p.mu.Lock()
	f, s, no := it.fetch, it.split, it.no
	if now.After(it.until) {
		no = nil
	}
	p.mu.Unlock()
	switch {
	case f != nil:
		p.meter.joined.Add(1)
		return p.hold(f), nil
	case s != nil:
		return s.open(ctx)
	case no != nil:
		p.meter.refused.Add(1)
		return nil, no
	case p.shelf == nil:
		return nil, nil
	}
	k := p.shelf.find(it.id)
	if k == nil || !p.fresh(k, now) {
		return nil, nil
	}
	e, err := p.openKept(ctx, it, k)
	if err != nil {
		return nil, nil // its file is gone: the origin has it
	}
	p.meter.hits.Add(1)
	return e, nil
}

// fresh says whether a copy may be played without asking the origin.
func (p *Proxy) fresh(k *kept, now time.Time) bool {
	r := p.shelf.recordOf(k)
	c := r.facts().Control
	life, known := c.Lifetime()
	switch {
	case !known && c.MustRevalidate():
		life = 0
	case !known:
		life = p.opt.Lifetime
	}
	age := now.Sub(r.Validated)
	return age >= -justAsked && age < max(life, justAsked)
}

func (p *Proxy) openKept(ctx context.Context, it *item, k *kept) (point.Entry, error) {
	e, err := p.shelf.open(ctx, k)
	if err != nil {
		return nil, err
	}
	c := *e.info.Cache
	tell := func(t remote.Type, name string) func() {
		if !c.Subscribes(name) {
			return nil
		}
		return func() { p.tells.tell(it.url, &remote.Event{Type: t}) }
	}
	e.open, e.close = tell(remote.Open, cachecontrol.RemoteOpen), tell(remote.Close, cachecontrol.RemoteClose)
	return e, nil
}

// ask asks the origin. The gate is held.
func (p *Proxy) ask(ctx context.Context, it *item) (point.Entry, error) {
	if a := point.AskerOf(ctx); a.HasMaxForwards && a.MaxForwards <= 0 {
		return nil, errForwards
	}
	now := time.Now()
	p.mu.Lock()
	f, asked := it.facts, it.asked
	p.mu.Unlock()
	if asked.IsZero() || now.Sub(asked) >= justAsked {
		var err error
		if f, err = p.info(ctx, it.url); err != nil {
			return p.refuse(ctx, it, err)
		}
		p.mu.Lock()
		it.facts, it.asked, it.seen, it.no = f, now, true, nil
		p.mu.Unlock()
	}
	if e := p.revalidate(ctx, it, f, now); e != nil {
		return e, nil
	}
	switch {
	case f.live() && f.Control.MaySplit():
		return p.openSplit(ctx, it)
	case f.live(), f.Control.Playlist(): // of which nobody knows the end
		return p.openPrivate(ctx, it)
	}
	e, err := p.begin(ctx, it, f)
	if err != nil {
		return p.refuse(ctx, it, err)
	}
	return e, nil
}

func (p *Proxy) info(ctx context.Context, url string) (facts, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	p.meter.asked.Add(1)
	f, err := p.from.info(ctx, url)
	if err == nil {
		p.via.Store(&f.Via)
	}
	return f, err
}

// Via are the servers that the content comes from, as the origin has named them
// last in Via headers.
func (p *Proxy) Via() []string {
	if via := p.via.Load(); via != nil {
		return *via
	}
	return nil
}

// revalidate holds the copy that there is against the origin's answer.
func (p *Proxy) revalidate(ctx context.Context, it *item, f facts, now time.Time) point.Entry {
	if p.shelf == nil {
		return nil
	}
	k := p.shelf.find(it.id)
	if k == nil {
		return nil
	}
	if !p.shelf.recordOf(k).facts().same(f) || !f.Control.MayStore() || f.live() {
		p.meter.changed.Add(1)
		p.opt.Bus.Publish(event.ProxyChecked{Point: p.opt.Point, Name: it.name, Changed: true})
		p.shelf.drop(k)
		return nil
	}
	e, err := p.openKept(ctx, it, k)
	if err != nil {
		return nil
	}
	p.meter.revalidated.Add(1)
	p.opt.Bus.Publish(event.ProxyChecked{Point: p.opt.Point, Name: it.name})
	_ = p.shelf.validated(k, f, now) // a disk that is full only asks again
	return e
}

// refuse answers for an origin that gives nothing: with a copy that may be stale,
// or with what the origin has said, which is remembered for a while.
func (p *Proxy) refuse(ctx context.Context, it *item, err error) (point.Entry, error) {
	if p.shelf != nil {
		k := p.shelf.find(it.id)
		switch {
		case k != nil && (errors.Is(err, point.ErrNotFound) || errors.Is(err, point.ErrForbidden)):
			p.shelf.drop(k)
		case k != nil && !p.shelf.recordOf(k).facts().Control.MustRevalidate():
			if e, failed := p.openKept(ctx, it, k); failed == nil {
				p.meter.stale.Add(1)
				return e, nil
			}
		}
	}
	p.meter.refused.Add(1)
	span := remembered
	if errors.Is(err, point.ErrBusy) {
		span = unreachable
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if point.AskerOf(ctx).Via == "" { // what has come a long way may have gone round
		it.no, it.until = err, time.Now().Add(span)
	}
	return nil, err
}

// List returns what is kept.
func (p *Proxy) List() ([]point.Item, error) {
	if p.shelf == nil {
		return nil, nil
	}
	items := p.shelf.list()
	slices.SortFunc(items, func(a, b point.Item) int { return strings.Compare(a.Name, b.Name) })
	return items, nil
}
