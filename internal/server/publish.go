package server

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/internal/source"
)

// content is what a point publishes.
type content interface {
	point.Opener
	source.Plain
	io.Closer
}

// publish opens the content of all points.
func (s *Server) publish() error {
	if len(s.published.file.Points) == 0 {
		s.addSample()
	}
	s.published.restore()
	points := s.published.now.Points
	for i := range points { // before points that publish them
		if err := s.makeArchiveFolder(&points[i]); err != nil && !s.published.fail(points[i].Name, err) {
			return err
		}
	}
	var open []config.Point
	for _, p := range points {
		if s.programs.state.point(p.Name).Stopped {
			s.holdPoint(p.Name)
			continue
		}
		c, err := s.openFirst(p)
		if err != nil && s.published.fail(p.Name, err) {
			continue
		}
		if err != nil {
			return err
		}
		s.add(p, c)
		open = append(open, p)
	}
	s.cfg = s.cfg.With(open)
	if err := s.checkLists(); err != nil {
		return err
	}
	s.points.FindDefault(s.firstPlayable)
	s.setDefault(s.cfg.Default)
	return nil
}

// addSample publishes the film inside, of who publishes nothing.
func (s *Server) addSample() {
	s.add(config.Point{Name: sample.Name, OnDemand: s.config().OnDemand}, source.NewBytes(sample.Name, sample.Welcome, s.cache))
}

// openFirst opens the content of a point when the server begins.
func (s *Server) openFirst(p config.Point) (content, error) {
	if err := s.guardPoint(&p); err != nil {
		return nil, err
	}
	c, err := s.open(p)
	if err == nil {
		c, err = s.wrap(&p, c)
	}
	if err != nil {
		return nil, pointError(p, err)
	}
	return c, nil
}

// maxTried is how many broken files the first one that plays may follow.
const maxTried = 20

// firstPlayable is what mms://host/ leads to when the configuration does not
// say: the first item that opens.
func (s *Server) firstPlayable() string {
	items := s.Items()
	for _, it := range items[:min(len(items), maxTried)] {
		if _, e, err := s.openOwn(it.Name); err == nil && e != nil {
			e.Close()
			return it.Name
		}
	}
	return ""
}

// setDefault says what the empty name means. What is not there yet may come:
// folders are read anew.
func (s *Server) setDefault(name string) {
	s.points.SetDefault(name)
	if name != "" && !s.exists(name) {
		s.log.Warn("mms://host/ leads to nothing: correct the configuration's default, or add the file", "default", name)
	}
}

func (s *Server) add(p config.Point, c content) {
	if p.Name == "" {
		c = rootContent{c}
	}
	s.put(func() { s.content = append(s.content, c) })
	s.points.Add(s.newPoint(&p, c))
}

// newPoint makes the point that publishes content.
func (s *Server) newPoint(p *config.Point, c point.Opener) *point.Point {
	made := &point.Point{
		Name: p.Name, Options: pointOptions(p), Opener: c, Redirect: p.Redirect, UseProxy: p.UseProxy, Via: upstreamsOf(c),
	}
	made.Guarded.Store(!s.access.Guard.IsOpen(p.Name))
	return made
}

// open opens a folder, or a file that has to be Windows Media content.
func (s *Server) open(p config.Point) (content, error) {
	if p.Redirect != "" {
		return elsewhere{}, nil
	}
	if p.Proxy.Origin != "" {
		return s.openProxy(&p)
	}
	if p.Broadcast.Source != "" {
		b, err := s.openBroadcast(&p)
		if err != nil {
			return nil, err
		}
		return b, s.startArchive(b, p.Name, &p.Broadcast.Archive)
	}
	info, err := os.Stat(p.Path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return s.openFolder(p.Path)
	}
	if isListFile(p.Path) {
		return s.openList(p.Path)
	}
	return s.openFile(p.Path)
}

func (s *Server) openFile(path string) (content, error) {
	if !source.IsMedia(path) {
		return nil, fmt.Errorf("%w: its name does not end in .wmv, .wma, .asf or .wm", point.ErrNotMedia)
	}
	f, err := source.NewFile(path, s.cache)
	if err != nil {
		return nil, err
	}
	entry, err := f.Open(context.Background(), "")
	if err != nil {
		f.Close()
		return nil, err
	}
	entry.Close()
	return f, nil
}

// elsewhere is the content of a point that sends players to another server.
type elsewhere struct{}

func (elsewhere) Open(context.Context, string) (point.Entry, error) { return nil, point.ErrNotFound }

func (elsewhere) OpenPlain(string) (io.ReadSeekCloser, fs.FileInfo, error) {
	return nil, nil, point.ErrNotFound
}

func (elsewhere) List() ([]point.Item, error) { return nil, nil }

func (elsewhere) Close() error { return nil }

func pointOptions(c *config.Point) point.Options {
	if c.Broadcast.Source != "" {
		if c.Wrapper != "" {
			return wrappedOptions(c)
		}
		return broadcastOptions(c)
	}
	o := c.OnDemand
	p := point.Options{
		Batch: o.Batch, Speed: o.Speed, MaxSpeed: o.MaxSpeed,
		MaxAccel: uint32(o.MaxAccelBandwidth), MaxAccelDuration: o.MaxAccelDuration, Burst: o.Burst,
	}
	if o.Speed == 0 {
		p.Speed, p.Unpaced = 1, true
	}
	return p
}

// rootContent is the content of the point without a name, in which the
// server's own names are no content.
type rootContent struct{ content }

func isReserved(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return strings.EqualFold(first, config.Reserved)
}

func (c rootContent) Open(ctx context.Context, name string) (point.Entry, error) {
	if isReserved(name) {
		return nil, point.ErrNotFound
	}
	return c.content.Open(ctx, name)
}

func (c rootContent) OpenPlain(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	if isReserved(name) {
		return nil, nil, point.ErrNotFound
	}
	return c.content.OpenPlain(name)
}

func (c rootContent) Picture(film string) string {
	if p, ok := c.content.(source.Pictured); ok && !isReserved(film) {
		return p.Picture(film)
	}
	return ""
}

func (c rootContent) OpenPicture(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	if p, ok := c.content.(source.Pictured); ok && !isReserved(name) {
		return p.OpenPicture(name)
	}
	return nil, nil, point.ErrNotFound
}

func (c rootContent) List() ([]point.Item, error) {
	all, err := c.content.List()
	items := make([]point.Item, 0, len(all))
	for _, it := range all {
		if !isReserved(it.Name) {
			items = append(items, it)
		}
	}
	return items, err
}
