package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"caracal/web/api"
)

const (
	ctlTimeout = 75 * time.Second // longer than the server takes for an order
	ctlAnswer  = 64 << 20         // bytes
)

// pointPath is where a point is in the API.
func pointPath(name string) string { return api.PathOf(name) }

// request makes a request for something of the API.
func (c *ctlCommand) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Server, "/")+path, body)
	if err != nil {
		return nil, usageError{err}
	}
	if c.User != "" {
		r.SetBasicAuth(c.User, os.Getenv("CARACAL_PASSWORD"))
	}
	return r, nil
}

// do sends a request; the errors of the server say what to do.
func (c *ctlCommand) do(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%w\nis the server running? --server says where its admin address is", err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, ctlAnswer))
	if err != nil {
		return nil, err
	}
	var p api.Problem
	if json.Unmarshal(b, &p) != nil || p.Detail == "" {
		return nil, fmt.Errorf("%s answers %s", c.Server, resp.Status)
	}
	return nil, errors.New(p.Detail)
}

// answer asks for something and gives all of the answer, with its ETag.
func (c *ctlCommand) answer(method, path, etag, kind string, body []byte) (text []byte, tag string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), ctlTimeout)
	defer cancel()
	r, err := c.request(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	if etag != "" {
		r.Header.Set("If-Match", etag)
	}
	resp, err := c.do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err = io.ReadAll(io.LimitReader(resp.Body, ctlAnswer))
	return text, resp.Header.Get("ETag"), err
}

// send writes something; to is nil for who does not want to know the answer.
func (c *ctlCommand) send(method, path, etag string, body, to any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return err
		}
	}
	text, _, err := c.answer(method, path, etag, "application/json", sent)
	if err != nil || to == nil || len(text) == 0 {
		return err
	}
	return json.Unmarshal(text, to)
}

// etag is that of what is there now.
func (c *ctlCommand) etag(path string) (string, error) {
	_, tag, err := c.answer(http.MethodGet, path, "", "", nil)
	return tag, err
}

// show asks for something, and writes it as it is if that is wanted.
func (c *ctlCommand) show(o *output, path string, to any) (shown bool, err error) {
	text, _, err := c.answer(http.MethodGet, path, "", "", nil)
	if err != nil {
		return false, err
	}
	if c.JSON {
		_, err = o.out.Write(text)
		return true, err
	}
	return false, json.Unmarshal(text, to)
}

// pages asks for all pages of a list, of which each has next_cursor.
func (c *ctlCommand) pages(o *output, path string, page func(text []byte) error) error {
	for cursor := ""; ; {
		at := path
		if cursor != "" {
			at += "&cursor=" + cursor
		}
		text, _, err := c.answer(http.MethodGet, at, "", "", nil)
		if err != nil {
			return err
		}
		if c.JSON {
			if _, err := o.out.Write(text); err != nil {
				return err
			}
		} else if err := page(text); err != nil {
			return err
		}
		var next struct {
			Cursor string `json:"next_cursor"`
		}
		if err := json.Unmarshal(text, &next); err != nil || next.Cursor == "" {
			return err
		}
		cursor = next.Cursor
	}
}
