package source

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"caracal/asf"
	"caracal/internal/event"
)

// ErrBeingWritten says that a file is no ruin: somebody is writing it.
var ErrBeingWritten = errors.New("source: the file is being written")

// RepairFile finishes a recording that was cut off, in place, as asf.Repair does;
// it leaves alone what is finished, and what an archive is writing now.
func RepairFile(name string) (repaired bool, err error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return repair(f, f)
}

// repair repairs f, which is read and written through via.
func repair(f *os.File, via asf.WriterFile) (bool, error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, fs.ErrInvalid
	}
	if !lock(f) {
		return false, ErrBeingWritten
	}
	if info, err = f.Stat(); err != nil { // who had the lock may have written
		return false, err
	}
	repaired, err := asf.Repair(via, info.Size())
	if repaired && err == nil {
		err = f.Sync()
	}
	return repaired, err
}

// repairAll repairs what the archive has left behind when it was killed.
func (a *Archive) repairAll(files []archived) {
	for _, old := range files {
		select {
		case <-a.stop:
			return
		default:
		}
		f, err := a.root.OpenFile(old.name, os.O_RDWR, 0)
		if err != nil {
			continue // removed by now
		}
		if old.part {
			if lock(f) {
				_ = a.root.Remove(old.name)
			}
		} else if repaired, err := repair(f, stoppable{f, a.stop}); repaired || isBroken(err) {
			a.tellRepaired(f, old.name, err)
		}
		f.Close()
	}
}

// isBroken says that a repair has failed for good.
func isBroken(err error) bool {
	return err != nil && !errors.Is(err, ErrBeingWritten) && !errors.Is(err, errClosed)
}

func (a *Archive) tellRepaired(f *os.File, name string, err error) {
	ended := event.ArchiveEnded{Point: a.opt.Point, File: name, Repaired: true, Err: err}
	if info, err := f.Stat(); err == nil {
		ended.Bytes = info.Size()
		if r, err := asf.NewReader(f, info.Size()); err == nil {
			ended.Packets = r.NumPackets()
		}
	}
	a.opt.Bus.Publish(ended)
}

// stoppable is a file that cannot be read any more once stop is closed. A repair
// reads first and writes then: it stops without having changed anything.
type stoppable struct {
	*os.File
	stop chan struct{}
}

func (s stoppable) ReadAt(b []byte, at int64) (int, error) {
	select {
	case <-s.stop:
		return 0, errClosed
	default:
		return s.File.ReadAt(b, at)
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
