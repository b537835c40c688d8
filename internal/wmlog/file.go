package wmlog

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	maxBuffer  = 64 << 10         // bytes of lines that wait for the disk
	retryAfter = 10 * time.Second // of a disk that takes nothing
	lookEvery  = time.Second      // whether the file still has its name
	folderMode = 0o750
	fileMode   = 0o640
)

// file is one log: the file that grows, and those before it. Its errors are counted
// lines: nobody waits for a disk.
type file struct {
	opt   *Options
	dir   string
	point string // for the header

	f      *os.File // nil: none is open
	path   string
	began  time.Time // of the period
	number int       // of the file in its period
	full   bool      // another one has to begin
	size   int64     // that is known to be good
	head   int64     // of which the header has so much
	buf    []byte
	lines  uint64 // in buf
	end    int64  // where the header has the date of its end; 0: nowhere
	looked time.Time
	retry  time.Time // no sooner is it tried again
	used   time.Time
	last   error

	written, dropped, mended uint64
}

// add takes one line.
func (f *file) add(line []byte, now time.Time) {
	f.used = now
	if f.f != nil && f.due(len(line), now) {
		f.close(now)
	}
	if f.f == nil && !f.open(now) {
		f.dropped++
		return
	}
	f.buf = append(f.buf, line...)
	f.lines++
	if len(f.buf) >= maxBuffer {
		f.flush(now)
	}
}

// due says whether the next file has to begin.
func (f *file) due(more int, now time.Time) bool {
	if !f.opt.Rotate.start(now.In(f.opt.zone())).Equal(f.began) {
		return true
	}
	size := f.size + int64(len(f.buf))
	f.full = f.opt.MaxSize > 0 && f.number < maxNumber && size > f.head && size+int64(more) > f.opt.MaxSize
	return f.full
}

// open goes on with the file of the period, or begins the next one.
func (f *file) open(now time.Time) bool {
	if now.Before(f.retry) {
		return false
	}
	err := os.MkdirAll(f.dir, folderMode)
	if err == nil {
		err = f.openNext(now)
	}
	if err != nil {
		f.fail(err, now)
		return false
	}
	f.looked = now
	f.prune()
	return true
}

func (f *file) openNext(now time.Time) error {
	name, n, err := f.latest(now)
	if err != nil {
		return err
	}
	if name == "" || f.full && n < maxNumber {
		today := f.opt.Rotate.stamp(now.In(f.opt.zone()))
		if stamp, _, _ := f.opt.parts(name); stamp != today {
			n = -1
		}
		n++
		name = f.opt.fileName(now, n)
	}
	f.path, f.number, f.full = filepath.Join(f.dir, name), n, false
	h, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return err
	}
	f.f, f.size, f.head, f.end = h, 0, 0, 0
	f.began = f.opt.Rotate.start(now.In(f.opt.zone()))
	if err = f.resume(now); err != nil {
		f.f = nil
		return errors.Join(err, h.Close())
	}
	return nil
}

// flush writes what waits. What the disk does not take is gone, and counted; half a
// line is taken back.
func (f *file) flush(now time.Time) {
	if f.f == nil || len(f.buf) == 0 {
		return
	}
	if f.moved(now); f.f == nil && !f.open(now) {
		f.drop()
		return
	}
	n, err := f.f.WriteAt(f.buf, f.size)
	if err == nil {
		f.size += int64(n)
		f.written += f.lines
		f.buf, f.lines, f.last = f.buf[:0], 0, nil
		return
	}
	f.drop()
	f.fail(errors.Join(err, f.f.Truncate(f.size), f.f.Close()), now)
	f.f = nil
}

func (f *file) drop() {
	f.dropped += f.lines
	f.buf, f.lines = f.buf[:0], 0
}

// fail says once that, and why, nothing can be written.
func (f *file) fail(err error, now time.Time) {
	f.retry = now.Add(retryAfter)
	if f.last == nil {
		f.opt.Log.Error("the access log cannot be written: lines are lost until it can", "folder", f.dir, "error", err)
	}
	f.last = err
}

// moved closes a file that somebody has renamed, removed or written to, so that
// another begins; one that was emptied begins anew.
func (f *file) moved(now time.Time) {
	mine, err := f.f.Stat()
	if err != nil {
		return
	}
	if mine.Size() != f.size {
		f.full = mine.Size() > f.size
		f.end = 0
		f.shut(now)
		return
	}
	if now.Sub(f.looked) < lookEvery {
		return
	}
	f.looked = now
	there, err := os.Lstat(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(mine, there) {
		f.shut(now)
	}
}

// close writes what waits and ends the file.
func (f *file) close(now time.Time) {
	f.flush(now)
	f.shut(now)
}

// shut dates the file's end and closes it.
func (f *file) shut(now time.Time) {
	if f.f == nil {
		return
	}
	var err error
	if f.end > 0 {
		_, err = f.f.WriteAt([]byte(now.In(f.opt.zone()).Format(momentLayout)), f.end)
	}
	if err = errors.Join(err, f.f.Close()); err != nil {
		f.opt.Log.Warn("the access log was not ended well", "file", f.path, "error", err)
	}
	f.f = nil
}
