package server

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/playlist"
	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
	"caracal/internal/source"
)

// programList is a list that a program plays.
type programList interface {
	Once() point.Way
	Again() point.Way // for who begins it again at its end
	Names() ([]string, error)
}

// programLists are the playlists that programs play, by the paths of their files, and what
// they need.
type programLists struct {
	cache  *source.Cache
	points *point.Registry
	bus    *event.Bus
	log    *slog.Logger
	state  *programState

	mu   sync.Mutex
	open map[string]*listFile
}

func newProgramLists(cache *source.Cache, points *point.Registry, bus *event.Bus, state *programState) *programLists {
	return &programLists{cache: cache, points: points, bus: bus, log: state.log, state: state, open: map[string]*listFile{}}
}

// listFile is a playlist in a file, which is read anew when that has changed.
type listFile struct {
	path  string
	log   *slog.Logger
	state *programState
	list  *playlist.List

	mu   sync.Mutex
	doc  *wsx.Document
	size int64
	time time.Time
}

// isProgram says whether a file is a playlist of the server by its name.
func isProgram(name string) bool { return strings.EqualFold(filepath.Ext(name), ".wsx") }

// listOf makes a list of a file, a folder or a playlist.
func (l *programLists) listOf(what string) (programList, error) {
	if isProgram(what) {
		return l.file(what)
	}
	return source.NewFiles(what, l.cache)
}

// file returns the playlist of a file.
func (l *programLists) file(name string) (*listFile, error) {
	name = filepath.Clean(name)
	l.mu.Lock()
	f := l.open[name]
	if f == nil {
		f = &listFile{path: name, log: l.log, state: l.state}
	}
	l.mu.Unlock()
	err := f.read(func(d *wsx.Document) *playlist.List {
		return playlist.New(d, playlist.Options{Name: filepath.Base(name), Open: l.opener(filepath.Dir(name)), Bus: l.bus})
	})
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if first := l.open[name]; first != nil {
		return first, nil
	}
	l.open[name] = f
	return f, nil
}

// read reads the file if it is new. What plays comes to what has changed with its
// next item.
func (f *listFile) read(make func(*wsx.Document) *playlist.List) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if f.list != nil && info.Size() == f.size && info.ModTime().Equal(f.time) {
		return nil
	}
	doc, err := f.newest(info)
	if err != nil {
		return err
	}
	f.doc, f.size, f.time = doc, info.Size(), info.ModTime()
	if f.list == nil {
		f.list = make(doc)
		return nil
	}
	f.list.Replace(doc)
	f.log.Info("the playlist has changed", "file", f.path)
	return nil
}

// newest is what the file holds, or what was made of it while it played.
func (f *listFile) newest(info fs.FileInfo) (*wsx.Document, error) {
	if text, ok := f.state.get(f.path, info); ok {
		return wsx.Parse([]byte(text))
	}
	b, err := readBounded(f.path, markup.MaxBytes)
	if err != nil {
		return nil, err
	}
	return wsx.Parse(b)
}

// Once begins a way through the playlist.
func (f *listFile) Once() point.Way { return freshWay{f.list.Way(), f} }

// Again is the same: how often it plays is in the playlist.
func (f *listFile) Again() point.Way { return f.Once() }

// Names are the sources in the playlist, in the order in which they are written.
func (f *listFile) Names() ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for _, n := range media(f.doc.Root, nil) {
		src, _ := n.Attribute("src")
		names = append(names, src)
	}
	return names, nil
}

// media returns the elements of a playlist that play something.
func media(n *wsx.Node, list []*wsx.Node) []*wsx.Node {
	if n.Kind == wsx.Media {
		list = append(list, n)
	}
	for _, child := range n.Children {
		list = media(child, list)
	}
	return list
}

// freshWay is a way through a playlist that is looked for changes with every item.
type freshWay struct {
	point.Way
	file *listFile
}

func (w freshWay) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	if err := w.file.read(nil); err != nil {
		w.file.log.Warn("the playlist cannot be read anew: it goes on as it was", "file", w.file.path, "error", err)
	}
	return w.Way.Open(ctx, place, by)
}

// opener finds what the sources of a playlist in a folder lead to.
func (l *programLists) opener(dir string) playlist.Opener {
	return func(ctx context.Context, src wsx.Source) (playlist.Found, error) {
		switch src.Kind {
		case wsx.FromFile:
			return l.openFile(ctx, place(dir, src.Where))
		case wsx.FromFolder:
			return l.openFolder(place(dir, src.Where), src.Pattern)
		case wsx.FromPoint, wsx.FromPush:
			p, name, err := l.points.Lookup(src.Where)
			if err != nil {
				return playlist.Found{}, err
			}
			e, err := p.Opener.Open(ctx, name)
			return playlist.Found{Entry: e}, err
		}
		return playlist.Found{}, fmt.Errorf("%s: a program plays files, folders, playlists and points of this server: "+
			"make a point that pulls it", src.Where)
	}
}

// place is where a name in a playlist leads, which may be written as on Windows.
func place(dir, name string) string {
	name = filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

func (l *programLists) openFile(ctx context.Context, name string) (playlist.Found, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return playlist.Found{}, err
	case info.IsDir():
		return l.openFolder(name, "*")
	case isProgram(name):
		f, err := l.file(name)
		if err != nil {
			return playlist.Found{}, err
		}
		return playlist.Found{List: f.list}, nil
	}
	files, err := source.NewFiles(name, l.cache)
	if err != nil {
		return playlist.Found{}, err
	}
	e, err := files.Open(ctx, "")
	return playlist.Found{Entry: e}, err
}

func (l *programLists) openFolder(dir, pattern string) (playlist.Found, error) {
	files, err := source.NewFiles(dir, l.cache)
	if err != nil {
		return playlist.Found{}, err
	}
	names, err := files.Names()
	found := []wsx.Source{}
	for _, name := range names {
		if fits(pattern, path.Base(name)) {
			found = append(found, wsx.Source{Kind: wsx.FromFile, Where: filepath.Join(dir, filepath.FromSlash(name))})
		}
	}
	return playlist.Found{Folder: found}, err
}

// fits says whether a name is of a pattern, in which * and ? stand for others.
func fits(pattern, name string) bool {
	pattern = strings.NewReplacer(`[`, `\[`, `\`, `\\`).Replace(strings.ToLower(pattern))
	ok, err := path.Match(pattern, strings.ToLower(name))
	return ok && err == nil
}
