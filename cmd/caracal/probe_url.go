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
	r := reportHeader(url, d.Header)
	r.Server = &serverReport{
		Server: d.Server.String(), ContentType: d.Response.Header.Get("Content-Type"),
		Features: d.Response.Header.Get("Supported"), URL: d.URL,
	}
	head, _, err := asf.ParseDataHead(d.HeaderBytes[max(len(d.HeaderBytes)-asf.DataHeadSize, 0):])
	if err == nil && !r.Broadcast {
		r.Packets = int64(min(head.Packets, 1<<62))
	}
	s, err := client.Play(ctx, url, wmsp.PlayOptions{After: d})
	if err != nil {
		return nil, streamError(url, err)
	}
	defer s.Close()
	if r.Received, err = receive(s, r.PacketSize); err != nil {
		return nil, streamError(url, err)
	}
	return r, nil
}

// receive takes packets until there are enough or the stream ends.
func receive(s *wmsp.Stream, size int) (*receivedReport, error) {
	r := &receivedReport{}
	for r.Packets < probePackets {
		e, err := s.Next()
		if errors.Is(err, io.EOF) || err == nil && e.Kind == wmsp.GotEnd {
			r.Ended = true
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		if e.Kind != wmsp.GotPacket {
			continue
		}
		t, err := asf.SendTime(e.Data)
		if err != nil {
			return nil, fmt.Errorf("packet %d of %d bytes (the header says %d): %w", e.Packet, len(e.Data), size, err)
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
	var dns *net.DNSError
	switch {
	case errors.As(err, &status) && status.Response.Status == 404:
		hint = "nothing is published under this name: a Caracal lists what is there at /"
	case errors.As(err, &status) && status.Response.Status == 401:
		hint = "write user and password into the URL: http://user:password@host/name"
	case errors.Is(err, wmsp.ErrNotServer):
		hint = "this is an ordinary web server: download the file and probe that"
	case errors.Is(err, wmsp.ErrInvalid):
		hint = "write http://host:port/name, mms://host:port/name or mmsh://host:port/name; all are asked over HTTP"
	case errors.Is(err, syscall.ECONNREFUSED):
		hint = "no server listens there; mms:// and mmsh:// mean port 80 here unless the URL names another"
	case errors.As(err, &dns):
		hint = "the host's name is not known: correct it, or use its address"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		hint = fmt.Sprintf("no answer within %v: a firewall, or no Windows Media server", probeTimeout)
	}
	if hint == "" {
		return fmt.Errorf("%s: %w", url, err)
	}
	return fmt.Errorf("%s: %w\n%s", url, err, hint)
}
