package server

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/proxy"
	"caracal/internal/source"
)

// openProxy makes the content of a proxy point.
func (s *Server) openProxy(p *config.Point) (*proxy.Proxy, error) {
	b, c := &p.Broadcast, &p.Proxy.Cache
	o := proxy.Options{
		Point: p.Name, Origin: p.Proxy.Origin, Name: s.name, Linger: p.Proxy.Linger,
		Folder: c.Folder, Size: int64(c.Size), MaxContent: int64(c.MaxContent), Lifetime: c.Lifetime,
		Broadcast: point.BroadcastOptions{Span: b.Keep + b.FastStart, Bytes: int(b.Memory), Linger: b.Linger},
		Cache:     s.cache, Bus: &s.bus, Own: s.listensAt, TLS: s.outgoing, Credentials: &s.credentials,
	}
	content, err := proxy.New(o)
	if err != nil {
		return nil, proxyError(p, err)
	}
	return content, nil
}

// proxyError says what to do when a proxy point cannot be opened.
func proxyError(p *config.Point, err error) error {
	hint := ""
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		hint = "\nname another folder for its cache, or let the server's user write there"
	}
	return fmt.Errorf("point %s: cannot stand for %s: %w%s", p.Name, p.Proxy.Origin, err, hint)
}

// proxyOf returns the content of a proxy point, nil of any other.
func proxyOf(opener any) *proxy.Proxy {
	if c, ok := opener.(rootContent); ok {
		opener = c.content
	}
	p, _ := opener.(*proxy.Proxy)
	return p
}

// proxied says that another server has what a name means.
func (s *Server) proxied(name string) bool {
	p, _, err := s.points.Lookup(name)
	return err == nil && proxyOf(p.Opener) != nil
}

// proxyStatus is nil for a point that is no proxy.
func proxyStatus(opener any) *proxy.Status {
	p := proxyOf(opener)
	if p == nil {
		return nil
	}
	st := p.Status()
	return &st
}

// reportProxy logs what proxies do.
func reportProxy(log *slog.Logger, e event.Event) {
	switch e := e.(type) {
	case event.ProxyBegan:
		log.Debug("content is being fetched into the cache", "point", e.Point, "name", e.Name)
	case event.ProxyEnded:
		log := log.With("point", e.Point, "name", e.Name)
		if e.Err != nil {
			log.Warn("content does not get into the cache", "error", e.Err)
			return
		}
		log.Info("content is in the cache", "packets", e.Packets, "bytes", e.Bytes, "elapsed", e.Elapsed)
	case event.ProxyChecked:
		log.Info("the origin was asked whether content is the same", "point", e.Point, "name", e.Name, "changed", e.Changed)
	case event.ProxyLogs:
		log.Warn("logs for the origin are lost", "point", e.Point, "lost", e.Lost, "error", e.Err)
	}
}

// Standing is a point that stands for one of another server.
type Standing struct{ Name, Origin string }

// Standing are the points that stand for other servers, whose content nobody can list.
func (s *Server) Standing() []Standing {
	var list []Standing
	for _, p := range s.config().Points {
		if p.Proxy.Origin != "" {
			list = append(list, Standing{p.Name, source.Shown(p.Proxy.Origin)})
		}
	}
	return list
}
