package rtsp_test

import (
	"bytes"
	"strings"
	"testing"

	"caracal/internal/head"
	"caracal/rtsp"
)

const overTCP = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"

func TestOptions(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	for _, target := range []string{"*", s.url("clip.wmv"), s.url("none.wmv")} {
		r := c.must("OPTIONS", target)
		for _, method := range []string{"DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "SET_PARAMETER"} {
			if !r.Header.HasToken("Public", method) {
				t.Errorf("%s: Public lacks %s", target, method)
			}
		}
		if !strings.HasPrefix(r.Header.Get("Server"), "WMServer/") {
			t.Errorf("%s: Server is %q", target, r.Header.Get("Server"))
		}
		if r.Header.Get("Date") == "" || !head.ParseFeatures(r.Header.Get("Supported")).Has(head.FeatureEOSMsg) {
			t.Errorf("%s: %+v", target, r.Header)
		}
	}
}

func TestDescribe(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	r := c.must("DESCRIBE", s.url("clip.wmv"), "Accept: application/sdp")
	base := s.url("clip.wmv") + "/"
	if r.Header.Get("Content-Type") != "application/sdp" || r.Header.Get("Content-Base") != base {
		t.Errorf("%+v", r.Header)
	}
	for _, line := range []string{
		"a=control:" + base, "m=video 0 RTP/AVP 96", "m=audio 0 RTP/AVP 96", "a=control:video", "a=control:audio",
		"a=stream:1", "a=stream:2", "a=control:rtx",
	} {
		if !bytes.Contains(r.Body, []byte(line+"\r\n")) {
			t.Errorf("no line %q in\n%s", line, r.Body)
		}
	}
	if !bytes.Contains(r.Body, []byte("a=pgmpu:data:application/vnd.ms.wms-hdr.asfv1;base64,")) {
		t.Error("no ASF header in the description")
	}
	sdp, err := rtsp.ParseSDP(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(sdp.Header, shortClip().Header) {
		t.Errorf("an ASF header of %d bytes, want the clip's %d", len(sdp.Header), len(shortClip().Header))
	}
	if sdp.MaxPacketSize != clipPacket || sdp.Range == nil || sdp.Range.To != 1000 {
		t.Errorf("packets of %d bytes, range %v", sdp.MaxPacketSize, sdp.Range)
	}
}

// What a player is refused leaves no session, and the connection usable.
func TestRefusals(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	clip := s.url("clip.wmv")
	unknown := "Session: 12345678901234567890"
	for _, k := range []struct {
		name, method, url string
		lines             []string
		status            int
	}{
		{"unknown content", "DESCRIBE", s.url("none.wmv"), nil, 404},
		{"no media", "DESCRIBE", s.url("bad.wmv"), nil, 415},
		{"SETUP of unknown content", "SETUP", s.url("none.wmv/audio"), []string{overTCP}, 404},
		{"SETUP of no media", "SETUP", s.url("bad.wmv/audio"), []string{overTCP}, 415},
		{"SETUP of no stream", "SETUP", clip, []string{overTCP}, 404},
		{"SETUP of an unknown name", "SETUP", clip + "/text", []string{overTCP}, 404},
		{"multicast only", "SETUP", clip + "/audio", []string{"Transport: RTP/AVP;multicast"}, 461},
		{"no transport", "SETUP", clip + "/audio", nil, 461},
		{"another profile", "SETUP", clip + "/audio", []string{"Transport: RAW/RAW/UDP;unicast;client_port=4000"}, 461},
		{"UDP to a service", "SETUP", clip + "/audio", []string{"Transport: RTP/AVP/UDP;unicast;client_port=53-54"}, 461},
		{"UDP without a port", "SETUP", clip + "/audio", []string{"Transport: RTP/AVP/UDP;unicast"}, 461},
		{"PLAY without SETUP", "PLAY", clip, nil, 454},
		{"PAUSE without SETUP", "PAUSE", clip, nil, 454},
		{"TEARDOWN without SETUP", "TEARDOWN", clip, nil, 454},
		{"PLAY of an unknown session", "PLAY", clip, []string{unknown}, 454},
		{"SETUP in an unknown session", "SETUP", clip + "/audio", []string{overTCP, unknown}, 454},
		{"keep-alive of an unknown session", "GET_PARAMETER", clip, []string{unknown}, 454},
		{"unknown method", "FETCH", clip, nil, 501},
		{"RECORD", "RECORD", clip, nil, 501},
	} {
		if r := c.ask(k.method, k.url, k.lines...); r.Status != k.status {
			t.Errorf("%s: %d, want %d", k.name, r.Status, k.status)
		}
	}
	if !s.NoSession() {
		t.Error("a refused SETUP left a session")
	}
	c.must("DESCRIBE", clip)
}

// Within a session too.
func TestRefusalsInASession(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	clip := s.url("clip.wmv")
	r := c.must("SETUP", clip+"/audio", overTCP)
	if ts := rtsp.ParseTransports(r.Header.Get("Transport")); len(ts) != 1 || ts[0].Lower != rtsp.LowerTCP ||
		ts[0].Interleaved != (rtsp.PortPair{RTP: 0, RTCP: 1, Count: 2}) || !ts[0].HasSSRC {
		t.Errorf("Transport: %s", r.Header.Get("Transport"))
	}
	if ses := rtsp.ParseSession(r.Header.Get("Session")); len(ses.ID) > rtsp.MaxSessionID || ses.Timeout == 0 {
		t.Errorf("Session: %s", r.Header.Get("Session"))
	}
	for _, k := range []struct {
		name, method, url, line string
		status                  int
	}{
		{"PAUSE when nothing streams", "PAUSE", clip, "X: y", 200},
		{"unknown stream", "SETUP", clip + "/stream=99", overTCP, 404},
		{"unknown name", "SETUP", clip + "/text", overTCP, 404},
		{"another clip's stream", "SETUP", s.url("long.wmv/video"), overTCP, 404},
		{"no range", "PLAY", clip, "Range: miles=3-", 400},
		{"beyond the end", "PLAY", clip, "Range: x-asf-packet=99999-", 457},
		{"keep-alive", "GET_PARAMETER", clip, "X: y", 200},
		{"keep-alive with OPTIONS", "OPTIONS", clip, "X: y", 200},
	} {
		if r := c.ask(k.method, k.url, k.line); r.Status != k.status {
			t.Errorf("%s: %d, want %d", k.name, r.Status, k.status)
		}
	}
	if now, _ := s.Sessions.Count(); now != 1 {
		t.Errorf("%d sessions", now)
	}
}

func TestTransportAlternatives(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	r := c.must("SETUP", s.url("clip.wmv/audio"), "Transport: RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=4-5,RTP/AVP/UDP;unicast;client_port=4000-4001")
	if ts := rtsp.ParseTransports(r.Header.Get("Transport")); len(ts) != 1 || ts[0].Lower != rtsp.LowerTCP || ts[0].Interleaved.RTP != 4 {
		t.Errorf("Transport: %s", r.Header.Get("Transport"))
	}
}

func TestTeardown(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	long := s.url("long.wmv")
	c.setUp(long)
	c.must("PLAY", long)
	c.must("TEARDOWN", long)
	c.atEnd()
	again := s.connect()
	again.session = c.session
	if r := again.ask("PLAY", long); r.Status != 454 {
		t.Errorf("PLAY after TEARDOWN: %d", r.Status)
	}
	s.WaitFor("the session ends", s.NoSession)
}

// TEARDOWN with a stream's URL deselects the stream and nothing else.
func TestTeardownOfAStream(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	clip := s.url("clip.wmv")
	c.setUp(clip)
	c.must("TEARDOWN", clip+"/audio")
	c.must("TEARDOWN", clip+"/video")
	if r := c.ask("PLAY", clip); r.Status != 455 {
		t.Errorf("PLAY without a stream: %d", r.Status)
	}
	c.setUp(clip)
	c.must("PLAY", clip)
}

// setUp selects both streams over TCP.
func (p *peer) setUp(url string, lines ...string) {
	p.t.Helper()
	p.must("SETUP", url+"/video", append(lines, overTCP)...)
	p.must("SETUP", url+"/audio", append(lines, "Transport: RTP/AVP/TCP;unicast;interleaved=2-3")...)
}
