package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/mms"
)

// firstWords are what players of each protocol say first, in full.
func firstWords() map[string][]byte {
	connect := &mms.Connect{
		MacToViewerProtocolRevision: mms.MacToViewerProtocolRevision,
		ViewerToMacProtocolRevision: mms.ViewerToMacProtocolRevision,
	}
	return map[string][]byte{
		"http": []byte("GET /film.wmv HTTP/1.0\r\nUser-Agent: NSPlayer/4.1.0.3856\r\n\r\n"),
		"rtsp": []byte("DESCRIBE rtsp://host/film.wmv RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
		"mms":  mms.AppendPacket(nil, 0, 0, connect),
	}
}

// A player that rolls over on one port speaks one protocol after the other
// there: mms://host:8080 leads VLC to MMS, and then to HTTP. Each port has to turn
// down what it does not speak at the first words, not when its patience ends.
func TestPortsAnswerForeignProtocolsAtOnce(t *testing.T) {
	cfg := testConfig(config.Point{Path: films(t, "film.wmv")})
	cfg.MMS.Address = "127.0.0.1:0"
	cfg.HTTP.HeadTimeout, cfg.HTTP.KeepAlive, cfg.Sessions.IdleTimeout = time.Hour, time.Hour, time.Hour
	s, _ := start(t, cfg)
	for front, addr := range map[string]net.Addr{"http": s.Addr(), "rtsp": s.RTSPAddr(), "mms": s.MMSAddr()} {
		for protocol, words := range firstWords() {
			t.Run(fmt.Sprintf("%s on the port of %s", protocol, front), func(t *testing.T) {
				t.Parallel()
				answered(t, addr, words)
			})
		}
	}
}

// answered fails if nothing comes and the connection stays open.
func answered(t *testing.T, addr net.Addr, words []byte) {
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	if _, err := c.Write(words); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("neither an answer nor the end")
	}
}
