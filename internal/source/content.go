package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

var errClosed = errors.New("source: closed")

// strideScanMax is the largest file without an index whose key frames are
// looked for when a player winds.
const strideScanMax = 1 << 30

// content is one version of one file, shared by everybody who plays it.
type content struct {
	cache    *Cache
	reader   *asf.Reader
	info     *point.Info
	perBlock int64 // packets
	closer   io.Closer
	file     fs.FileInfo
	fresh    time.Time // until then it stands for a file that grows

	refs int // guarded by the shelf

	brokenMu sync.Mutex        // apart from mu: shards take it
	broken   map[int64]failure // blocks that could not be read

	mu         sync.Mutex      // held while the disk is read
	opening    []point.Payload // of the beginning, for as long as somebody asked
	openingFor time.Duration
}

// openContent reads what has to be known of a file before it is played.
func openContent(o opened, cache *Cache) (*content, error) {
	rd, err := asf.NewReader(o.r, o.info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	if rd.NumPackets() > math.MaxUint32 {
		return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, asf.ErrLimit)
	}
	c := &content{
		cache: cache, reader: rd, closer: o.closer, file: o.info,
		info:     describe(rd, o.info.ModTime()),
		perBlock: max(int64(blockBytes/rd.PacketSize()), 1),
	}
	if cache.growing.has(o.info) {
		c.fresh = time.Now().Add(growingFor)
		if c.info.Header, c.info.HeaderBytes, err = rd.FinishedHeader(); err != nil {
			return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
		}
	}
	return c, nil
}

// is says whether the content is still what a file holds.
func (c *content) is(info fs.FileInfo) bool {
	if time.Now().Before(c.fresh) && os.SameFile(c.file, info) {
		return true
	}
	return c.info.Size == info.Size() && c.info.Modified.Equal(info.ModTime())
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
	n := min(c.perBlock, c.info.Packets-first)
	if n <= 0 {
		return nil, io.ErrUnexpectedEOF
	}
	b := make([]byte, n*int64(c.info.PacketSize))
	got, err := c.reader.ReadPackets(b, first)
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
	return point.NewBlock(first, c.info.PacketSize, b), nil
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

func (e *entry) Info() *point.Info { return e.info }

func (e *entry) Block(n int64, wake func()) (*point.Block, error) {
	return e.cache.get(e.content, n/e.perBlock, wake)
}

func (e *entry) CleanPoint(stream uint8, ms uint32) (asf.CleanPoint, error) {
	c, err := e.reader.CleanPoint(stream, ms)
	if !errors.Is(err, asf.ErrNoCleanPoint) {
		return c, err
	}
	// The encoder marked no key frame; the player finds one by itself.
	n, err := e.reader.PacketBySendTime(ms - min(ms, e.info.TimeBase))
	return asf.CleanPoint{Packet: n, Time: ms}, err
}

func (e *entry) CleanPoints(stream uint8) ([]asf.CleanPoint, error) {
	return e.reader.CleanPoints(stream)
}

func (e *entry) Close() error {
	e.once.Do(e.release)
	return nil
}
