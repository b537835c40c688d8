package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/remote"
	"caracal/internal/source"
)

// fakeOrigin is an origin in memory.
type fakeOrigin struct {
	mu     sync.Mutex
	clips  map[string]*fakeClip // by URL
	down   error                // what all are answered with
	infos  int
	opens  int
	plays  []position
	closed int // streams
	told   []*remote.Event
}

// fakeClip is what it has under one URL.
type fakeClip struct {
	fronttest.Clip
	facts facts
	every time.Duration // between packets
	dies  int           // the next stream breaks off before this packet; 0: it does not
	short int           // streams end here; 0: at the end
	bare  bool          // packets have no numbers
}

var errDown = fmt.Errorf("%w: it is down", ErrOrigin)

func storable(size int, tag string) facts {
	return facts{Control: cachecontrol.OnDemand(int64(size)), Tag: tag, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (o *fakeOrigin) add(name string, seconds uint32) *fakeClip {
	c := &fakeClip{Clip: fronttest.Film(seconds).Clip()}
	c.facts = storable(len(c.File()), "1")
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.clips == nil {
		o.clips = map[string]*fakeClip{}
	}
	o.clips["http://origin/films/"+name] = c
	return c
}

func (o *fakeOrigin) find(url string) (*fakeClip, error) {
	if o.down != nil {
		return nil, o.down
	}
	if c := o.clips[url]; c != nil {
		return c, nil
	}
	return nil, refused(404, errors.New("no "+url))
}

func (o *fakeOrigin) info(_ context.Context, url string) (facts, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.infos++
	c, err := o.find(url)
	if err != nil {
		return facts{}, err
	}
	return c.facts, nil
}

func (o *fakeOrigin) open(_ context.Context, url string) (*opening, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opens++
	c, err := o.find(url)
	if err != nil {
		return nil, err
	}
	return &opening{
		header: c.Header, facts: c.facts, close: func() {},
		play: func(ctx context.Context, at position) (stream, error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			if o.down != nil {
				return nil, o.down
			}
			o.plays = append(o.plays, at)
			s := &fakeStream{o: o, c: c, ctx: ctx, next: int(at.value), dies: c.dies}
			c.dies = 0
			if at.byTime {
				s.next = c.packetAt(uint32(at.value))
			}
			return s, nil
		},
	}, nil
}

// packetAt is the packet in which the second of a time begins.
func (c *fakeClip) packetAt(ms uint32) int {
	b := point.NewBlock(0, fronttest.PacketSize, c.Packets)
	n := 0
	for n+1 < c.Count() && b.SendTime(int64(n+1)) <= ms {
		n++
	}
	return n
}

func (o *fakeOrigin) tell(_ context.Context, _ string, e *remote.Event) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down != nil {
		return o.down
	}
	o.told = append(o.told, e)
	return nil
}

func (o *fakeOrigin) set(down error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = down
}

func (o *fakeOrigin) counts() (infos, opens, plays int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.infos, o.opens, len(o.plays)
}

type fakeStream struct {
	o      *fakeOrigin
	c      *fakeClip
	ctx    context.Context
	next   int
	dies   int
	header bool
}

func (s *fakeStream) Receive() (pull.Event, error) {
	if !s.header {
		s.header = true
		return pull.Event{Kind: pull.GotHeader, Header: s.c.Header}, nil
	}
	n := s.next
	end := s.c.Count()
	if s.c.short > 0 {
		end = s.c.short
	}
	if s.dies > 0 && n >= s.dies {
		return pull.Event{}, io.ErrUnexpectedEOF
	}
	if n >= end {
		return pull.Event{Kind: pull.GotEnd}, nil
	}
	select {
	case <-time.After(s.c.every):
	case <-s.ctx.Done():
		return pull.Event{}, context.Cause(s.ctx)
	}
	s.next++
	return pull.Event{Kind: pull.GotPacket, Data: s.c.Packet(n), Packet: uint32(n), HasPacket: !s.c.bare}, nil
}

func (s *fakeStream) Close() error {
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	s.o.closed++
	return nil
}

// rig is a proxy in front of a fakeOrigin.
type rig struct {
	*Proxy
	t     *testing.T
	o     *fakeOrigin
	dir   string
	cache *source.Cache
	bus   *event.Bus
}

func newRig(t *testing.T, o *fakeOrigin, change func(*Options)) *rig {
	t.Helper()
	r := &rig{t: t, o: o, dir: t.TempDir(), cache: source.NewCache(64 << 20), bus: &event.Bus{}}
	r.start(change)
	t.Cleanup(func() { r.Close(); r.cache.Close() })
	return r
}

func (r *rig) start(change func(*Options)) {
	r.t.Helper()
	opt := Options{
		Point: "films", Folder: r.dir, Size: 1 << 30, MaxContent: 1 << 29, Lifetime: time.Hour, Linger: 10 * time.Second,
		Cache: r.cache, Bus: r.bus,
	}
	if change != nil {
		change(&opt)
	}
	base, err := url.Parse("http://origin/films")
	if err != nil {
		r.t.Fatal(err)
	}
	if r.Proxy, err = newProxy(opt, r.o, base, &atomic.Pointer[netip.Addr]{}); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) open(name string) point.Entry {
	r.t.Helper()
	e, err := r.Open(r.t.Context(), name)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

// await returns a block with packet n of an entry, however long it takes.
func await(e point.Entry, n int64) (*point.Block, error) {
	for {
		woken := make(chan struct{})
		var once sync.Once
		b, err := e.Block(n, func() { once.Do(func() { close(woken) }) })
		if b != nil || err != nil {
			return b, err
		}
		<-woken
	}
}

// read returns the packets of an entry from the nth on, up to its end.
func read(e point.Entry, n int64) ([]byte, error) {
	var all []byte
	for ; n < e.Info().Packets; n++ {
		b, err := await(e, n)
		if errors.Is(err, point.ErrEnd) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, b.Packet(n)...)
	}
	return all, nil
}

// plays checks that an entry has the header and all packets of a clip.
func (r *rig) plays(e point.Entry, c *fakeClip) {
	r.t.Helper()
	got, err := read(e, 0)
	if err != nil || !bytes.Equal(got, c.Packets) {
		r.t.Fatalf("%d packets, %v, want %d", len(got)/fronttest.PacketSize, err, c.Count())
	}
	if !bytes.Equal(e.Info().HeaderBytes, c.Header) {
		r.t.Fatal("another header")
	}
}

// upTo waits for the first packets of an entry.
func (r *rig) upTo(e point.Entry, last int64) {
	r.t.Helper()
	for n := range last + 1 {
		if _, err := await(e, n); err != nil {
			r.t.Fatal(n, err)
		}
	}
}

// files are the names in the cache's folder.
func (r *rig) files() (names []string) {
	r.t.Helper()
	list, err := os.ReadDir(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, filepath.Ext(f.Name()))
	}
	return names
}

func inBubble(t *testing.T, f func(t *testing.T)) { t.Helper(); synctest.Test(t, f) }
