package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"caracal/internal/auth"
	"caracal/internal/point"
	"caracal/internal/source"
)

// apiPoints is where what is published can be asked for and ordered about.
const apiPoints = "/api/points"

// maxOrder is the largest body of an order, bytes.
const maxOrder = 64 << 10

// apiError is what the API answers when it cannot do what it is asked.
type apiError struct {
	status int
	text   string
}

func (e *apiError) Error() string { return e.text }

func apiErrorf(status int, format string, args ...any) error {
	return &apiError{status, fmt.Sprintf(format, args...)}
}

// serveAPI answers requests of the API. Who may not order the server about is refused,
// and so are pages in a browser.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	answer, err := s.callAPI(w, r, strings.TrimPrefix(r.URL.EscapedPath(), apiPoints))
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if err != nil {
		e, ok := errors.AsType[*apiError](err)
		if !ok {
			e = &apiError{http.StatusConflict, err.Error()}
		}
		w.WriteHeader(e.status)
		answer = map[string]string{"error": e.text}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.Encode(answer)
}

// callAPI carries a request out.
func (s *Server) callAPI(w http.ResponseWriter, r *http.Request, path string) (any, error) {
	if err := s.mayAdmin(w, r); err != nil {
		return nil, err
	}
	if path = strings.Trim(path, "/"); path == "" {
		return s.apiList(), onlyGet(w, r)
	}
	escaped, verb, _ := strings.Cut(path, "/")
	name, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, apiErrorf(http.StatusBadRequest, "%q is no name: write its slashes as %%2F", escaped)
	}
	b, err := s.broadcast(name)
	if err != nil {
		if k := s.bookNamed(name); k != nil {
			return s.callList(w, r, name, k, verb)
		}
		return nil, apiErrorf(http.StatusNotFound, "no broadcast and no playlist has the name %q: caracal ctl points lists them", name)
	}
	switch verb {
	case "", "now":
		return b.apiPoint(name), onlyGet(w, r)
	case "list":
		if err := onlyGet(w, r); err != nil {
			return nil, err
		}
		return b.apiItems()
	}
	do, ok := apiOrders[verb]
	if !ok {
		return nil, unknownOrder(verb)
	}
	order, err := readOrder(w, r)
	if err != nil {
		return nil, err
	}
	if err := do(s, b, order); err != nil {
		return nil, err
	}
	return b.apiPoint(name), nil
}

// mayAdmin says why somebody may not order the server about.
func (s *Server) mayAdmin(w http.ResponseWriter, r *http.Request) error {
	a := s.judge(r, s.askOf(r, auth.Admin, "", "the server"))
	switch {
	case isPage(r), a.Verdict == auth.Denied && a.Identity.IsNobody():
		return apiErrorf(http.StatusForbidden, "the API answers programs on the server's own machine, and whom access.admin names: run caracal ctl there")
	case a.Verdict == auth.Allowed:
		return nil
	}
	for _, c := range a.Challenges {
		w.Header().Add("WWW-Authenticate", c)
	}
	status, text := refusal(w, a)
	return apiErrorf(status, "%s", text)
}

func unknownOrder(verb string) error {
	return apiErrorf(http.StatusNotFound, "a point knows now, list, skip, back, insert, add, remove, move and event, not %q", verb)
}

func onlyGet(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return apiErrorf(http.StatusMethodNotAllowed, "this can be asked for with GET only")
	}
	return nil
}

// apiOrder is the body of an order; which of it counts depends on the order.
type apiOrder struct {
	By     int    `json:"by"`     // skip, back: items; 0 is one
	Source string `json:"source"` // insert: an absolute path of a file, a folder or a playlist; add: as in the playlist
	How    string `json:"how"`    // insert: after, pause or leave; "" is after
	Number int    `json:"number"` // remove, move: which item, from 1
	To     int    `json:"to"`     // add, move: which item it becomes; 0 is the last
	Type   string `json:"type"`   // event: of a script command
	Param  string `json:"param"`  // event: of a script command
}

// readOrder reads the body of a POST; an empty one is an order without more.
func readOrder(w http.ResponseWriter, r *http.Request) (o apiOrder, err error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return o, apiErrorf(http.StatusMethodNotAllowed, "orders are given with POST")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
	if err != nil {
		return o, apiErrorf(http.StatusRequestEntityTooLarge, "an order has %d bytes at most", maxOrder)
	}
	if len(body) == 0 {
		return o, nil
	}
	return parseOrder(body)
}

func parseOrder(body []byte) (o apiOrder, err error) {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return o, apiErrorf(http.StatusBadRequest, "the order cannot be read: %v", err)
	}
	if d.More() {
		return o, apiErrorf(http.StatusBadRequest, "more follows behind the order")
	}
	return o, nil
}

// orderError says what to do when an order cannot be carried out.
func orderError(err error) error {
	switch {
	case errors.Is(err, source.ErrNotPlaying):
		return apiErrorf(http.StatusConflict, "nothing plays here that can be left: skip is for loop: and playlist:, and for what is inserted")
	case errors.Is(err, source.ErrOrders):
		return apiErrorf(http.StatusTooManyRequests, "too many orders are waiting: try again in a moment")
	case errors.Is(err, point.ErrNotLive):
		return apiErrorf(http.StatusConflict, "nothing is being broadcast here now")
	}
	return err
}
