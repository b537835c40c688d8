package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"caracal/internal/point"
)

// Files are a file, or all files of a folder in the order of their names, as a list.
type Files struct {
	path  string
	cache *Cache
}

// NewFiles makes a list of what is at a path. The folder is read when a way begins;
// now it only has to be there.
func NewFiles(path string, cache *Cache) (*Files, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !IsMedia(path) {
		return nil, fmt.Errorf("%w: its name does not end in .wmv, .wma, .asf or .wm", point.ErrNotMedia)
	}
	return &Files{path: path, cache: cache}, nil
}

// NewLoop makes a program of what is at a path, again and again.
func NewLoop(path string, cache *Cache) (*Program, error) {
	f, err := NewFiles(path, cache)
	if err != nil {
		return nil, err
	}
	return NewProgram(ProgramOptions{Way: f.Again}), nil
}

// Once begins a way through the files.
func (f *Files) Once() point.Way { return &filesWay{files: f} }

// Again begins a way round and round. The folder is read anew for every round.
func (f *Files) Again() point.Way { return &filesWay{files: f, again: true} }

// filesWay is a way through files.
type filesWay struct {
	files *Files
	again bool

	mu    sync.Mutex
	names []string // of this round; nil before the first one
	base  int      // place of the first of them
}

// Open opens a file. One that cannot be played is passed over, a round of such ones
// is an error.
func (w *filesWay) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	step := 1
	if by < 0 {
		step = -1
	}
	var failures []error
	for at := place + by; ; at += step {
		var err error
		if at, err = w.find(at); err != nil {
			return point.ListItem{}, err
		}
		name := w.names[at-w.base]
		e, err := w.files.Open(ctx, name)
		if err == nil {
			item := point.ListItem{Entry: e, Place: at, Source: name, Skips: point.Skips{Forward: true, Backward: true, Seek: true}}
			if len(failures) > 0 {
				item.Passed = failures[len(failures)-1]
			}
			return item, nil
		}
		failures = append(failures, fmt.Errorf("%s: %w", name, err))
		if by == 0 || ctx.Err() != nil {
			return point.ListItem{}, err
		}
		if len(failures) >= len(w.names) {
			why := errors.Join(failures[:min(len(failures), 3)]...) // the first ones say enough
			return point.ListItem{}, fmt.Errorf("%w in %s: %w", ErrNothing, filepath.Base(w.files.path), why)
		}
	}
}

// find returns the place of what is at one, in this round or the next.
func (w *filesWay) find(at int) (int, error) {
	end := w.base + len(w.names)
	switch {
	case w.names != nil && at >= end && !w.again, at < 0 && !w.again:
		return 0, io.EOF
	case w.names == nil || at >= end:
		names, err := w.files.Names()
		if err != nil {
			return 0, err
		}
		if len(names) == 0 {
			return 0, fmt.Errorf("%w in %s", ErrNothing, filepath.Base(w.files.path))
		}
		w.base, w.names = end, names
		return w.base, nil
	case at < w.base: // the round before has other files by now
		n := len(w.names)
		return w.base + ((at-w.base)%n+n)%n, nil
	}
	return at, nil
}

// folder opens the folder that the files are in; name is that of the one file.
func (f *Files) folder() (folder *Folder, name string, err error) {
	path, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return nil, "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if !info.IsDir() {
		path, name = filepath.Split(path)
	}
	folder, err = NewFolder(path, f.cache)
	return folder, name, err
}

// Names lists the files.
func (f *Files) Names() ([]string, error) {
	folder, name, err := f.folder()
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if name != "" {
		return []string{name}, nil
	}
	items, err := folder.List()
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Name
	}
	return names, err
}

// Open opens one of them; "" is the one that there is.
func (f *Files) Open(ctx context.Context, name string) (point.Entry, error) {
	folder, only, err := f.folder()
	if err != nil {
		return nil, err
	}
	defer folder.Close() // what plays goes on
	if name == "" {
		name = only
	}
	return folder.Open(ctx, name)
}
