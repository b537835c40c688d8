package conf

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"caracal/internal/store"
)

// File is one of a conference's. Its name is for people: the content lies under its
// number, and nothing of ours opens it but to send it.
type File struct {
	ID     uint64 // of the event that offered it
	Name   string // FileName's
	Size   int64
	SHA256 [32]byte // once it is stored
	Author MemberID
	By     string // the author's name, as it was shown
	Time   time.Time
	Stored bool // false: it is coming in
}

// files are those of a conference.
type files struct {
	list  []File // the oldest first
	bytes int64  // of those together, of which some are still coming in
}

func (f *files) all() []File { return slices.Clone(f.list) }

func (f *files) find(id uint64) int {
	i, ok := slices.BinarySearchFunc(f.list, id, func(f File, id uint64) int { return cmp.Compare(f.ID, id) })
	if !ok {
		return -1
	}
	return i
}

func (f *files) remove(i int) {
	f.bytes -= f.list[i].Size
	f.list = slices.Delete(f.list, i, i+1)
}

// folder is where the conference's files lie.
func (c *Conference) folder() string {
	return filepath.Join(c.manager.opt.Folder, strconv.FormatInt(c.id, 10))
}

func (c *Conference) fileAt(id uint64) string {
	return filepath.Join(c.folder(), strconv.FormatUint(id, 10))
}

// OpenFile opens a file that is stored; ErrNoFile. The caller closes it. It can be read
// to its end even if it is removed meanwhile.
func (m *Member) OpenFile(id uint64) (*os.File, File, error) {
	m.c.mu.Lock()
	i, err := m.c.files.find(id), m.err
	var f File
	if i >= 0 {
		f = m.c.files.list[i]
	}
	m.c.mu.Unlock()
	switch {
	case err != nil:
		return nil, f, err
	case !f.Stored:
		return nil, f, ErrNoFile
	}
	r, err := os.Open(m.c.fileAt(id))
	if err != nil {
		return nil, f, ErrNoFile // it was removed just now
	}
	return r, f, nil
}

// RemoveFile takes a file away. Its author may, and who has the right Moderate; ErrNoFile.
func (m *Member) RemoveFile(id uint64) error {
	if err := m.order(0); err != nil {
		return err
	}
	c, me := m.c, &m.seat.info
	defer c.mu.Unlock()
	i := c.files.find(id)
	switch {
	case i < 0 || !c.files.list[i].Stored:
		return ErrNoFile
	case c.files.list[i].Author != me.ID && me.Rights&Moderate == 0:
		return ErrNotAllowed
	}
	c.removeFile(i, me.ID)
	return nil
}

// removeFile takes a stored file away.
func (c *Conference) removeFile(i int, by MemberID) {
	id := c.files.list[i].ID
	c.files.remove(i)
	c.mustKeep(store.ConferenceChange{FileGone: id}, func() { os.Remove(c.fileAt(id)) })
	c.publish(FileRemoved{id, by})
}

// makeRoom has the oldest files go until there is room for one more. Those that are
// coming in stay. ErrFiles.
func (c *Conference) makeRoom(size int64) error {
	l := c.limits
	coming, bytes := 0, int64(0)
	for _, f := range c.files.list {
		if !f.Stored {
			coming++
			bytes += f.Size
		}
	}
	if coming >= l.Files || bytes+size > l.FileBytes {
		return ErrFiles
	}
	for i := 0; len(c.files.list) >= l.Files || c.files.bytes+size > l.FileBytes; {
		if !c.files.list[i].Stored {
			i++
			continue
		}
		c.removeFile(i, 0)
	}
	return nil
}
