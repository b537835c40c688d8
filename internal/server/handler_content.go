package server

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"caracal/internal/announce"
	"caracal/internal/point"
	"caracal/internal/source"
)

// serveName answers for the name of an item or of its announcement.
func (s *Server) serveName(w http.ResponseWriter, r *http.Request, name string) {
	if _, err := s.broadcast(name); err == nil || s.proxied(name) && !isAnnouncement(name) {
		s.serveLive(w, r, name)
		return
	}
	file, info, err := s.openPlain(name)
	if err != nil {
		if isAnnouncement(name) {
			s.serveAnnouncement(w, r, name)
			return
		}
		if s.isPlayed(name) {
			s.announce(w, r, name)
			return
		}
		s.missing(w, r, err)
		return
	}
	defer file.Close()
	w.Header().Add("Vary", "User-Agent, Range")
	query := r.URL.Query()
	if isBrowser(r) && r.Header.Get("Range") == "" && !query.Has("download") {
		s.announce(w, r, name)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType(info.Name()))
	h.Set("X-Content-Type-Options", "nosniff")
	if query.Has("download") {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(name)}))
	}
	modified := info.ModTime()
	if modified.IsZero() {
		modified = s.started
	}
	h.Set("ETag", fmt.Sprintf(`"%x-%x"`, info.Size(), modified.UnixNano()))
	http.ServeContent(w, r, "", modified, file)
}

func (s *Server) openPlain(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return nil, nil, err
	}
	plain, ok := p.Opener.(source.Plain)
	if !ok {
		return nil, nil, point.ErrNotFound
	}
	return plain.OpenPlain(rest)
}

// isBrowser says whether a request's answer would be shown or saved by a
// browser, which has no use for the content itself.
func isBrowser(r *http.Request) bool {
	agent := r.UserAgent()
	return strings.Contains(agent, "Mozilla/") || strings.Contains(agent, "Opera")
}

func contentType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".wmv":
		return "video/x-ms-wmv"
	case ".wma":
		return "audio/x-ms-wma"
	case ".wm":
		return "video/x-ms-wm"
	}
	return announce.ContentType
}

// missing answers that something is not there, or not for the asker.
func (s *Server) missing(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, point.ErrForbidden):
		s.refuse(w, r, http.StatusForbidden, "The server may not read this file: its owner has to allow it.")
	case errors.Is(err, point.ErrNotMedia):
		s.refuse(w, r, http.StatusNotFound, "This file is not Windows Media content: \"caracal check\" says what it is.")
	case errors.Is(err, point.ErrNotFound):
		s.refuse(w, r, http.StatusNotFound, "Nothing is published under this name: the list of what is there is at /.")
	case errors.Is(err, point.ErrNotLive):
		s.refuse(w, r, http.StatusNotFound, "Nothing is being broadcast here now: its encoder has not begun, or has ended.")
	case errors.Is(err, point.ErrBusy):
		s.refuse(w, r, http.StatusServiceUnavailable, "The server's storage does not answer: try again later.")
	default:
		s.refuse(w, r, http.StatusInternalServerError, "This file cannot be read: the server's log says why.")
	}
}
