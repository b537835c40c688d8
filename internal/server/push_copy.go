package server

import (
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"sync/atomic"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/wmsp"
)

// pushPoint is the broadcast as encoders see it.
func (s *Server) pushPoint(b *broadcast, name string) *wmsp.PushPoint {
	return &wmsp.PushPoint{
		Name: name, Broadcast: b.Broadcast, Authorize: s.publisherOf(name), Remove: b.remove,
		Idle: b.push.Idle, Inactivity: b.push.Inactivity,
	}
}

// copyFor describes a point that does not exist yet, after the template at a
// percent-encoded path. Publishers of the template may make it.
func (s *Server) copyFor(name, template string) (*wmsp.PushPoint, error) {
	of, err := url.PathUnescape(template)
	if err != nil {
		return nil, point.ErrNotFound
	}
	model, _, err := s.points.Lookup(of)
	if err != nil {
		return nil, err
	}
	b, err := s.broadcast(of)
	if err != nil {
		return nil, err
	}
	if name == "" || isReserved(name) || len(name) > config.MaxName || isFileOf(name) || s.exists(name) || s.hides(name) {
		return nil, point.ErrForbidden
	}
	if b.push.Copies == 0 {
		return nil, errCopies
	}
	made := &wmsp.PushPoint{Name: name, Authorize: s.publisherOf(strings.Trim(model.Name, "/"))}
	made.Make = func() (*wmsp.PushPoint, error) { return s.makeCopy(name, model, b) }
	return made, nil
}

// exists says whether there is a broadcast, a file, or what another server has, under a name.
func (s *Server) exists(name string) bool {
	if _, err := s.broadcast(name); err == nil {
		return true
	}
	if s.proxied(name) {
		_, e, err := s.openOwn(name)
		if err == nil && e != nil {
			e.Close()
		}
		return err == nil
	}
	file, _, err := s.openPlain(name)
	if err == nil {
		file.Close()
	}
	return err == nil || s.isPlayed(name)
}

// isFileOf says that a name is that of a file which the server makes about another.
func isFileOf(name string) bool {
	return isAnnouncement(name) || strings.EqualFold(path.Ext(name), stationExt)
}

// hides says that a point of this name would stand before what others publish below
// it: a folder's files.
func (s *Server) hides(name string) bool {
	for _, it := range s.Items() {
		if !strings.HasPrefix(it.Name, name+"/") {
			continue
		}
		if p, _, err := s.points.Lookup(it.Name); err == nil && len(p.Name) < len(name) {
			return true
		}
	}
	return false
}

// makeCopy publishes a broadcast like b.
func (s *Server) makeCopy(name string, model *point.Point, b *broadcast) (*wmsp.PushPoint, error) {
	if int(b.copies.Add(1)) > b.push.Copies {
		b.copies.Add(-1)
		return nil, errCopies
	}
	c := &broadcast{
		Broadcast: point.NewBroadcast(b.options), options: b.options, push: b.push, copies: &atomic.Int32{}, model: model.Name,
	}
	c.push.Copies = 0 // a copy is no template
	if b.archiving.Copies {
		if err := s.startArchive(c, name, &b.archiving); err != nil {
			b.copies.Add(-1)
			return nil, err
		}
		s.copied.add(c)
	}
	p := &point.Point{Name: name, Options: model.Options, Opener: c}
	// As many may play and publish a copy as the template.
	s.guarding.Lock()
	defer s.guarding.Unlock()
	p.Guarded.Store(model.Guarded.Load())
	before := s.access.Guard.PointRules(name) // of another of this name, which then stays
	s.access.Guard.SetPoint(name, s.access.Guard.PointRules(model.Name))
	var removed atomic.Bool
	c.remove = func() {
		if !removed.Swap(true) {
			s.guarding.Lock()
			s.points.Remove(p)
			s.access.Guard.SetPoint(name, nil)
			s.guarding.Unlock()
			b.copies.Add(-1)
			s.copied.end(c, s.log)
			s.log.Info("a point was removed", "point", name)
		}
	}
	if !s.points.Create(p) {
		removed.Store(true)
		s.access.Guard.SetPoint(name, before)
		b.copies.Add(-1)
		s.copied.end(c, s.log)
		return nil, point.ErrForbidden
	}
	s.log.Info("an encoder made a point", "point", name, "template", strings.Trim(model.Name, "/"))
	return s.pushPoint(c, name), nil
}

func remoteAddr(r *http.Request) netip.Addr {
	a, _ := netip.ParseAddrPort(r.RemoteAddr)
	return a.Addr()
}
