package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/pull"
	"caracal/wmsp"
)

// A stream is looked at until there is enough of it, or its time is over.
const (
	checkPackets = 2000
	checkBytes   = 16 << 20
)

// ofFiles are the issues that only a whole file can have.
var ofFiles = []string{
	"not-finished", "no-index", "file-size-zero", "file-size-wrong", "cut-off", "packet-count-zero",
	"packet-count-wrong", "data-size-wrong", "duration-wrong", "time-base", "not-seekable",
}

// isStreamURL says whether a path of the command line is a URL, and not a file.
func isStreamURL(s string) bool {
	scheme, _, ok := strings.Cut(s, "://")
	return ok && slices.Contains([]string{"http", "mms", "mmsh", "rtsp", "rtspt", "rtspu", "mmst", "mmsu"}, strings.ToLower(scheme))
}

// checkURL plays a stream over HTTP for a while, and checks what came as if it
// were a file.
func checkURL(url string, span time.Duration) []asf.Issue {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	client := &wmsp.Client{}
	d, err := client.Describe(ctx, url)
	switch {
	case errors.Is(err, wmsp.ErrInvalid):
		return unreadable("This is asked over HTTP only: write http://host:port/name.")
	case err != nil:
		return unreadable(streamError(url, err).Error())
	}
	defer d.Close()
	play, stop := context.WithTimeout(context.Background(), span)
	defer stop()
	s, err := client.Play(play, url, wmsp.PlayOptions{After: d})
	if err != nil {
		return unreadable(streamError(url, err).Error())
	}
	defer s.Close()
	return checkStream(play, s, d)
}

func unreadable(text string) []asf.Issue {
	return []asf.Issue{{Severity: asf.Error, Code: "unreadable", Text: text}}
}

// checkStream takes packets, and checks what they would be on disk.
func checkStream(ctx context.Context, s stream, d *wmsp.Description) []asf.Issue {
	file := d.Header.Append(nil)
	file = asf.DataHead{FileID: d.Header.File().FileID, Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(file)
	var issues []asf.Issue
	size := int(d.Header.File().MaxPacketSize)
	n := 0
	for n < checkPackets && len(file) < checkBytes {
		e, err := s.Receive()
		if e.Kind == pull.GotEnd || errors.Is(err, io.EOF) || err != nil && ctx.Err() != nil {
			break
		}
		if err == nil && e.Kind == pull.GotPacket {
			n++
			file, err = asf.AppendPadded(file, e.Data, size)
		}
		if err != nil {
			issues = append(issues, asf.Issue{Severity: asf.Error, Code: "stream-broken", Text: "The stream breaks off: " + err.Error()})
			break
		}
	}
	if n == 0 {
		return append(issues, asf.Issue{Severity: asf.Error, Code: "silent", Text: "No packet came: nobody sends anything there now."})
	}
	r, err := asf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return append(issues, asf.Issue{Severity: asf.Error, Code: "not-playable", Text: notPlayable(err)})
	}
	for _, is := range r.Check() {
		if !slices.Contains(ofFiles, is.Code) {
			issues = append(issues, is)
		}
	}
	return issues
}
