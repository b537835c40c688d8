package server

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/playlist"
	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/metafile"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
	"caracal/internal/source"
)

// lookEvery is how often the file of a list that is played is looked at.
const lookEvery = time.Second

// maxBooks is how many lists are kept that nobody asks for.
const maxBooks = 1024

// lists are the server-side playlists, each by its file. All players of one share it.
type lists struct {
	server *Server
	pulls  pulls
	stills stills

	mu    sync.Mutex
	roots []listRoot
	books map[string]*book
}

// listRoot is a folder that lists may name files in.
type listRoot struct {
	dir    string // absolute
	folder *source.Folder
}

// book is one list, and its file as it was read last.
type book struct {
	list    *playlist.List
	root    listRoot
	name    string      // of its file, below the root
	trusted atomic.Bool // the configuration names it
	web     bool        // a web server has made it

	mu       sync.Mutex
	doc      *wsx.Document
	modified time.Time
	size     int64

	looked atomic.Int64 // when, in nanoseconds
}

// addRoot lets lists name what is in a folder.
func (ls *lists) addRoot(dir string, f *source.Folder) (listRoot, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return listRoot{}, err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	r := listRoot{dir, f}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.roots = append(ls.roots, r)
	return r, nil
}

// forget takes what content brought out of what lists may name.
func (ls *lists) forget(c content) {
	if r, ok := c.(rootContent); ok {
		c = r.content
	}
	if w, ok := c.(*wrapped); ok {
		ls.forget(w.wrapper)
		c = w.content
	}
	var root listRoot
	switch c := c.(type) {
	case *listContent:
		root = c.root
	case *folderContent:
		root = c.root
	default:
		return
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.roots = slices.DeleteFunc(ls.roots, func(r listRoot) bool { return r == root })
	maps.DeleteFunc(ls.books, func(_ string, b *book) bool { return b.root == root })
}

// open returns the list that a file of a root holds, as it is now.
func (ls *lists) open(root listRoot, name string, trusted bool) (*playlist.List, error) {
	key := filepath.Join(root.dir, filepath.FromSlash(name))
	ls.mu.Lock()
	b := ls.books[key]
	if b == nil {
		b = &book{root: root, name: name}
	}
	ls.mu.Unlock()
	if err := b.read(ls); err != nil {
		return nil, err
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if other := ls.books[key]; other != nil {
		b = other
	} else {
		ls.makeRoom()
		ls.books[key] = b
	}
	if trusted {
		b.trusted.Store(true)
	}
	return b.list, nil
}

// makeRoom forgets lists when there are too many; who plays one keeps it. The mutex
// is held.
func (ls *lists) makeRoom() {
	if len(ls.books) < maxBooks {
		return
	}
	for key, b := range ls.books {
		if !b.trusted.Load() {
			delete(ls.books, key)
		}
	}
}

// read reads the file, unless it is as it was.
func (b *book) read(ls *lists) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, info, err := b.root.folder.Find(b.name)
	if err != nil {
		return err
	}
	b.looked.Store(time.Now().UnixNano())
	if b.list != nil && info.Size() == b.size && info.ModTime().Equal(b.modified) {
		return nil
	}
	text, info, err := b.root.folder.Read(b.name, markup.MaxBytes)
	if err != nil {
		return err
	}
	d, err := b.newest(ls, text, info)
	switch {
	case err != nil && b.list == nil:
		return fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	case err != nil:
		ls.server.log.Warn("a changed playlist cannot be read: the one from before goes on", "list", b.name, "error", err)
	case b.list == nil:
		b.list = playlist.New(d, playlist.Options{
			Name: b.name, File: b.path(), Bus: &ls.server.bus, Refresh: func() { b.refresh(ls) },
			Open: func(ctx context.Context, src wsx.Source) (playlist.Found, error) { return ls.find(ctx, b, src) },
		})
	default:
		b.list.Replace(d)
	}
	if err == nil {
		b.doc = d
	}
	b.size, b.modified = info.Size(), info.ModTime()
	return nil
}

// path is where the file is.
func (b *book) path() string { return filepath.Join(b.root.dir, filepath.FromSlash(b.name)) }

// refresh looks whether the file has changed, now and then. A list whose file has
// gone stays with those who play it.
func (b *book) refresh(ls *lists) {
	last, now := b.looked.Load(), time.Now().UnixNano()
	if now-last >= int64(lookEvery) && b.looked.CompareAndSwap(last, now) {
		go b.read(ls) // whoever plays does not wait for storage that may hang
	}
}

// readList makes a server-side playlist of a file of any format.
func readList(name string, text []byte) (*wsx.Document, error) {
	if source.IsList(name) {
		return wsx.Parse(text)
	}
	l, format, err := metafile.Parse(name, text)
	if err != nil {
		return nil, err
	}
	if format == metafile.WSX {
		return wsx.Parse(text)
	}
	d, _ := l.WSX()
	return d, nil
}

// isListFile says whether a file is a playlist of any format by its name.
func isListFile(name string) bool {
	return filepath.Ext(name) != "" && metafile.ByName(filepath.Base(name)) != metafile.Unknown
}

// locate finds the root that a list's file name leads into, and the name there.
func (ls *lists) locate(b *book, where string) (listRoot, string, error) {
	full, err := b.absolute(where)
	if err != nil {
		return listRoot{}, "", err
	}
	ls.mu.Lock()
	roots := append([]listRoot{b.root}, ls.roots...)
	ls.mu.Unlock()
	for _, r := range roots {
		if rel, err := filepath.Rel(r.dir, full); err == nil && filepath.IsLocal(rel) {
			return r, filepath.ToSlash(rel), nil
		}
	}
	return listRoot{}, "", fmt.Errorf("%w: %s is neither in the folder of the list nor in a published one", point.ErrForbidden, where)
}

// windowsRoot is where Windows Media Services kept what it published.
const windowsRoot = `\wmpub\wmroot\`

// absolute is the file that a list names. Names count from the folder of the list; of
// those with a drive only what was in Windows Media Services' own folder is known.
func (b *book) absolute(where string) (string, error) {
	dir := filepath.Join(b.root.dir, filepath.FromSlash(path.Dir(b.name)))
	if len(where) >= 2 && where[1] == ':' || strings.HasPrefix(where, `\\`) {
		_, rest, found := strings.Cut(strings.ToLower(strings.ReplaceAll(where, "/", `\`)), windowsRoot)
		if !found {
			return "", fmt.Errorf("%w: %s is a place on a Windows machine: write where it is from the list's folder", point.ErrNotFound, where)
		}
		where = where[len(where)-len(rest):]
	}
	where = filepath.FromSlash(strings.ReplaceAll(where, `\`, "/"))
	if filepath.IsAbs(where) {
		return filepath.Clean(where), nil
	}
	return filepath.Join(dir, where), nil
}

// refused are the sources of a list that cannot be opened whatever comes, with why.
func (ls *lists) refused(b *book, n *wsx.Node) (faults []string) {
	if n.Kind == wsx.Media {
		src := n.Source()
		if src.Kind == wsx.FromFile || src.Kind == wsx.FromFolder {
			if _, _, err := ls.locate(b, src.Where); err != nil && src.Where != "" && !ls.isPoint(src.Where) {
				faults = append(faults, fmt.Sprintf("line %d: %v", n.Pos.Line, err))
			}
		}
	}
	for _, child := range n.Children {
		faults = append(faults, ls.refused(b, child)...)
	}
	return slices.Compact(faults)
}
