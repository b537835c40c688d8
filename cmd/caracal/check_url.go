package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/pull"
	"caracal/internal/source"
	"caracal/msb"
)

// checkSchemes are those that a stream is asked for by.
var checkSchemes = []string{
	"http", "https", "mms", "mmsh", "rtsp", "rtspt", "rtspu", "rtsps", "mmst", "mmsu", "msbd", "msbdu",
}

// goodbye is how long a stream that is silent is waited for beyond the time, as
// only one that has not been cut off can be taken leave of.
const goodbye = time.Second

// isStreamURL says whether a path of the command line is a URL, and not a file.
func isStreamURL(s string) bool {
	scheme, _, ok := strings.Cut(s, "://")
	return ok && slices.Contains(checkSchemes, strings.ToLower(scheme))
}

// checkStream listens to a stream for a while, and checks what came as if it were
// a file.
func (c *checkCommand) checkStream(where string) checked {
	h := newHeard()
	var err error
	if source.IsStation(where) {
		err = c.hearStation(where, h)
	} else {
		err = c.hearURL(where, h)
	}
	r := checked{File: source.Shown(where)}
	if !isStreamURL(where) {
		r.File = where
	}
	if h.declared == nil && err != nil {
		r.Issues = issueReports(append(h.issues, asf.Issue{Severity: asf.Error, Code: "unreadable", Text: err.Error()}))
		return r
	}
	if err != nil {
		h.fail(asf.Error, "stream-broken", "The stream breaks off: %v", err)
	}
	h.judge()
	r.Issues, r.Declares, r.Heard = issueReports(h.issues), h.declared, &h.report
	return r
}

// hearURL listens to a stream of any protocol.
func (c *checkCommand) hearURL(where string, h *heard) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	opening := time.AfterFunc(probeTimeout, cancel)
	s, header, err := openStream(ctx, where)
	if !opening.Stop() && err != nil {
		err = context.DeadlineExceeded
	}
	if err != nil {
		return openError(where, err)
	}
	defer source.Leave(context.WithoutCancel(ctx), s)
	if err := h.header(header); err != nil {
		return err
	}
	defer time.AfterFunc(c.Time+goodbye, cancel).Stop()
	for over := time.Now().Add(c.Time); time.Now().Before(over); {
		e, err := s.Receive()
		switch {
		case errors.Is(err, io.EOF), err == nil && e.Kind == pull.GotEnd:
			h.report.Ended = true
			return nil
		case err != nil && ctx.Err() != nil: // the time is over
			return nil
		case err != nil:
			return err
		}
		if !h.take(e) {
			return nil
		}
	}
	return nil
}

// openStream asks over MMS and then over HTTP where a URL means either.
func openStream(ctx context.Context, where string) (source.Stream, []byte, error) {
	p, err := source.NewPull(where)
	if err != nil {
		return nil, nil, err
	}
	s, header, err := p.Open(ctx)
	var network net.Error
	if scheme, rest, _ := strings.Cut(where, "://"); errors.As(err, &network) && strings.EqualFold(scheme, "mms") {
		p.URL = "mmsh://" + rest
		return p.Open(ctx)
	}
	return s, header, err
}

// openError says what to do when there is no stream at a URL.
func openError(where string, err error) error {
	shown := source.Shown(where)
	switch scheme, _, _ := strings.Cut(strings.ToLower(where), "://"); scheme {
	case "mmst", "mmsu":
		return mmsError(shown, err)
	case "rtsp", "rtspt", "rtspu":
		return rtspError(shown, err)
	case "msbd", "msbdu":
		return hinted(shown, err, "", "MSBD has no usual port, and no names: write msbd://host:port")
	}
	return streamError(shown, err)
}

// hearStation listens to the multicast of an .nsc file.
func (c *checkCommand) hearStation(where string, h *heard) error {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	r, err := msb.Listen(ctx, http.DefaultClient, where, msb.ReceiverOptions{Interface: c.Interface})
	if err != nil {
		return err
	}
	defer r.Close()
	for _, e := range r.Station().Check() {
		h.fail(asf.Warning, "nsc-property", "The .nsc file's %s: %s.", e.Property, e.Text)
	}
	for _, e := range r.Station().Malformed {
		h.fail(asf.Warning, "nsc-malformed", "The .nsc file has a fault: %v", e)
	}
	for _, f := range r.Station().Formats[:min(len(r.Station().Formats), 1)] {
		if err := h.header(f.Header); err != nil {
			return err
		}
	}
	h.multicast = true
	listen, stop := context.WithTimeout(context.Background(), c.Time)
	defer stop()
	err = r.Run(listen, h)
	h.report.Repaired, h.report.Lost = r.Stats().Repaired, r.Stats().Lost
	switch {
	case err == nil:
		h.report.Ended = true
	case errors.Is(err, errHeard), errors.Is(err, msb.ErrSilent), listen.Err() != nil:
		return nil
	}
	return err
}
