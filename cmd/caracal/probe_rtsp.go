package main

import (
	"context"
	"errors"
	"strings"

	"caracal/rtsp"
)

// probeRTSP describes a stream of an RTSP server and takes its first packets,
// over UDP for rtspu://.
func probeRTSP(url string) (*report, error) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	client := &rtsp.Client{}
	d, err := client.Describe(ctx, url)
	if err != nil {
		return nil, rtspError(url, err)
	}
	r := reportContent(url, d.Header, d.HeaderBytes)
	r.Server = &serverReport{
		Server: d.Server.Raw, ContentType: d.Response.Header.Get("Content-Type"), Features: d.Supported.String(), URL: d.URL,
	}
	udp := strings.HasPrefix(strings.ToLower(url), "rtspu:")
	s, err := client.Play(ctx, url, rtsp.PlayOptions{After: d, UDP: udp, Measure: udp}) // which closes d if it fails
	if err != nil {
		return nil, rtspError(url, err)
	}
	defer s.Close()
	if r.Received, err = receive(ctx, s, r.PacketSize); err != nil {
		return nil, rtspError(url, err)
	}
	s.Teardown(ctx) // the server need not wait for us; whether it answers is no matter
	return r, nil
}

// rtspError says what to do when there is no stream at a URL.
func rtspError(url string, err error) error {
	hint := ""
	var status *rtsp.StatusError
	switch {
	case errors.As(err, &status):
		hint = statusHint(status.Response.Status, "rtsp")
		if status.Response.Status == 461 {
			hint = "the server sends nothing over UDP: ask with rtspt://"
		}
	case errors.Is(err, rtsp.ErrFirewall):
		hint = "a firewall is in the way, or the server's UDP is off: ask with rtspt://"
	case errors.Is(err, rtsp.ErrNotServer):
		hint = "something else listens there: try http://"
	case errors.Is(err, rtsp.ErrNoHeader):
		hint = "this is an RTSP server, but no Windows Media stream"
	case errors.Is(err, rtsp.ErrInvalid):
		hint = "write rtsp://host:port/name, rtspt:// for TCP or rtspu:// for UDP"
	}
	return hinted(url, err, hint, "rtsp://, rtspt:// and rtspu:// mean port 554")
}
