package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"caracal/internal/source"
)

// serveAlive says that the program runs and answers, whatever else may be.
func serveAlive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// readiness is what /readyz answers.
type readiness struct {
	Ready     bool              `json:"ready"`
	Reason    string            `json:"reason,omitempty"` // why it is not
	Listeners map[string]string `json:"listeners"`        // "up", "off", "failed"
	Sources   map[string]string `json:"sources"`          // of the points that the server feeds: a source.Phase
}

// serveReady says whether players may be sent here. A source that fails is shown and
// leaves the others to be played; with ?sources it counts.
func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	a := readiness{Listeners: s.listeners(), Sources: map[string]string{}, Reason: s.unready()}
	_, strict := r.URL.Query()["sources"]
	for _, p := range s.points.All() {
		st := sourceOf(p.Opener, false)
		if st == nil {
			continue
		}
		a.Sources[p.Name] = st.Phase
		if strict && a.Reason == "" && st.Phase != string(source.Streaming) {
			a.Reason = "a source does not stream"
		}
	}
	a.Ready = a.Reason == ""
	w.Header().Set("Content-Type", "application/json")
	if !a.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.Encode(a)
}

// unready says why players may not be sent here, "" if they may.
func (s *Server) unready() string {
	switch {
	case s.draining.Load():
		return "shutting down"
	case slices.Contains(slices.Collect(maps.Values(s.listeners())), listenerFailed):
		return "a listener failed"
	}
	return ""
}

// What listeners tell of themselves.
const (
	listenerUp     = "up"
	listenerOff    = "off"
	listenerFailed = "failed"
)

// listeners says which protocols are up.
func (s *Server) listeners() map[string]string {
	list := map[string]string{"http": listenerUp, "rtsp": s.rtsp.state(), "mms": s.mms.state()}
	for name, f := range map[string]*secureFront{"https": &s.https, "rtsps": &s.rtsps} {
		if st := f.state(); st != listenerOff {
			list[name] = st
		}
	}
	select {
	case <-s.served:
		list["http"] = listenerFailed
	default:
	}
	for name, f := range s.distributions() {
		list["msbd:"+name] = f.state()
	}
	return list
}

// state says how a listener is.
func (f *mediaFront) state() string {
	switch {
	case f.listener == nil:
		return listenerOff
	case f.failed.Load():
		return listenerFailed
	}
	return listenerUp
}
