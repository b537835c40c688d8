package server

import (
	"context"
	"fmt"
	"path"

	"caracal/internal/point"
)

// mayPlay says why the player that a context is of may not have what a list names of a
// point; nil is that it may. A list that the server itself plays names what it likes.
func mayPlay(ctx context.Context, p *point.Point, name string) error {
	may := point.AskerOf(ctx).May
	if may == nil {
		return nil
	}
	if err := may(ctx, p.Name, name); err != nil {
		return fmt.Errorf("%w: %w", point.ErrForbidden, err)
	}
	return nil
}

// mayPlayFile is mayPlay for a file of another folder than the list's: of the points
// that publish that one has to let the player in. What is beside the list goes by the
// list's own point.
func (ls *lists) mayPlayFile(ctx context.Context, b *book, root listRoot, name string) (err error) {
	if root == b.root || point.AskerOf(ctx).May == nil {
		return nil
	}
	for _, p := range ls.server.points.All() {
		if f, ok := folderOf(p.Opener); ok && f.root == root {
			if err = mayPlay(ctx, p, path.Join(p.Name, name)); err == nil {
				return nil
			}
		}
	}
	return err
}

// folderOf is the folder that a point publishes, with a wrapper around it or without.
func folderOf(o any) (*folderContent, bool) {
	if r, ok := o.(rootContent); ok {
		o = r.content
	}
	if w, ok := o.(*wrapped); ok {
		o = w.content
	}
	f, ok := o.(*folderContent)
	return f, ok
}

// openShown is openOwn for what people are told of content: of a list not the entries
// that are not for everybody. Without an entry there is nothing to tell.
func (s *Server) openShown(name string) (*point.Point, point.Entry, error) {
	p, e, err := s.points.OpenFor(name, point.Asker{Allowed: true, May: s.mayAnybody})
	if err == nil || s.listNamed(name) == nil {
		return p, e, err
	}
	if p, e, err = s.openOwn(name); err == nil && e != nil {
		e.Close()
	}
	return p, nil, err
}

// mayAnybody is point.Asker's May for nobody in particular.
func (s *Server) mayAnybody(_ context.Context, of, name string) error {
	if s.access.Guard.IsOpen(of) {
		return nil
	}
	return fmt.Errorf("server: %q is not for everybody", name)
}
