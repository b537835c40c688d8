package proxy

import (
	"fmt"
	"os"
	"slices"
	"sync"

	"caracal/asf"
	"caracal/internal/point"
)

// The bounds of what one content has in memory.
const (
	blockBytes = 128 << 10 // about, of one block
	maxBlocks  = 64        // of content whose packets are on the disk too

	// Without a disk this much is kept before the player's place, in which it may
	// ask again for what was lost on the way, and this much is fetched ahead.
	windowBehind = 12 << 20
	windowAhead  = 4 << 20
)

// stock keeps the packets of one content while they come, in any order: on the
// disk, or a window of them in memory. Players get the blocks that are being
// filled, and wait for those that are not there.
type stock struct {
	size   int      // of a packet, bytes
	per    int64    // packets of a block, which begins at a multiple of that
	file   *os.File // nil: memory only
	dataAt int64    // of packet 0 in the file
	missed func()   // called when somebody waits for what nobody fetches

	mu      sync.Mutex
	count   int64 // packets that there are, as far as that is known
	counted bool  // that is for certain
	there   spans
	stored  spans // in the file
	blocks  []*piece
	turn    uint64 // of use
	waiting map[int64][]func()
	loading map[int64]bool // blocks that are being read
	asked   int64          // the last packet that somebody asked for
	marks   marks
	err     error
	moved   chan struct{} // somebody has asked for another packet
	reads   sync.WaitGroup
}

// piece is a block, or the part of one that came in one go.
type piece struct {
	*point.Block
	used  uint64 // turn
	done  bool   // nothing is added any more
	saved bool   // it is in the file
}

func (p *piece) span() span {
	first, n := p.First()
	return span{first, first + int64(n)}
}

func newStock(info *point.Info, file *os.File, missed func()) *stock {
	return &stock{
		size: info.PacketSize, per: max(int64(blockBytes/info.PacketSize), 1), file: file, dataAt: info.DataOffset,
		missed: missed, count: info.Packets, waiting: map[int64][]func(){}, loading: map[int64]bool{},
		marks: newMarks(info.Header), moved: make(chan struct{}, 1),
	}
}

// get is Entry.Block.
func (s *stock) get(n int64, wake func()) (*point.Block, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ask(n)
	s.turn++
	for _, p := range s.blocks {
		if p.Holds(n) {
			p.used = s.turn
			return p.Block, nil
		}
	}
	switch {
	case n >= s.count && s.counted:
		return nil, point.ErrEnd
	case s.err != nil && (s.file == nil || !s.stored.has(n)):
		return nil, s.err
	}
	s.waiting[n] = append(s.waiting[n], wake)
	if s.stored.has(n) {
		s.load(n)
	} else {
		s.missed()
	}
	return nil, nil
}

// ask notes where the player is.
func (s *stock) ask(n int64) {
	s.asked = n
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

// load reads the stored part of a block around packet n. The mutex is held.
func (s *stock) load(n int64) {
	index := n / s.per
	if s.loading[index] {
		return
	}
	s.loading[index] = true
	r := s.stored.around(n)
	r.first, r.end = max(r.first, index*s.per), min(r.end, (index+1)*s.per)
	s.reads.Go(func() {
		b := make([]byte, (r.end-r.first)*int64(s.size))
		_, err := s.file.ReadAt(b, s.dataAt+r.first*int64(s.size))
		s.mu.Lock()
		delete(s.loading, index)
		if err != nil {
			s.err = fmt.Errorf("proxy: reading what was fetched: %w", err)
		} else {
			s.insert(&piece{Block: point.NewBlock(r.first, s.size, b), done: true, saved: true})
		}
		wakes := s.wakesIn(r)
		s.mu.Unlock()
		wakeAll(wakes)
	})
}

// insert adds a block to those in memory. The mutex is held.
func (s *stock) insert(p *piece) {
	s.turn++
	p.used = s.turn
	s.blocks = append(s.blocks, p)
	if s.file == nil {
		s.forget()
		return
	}
	for len(s.blocks) > maxBlocks {
		oldest := -1
		for i, p := range s.blocks {
			if p.saved && (oldest < 0 || p.used < s.blocks[oldest].used) {
				oldest = i
			}
		}
		if oldest < 0 {
			return
		}
		s.blocks = slices.Delete(s.blocks, oldest, oldest+1)
	}
}

// forget lets go of what is outside of the window. The mutex is held.
func (s *stock) forget() {
	low, high := s.asked-windowBehind/int64(s.size), s.asked+2*windowAhead/int64(s.size)
	s.blocks = slices.DeleteFunc(s.blocks, func(p *piece) bool {
		r := p.span()
		if !p.done || r.end > low && r.first < high {
			return false
		}
		s.there.cut(r)
		s.marks.cut(r)
		return true
	})
}

// ahead says that packet n is farther ahead of the player than is kept in memory.
func (s *stock) ahead(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file == nil && n > s.asked+max(windowAhead/int64(s.size), 1)
}

// wakesIn takes those who wait for packets. The mutex is held.
func (s *stock) wakesIn(r span) (wakes []func()) {
	for n, list := range s.waiting {
		if n >= r.first && n < r.end {
			wakes = append(wakes, list...)
			delete(s.waiting, n)
		}
	}
	return wakes
}

func wakeAll(wakes []func()) {
	for _, wake := range wakes {
		wake()
	}
}

// fail says that no more comes; nil says that all has.
func (s *stock) fail(err error) {
	s.mu.Lock()
	s.err = err
	wakes := s.wakesIn(span{0, 1 << 62})
	s.mu.Unlock()
	wakeAll(wakes)
}

// wanted are the packets that somebody waits for and that have not come.
func (s *stock) wanted() (list []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range s.waiting {
		if !s.there.has(n) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// missing is the first packet that has not come; whole says that none is missing.
func (s *stock) missing() (gap int64, whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gap = s.there.gap()
	return gap, gap >= s.count
}

// packets is how many there are.
func (s *stock) packets() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// ends says that there are n packets, whatever the header claims.
func (s *stock) ends(n int64) {
	s.mu.Lock()
	s.count, s.counted = n, true
	wakes := s.wakesIn(span{n, 1 << 62})
	s.mu.Unlock()
	wakeAll(wakes)
}

// find looks for a clean point among the packets that are there.
func (s *stock) find(stream uint8, ms uint32) (asf.CleanPoint, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.marks.find(stream, ms, s.there, s.count)
}
