package source

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"caracal/internal/point"
)

// File publishes one file: the point itself is the item.
type File struct {
	folder *Folder
	name   string
}

// NewFile opens one file; a link is followed wherever it leads, as it was
// named by the operator.
func NewFile(file string, c *Cache) (*File, error) {
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return nil, err
	}
	f, err := NewFolder(filepath.Dir(file), c)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(file)
	if _, _, err := f.resolve(name); err != nil {
		f.Close()
		return nil, err
	}
	return &File{folder: f, name: name}, nil
}

// Close ends the publication.
func (f *File) Close() error { return f.folder.Close() }

// Open opens the file; name has to be empty.
func (f *File) Open(ctx context.Context, name string) (point.Entry, error) {
	if name != "" {
		return nil, point.ErrNotFound
	}
	return f.folder.Open(ctx, f.name)
}

// OpenPlain opens the file for reading as it is.
func (f *File) OpenPlain(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	if name != "" {
		return nil, nil, point.ErrNotFound
	}
	return f.folder.OpenPlain(f.name)
}

// List returns the one item.
func (f *File) List() ([]point.Item, error) {
	_, info, err := f.folder.resolve(f.name)
	if err != nil {
		return nil, err
	}
	return []point.Item{{Size: info.Size()}}, nil
}

// Bytes publishes content that is in memory.
type Bytes struct {
	name  string
	data  []byte
	shelf shelf
}

// NewBytes publishes data, which must not change.
func NewBytes(name string, data []byte, c *Cache) *Bytes {
	return &Bytes{name: name, data: data, shelf: shelf{cache: c}}
}

// Close ends the publication.
func (b *Bytes) Close() error {
	b.shelf.close()
	return nil
}

// Open opens the content; name has to be empty.
func (b *Bytes) Open(_ context.Context, name string) (point.Entry, error) {
	if name != "" {
		return nil, point.ErrNotFound
	}
	return b.shelf.take(b.name, b, func() (opened, error) {
		return opened{bytes.NewReader(b.data), io.NopCloser(nil), b}, nil
	})
}

// OpenPlain opens the content for reading.
func (b *Bytes) OpenPlain(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	if name != "" {
		return nil, nil, point.ErrNotFound
	}
	return nopCloser{bytes.NewReader(b.data)}, b, nil
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// List returns the one item.
func (b *Bytes) List() ([]point.Item, error) {
	return []point.Item{{Size: b.Size()}}, nil
}

// Bytes describes itself as a file does.

// Name returns the content's name.
func (b *Bytes) Name() string { return b.name }

// Size returns the content's length in bytes.
func (b *Bytes) Size() int64 { return int64(len(b.data)) }

// Mode says that the content may only be read.
func (b *Bytes) Mode() fs.FileMode { return 0o444 }

// ModTime is not known.
func (b *Bytes) ModTime() time.Time { return time.Time{} }

// IsDir is false.
func (b *Bytes) IsDir() bool { return false }

// Sys is nil.
func (b *Bytes) Sys() any { return nil }
