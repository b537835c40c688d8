package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

var errClosed = errors.New("source: closed")

// strideScanMax is the largest file without an index whose key frames are
// looked for when a player winds.
const strideScanMax = 1 << 30

// maxPackets is how many packets a file may have: protocols have 32 bits for one.
const maxPackets = math.MaxUint32

// content is one version of one file, shared by everybody who plays it.
type content struct {
	cache    *Cache
	seen     atomic.Pointer[sight]
	growth   *growth // nil: all of it is there
	src      io.ReaderAt
	perBlock int64 // packets
	closer   io.Closer
	file     fs.FileInfo
	looking  sync.Mutex // held while a file that grows is looked at again

	refs int // guarded by the shelf

	brokenMu sync.Mutex        // apart from mu: shards take it
	broken   map[int64]failure // blocks that could not be read

	mu         sync.Mutex      // held while the disk is read
	opening    []point.Payload // of the beginning, for as long as somebody asked
	openingFor time.Duration
}

// openContent reads what has to be known of a file before it is played.
func openContent(o opened, cache *Cache) (*content, error) {
	c := &content{cache: cache, src: o.r, closer: o.closer, file: o.info, growth: cache.growing.find(o.info)}
	s, err := c.look(o.info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	c.seen.Store(s)
	c.perBlock = max(int64(blockBytes/s.reader.PacketSize()), 1)
	return c, nil
}

// is says whether the content is still what a file holds.
func (c *content) is(info fs.FileInfo) bool {
	if c.growth != nil && !c.growth.over() {
		return os.SameFile(c.file, info)
	}
	i := c.seen.Load().info
	return i.Size == info.Size() && i.Modified.Equal(info.ModTime())
}

func describe(rd *asf.Reader, modified time.Time) *point.Info {
	h := rd.Header()
	info := &point.Info{
		Header: h, HeaderBytes: rd.HeaderBytes(), PacketSize: rd.PacketSize(), Packets: rd.NumPackets(),
		DataOffset: rd.DataOffset(), Size: rd.Size(), Modified: modified,
		Tag:      fmt.Sprintf("%x-%x", rd.Size(), modified.UnixNano()),
		TimeBase: rd.TimeBase(), Duration: rd.Duration(), BitRate: h.TotalBitRate(), Seekable: true,
	}
	if f := h.File(); f != nil {
		info.Preroll = uint32(min(f.Preroll, math.MaxUint32))
	}
	if rd.HasIndex() || rd.Size() <= strideScanMax {
		for _, s := range h.Streams() {
			info.Stridable = info.Stridable || s.Kind() == asf.Video
		}
	}
	return info
}

// read reads one block.
func (c *content) read(index int64) (*point.Block, error) {
	first := index * c.perBlock
	info := c.Info()
	n := min(c.perBlock, info.Packets-first)
	if n <= 0 {
		return nil, io.ErrUnexpectedEOF
	}
	b := make([]byte, n*int64(info.PacketSize))
	got, err := c.readPackets(b, first)
	if int64(got) < n {
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		c.brokenMu.Lock()
		defer c.brokenMu.Unlock()
		if c.broken == nil {
			c.broken = map[int64]failure{}
		}
		c.broken[index] = failure{err, time.Now().Add(brokenFor)}
		return nil, err
	}
	return point.NewBlock(first, info.PacketSize, b), nil
}

// brokenFor is how long a block that could not be read is not tried again:
// storage may recover, and may not be asked by each player in turn meanwhile.
const brokenFor = 5 * time.Second

type failure struct {
	err   error
	until time.Time
}

func (c *content) failed(index int64) error {
	c.brokenMu.Lock()
	defer c.brokenMu.Unlock()
	f, ok := c.broken[index]
	if ok && time.Now().After(f.until) {
		delete(c.broken, index)
		return nil
	}
	return f.err
}

// entry is one user's hold on content.
type entry struct {
	*content
	once    sync.Once
	release func()
}

func (e *entry) Block(n int64, wake func()) (*point.Block, error) {
	if e.growth != nil {
		switch e.growth.wants(n, e, wake) {
		case later:
			return nil, nil
		case behind:
			return nil, point.ErrEnd
		}
	}
	return e.cache.get(e.content, n/e.perBlock, n, wake)
}

func (e *entry) CleanPoint(stream uint8, ms uint32) (asf.CleanPoint, error) {
	e.lookAgain()
	s := e.seen.Load()
	c, err := s.reader.CleanPoint(stream, ms)
	if !errors.Is(err, asf.ErrNoCleanPoint) {
		return c, err
	}
	// The encoder marked no key frame; the player finds one by itself.
	n, err := s.reader.PacketBySendTime(ms - min(ms, s.info.TimeBase))
	return asf.CleanPoint{Packet: n, Time: ms}, err
}

func (e *entry) CleanPoints(stream uint8) ([]asf.CleanPoint, error) {
	e.lookAgain()
	return e.seen.Load().reader.CleanPoints(stream)
}

func (e *entry) Close() error {
	if e.growth != nil {
		e.growth.leave(e)
	}
	e.once.Do(e.release)
	return nil
}
