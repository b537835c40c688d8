package source

import (
	"os"
	"time"

	"caracal/asf"
	"caracal/internal/event"
)

// longestArchive is how much media a file has at most: times in it have 32 bits.
const longestArchive = 7 * 24 * time.Hour

// archiveFile is the file that grows.
type archiveFile struct {
	name    string
	f       *os.File
	w       *asf.Writer
	growth  *growth // once it has its name
	flushed time.Time
	err     error // why it ends, if that is wrong
}

// over says that the next packet belongs into the next file. A stream in which
// no clean point comes is cut at twice the bounds.
func (f *archiveFile) over(o *ArchiveOptions, clean bool) bool {
	size, span := f.w.Size(), time.Duration(f.w.Span())*time.Millisecond
	return clean && (size >= o.Size || span >= o.Time) || size/2 >= o.Size || span/2 >= o.Time || span >= longestArchive
}

// begin makes the next file. It gets its name with the first packets in it: what
// has a name can be played.
func (a *Archive) begin(now time.Time) error {
	name, f, err := a.create(now)
	if err != nil {
		return err
	}
	w, err := asf.NewWriter(f, a.entry.HeaderBytes)
	if err != nil {
		f.Close()
		_ = a.root.Remove(part(name))
		return err
	}
	a.file = &archiveFile{name: name, f: f, w: w}
	return nil
}

// show says what of the file can be read, and gives it its name if it has none
// yet: all that was added has been written.
func (a *Archive) show() error {
	f := a.file
	if f.w.Packets() == 0 {
		return nil
	}
	if f.growth != nil {
		f.growth.grown(f.w.Packets(), f.w.Span())
		return nil
	}
	info, err := f.f.Stat()
	if err != nil {
		return err
	}
	growth := a.opt.Cache.growing.add(info, f.w.Packets(), f.w.Span())
	if err := a.root.Rename(part(f.name), f.name); err != nil {
		a.opt.Cache.growing.remove(growth)
		return err
	}
	f.growth = growth
	a.opt.Bus.Publish(event.ArchiveBegan{Point: a.opt.Point, File: f.name})
	a.prune()
	return nil
}

// finish ends the file that grows, if there is one. The disk is waited for by
// another goroutine: the next file has begun by then.
func (a *Archive) finish() {
	f := a.file
	if f == nil {
		return
	}
	added := f.w.Packets()
	if err := f.w.Close(); f.err == nil {
		f.err = err
	}
	a.lost += uint64(added - f.w.Packets())
	if err := a.show(); f.err == nil {
		f.err = err
	}
	if a.past != nil && f.err == nil {
		a.past.shown(f.name)
	}
	a.file = nil
	if f.growth != nil {
		f.growth.end()
		a.opt.Cache.growing.remove(f.growth)
	}
	ended := event.ArchiveEnded{
		Point: a.opt.Point, File: f.name, Packets: f.w.Packets(), Lost: a.lost, Err: f.err,
	}
	a.lost = 0
	a.wg.Go(func() {
		if info, err := f.f.Stat(); err == nil {
			ended.Bytes = info.Size()
		}
		if err := f.f.Sync(); ended.Err == nil {
			ended.Err = err
		}
		f.f.Close()
		if f.growth == nil {
			_ = a.root.Remove(part(f.name))
		}
		a.opt.Bus.Publish(ended)
	})
}
