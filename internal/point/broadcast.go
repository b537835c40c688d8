package point

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// What a broadcast answers its source and its players.
var (
	ErrNotLive = errors.New("point: nothing is being broadcast here now")
	ErrPacket  = errors.New("point: not a packet of this stream")
	ErrSource  = errors.New("point: the broadcast has a source already")
)

// Broadcast is what a broadcast publishing point plays: an Opener whose content
// one source brings while players play it.
type Broadcast struct {
	opt BroadcastOptions

	past Past // nil: none; guarded by mu

	mu      sync.Mutex
	before  *Live // current: its packets are kept for those who are behind
	current *Live
	feed    *Feed // of the source that there is; nil: none
	cover   *Feed // of what stands in for it; nil: nothing does
	air     *Feed // whose packets go out; nil: none's do now
	entries uint32

	traffic traffic
	watched atomic.Int64 // Unix time in ns when a player looked for more; 0: none has
}

// BroadcastOptions are the bounds of what is kept for players that join or are
// slow. The zero value has usual ones.
type BroadcastOptions struct {
	Span  time.Duration // of packets; 30 s for 0
	Bytes int           // 64 MiB for 0
	// Linger is how long players wait for another source when theirs has gone;
	// 10 s for 0.
	Linger time.Duration
	// Commands gives what has no script command stream one, for Command.
	Commands bool
}

// NewBroadcast returns a broadcast that nobody brings anything to yet.
func NewBroadcast(o BroadcastOptions) *Broadcast { return &Broadcast{opt: o.withDefaults()} }

// SetOptions has other bounds hold for what is broadcast from the next header on.
func (b *Broadcast) SetOptions(o BroadcastOptions) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opt = o.withDefaults()
}

func (o BroadcastOptions) withDefaults() BroadcastOptions {
	if o.Span <= 0 {
		o.Span = 30 * time.Second
	}
	if o.Bytes <= 0 {
		o.Bytes = 64 << 20
	}
	if o.Linger <= 0 {
		o.Linger = 10 * time.Second
	}
	return o
}

// Open returns what is being broadcast now.
func (b *Broadcast) Open(_ context.Context, name string) (Entry, error) {
	if name != "" {
		return nil, ErrNotFound
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.fed() {
		return nil, ErrNotLive
	}
	return b.current, nil
}

// List returns the point itself while it is being broadcast.
func (b *Broadcast) List() ([]Item, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.fed() {
		return nil, nil
	}
	return []Item{{Live: true}}, nil
}

// fed says whether somebody brings something. The mutex is held.
func (b *Broadcast) fed() bool { return b.feed != nil || b.air != nil }

// Watched is when a player has looked for more packets last; zero: none ever did.
func (b *Broadcast) Watched() time.Time {
	if at := b.watched.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// Feed is a source's way into a broadcast. It belongs to one goroutine.
type Feed struct {
	b     *Broadcast
	live  *Live // of its latest header
	cover cover
}

// Start gives the broadcast its source, with the ASF header of what comes. It
// fails if there is one already. Players of what was broadcast last go on with
// it.
func (b *Broadcast) Start(header []byte) (*Feed, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.feed != nil {
		return nil, ErrSource
	}
	f := &Feed{b: b}
	if err := f.start(header); err != nil {
		return nil, err
	}
	b.feed = f
	return f, nil
}

// start begins an entry. The mutex is held.
func (f *Feed) start(header []byte) error {
	l, err := newLive(header, f.b.opt)
	if err != nil {
		return err
	}
	f.live = l
	if f.mayGoOn() {
		f.b.put(f)
	}
	return nil
}

// put has players go on with a feed's entry, from here. The mutex is held.
func (b *Broadcast) put(f *Feed) {
	if f.live.generation != 0 { // it was left, and what came meanwhile was missed
		f.live = f.live.again()
	}
	b.entries++
	f.live.generation, f.live.watched = b.entries, &b.watched
	f.live.past = b.past
	f.live.info.Seekable = b.past != nil
	if b.before != nil {
		b.before.drop()
	}
	if b.current != nil {
		b.current.finish(f.live)
	}
	b.before, b.current, b.air = b.current, f.live, f
}

// Header says that other content follows, with its header.
func (f *Feed) Header(header []byte) error {
	f.b.mu.Lock()
	defer f.b.mu.Unlock()
	if f.b.air != f && f.cover != 0 {
		return ErrYield
	}
	return f.start(header)
}

// PacketSize is that of the present header, bytes.
func (f *Feed) PacketSize() int { return f.live.info.PacketSize }

// Add hands a packet to the players. It is copied.
func (f *Feed) Add(pkt []byte) error {
	f.b.mu.Lock()
	defer f.b.mu.Unlock()
	if f.b.air != f {
		if err := f.enter(pkt); err != nil || f.b.air != f {
			return err
		}
	}
	if err := f.live.add(pkt); err != nil {
		return err
	}
	f.live.heard()
	if f.cover == 0 {
		f.b.traffic.count(f.PacketSize())
	}
	return nil
}

// Close takes the source away. Players wait a while for another one.
func (f *Feed) Close() {
	f.b.mu.Lock()
	defer f.b.mu.Unlock()
	switch f {
	case f.b.feed:
		f.b.feed = nil
	case f.b.cover:
		f.b.cover = nil
	}
	if f.b.air == f {
		f.b.air = nil
		f.live.finish(nil)
	}
}
