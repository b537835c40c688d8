package server

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

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

// maxPrograms is how many playlists are kept for programs.
const maxPrograms = 1000

// programLists are the playlists that programs play, by the paths of their files. Each
// is apart from the list that players of the same file play, for it may be changed.
type programLists struct {
	server *Server
	state  *programState

	mu   sync.Mutex
	open map[string]*listFile
}

func newProgramLists(s *Server, state *programState) *programLists {
	return &programLists{server: s, state: state, open: map[string]*listFile{}}
}

// close lets go of all of them.
func (l *programLists) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.open {
		f.content.Close()
	}
}

// listFile is a playlist in a file, which is read anew when that has changed.
type listFile struct {
	path    string
	content *listContent
	log     *slog.Logger
	state   *programState
	list    *playlist.List

	mu   sync.Mutex
	way  *playlist.Way // the latest
	doc  *wsx.Document
	size int64
	time time.Time
}

// listOf makes a list of a file, a folder or a playlist.
func (l *programLists) listOf(what string) (programList, error) {
	if isListFile(what) {
		return l.file(what)
	}
	return source.NewFiles(what, l.server.cache)
}

// file returns the playlist of a file.
func (l *programLists) file(name string) (*listFile, error) {
	name = filepath.Clean(name)
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.open[name]; f != nil {
		return f, f.read()
	}
	if len(l.open) >= maxPrograms {
		return nil, fmt.Errorf("%w: %d playlists are played already", point.ErrBusy, len(l.open))
	}
	c, err := l.server.openList(name)
	if err != nil {
		return nil, err
	}
	b := &book{root: c.root, name: c.name}
	b.trusted.Store(true)
	f := &listFile{path: name, content: c, log: l.server.log, state: l.state}
	f.list = playlist.New(wsx.New(), playlist.Options{
		Name: c.name, File: b.path(), Bus: &l.server.bus,
		Open: func(ctx context.Context, src wsx.Source) (playlist.Found, error) {
			return l.server.lists.find(ctx, b, src)
		},
	})
	if err := f.read(); err != nil {
		c.Close()
		return nil, err
	}
	l.open[name] = f
	return f, nil
}

// read reads the file if it is new. What plays comes to what has changed with its
// next item.
func (f *listFile) read() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if f.doc != nil && info.Size() == f.size && info.ModTime().Equal(f.time) {
		return nil
	}
	doc, err := f.newest(info)
	if err != nil {
		return err
	}
	if f.doc != nil {
		f.log.Info("the playlist has changed", "file", f.path)
	}
	f.doc, f.size, f.time = doc, info.Size(), info.ModTime()
	f.list.Replace(doc)
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
	return readList(f.path, b)
}

// Once begins a way through the playlist, behind the one before.
func (f *listFile) Once() point.Way {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.way == nil {
		f.way = f.list.Way()
	} else {
		f.way = f.way.Again()
	}
	return freshWay{f.way, f}
}

// Again is the same: how often it plays is in the playlist.
func (f *listFile) Again() point.Way { return f.Once() }

// Names are the sources in the playlist, in the order in which they are written.
func (f *listFile) Names() ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return sourcesIn(f.doc), nil
}

// sourcesIn are the sources in a playlist, as they are written.
func sourcesIn(d *wsx.Document) (names []string) {
	for _, n := range media(d.Root, nil) {
		src, _ := n.Attribute("src")
		names = append(names, src)
	}
	return names
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
	if err := w.file.read(); err != nil {
		w.file.log.Warn("the playlist cannot be read anew: it goes on as it was", "file", w.file.path, "error", err)
	}
	return w.Way.Open(ctx, place, by)
}
