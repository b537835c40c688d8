package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"caracal/asf"
	"caracal/internal/sample"
	"caracal/mms"
)

// serveSample speaks as much MMS as a probe needs.
func serveSample(c net.Conn) {
	defer c.Close()
	say := func(m mms.Appender) { c.Write(mms.AppendPacket(nil, 0, 0, m)) }
	rd, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		return
	}
	in := mms.NewReader(c)
	for {
		item, err := in.Next()
		if err != nil {
			return
		}
		switch body := item.Message.Body; item.Message.MID {
		case mms.MIDConnect, mms.MIDFunnelInfo, mms.MIDConnectFunnel, mms.MIDOpenFile:
			greetSample(item.Message.MID, body, say)
		case mms.MIDReadBlock:
			say(&mms.ReportReadBlock{PlayIncarnation: 1})
			c.Write(mms.AppendHeaderPiece(nil, 1, 0, rd.HeaderBytes(), mms.MaxPayload))
		case mms.MIDStreamSwitch:
			say(&mms.ReportStreamSwitch{})
		case mms.MIDStartPlaying:
			m, _ := mms.ParseStartPlaying(body)
			say(&mms.ReportStartedPlaying{PlayIncarnation: m.PlayIncarnation})
			b := make([]byte, rd.PacketSize())
			for i := range uint32(30) {
				rd.ReadPackets(b, int64(i))
				c.Write(mms.AppendMedia(nil, i, byte(m.PlayIncarnation), mms.Sequence(i), nil, b))
			}
		case mms.MIDStopPlaying:
			m, _ := mms.ParseStopPlaying(body)
			say(&mms.ReportEndOfStream{PlayIncarnation: m.PlayIncarnation})
		case mms.MIDCloseFile:
			return
		}
	}
}

// greetSample answers what comes before the header.
func greetSample(mid mms.MID, body []byte, say func(mms.Appender)) {
	switch mid {
	case mms.MIDConnect:
		m := mms.NewReportConnectedEX(mms.SOK, mms.DisablePacketPair, "9.0", "")
		say(&m)
	case mms.MIDFunnelInfo:
		m := mms.NewReportFunnelInfo(mms.DisablePacketPair, 1)
		say(&m)
	case mms.MIDConnectFunnel:
		m, _ := mms.ParseConnectFunnel(body)
		if f, _ := mms.ParseFunnel(m.FunnelName); f.UDP {
			say(&mms.ReportDisconnectedFunnel{HR: mms.EProtocolMismatch})
			return
		}
		say(&mms.ReportConnectedFunnel{})
	case mms.MIDOpenFile:
		m, _ := mms.ParseOpenFile(body)
		r := &mms.ReportOpenFile{OpenFileID: 1, FileAttributes: mms.FileCanSeek | mms.FileCanStride, FilePacketSize: 1400}
		switch m.FileName {
		case "none.wmv":
			r.HR = mms.EFileNotFound
		case "locked.wmv":
			r.HR = mms.EAccessDenied
		case "mine.wmv":
			say(&mms.SecurityChallenge{})
			return
		}
		say(r)
	}
}

func sampleClient() *mms.Client {
	return &mms.Client{Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go serveSample(far) // ends with the Client's connection
		return near, nil
	}, Listen: func(context.Context, string, string) (net.PacketConn, error) {
		return net.ListenPacket("udp", "127.0.0.1:0")
	}}
}

func TestProbeOverMMS(t *testing.T) {
	r, err := probeWith(sampleClient(), "mmst://192.0.2.1/welcome.wmv")
	if err != nil {
		t.Fatal(err)
	}
	text := new(strings.Builder)
	printReport(text, r)
	for _, want := range []string{
		"  server      version 9.0, content type video/x-ms-asf\n", "  supports    data over TCP, seek, fast forward and rewind\n",
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
		{"mmst://192.0.2.1/locked.wmv", "the server may not read the file, or"},
		{"mmst://192.0.2.1/mine.wmv", "write user and password into the URL: mmst://"},
		{"mmsu://192.0.2.1/welcome.wmv", "the server sends nothing over UDP: ask with mmst://"},
		{"mmsx://192.0.2.1/welcome.wmv", "write mmst://host:port/name"},
	}
	for _, tt := range tests {
		if _, err := probeWith(sampleClient(), tt.url); err == nil || !strings.Contains(err.Error(), tt.hint) {
			t.Errorf("%s: %v", tt.url, err)
		}
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
		{sampleClient(), "mms://192.0.2.1/welcome.wmv", false}, {sampleClient(), "mms://192.0.2.1/none.wmv", false},
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
		{sampleClient(), "welcome.wmv", io.ErrUnexpectedEOF, ""},
		{sampleClient(), "none.wmv", syscall.ECONNRESET, "nothing is published under this name"},
		{sampleClient(), "welcome.wmv", nil, ""},
		{sampleClient(), "welcome.wmv", errors.New("404"), "404"},
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
