package server

import (
	"net/http"
	"path"
	"strings"

	"caracal/internal/announce"
	"caracal/internal/head"
	"caracal/internal/point"
)

// candidates are the endings that film.asx may stand for, by its own.
var candidates = map[string][]string{
	".asx": {"", ".wmv", ".asf", ".wma", ".wm"},
	".wvx": {"", ".wmv", ".asf", ".wm", ".wma"},
	".wax": {"", ".wma", ".asf", ".wm", ".wmv"},
}

func isAnnouncement(name string) bool {
	return candidates[strings.ToLower(path.Ext(name))] != nil
}

// serveAnnouncement answers for film.wmv.asx, and for film.asx when there is
// a film.wmv or the like.
func (s *Server) serveAnnouncement(w http.ResponseWriter, r *http.Request, name string) {
	ext := path.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for _, c := range candidates[strings.ToLower(ext)] {
		if s.exists(base + c) {
			s.announce(w, r, base+c)
			return
		}
	}
	s.missing(w, r, point.ErrNotFound)
}

// exists says whether there is something under a name to announce.
func (s *Server) exists(name string) bool {
	if _, err := s.broadcast(name); err == nil {
		return true
	}
	if s.proxied(name) {
		_, e, err := s.points.Open(name)
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

// announce answers with the announcement of an item.
func (s *Server) announce(w http.ResponseWriter, r *http.Request, name string) {
	item, err := s.describe(name)
	if err != nil {
		s.missing(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", announce.ContentType)
	h.Set("Cache-Control", "no-cache")
	if h.Get("Vary") == "" {
		h.Set("Vary", "User-Agent")
	}
	w.Write(announce.ASX(item, s.endpoints(s.hostFor(r), name, head.ParseAgent(r.UserAgent()))))
}

// describe reads what an item says about itself.
func (s *Server) describe(name string) (announce.Item, error) {
	_, entry, err := s.points.Open(name)
	if err != nil {
		return announce.Item{}, err
	}
	item := announce.Item{Name: name}
	if entry != nil { // what leads elsewhere says nothing of itself
		defer entry.Close()
		h := entry.Info().Header
		item.Title, item.Author, item.Copyright, item.Abstract = h.Title(), h.Author(), h.Copyright(), h.Description()
	}
	if item.Title == "" {
		item.Title = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	return item, nil
}
