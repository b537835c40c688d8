// Package preview shows publishing points to browsers, which know nothing of ASF:
// FFmpeg makes WebM of one for as long as somebody watches.
package preview

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Feed is one point's content on its way to one FFmpeg.
type Feed interface {
	// Copy writes ASF, the header first, as fast as it is played, until that is over
	// or ctx is.
	Copy(ctx context.Context, w io.Writer) error
	// Close lets go of the content, whether or not anything was copied.
	Close()
}

// Options are what a Handler needs of the server.
type Options struct {
	FFmpeg string // the program; empty: the one that the system finds
	Max    int    // previews at a time; 0: none
	// Admit says why somebody may not watch, nil if he may; it has answered then.
	Admit func(w http.ResponseWriter, r *http.Request) error
	// Open finds the content of a point, item being what of it; its error is for people.
	Open func(r *http.Request, point, item string) (Feed, error)
	Log  *slog.Logger
}

// Handler answers for /preview/ and what is below it.
type Handler struct {
	Options
	slots chan struct{}
	usual func() string // why no preview can be made; ""
}

// Prefix is what the paths of previews begin with.
const Prefix = "/preview/"

// writeTimeout is how long a browser may take nothing: a paused one is done with.
const writeTimeout = 5 * time.Minute

// New returns the previews of a server.
func New(o Options) *Handler {
	return &Handler{Options: o, slots: make(chan struct{}, max(o.Max, 0)), usual: checked(o.FFmpeg)}
}

// State is what is answered for the prefix itself.
type State struct {
	Available bool   `json:"available"`
	Reason    string `json:"reason,omitempty"` // why not
	Running   int    `json:"running"`
	Limit     int    `json:"limit"`
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "a preview is asked for with GET")
		return
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		refuse(w, http.StatusForbidden, "another site's page gets no preview")
		return
	}
	if h.Admit(w, r) != nil {
		return
	}
	if name := strings.TrimPrefix(r.URL.EscapedPath(), Prefix); name != "" {
		h.show(w, r, name)
		return
	}
	head.Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(h.state())
}

func (h *Handler) state() State {
	s := State{Running: len(h.slots), Limit: cap(h.slots), Reason: h.usual()}
	if cap(h.slots) == 0 {
		s.Reason = "Previews are switched off: console.previews is 0 in the configuration."
	}
	s.Available = s.Reason == ""
	return s
}

// show sends a preview until it is over, or nobody watches any more. HEAD says whether
// there would be one.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, escaped string) {
	name, err := url.PathUnescape(escaped)
	if err != nil {
		refuse(w, http.StatusBadRequest, "this is no name: write its slashes as %2F")
		return
	}
	if s := h.state(); !s.Available {
		refuse(w, http.StatusNotImplemented, s.Reason)
		return
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		refuse(w, http.StatusServiceUnavailable, "As many previews are running as may: close one, or raise console.previews.")
		return
	}
	feed, err := h.Open(r, strings.Trim(name, "/"), r.URL.Query().Get("item"))
	if err != nil {
		refuse(w, http.StatusNotFound, err.Error())
		return
	}
	defer feed.Close()
	w.Header().Set("Content-Type", "video/webm")
	if r.Method == http.MethodHead {
		return
	}
	out := &stream{w: w, c: http.NewResponseController(w)}
	err = encode(r.Context(), h.FFmpeg, feed, out)
	if err != nil && r.Context().Err() == nil {
		h.Log.Warn("a preview ended", "point", name, "sent", out.sent, "error", err)
		if out.sent == 0 {
			refuse(w, http.StatusBadGateway, "FFmpeg made no preview of this: the server's log says why.")
		}
	}
}

// refuse answers people, who see the header where a browser shows no body.
func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("X-Reason", why)
	http.Error(w, why, status)
}

// stream sends a browser each piece at once.
type stream struct {
	w    io.Writer
	c    *http.ResponseController
	sent int64
}

func (s *stream) Write(b []byte) (int, error) {
	// A listener without deadlines has none that would end this one.
	_ = s.c.SetWriteDeadline(time.Now().Add(writeTimeout))
	n, err := s.w.Write(b)
	s.sent += int64(n)
	if err == nil {
		err = s.c.Flush()
	}
	return n, err
}
