package conf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/store"
)

// maxUploads is how many files a member may have coming in at a time.
const maxUploads = 4

// Upload is a file that is coming in. Its owner calls Commit or Abort.
type Upload struct {
	member *Member
	file   File
	gone   atomic.Bool // aborted, perhaps by the conference
	idle   *time.Timer // aborts what stands still: others want the room

	mu   sync.Mutex // held while something is written
	to   *os.File
	hash hash.Hash
	size int64
}

// OfferFile begins a file of a size, in bytes, that is known; the oldest files go for
// which there is no room beside it. The errors are ErrNoFiles, ErrFileName, ErrFileTooLarge,
// ErrFiles, ErrRate, or the disk's.
func (m *Member) OfferFile(name string, size int64) (*Upload, error) {
	c := m.c
	name, err := FileName(name)
	switch {
	case c.id == 0:
		return nil, ErrNoFiles
	case err != nil:
		return nil, err
	case size < 0:
		return nil, ErrFileSize
	case size > c.limits.FileSize:
		return nil, ErrFileTooLarge
	}
	if err := m.begin(0, &m.seat.files, c.limits.FileRate, 1); err != nil {
		return nil, err
	}
	c.mu.Unlock() // for the disk
	to, err := c.tempFile()
	if err != nil {
		return nil, err
	}
	u := &Upload{member: m, to: to, hash: sha256.New()}
	if err := u.offer(name, size); err != nil {
		return nil, errors.Join(err, to.Close(), os.Remove(to.Name()))
	}
	return u, nil
}

func (c *Conference) tempFile() (*os.File, error) {
	if err := os.MkdirAll(c.folder(), 0o700); err != nil {
		return nil, fmt.Errorf("conf: %w", err)
	}
	f, err := os.CreateTemp(c.folder(), partial+"*") // 0600
	if err != nil {
		return nil, fmt.Errorf("conf: %w", err)
	}
	return f, nil
}

// partial begins the names of files that are not whole.
const partial = ".part-"

func (u *Upload) offer(name string, size int64) error {
	m, c := u.member, u.member.c
	if err := m.begin(0, &m.seat.bytes, c.limits.ByteRate, float64(size)); err != nil {
		return err
	}
	defer c.mu.Unlock()
	me := &m.seat.info
	if len(m.seat.uploads) >= maxUploads {
		return ErrFiles
	}
	if err := c.makeRoom(size); err != nil {
		return err
	}
	u.file = File{ID: c.log.next, Name: name, Size: size, Author: me.ID, By: me.Name, Time: time.Now()}
	c.files.list = append(c.files.list, u.file)
	c.files.bytes += size
	m.seat.uploads = append(m.seat.uploads, u)
	u.idle = time.AfterFunc(c.limits.UploadFor, u.Abort)
	c.publish(FileOffered{u.file})
	return nil
}

// File is what is coming in.
func (u *Upload) File() File { return u.file }

// Write takes more of the content; ErrFileSize when it is more than was said.
func (u *Upload) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone.Load() {
		return 0, ErrNoFile
	}
	if u.size+int64(len(p)) > u.file.Size {
		return 0, ErrFileSize
	}
	u.idle.Reset(u.member.c.limits.UploadFor)
	n, err := u.to.Write(p)
	u.hash.Write(p[:n])
	u.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("conf: %w", err)
	}
	return n, nil
}

// Abort ends an upload that does not come to its end; after Commit it does nothing.
func (u *Upload) Abort() {
	c := u.member.c
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abort(u, u.file.Author)
}

// abort takes an upload away, of which the disk's part follows.
func (c *Conference) abort(u *Upload, by MemberID) {
	if u.gone.Swap(true) {
		return
	}
	u.idle.Stop()
	c.withdraw(u)
	if i := c.files.find(u.file.ID); i >= 0 {
		c.files.remove(i)
		c.publish(FileRemoved{u.file.ID, by})
	}
	c.mustKeep(store.ConferenceChange{}, func() {
		u.to.Close()
		os.Remove(u.to.Name())
	})
}

func (c *Conference) withdraw(u *Upload) {
	s := u.member.seat
	s.uploads = slices.DeleteFunc(s.uploads, func(v *Upload) bool { return u == v })
}

// Commit says that the file has come to its end. When it returns without an error the
// file is on the disk and in the store, and everybody has been told. The errors are
// ErrFileSize, ErrNoFile if it was aborted meanwhile, or the disk's; with one, the
// upload is over.
func (u *Upload) Commit(ctx context.Context) (File, error) {
	f, err := u.finish()
	if err == nil {
		err = u.store(ctx, f)
	}
	c := u.member.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && u.gone.Load() {
		err = ErrNoFile
	}
	if err != nil {
		c.abort(u, f.Author)
		c.mustKeep(store.ConferenceChange{FileGone: f.ID}, func() { os.Remove(c.fileAt(f.ID)) })
		return File{}, err
	}
	u.gone.Store(true)
	c.withdraw(u)
	c.files.list[c.files.find(f.ID)] = f
	c.publish(FileStored{f})
	c.tell(event.ConferenceFileStored{
		Player: u.member.seat.who.player(c.facts.Name), Conference: c.facts.Name, Member: uint32(f.Author), Size: f.Size,
		SHA256: hex.EncodeToString(f.SHA256[:]),
	})
	return f, nil
}

// finish brings the content to the disk, under its last name.
func (u *Upload) finish() (File, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.file
	u.idle.Stop()
	switch {
	case u.gone.Load():
		return f, ErrNoFile
	case u.size != f.Size:
		return f, ErrFileSize
	}
	f.SHA256, f.Stored = [32]byte(u.hash.Sum(nil)), true
	c := u.member.c
	err := errors.Join(u.to.Sync(), u.to.Close())
	if err == nil {
		err = os.Rename(u.to.Name(), c.fileAt(f.ID))
	}
	if err == nil {
		err = syncFolder(c.folder())
	}
	if err != nil {
		return f, fmt.Errorf("conf: %w", err)
	}
	return f, nil
}

// store waits until the store has the file.
func (u *Upload) store(ctx context.Context, f File) error {
	c, done := u.member.c, make(chan error, 1)
	row := &store.ConferenceFile{
		ID: f.ID, At: f.Time, Member: uint32(f.Author), Author: f.By, Name: f.Name, Size: f.Size, SHA256: f.SHA256[:],
	}
	c.mu.Lock()
	ch := c.stamp(store.ConferenceChange{File: row})
	ok := c.manager.keeper.put(kept{change: ch, done: done}, false)
	c.mu.Unlock()
	if !ok {
		return ErrBusy
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func syncFolder(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
