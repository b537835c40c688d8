package source

import (
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"
)

// growingFor is how long what was found in a growing file is good for the
// players that come next: each second has another size, and each size would be
// another piece of content in memory.
const growingFor = 5 * time.Second

// growing are the files that are being written here. Who plays one gets it as if
// it ended where it does now.
type growing struct {
	mu    sync.Mutex
	files []fs.FileInfo
}

func (g *growing) add(file fs.FileInfo) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files = append(g.files, file)
}

func (g *growing) remove(file fs.FileInfo) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files = slices.DeleteFunc(g.files, func(f fs.FileInfo) bool { return os.SameFile(f, file) })
}

func (g *growing) has(file fs.FileInfo) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.files, func(f fs.FileInfo) bool { return os.SameFile(f, file) })
}
