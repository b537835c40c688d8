package source

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
)

const (
	// archivePoll is how often an archive looks for what has come.
	archivePoll = 200 * time.Millisecond
	// archiveFlush is how much of a broadcast is lost at most when the program
	// is killed, besides what has come since the last look.
	archiveFlush = time.Second
	// archiveRetry is how long after a failure the next file is tried.
	archiveRetry = time.Minute
	// archiveRun is how many packets are taken before a look at the clock.
	archiveRun = 1024
	// archiveEnd is how long Close waits for storage that does not answer.
	archiveEnd = 10 * time.Second
)

var errArchiveHangs = errors.New("source: the archive's storage does not answer; its file will be repaired at the next start")

// ArchiveOptions say where an archive is and how large it may become.
type ArchiveOptions struct {
	Point  string // name of the publishing point
	Folder string // is made if it is not there
	// A file ends at the first clean point at which it has Size bytes or Time of
	// media.
	Size int64
	Time time.Duration
	// The oldest files go when there are more than Keep, or more than KeepSize
	// bytes; 0 is no bound.
	Keep     int
	KeepSize int64
	// TimeShift is how far players may go back in the broadcast; 0 is not at all.
	TimeShift time.Duration
	Bus       *event.Bus
	Cache     *Cache // of the folders through which the files are played
}

// Archive writes what is broadcast into the files of a folder, which can be
// played all the time. One goroutine does: no source and no player waits for the
// disk, and when that fails or is too slow, the archive alone suffers.
type Archive struct {
	opt    ArchiveOptions
	root   *os.Root
	names  archiveNames
	tap    *point.Tap
	past   *past        // for players that go back; nil: they may not
	entry  *point.Info  // of what is broadcast
	file   *archiveFile // that grows; nil: none
	paused time.Time    // no file before this time
	clean  bool         // the next file has to begin with a clean point
	lost   uint64       // packets since the last file began

	stop chan struct{}
	done chan struct{}
	wg   sync.WaitGroup
}

// NewArchive opens the folder and archives b from now on; files that were left
// behind unfinished are repaired meanwhile.
func NewArchive(b *point.Broadcast, o ArchiveOptions) (*Archive, error) {
	if err := os.MkdirAll(o.Folder, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(o.Folder)
	if err != nil {
		return nil, err
	}
	a := &Archive{
		opt: o, root: root, names: newArchiveNames(o.Point), tap: b.Tap(),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	old, err := a.list()
	if err != nil {
		root.Close()
		return nil, fmt.Errorf("the archive's folder: %w", err)
	}
	if o.TimeShift > 0 {
		a.past = &past{root: root, cache: o.Cache, window: o.TimeShift}
		b.SetPast(a.past)
	}
	a.wg.Go(func() { a.repairAll(old) })
	a.wg.Go(a.run)
	go func() { a.wg.Wait(); root.Close(); close(a.done) }()
	return a, nil
}

// Close writes what has come, finishes the file and ends the archive.
func (a *Archive) Close() error {
	close(a.stop)
	select {
	case <-a.done:
		return nil
	case <-time.After(archiveEnd):
		return errArchiveHangs
	}
}

// run archives until Close.
func (a *Archive) run() {
	tick := time.NewTicker(archivePoll)
	defer tick.Stop()
	for {
		more := a.take()
		select {
		case <-a.stop:
			a.take()
			a.finish()
			return
		default:
		}
		if more {
			continue
		}
		select {
		case <-a.stop:
		case <-tick.C:
		}
	}
}

// take takes what has come, and says whether there is more.
func (a *Archive) take() (more bool) {
	now := time.Now()
	for range archiveRun {
		it, ok := a.tap.Next()
		a.lost += it.Lost
		switch {
		case !ok:
			a.flush(now)
			return false
		case it.Ended:
			a.finish()
			return false
		case it.Entry != nil:
			a.finish()
			a.entry, a.clean = it.Entry, false
			if a.past != nil {
				a.past.begin(it.Generation, it.Entry.Header)
			}
		case it.Packet != nil:
			a.add(&it, now)
		}
	}
	a.flush(now)
	return true
}

// add writes a packet into the present file, or the next one.
func (a *Archive) add(it *point.Tapped, now time.Time) {
	if a.file != nil && a.file.over(&a.opt, it.Clean) {
		a.finish()
	}
	if a.file == nil {
		if now.Before(a.paused) || a.clean && !it.Clean {
			a.lost++
			return
		}
		if err := a.begin(now); err != nil {
			a.lost++
			a.fail(err, now)
			return
		}
	}
	err := a.file.w.Add(it.Packet)
	if err == nil {
		if a.past != nil {
			a.past.add(a.file, it.Number, it.Packet, now)
		}
		return
	}
	a.lost++
	// No player has a use for a damaged packet either.
	if _, damaged := errors.AsType[*asf.ParseError](err); !damaged {
		a.fail(err, now)
	}
}

// flush writes what has been gathered for long enough.
func (a *Archive) flush(now time.Time) {
	if a.file == nil || now.Sub(a.file.flushed) < archiveFlush {
		return
	}
	a.file.flushed = now
	err := a.file.w.Flush()
	if err == nil {
		err = a.show()
	}
	if a.past != nil && err == nil {
		a.past.shown(a.file.name)
	}
	if err != nil {
		a.fail(err, now)
	}
}

// fail ends the file that cannot be written, and waits a while with the next.
func (a *Archive) fail(err error, now time.Time) {
	a.paused, a.clean = now.Add(archiveRetry), true
	if a.file == nil {
		a.opt.Bus.Publish(event.ArchiveEnded{Point: a.opt.Point, Lost: a.lost, Err: err})
		return
	}
	a.file.err = err
	a.finish()
}
