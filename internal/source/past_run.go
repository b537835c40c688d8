package source

import (
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// run is a piece of a file with packets that follow each other in the broadcast,
// too.
type run struct {
	past     *past
	at       packetPlace // of its first packet
	file     string
	offset   int64  // of that in the file
	size     int    // of a packet
	shift    uint32 // ms that the file has set its times back
	perBlock int64  // packets

	added int64 // packets; of the archive's goroutine
	count atomic.Int64
	retry atomic.Pointer[failure] // nil: nothing has failed
}

// newRun begins a run with packet n of a file.
func newRun(p *past, at packetPlace, f *archiveFile, n int64, size int) *run {
	return &run{
		past: p, at: at, file: f.name, offset: f.w.Offset(n), size: size, shift: f.w.Shift(), perBlock: max(int64(blockBytes/size), 1),
	}
}

// read reads one block, with the times and numbers that its packets had.
func (r *run) read(index int64) (*point.Block, error) {
	first := index * r.perBlock
	b := make([]byte, min(r.perBlock, r.count.Load()-first)*int64(r.size))
	err := r.readAt(b, r.offset+first*int64(r.size))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.past.lose(r)
		return nil, point.ErrPosition
	case err != nil:
		r.retry.Store(&failure{err, time.Now().Add(brokenFor)})
		return nil, err
	}
	for i := 0; i < len(b); i += r.size {
		asf.RestoreTimes(b[i:i+r.size], r.shift)
	}
	return point.NewBlock(r.at.packet+first, r.size, b), nil
}

func (r *run) readAt(b []byte, at int64) error {
	f, err := r.past.root.OpenFile(r.file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if n, err := f.ReadAt(b, at); n < len(b) {
		return err
	}
	return nil
}

// failed gives the error of storage that has failed a moment ago.
func (r *run) failed(int64) error {
	if f := r.retry.Load(); f != nil && time.Now().Before(f.until) {
		return f.err
	}
	return nil
}
