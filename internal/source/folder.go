package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"caracal/internal/point"
)

// The bounds of a folder.
const (
	maxName    = 1024    // bytes of a name below the folder
	maxDepth   = 32      // of folders in folders
	maxItems   = 100000  // that List returns
	maxWalked  = 1 << 20 // files and folders that List looks at
	maxSibling = 10000   // files that are compared when only the case differs
)

// Plain is content that can be had as a plain file too.
type Plain interface {
	// OpenPlain opens a published file for reading.
	OpenPlain(name string) (io.ReadSeekCloser, fs.FileInfo, error)
}

// IsMedia says whether a file name is that of Windows Media content.
func IsMedia(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".asf", ".wma", ".wmv", ".wm":
		return true
	}
	return false
}

// Folder publishes the Windows Media files below a folder. No name, link or
// device leads out of it.
type Folder struct {
	root  *os.Root
	shelf shelf
	lists func(ctx context.Context, name string) (point.Entry, error) // nil: there are none
}

// NewFolder opens a folder.
func NewFolder(dir string, c *Cache) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{root: root, shelf: shelf{cache: c}}, nil
}

// Close ends the publication; what is being played goes on.
func (f *Folder) Close() error {
	f.shelf.close()
	return f.root.Close()
}

// Open opens a file of the folder.
func (f *Folder) Open(ctx context.Context, name string) (point.Entry, error) {
	name, info, err := f.resolve(name)
	if err != nil {
		return nil, err
	}
	if IsList(name) {
		return f.lists(ctx, name)
	}
	return f.shelf.take(name, info, func() (opened, error) {
		file, info, err := f.open(name)
		return opened{file, file, info}, err
	})
}

// Forget lets go of a file that is about to be removed: as long as it is kept open
// for the next player, its room on the disk is not free.
func (f *Folder) Forget(name string) { f.shelf.forget(name) }

// OpenPlain opens a file of the folder for reading as it is.
func (f *Folder) OpenPlain(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	name, _, err := f.resolve(name)
	if err != nil {
		return nil, nil, err
	}
	if IsList(name) { // it is played, not read
		return nil, nil, point.ErrNotFound
	}
	return f.open(name)
}

// resolve checks a name and finds its file; a name that is not there may
// differ in case, as it did not matter where these names come from.
func (f *Folder) resolve(name string) (string, fs.FileInfo, error) {
	if !f.canBeAsked(name) {
		return "", nil, point.ErrNotFound
	}
	name, info, err := f.stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = point.ErrNotFound
	}
	return name, info, err
}

// stat finds what has a name, or one that equals it but for the case of letters.
func (f *Folder) stat(name string) (string, fs.FileInfo, error) {
	info, err := f.root.Stat(filepath.FromSlash(name))
	if errors.Is(err, fs.ErrNotExist) {
		if name, err = f.fold(name); err != nil {
			return "", nil, err
		}
		info, err = f.root.Stat(filepath.FromSlash(name))
	}
	if err != nil {
		return "", nil, reason(err)
	}
	return name, info, nil
}

// canBeAsked says whether a URL may hold a name, and whether its owner meant to
// publish it: what begins with a dot is some program's own.
func (f *Folder) canBeAsked(name string) bool {
	return (IsMedia(name) || f.lists != nil && IsList(name)) && isPlain(name)
}

// fold finds the name that equals name but for the case of letters.
func (f *Folder) fold(name string) (string, error) {
	found := "."
	for _, want := range strings.Split(name, "/") {
		dir, err := f.root.Open(found)
		if err != nil {
			return "", reason(err)
		}
		names, _ := dir.Readdirnames(maxSibling)
		dir.Close()
		match := "" // the first in order, but for the name itself
		for _, n := range names {
			if n == want {
				match = n
				break
			}
			if strings.EqualFold(n, want) && (match == "" || n < match) {
				match = n
			}
		}
		if match == "" {
			return "", point.ErrNotFound
		}
		found = path.Join(found, match)
	}
	return found, nil
}

// open opens a regular file; one that turns out to be a pipe or a device
// neither blocks nor opens.
func (f *Folder) open(name string) (*os.File, fs.FileInfo, error) {
	file, err := f.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, reason(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = point.ErrNotFound
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// reason turns the system's errors into the point's.
func reason(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG):
		return point.ErrNotFound
	case errors.Is(err, fs.ErrPermission):
		return point.ErrForbidden
	}
	// os.Root's "path escapes from parent" has no name to compare with.
	if p := new(fs.PathError); errors.As(err, &p) {
		return fmt.Errorf("%w: %w", point.ErrNotFound, p.Err)
	}
	return err
}

// List returns the folder's media files, in order.
func (f *Folder) List() ([]point.Item, error) {
	var items []point.Item
	walked := 0
	err := fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		walked++
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil // a folder that may not be read is not published
		case d.IsDir() && strings.Count(name, "/") >= maxDepth:
			return fs.SkipDir
		case len(items) >= maxItems, walked > maxWalked:
			return fs.SkipAll
		case !d.IsDir() && f.canBeAsked(name):
			if info, err := f.root.Stat(filepath.FromSlash(name)); err == nil && info.Mode().IsRegular() {
				items = append(items, point.Item{Name: name, Size: info.Size()})
			}
		}
		return nil
	})
	return items, err
}
