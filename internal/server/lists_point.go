package server

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"caracal/internal/config"
	"caracal/internal/playlist"
	"caracal/internal/playlist/markup"
	"caracal/internal/point"
	"caracal/internal/source"
)

// listContent is the content of a point that is a list.
type listContent struct {
	lists *lists
	root  listRoot
	name  string // of its file
}

// openList makes the content of a point of the file of a list.
func (s *Server) openList(file string) (*listContent, error) {
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return nil, err
	}
	f, err := source.NewFolder(filepath.Dir(file), s.cache)
	if err != nil {
		return nil, err
	}
	root, err := s.lists.addRoot(filepath.Dir(file), f)
	if err == nil {
		_, err = s.lists.open(root, filepath.Base(file), true)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &listContent{&s.lists, root, filepath.Base(file)}, nil
}

// check says what of the list cannot be opened whatever comes.
func (c *listContent) check() error {
	text, _, err := c.root.folder.Read(c.name, markup.MaxBytes)
	if err != nil {
		return err
	}
	d, err := readList(c.name, text)
	if err != nil {
		return err
	}
	if faults := c.lists.refused(&book{root: c.root, name: c.name}, d.Root); len(faults) > 0 {
		return fmt.Errorf("%s\npublish the folder that they are in as well, or put them beside the list", strings.Join(faults, "\n"))
	}
	return nil
}

// checkLists checks the lists of all points, once all folders are known.
func (s *Server) checkLists() error {
	for _, p := range s.points.All() {
		c, ok := p.Opener.(content)
		if !ok {
			continue
		}
		err := checkList(c)
		if err != nil && !s.published.fail(p.Name, err) {
			return err
		}
		if err != nil {
			s.points.Remove(p)
		}
	}
	return nil
}

// checkList checks the list that content is, and that around it.
func checkList(c content) error {
	if r, ok := c.(rootContent); ok {
		c = r.content
	}
	var lists []*listContent
	if w, ok := c.(*wrapped); ok {
		lists, c = append(lists, w.wrapper), w.content
	}
	if l, ok := c.(*listContent); ok {
		lists = append(lists, l)
	}
	for _, l := range lists {
		if err := l.check(); err != nil {
			return fmt.Errorf("playlist %s: %w", l.name, err)
		}
	}
	return nil
}

func (c *listContent) listOf(name string) (*playlist.List, error) {
	if name != "" {
		return nil, point.ErrNotFound
	}
	return c.lists.open(c.root, c.name, true)
}

// Open enters the list.
func (c *listContent) Open(ctx context.Context, name string) (point.Entry, error) {
	l, err := c.listOf(name)
	if err != nil {
		return nil, err
	}
	return enterList(ctx, l.WayFor(ctx))
}

// enterList begins a way; one that leads to nothing is not found.
func enterList(ctx context.Context, w point.Way) (point.Entry, error) {
	e, err := point.Enter(ctx, w)
	if err == io.EOF {
		return nil, fmt.Errorf("%w: nothing of this list can be played", point.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// OpenPlain finds nothing: a list is played.
func (*listContent) OpenPlain(string) (io.ReadSeekCloser, fs.FileInfo, error) {
	return nil, nil, point.ErrNotFound
}

// List returns the point itself.
func (c *listContent) List() ([]point.Item, error) {
	_, info, err := c.root.folder.Find(c.name)
	if err != nil {
		return nil, err
	}
	return []point.Item{{Size: info.Size()}}, nil
}

// Close ends the publication.
func (c *listContent) Close() error { return c.root.folder.Close() }

// folderContent is the content of a point that is a folder, with the lists in it.
type folderContent struct {
	*source.Folder
	lists *lists
	root  listRoot
}

// openFolder publishes a folder.
func (s *Server) openFolder(dir string) (*folderContent, error) {
	f, err := source.NewFolder(dir, s.cache)
	if err != nil {
		return nil, err
	}
	root, err := s.lists.addRoot(dir, f)
	if err != nil {
		f.Close()
		return nil, err
	}
	f.PlayLists(func(ctx context.Context, name string) (point.Entry, error) {
		l, err := s.lists.open(root, name, false)
		if err != nil {
			return nil, err
		}
		return enterList(ctx, l.WayFor(ctx))
	})
	return &folderContent{f, &s.lists, root}, nil
}

func (c *folderContent) listOf(name string) (*playlist.List, error) {
	if !source.IsList(name) {
		return nil, nil
	}
	name, info, err := c.Folder.Find(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, point.ErrNotFound
	}
	return c.lists.open(c.root, name, false)
}

// wrapped is content with a list around all that is played of it.
type wrapped struct {
	content
	wrapper *listContent
	point   string // its name
}

// isPlayed says whether there is something under a name that can be played only, and
// is no file.
func (s *Server) isPlayed(name string) bool {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return false
	}
	o := p.Opener
	if r, ok := o.(rootContent); ok {
		if isReserved(rest) {
			return false
		}
		o = r.content
	}
	w, ok := o.(*wrapped)
	if ok {
		if f, _, err := w.content.OpenPlain(rest); err == nil {
			f.Close()
			return true
		}
		o = w.content
	}
	if l, ok := o.(listed); ok {
		list, err := l.listOf(rest)
		return list != nil && err == nil
	}
	return false
}

// wrap puts a point's wrapper around its content.
func (s *Server) wrap(p *config.Point, c content) (content, error) {
	if p.Wrapper == "" {
		return c, nil
	}
	w, err := s.openList(p.Wrapper)
	if err != nil {
		return nil, fmt.Errorf("wrapper %s: %w", p.Wrapper, err)
	}
	return &wrapped{c, w, p.Name}, nil
}

// OpenPlain finds nothing: what comes before and behind belongs to it.
func (*wrapped) OpenPlain(string) (io.ReadSeekCloser, fs.FileInfo, error) {
	return nil, nil, point.ErrNotFound
}

// Open enters the wrapper around what is asked for. What is not there has none.
func (w *wrapped) Open(ctx context.Context, name string) (point.Entry, error) {
	l, err := w.wrapper.listOf("")
	if err != nil {
		return nil, err
	}
	f, err := openFound(ctx, w.content, name)
	if err != nil {
		return nil, err
	}
	if f.Entry != nil {
		f.Entry.Close()
	}
	return enterList(ctx, l.WrapFor(ctx, func(ctx context.Context) (playlist.Found, error) {
		f, err := openFound(ctx, w.content, name)
		f.Source = path.Join(w.point, name)
		return f, err
	}))
}

// Close ends both.
func (w *wrapped) Close() error {
	w.wrapper.Close()
	return w.content.Close()
}
