package source

import (
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// growing are the files that are being written here. Who plays one goes on with
// it as it grows.
type growing struct {
	mu    sync.Mutex
	files []*growth
}

// add takes a file with what is in it.
func (g *growing) add(file fs.FileInfo, packets int64, span uint32) *growth {
	f := &growth{file: file, waiting: map[*entry]func(){}}
	f.grown(packets, span)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files = append(g.files, f)
	return f
}

func (g *growing) remove(f *growth) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files = slices.DeleteFunc(g.files, func(other *growth) bool { return other == f })
}

// find returns what is known of a file, nil if nobody writes it.
func (g *growing) find(file fs.FileInfo) *growth {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range g.files {
		if os.SameFile(f.file, file) {
			return f
		}
	}
	return nil
}

// growth is one file that is being written, as far as it can be read.
type growth struct {
	file    fs.FileInfo
	packets atomic.Int64
	span    atomic.Uint32 // of their send times, ms

	mu      sync.Mutex
	ended   bool
	waiting map[*entry]func() // players that have come to the end of it
}

// grown says that so many packets can be read now.
func (g *growth) grown(packets int64, span uint32) {
	g.packets.Store(packets)
	g.span.Store(span)
	g.wake(false)
}

// end says that no more packets come.
func (g *growth) end() { g.wake(true) }

func (g *growth) wake(ended bool) {
	g.mu.Lock()
	g.ended = g.ended || ended
	waiting := g.waiting
	g.waiting = map[*entry]func(){}
	g.mu.Unlock()
	for _, wake := range waiting {
		wake()
	}
}

// over says that the file has all its packets.
func (g *growth) over() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ended
}

// place says where a packet is that a player wants.
type place uint8

const (
	present place = iota
	later         // it may come; wake is called when there is more to know
	behind        // it will not come
)

// wants returns where packet n is. Each player waits for one.
func (g *growth) wants(n int64, who *entry, wake func()) place {
	if n < g.packets.Load() {
		return present
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case n < g.packets.Load():
		return present
	case g.ended:
		return behind
	}
	g.waiting[who] = wake
	return later
}

// leave forgets a player.
func (g *growth) leave(who *entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.waiting, who)
}

// lookAgain is how long what was read of a growing file is good for the players
// that come next, and for those who seek: the way to a key frame, and its header.
// How many packets there are is known all the time.
const lookAgain = 5 * time.Second
