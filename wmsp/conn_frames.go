package wmsp

import (
	"os"
	"sync"

	"caracal/internal/pace"
	"caracal/internal/point"
)

// Who plays from the first packet on with nothing left out gets the same
// bytes as everybody else who does: LocationId is the packet's number, and
// AFFlags is that modulo 256. Those bytes are written into a file in memory
// once, and the kernel sends them from there without another copy.

// frameCache holds the framed form of content, up to a budget. Content that
// does not fit is framed for each player.
type frameCache struct {
	budget int64

	mu    sync.Mutex
	files map[frameKey]*frameFile
	used  int64
}

type frameKey struct {
	info    *point.Info
	chunked bool
}

// frameFile is one content's framed form; packet n is at n times stride.
type frameFile struct {
	cache  *frameCache
	key    frameKey
	file   *os.File
	head   []byte // of each chunk; nil if the body is not chunked
	stride int
	users  int

	mu     sync.Mutex
	filled []uint64 // a bit for each packet
}

func newFrameCache(budget int64) *frameCache {
	return &frameCache{budget: budget, files: map[frameKey]*frameFile{}}
}

// acquire returns the file for content, or nil when there is no room. release
// gives it back.
func (c *frameCache) acquire(info *point.Info, chunked bool) *frameFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := frameKey{info, chunked}
	f := c.files[key]
	if f == nil {
		f = &frameFile{cache: c, key: key, stride: DataHeadSize + info.PacketSize}
		if chunked {
			f.head = appendChunkHead(nil, f.stride)
			f.stride += len(f.head) + len(crlf)
		}
		if !c.room(f.bytes()) {
			return nil
		}
		if f.file = newMemoryFile(f.bytes()); f.file == nil {
			return nil
		}
		f.filled = make([]uint64, (info.Packets+63)/64)
		c.files[key] = f
		c.used += f.bytes()
	}
	f.users++
	return f
}

func (f *frameFile) bytes() int64 { return f.key.info.Packets * int64(f.stride) }

// room drops content that nobody plays until n bytes fit.
func (c *frameCache) room(n int64) bool {
	for key, f := range c.files {
		if c.used+n <= c.budget {
			break
		}
		if f.users == 0 {
			f.file.Close()
			delete(c.files, key)
			c.used -= f.bytes()
		}
	}
	return c.used+n <= c.budget
}

func (f *frameFile) release() {
	f.cache.mu.Lock()
	defer f.cache.mu.Unlock()
	f.users--
}

func (c *frameCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.files {
		f.file.Close()
	}
	c.files = map[frameKey]*frameFile{}
}

// has says whether all of n packets are framed.
func (f *frameFile) has(first int64, n int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := first; i < first+int64(n); i++ {
		if f.filled[i/64]&(1<<(i%64)) == 0 {
			return false
		}
	}
	return true
}

// put frames packets from a vector of heads and packets in turn.
func (f *frameFile) put(first int64, pairs [][]byte, mem *pace.Scratch) error {
	n := len(pairs) / 2
	b := mem.Grab(n * f.stride)[:0]
	for i := range n {
		b = append(b, f.head...)
		b = append(append(b, pairs[2*i]...), pairs[2*i+1]...)
		if f.head != nil {
			b = append(b, crlf...)
		}
	}
	if _, err := f.file.WriteAt(b, first*int64(f.stride)); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := first; i < first+int64(n); i++ {
		f.filled[i/64] |= 1 << (i % 64)
	}
	return nil
}

// send sends packets from the file, which it fills if need be. It says
// whether it has.
func (f *frameFile) send(out *pace.Out, first int64, pairs [][]byte, mem *pace.Scratch) (bool, error) {
	n := len(pairs) / 2
	if !f.has(first, n) && f.put(first, pairs, mem) != nil {
		return false, nil
	}
	return true, out.SendFile(f.file, first*int64(f.stride), n*f.stride)
}
