package main

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/sample"
	"caracal/internal/session"
	"caracal/mms"
)

// sampleClient is one of a server that has welcome.wmv, and nothing over UDP.
func sampleClient(t *testing.T) *mms.Client {
	r := fronttest.New(t, session.Options{})
	r.Publish("welcome.wmv", sample.Welcome, fronttest.Unpaced())
	r.Listen("", "1755")
	r.Run(mms.NewServer(mms.ServerOptions{
		Options: front.Options{Shards: r.Shards, Bus: r.Bus}, Points: r.Points, Sessions: r.Sessions,
	}))
	return &mms.Client{Dial: r.Dial, Listen: func(context.Context, string, string) (net.PacketConn, error) {
		return net.ListenPacket("udp", "127.0.0.1:0")
	}}
}

func TestProbeOverMMS(t *testing.T) {
	r, err := probeWith(sampleClient(t), "mmst://192.0.2.1/welcome.wmv")
	if err != nil {
		t.Fatal(err)
	}
	text := new(strings.Builder)
	printReport(text, r)
	for _, want := range []string{
		"  server      version 9.1.1.3814, content type video/x-ms-asf\n", "  supports    data over TCP, seek, fast forward and rewind\n",
		"  duration    24.046s, preroll 3100 ms\n", "  packets     449 of 1400 bytes", "  received    20 packets, send times 0 to ",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestProbeOverMMSHints(t *testing.T) {
	tests := []struct{ url, hint string }{
		{"mmst://192.0.2.1/none.wmv", "nothing is published under this name"},
		{"mmsu://192.0.2.1/welcome.wmv", "the server sends nothing over UDP: ask with mmst://"},
		{"mmsx://192.0.2.1/welcome.wmv", "write mmst://host:port/name"},
	}
	for _, tt := range tests {
		if _, err := probeWith(sampleClient(t), tt.url); err == nil || !strings.Contains(err.Error(), tt.hint) {
			t.Errorf("%s: %v", tt.url, err)
		}
	}
	denied := mmsError("mmst://h/x", &mms.StatusError{Message: mms.MIDSecurityChallenge, HR: mms.EAccessDenied})
	if !strings.Contains(denied.Error(), "write user and password into the URL: mmst://") {
		t.Error(denied)
	}
	denied = mmsError("mmst://h/x", &mms.StatusError{Message: mms.MIDReportOpenFile, HR: mms.EAccessDenied})
	if !strings.Contains(denied.Error(), "the server may not read the file, or") {
		t.Error(denied)
	}
}

// mms:// means MMS, and HTTP where nothing listens.
func TestProbeEither(t *testing.T) {
	for url, want := range map[string]bool{
		"mms://h/x": true, "MMS://h/x": true, "mms://h:80/x": true, "mmst://h/x": false, "http://h/x": false, "mms://[": false,
	} {
		if isPlainMMS(url) != want {
			t.Errorf("%s: %v", url, !want)
		}
	}
	refused := &mms.Client{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
	}}
	tests := []struct {
		client *mms.Client
		url    string
		http   bool
	}{
		{sampleClient(t), "mms://192.0.2.1/welcome.wmv", false}, {sampleClient(t), "mms://192.0.2.1/none.wmv", false},
		{refused, "mms://192.0.2.1/welcome.wmv", true},
	}
	for _, tt := range tests {
		asked := false
		probeFirst(tt.client, tt.url, func(string) (*report, error) { asked = true; return nil, nil })
		if asked != tt.http {
			t.Errorf("%s: over HTTP %v", tt.url, asked)
		}
	}
}

// A port that mms:// names may be one of MMS: who does not answer HTTP there is
// asked.
func TestProbeLast(t *testing.T) {
	silent := &mms.Client{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }}
	tests := []struct {
		client *mms.Client
		name   string
		http   error // what HTTP gives
		says   string
	}{
		{sampleClient(t), "welcome.wmv", io.ErrUnexpectedEOF, ""},
		{sampleClient(t), "none.wmv", syscall.ECONNRESET, "nothing is published under this name"},
		{sampleClient(t), "welcome.wmv", nil, ""},
		{sampleClient(t), "welcome.wmv", errors.New("404"), "404"},
		{silent, "welcome.wmv", io.ErrUnexpectedEOF, "unexpected EOF"},
	}
	for _, tt := range tests {
		_, err := probeLast(tt.client, "mms://192.0.2.1:8080/"+tt.name, func(url string) (*report, error) {
			return nil, tt.http
		})
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s after %v: %v, want %q", tt.name, tt.http, err, tt.says)
		}
	}
}
