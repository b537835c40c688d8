package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"caracal/asf"
)

// chunkSize is how much of a file on a web server is asked for at a time.
const chunkSize = 256 << 10

// errNoRanges says that a web server gives whole files only.
var errNoRanges = errors.New("the web server gives whole files only: download it and probe that")

// probeWeb describes a file on an ordinary web server, of which it reads the
// parts that it needs.
func probeWeb(ctx context.Context, url string) (*report, error) {
	f := &webFile{ctx: ctx, url: url, start: -1}
	if err := f.load(0); err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	rd, err := asf.NewReader(f, f.size)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", url, notPlayable(err))
	}
	return reportFile(url, f, rd), nil
}

// webFile reads a file on a web server with Range requests.
type webFile struct {
	ctx   context.Context
	url   string
	size  int64
	start int64 // of chunk in the file
	chunk []byte
}

func (f *webFile) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		at := off + int64(n)
		if at >= f.size {
			return n, io.EOF
		}
		if start := at - at%chunkSize; start != f.start {
			if err := f.load(start); err != nil {
				return n, err
			}
		}
		if at-f.start >= int64(len(f.chunk)) {
			return n, io.ErrUnexpectedEOF
		}
		n += copy(b[n:], f.chunk[at-f.start:])
	}
	return n, nil
}

// load gets the chunk that begins at start.
func (f *webFile) load(start int64) error {
	req, err := http.NewRequestWithContext(f.ctx, http.MethodGet, f.url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", start, start+chunkSize-1))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusPartialContent:
	case http.StatusOK:
		return errNoRanges
	default:
		return fmt.Errorf("the web server answers %s", resp.Status)
	}
	_, total, _ := strings.Cut(resp.Header.Get("Content-Range"), "/")
	if f.size, err = strconv.ParseInt(total, 10, 64); err != nil || f.size < 0 {
		return errNoRanges
	}
	f.start = start
	f.chunk, err = io.ReadAll(io.LimitReader(resp.Body, chunkSize))
	return err
}
