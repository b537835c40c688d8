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
	shown   bool // it has its name
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

// show gives the file its name.
func (a *Archive) show() error {
	f := a.file
	if f.shown || f.w.Packets() == 0 {
		return nil
	}
	info, err := f.f.Stat()
	if err != nil {
		return err
	}
	a.opt.Cache.growing.add(info)
	if err := a.root.Rename(part(f.name), f.name); err != nil {
		a.opt.Cache.growing.remove(info)
		return err
	}
	f.shown = true
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
	a.file = nil
	ended := event.ArchiveEnded{
		Point: a.opt.Point, File: f.name, Packets: f.w.Packets(), Lost: a.lost, Err: f.err,
	}
	a.lost = 0
	a.wg.Go(func() {
		if info, err := f.f.Stat(); err == nil {
			ended.Bytes = info.Size()
			a.opt.Cache.growing.remove(info)
		}
		if err := f.f.Sync(); ended.Err == nil {
			ended.Err = err
		}
		f.f.Close()
		if !f.shown {
			_ = a.root.Remove(part(f.name))
		}
		a.opt.Bus.Publish(ended)
	})
}
