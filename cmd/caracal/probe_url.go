package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"caracal/asf"
	"caracal/internal/credential"
	"caracal/internal/pull"
	"caracal/internal/source"
	"caracal/wmsp"
)

const (
	probeTimeout = 15 * time.Second
	probePackets = 20 // that are taken from a stream
)

type serverReport struct {
	Server      string `json:"server"`
	ContentType string `json:"content_type"`
	Features    string `json:"features"`
	URL         string `json:"url"` // after redirects
}

type receivedReport struct {
	Packets       int    `json:"packets"`
	Ended         bool   `json:"ended"` // the stream has no more than these
	FirstSendTime uint32 `json:"first_send_time_ms"`
	LastSendTime  uint32 `json:"last_send_time_ms"`
}

// probeURL describes a stream and takes its first packets.
func probeURL(url string) (*report, error) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	client := &wmsp.Client{}
	d, err := client.Describe(ctx, url)
	if errors.Is(err, wmsp.ErrNotServer) && strings.HasPrefix(url, "http") {
		return probeWeb(ctx, url)
	}
	if err != nil {
		return nil, streamError(url, err)
	}
	defer d.Close()
	r := reportContent(url, d.Header, d.HeaderBytes)
	r.Server = &serverReport{
		Server: d.Server.String(), ContentType: d.Response.Header.Get("Content-Type"),
		Features: d.Response.Header.Get("Supported"), URL: d.URL,
	}
	s, err := client.Play(ctx, url, wmsp.PlayOptions{After: d})
	if err != nil {
		return nil, streamError(url, err)
	}
	defer s.Close()
	if r.Received, err = receive(ctx, s, r.PacketSize); err != nil {
		return nil, streamError(url, err)
	}
	return r, nil
}

// reportContent describes what a server says of a stream.
func reportContent(url string, h *asf.Header, headerBytes []byte) *report {
	r := reportHeader(source.Shown(url), h)
	data, _, err := asf.ParseDataHead(headerBytes[max(len(headerBytes)-asf.DataHeadSize, 0):])
	if err == nil && !r.Broadcast {
		r.Packets = int64(min(data.Packets, 1<<62))
	}
	return r
}

// stream is one of any protocol.
type stream interface {
	Receive() (pull.Event, error)
}

// receive takes packets until there are enough, the stream ends or the time is
// over: a live stream may be slow.
func receive(ctx context.Context, s stream, size int) (*receivedReport, error) {
	r := &receivedReport{}
	for r.Packets < probePackets {
		e, err := s.Receive()
		if e.Kind == pull.GotEnd || errors.Is(err, io.EOF) {
			r.Ended = true
			return r, nil
		}
		if err != nil && r.Packets > 0 && ctx.Err() != nil {
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		if e.Kind != pull.GotPacket {
			continue
		}
		t, err := asf.SendTime(e.Data)
		if err != nil {
			return nil, fmt.Errorf("packet %d of %d bytes (the header says %d): %w", r.Packets, len(e.Data), size, err)
		}
		if r.Packets == 0 {
			r.FirstSendTime = t
		}
		r.LastSendTime = t
		r.Packets++
	}
	return r, nil
}

// streamError says what to do when there is no stream at a URL.
func streamError(url string, err error) error {
	hint := ""
	var status *wmsp.StatusError
	switch {
	case errors.As(err, &status):
		hint = statusHint(status.Response.Status, "http")
	case errors.Is(err, wmsp.ErrNotServer):
		hint = "this is an ordinary web server: download the file and probe that"
	case errors.Is(err, wmsp.ErrInvalid):
		hint = "write http://host:port/name, mms://host:port/name or mmsh://host:port/name, or rtsp://host:port/name, or mmst://host:port/name"
	}
	return hinted(url, err, hint, "mms:// and mmsh:// mean port 80 here, mms:// 1755 before that")
}

// statusHint says what to do about what a server refuses with.
func statusHint(status int, scheme string) string {
	switch status {
	case 404:
		return "nothing is published under this name: a Caracal lists what is there at /, over HTTP"
	case 401:
		return "write user and password into the URL: " + scheme + "://user:password@host/name"
	}
	return ""
}

// hinted adds a hint to an error, or one that goes with the network. ports says
// which ports URLs mean that name none.
func hinted(url string, err error, hint, ports string) error {
	var dns *net.DNSError
	switch {
	case hint != "":
	case errors.Is(err, syscall.ECONNREFUSED):
		hint = "no server listens there; " + ports + " unless the URL names another"
	case errors.As(err, &dns):
		hint = "the host's name is not known: correct it, or use its address"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		hint = fmt.Sprintf("no answer within %v: a firewall, or no Windows Media server", probeTimeout)
	case errors.Is(err, io.ErrUnexpectedEOF):
		hint = "the server closed the connection: it may speak another protocol"
	}
	if errors.Is(err, credential.ErrRefused) {
		hint = "correct the user or the password; a domain goes before the user: DOMAIN%5Cuser"
	}
	if hint == "" {
		return fmt.Errorf("%s: %w", source.Shown(url), err)
	}
	return fmt.Errorf("%s: %w\n%s", source.Shown(url), err, hint)
}
