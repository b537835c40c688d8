package source

import (
	"cmp"
	"os"
	"slices"
	"sort"
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// maxRuns is how many pieces of files a past has: each file is one, and one more
// wherever a packet is missing.
const maxRuns = 4096

// past is what an archive has written since it began, as the past of its
// broadcast: which packets are in which file, and where players can begin. A
// file is open only while a block of it is read.
type past struct {
	root   *os.Root
	cache  *Cache
	window time.Duration // how far back players may begin

	mu    sync.RWMutex
	runs  []*run     // in order, what can be read of them
	marks []pastMark // in order

	writing *run // the last one, which may grow; of the archive's goroutine
	marker  marker
}

// packetPlace is the place of a packet in a broadcast.
type packetPlace struct {
	entry  uint32
	packet int64
}

func (p packetPlace) compare(o packetPlace) int {
	return cmp.Or(cmp.Compare(p.entry, o.entry), cmp.Compare(p.packet, o.packet))
}

// begin has the packets of an entry follow.
func (p *past) begin(entry uint32, h *asf.Header) { p.marker = newMarker(entry, h) }

// add takes a packet that has just been added to a file.
func (p *past) add(f *archiveFile, number int64, packet []byte, now time.Time) {
	at := packetPlace{p.marker.entry, number}
	n := f.w.Packets() - 1
	if r := p.writing; r == nil || r.file != f.name || r.shift != f.w.Shift() || r.at.entry != at.entry || r.at.packet+r.added != number {
		p.writing = newRun(p, at, f, n, len(packet))
		p.mu.Lock()
		p.runs = append(p.runs, p.writing)
		p.mu.Unlock()
	}
	p.writing.added++
	marks := p.marker.marksIn(packet, number, now)
	if len(marks) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marks = append(p.marks, marks...)
	p.trim(now)
}

// trim forgets what is too old or too much. The mutex is held.
func (p *past) trim(now time.Time) {
	k := max(len(p.marks)-maxMarks, 0)
	for k < len(p.marks) && now.Sub(p.marks[k].came) > p.window {
		k++
	}
	p.marks = p.marks[k:]
	for len(p.runs) > maxRuns {
		p.drop(p.runs[0])
	}
}

// shown says that all that has been added to a file can be read.
func (p *past) shown(name string) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for i := len(p.runs) - 1; i >= 0 && p.runs[i].file == name; i-- {
		p.runs[i].count.Store(p.runs[i].added)
	}
}

// removed forgets a file.
func (p *past) removed(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range slices.Clone(p.runs) {
		if r.file == name {
			p.drop(r)
		}
	}
}

// lose forgets a run whose file is not there any more.
func (p *past) lose(r *run) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(r)
}

// drop forgets a run and the marks in it. The mutex is held.
func (p *past) drop(r *run) {
	p.runs = slices.DeleteFunc(p.runs, func(o *run) bool { return o == r })
	p.marks = slices.DeleteFunc(p.marks, func(m pastMark) bool {
		return m.entry == r.at.entry && m.packet >= r.at.packet && m.packet < r.at.packet+r.count.Load()
	})
}

// Block returns the block of a packet.
func (p *past) Block(entry uint32, n int64, wake func()) (*point.Block, error) {
	r := p.find(packetPlace{entry, n})
	if r == nil {
		return nil, point.ErrPosition
	}
	return p.cache.get(r, (n-r.at.packet)/r.perBlock, n, wake)
}

// find returns the run of a packet, nil if it cannot be read.
func (p *past) find(at packetPlace) *run {
	p.mu.RLock()
	defer p.mu.RUnlock()
	i := sort.Search(len(p.runs), func(i int) bool { return p.runs[i].at.compare(at) > 0 })
	if i == 0 || p.runs[i-1].at.entry != at.entry || at.packet >= p.runs[i-1].at.packet+p.runs[i-1].count.Load() {
		return nil
	}
	return p.runs[i-1]
}

// Before finds a place to begin by its time.
func (p *past) Before(entry uint32, stream uint8, ms uint32) (c asf.CleanPoint, ok bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for i := len(p.marks) - 1; i >= 0 && p.marks[i].entry >= entry; i-- {
		m := &p.marks[i]
		if m.entry != entry || m.stream != stream || p.old(m) {
			continue
		}
		c, ok = asf.CleanPoint{Packet: m.packet, Time: m.time}, true
		if int32(ms-m.time) >= 0 {
			break
		}
	}
	return c, ok
}

// old says that players may not begin at a mark any more: when nothing comes, none
// is trimmed.
func (p *past) old(m *pastMark) bool { return time.Since(m.came) > p.window }

// After finds the next place to begin.
func (p *past) After(entry uint32, stream uint8, n int64) (packet int64, ok bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	at := packetPlace{entry, n}
	i := sort.Search(len(p.marks), func(i int) bool { return p.marks[i].compare(at) >= 0 })
	for ; i < len(p.marks) && p.marks[i].entry == entry; i++ {
		if p.marks[i].stream == stream {
			return p.marks[i].packet, true
		}
	}
	return 0, false
}
