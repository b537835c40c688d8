package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// The largest bodies, bytes.
const (
	maxBody          = 64 << 10
	maxConfiguration = 1 << 20
)

// read takes the body of a request of one content type.
func (c *call) read(contentType string, most int64) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	charset, named := params["charset"]
	if err != nil || kind != contentType || named && !strings.EqualFold(charset, "utf-8") {
		return nil, Errorf(http.StatusUnsupportedMediaType, "send %s with the header Content-Type: %s", contentType, contentType)
	}
	b, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, most))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, Errorf(http.StatusRequestEntityTooLarge, "a body has %d bytes here at most", most)
	}
	if err != nil {
		return nil, Errorf(http.StatusBadRequest, "the body cannot be read")
	}
	return b, nil
}

// body takes a body of JSON with the fields of to and no others.
func (c *call) body(to any) error {
	b, err := c.read("application/json", maxBody)
	if err != nil {
		return err
	}
	return decode(b, to)
}

// bodyIfAny is body for orders that have one only to say more.
func (c *call) bodyIfAny(to any) error {
	if c.r.ContentLength == 0 && c.r.Header.Get("Content-Type") == "" {
		return nil
	}
	return c.body(to)
}

func decode(b []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return Errorf(http.StatusBadRequest, "the body cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); err != io.EOF {
		return Errorf(http.StatusBadRequest, "more follows behind the body")
	}
	return nil
}
