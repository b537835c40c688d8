// Package api is the admin API: what is published, who plays it, and orders about both,
// over HTTP in JSON. The document that it serves at /api/openapi.json says what there is.
package api

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Options are the parts of the server that the API shows. Of what is nil it says that
// it is not there.
type Options struct {
	Access        Access
	Server        func() Server
	Points        Points
	Playlists     Playlists
	Live          Live
	Players       Players
	Events        *Events
	Accounts      Accounts
	Limits        Limits
	Log           *Log
	Configuration Configuration
}

// API is an http.Handler for all that begins with /api/.
type API struct {
	Options
	mux      *http.ServeMux
	document []byte
	sessions *logins
	streams  chan struct{} // one for each that is followed
	ending   chan struct{} // closed at the end
	end      func()

	points, lists, accounts sync.Mutex // held from a comparison with If-Match to the change
}

// maxStreams is how many streams are followed at a time.
const maxStreams = 64

// New returns the API of a server.
func New(o Options) *API {
	ending := make(chan struct{})
	a := &API{
		Options: o, mux: http.NewServeMux(), document: Document(), sessions: newLogins(),
		streams: make(chan struct{}, maxStreams), ending: ending, end: sync.OnceFunc(func() { close(ending) }),
	}
	for path, methods := range byPath(routes()) {
		a.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { a.serve(w, r, methods) })
	}
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, Errorf(http.StatusNotFound, "the API has nothing here: /api/openapi.json says what there is"))
	})
	return a
}

// Close ends the streams that are followed, which would not end by themselves.
func (a *API) Close() { a.end() }

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	a.mux.ServeHTTP(w, r)
}

// call is one request on its way.
type call struct {
	*API
	w    http.ResponseWriter
	r    *http.Request
	who  Identity
	sess *login // of the console; nil: none
}

func (c *call) ctx() context.Context { return c.r.Context() }

// reply is what is answered; without a body it is 204.
type reply struct {
	status   int // 0: 200
	body     any
	etag     string
	location string
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, methods map[string]*route) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	rt := methods[method]
	if rt == nil {
		w.Header().Set("Allow", allow(methods))
		writeError(w, Errorf(http.StatusMethodNotAllowed, "this can be asked for with %s only", allow(methods)))
		return
	}
	c := &call{API: a, w: w, r: r}
	err := c.admit(rt)
	if err == nil {
		err = rt.checkQuery(r)
	}
	if err == nil && rt.stream != nil {
		if err = rt.stream(c); err == nil {
			return
		}
	}
	if err != nil {
		writeError(w, err)
		return
	}
	answer, err := rt.do(c)
	if err != nil {
		writeError(w, err)
		return
	}
	answer.write(w, r)
}

// timeout is how long an order may take.
const timeout = time.Minute
