package server

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"unicode/utf8"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/event"
)

// ServeHTTP answers what is not a Windows Media player's request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Via") != "" {
		// A proxy might send a player's request after a browser's, and here
		// it would be answered as one.
		w.Header().Set("Connection", "close")
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		w.Header().Set("Allow", allowed)
		w.WriteHeader(http.StatusNoContent)
		return
	case http.MethodPost, http.MethodPut:
		if s.serveLog(w, r) || s.servePush(w, r) {
			return
		}
		fallthrough
	default:
		w.Header().Set("Allow", allowed)
		s.refuse(w, r, http.StatusMethodNotAllowed, "Only GET and HEAD are answered here; an encoder sends to a point whose source is push.")
		return
	}
	name, ok := requestName(r)
	switch {
	case !ok:
		s.refuse(w, r, http.StatusBadRequest, "This is not a name: write it in UTF-8, with slashes and without \"..\".")
	case name == "":
		s.serveRoot(w, r)
	case isReserved(name):
		s.serveOwn(w, r, name)
	case !s.admits(w, r, s.playOf(r, name)):
	case s.serveStation(w, r, name):
	default:
		s.serveName(w, r, name)
	}
}

// serveRoot shows people what there is, and gives programs the default.
func (s *Server) serveRoot(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "User-Agent, Accept")
	name := s.points.Default()
	if name == "" || isBrowser(r) || strings.Contains(r.Header.Get("Accept"), "text/html") {
		if s.admits(w, r, s.askOf(r, auth.Play, "", "")) {
			s.servePage(w, r, "")
		}
		return
	}
	if s.admits(w, r, s.playOf(r, name)) {
		s.serveName(w, r, name)
	}
}

const allowed = "GET, HEAD, OPTIONS"

// requestName returns the name that a request is for, without slashes at its
// ends. net/http has decoded it once; it is not decoded again.
func requestName(r *http.Request) (string, bool) {
	p := r.URL.Path
	if !utf8.ValidString(p) {
		return "", false
	}
	for _, c := range p {
		if c < ' ' || c >= 0x7F && c < 0xA0 || c == '\\' {
			return "", false
		}
	}
	var segments []string
	for segment := range strings.SplitSeq(p, "/") {
		switch segment {
		case "..":
			return "", false
		case "", ".":
		default:
			segments = append(segments, segment)
		}
	}
	return strings.Join(segments, "/"), true
}

// serveOwn answers for the names that are the server's.
func (s *Server) serveOwn(w http.ResponseWriter, r *http.Request, name string) {
	switch strings.ToLower(name) {
	case config.Reserved + "/health":
		s.serveHealth(w)
	case config.Reserved + "/status":
		s.serveStatus(w, r)
	default:
		if s.serveLogPage(w, r, name) {
			return
		}
		s.refuse(w, r, http.StatusNotFound, "The server answers here for /.caracal/status and /.caracal/health.")
	}
}

func (s *Server) serveHealth(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	if s.draining.Load() {
		problem(w, http.StatusServiceUnavailable, "shutting down")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// refuse is problem for what the asker did wrong, and counts it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.publishRefusal(r, status, text, "")
	problem(w, status, text)
}

// publishRefusal says that a request was turned away, by a limit if that has a name.
func (s *Server) publishRefusal(r *http.Request, status int, text, limit string) {
	s.bus.Publish(event.Refused{Player: askerOf(r), Status: status, Reason: text, Limit: limit})
}

// askerOf is who sends a request, for events.
func askerOf(r *http.Request) event.Player {
	p := event.Player{Protocol: "http", Agent: clip(r.UserAgent()), Target: clip(r.URL.Path), Account: provedBy(r)}
	if a, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		p.Address = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	}
	p.Local = localOf(r)
	return p
}

// clip bounds what an event says in the words of a peer, bytes.
func clip(s string) string { return s[:min(len(s), 256)] }

// problem answers with a short text for people.
func problem(w http.ResponseWriter, status int, text string) {
	http.Error(w, text, status)
}
