package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error is why something cannot be done, with the HTTP status that says so.
type Error struct {
	Status   int
	Type     string // "": about:blank
	Detail   string // for people
	Problems []Mistake
}

func (e *Error) Error() string { return e.Detail }

// Errorf makes an Error of a status and a text for people.
func Errorf(status int, format string, args ...any) error {
	return &Error{Status: status, Detail: fmt.Sprintf(format, args...)}
}

// Mistake is one of a definition or of a configuration.
type Mistake struct {
	Line int    `json:"line,omitempty"` // 0: none
	Key  string `json:"key,omitempty"`
	Text string `json:"text"`
}

// Problem is an Error on the wire, RFC 9457.
type Problem struct {
	Type     string    `json:"type"`
	Title    string    `json:"title"`
	Status   int       `json:"status"`
	Detail   string    `json:"detail"`
	Problems []Mistake `json:"problems,omitempty"`
}

// writeError answers with an error. One that is no Error is the server's own.
func writeError(w http.ResponseWriter, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{Status: http.StatusInternalServerError, Detail: err.Error()}
	}
	p := Problem{Type: e.Type, Title: http.StatusText(e.Status), Status: e.Status, Detail: e.Detail, Problems: e.Problems}
	if p.Type == "" {
		p.Type = "about:blank"
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(e.Status)
	encode(w, p)
}

// write answers with what was asked for.
func (a reply) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if a.etag != "" {
		h.Set("ETag", a.etag)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if text, ok := a.body.(yamlText); ok {
		h.Set("Content-Type", "application/yaml")
		w.WriteHeader(a.status)
		w.Write(text)
		return
	}
	h.Set("Content-Type", "application/json")
	if raw, ok := a.body.(json.RawMessage); ok {
		w.WriteHeader(a.status)
		w.Write(raw)
		return
	}
	w.WriteHeader(a.status)
	encode(w, a.body)
}

// yamlText is a body that is not JSON.
type yamlText []byte

func encode(w http.ResponseWriter, v any) {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.Encode(v)
}

// absent says that a part of the server is not there.
func absent(what string) error {
	return Errorf(http.StatusNotImplemented, "this server has no %s", what)
}
