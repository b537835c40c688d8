package wmsp_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/wmsp"
)

func unpaced(_ *wmsp.ServerOptions, p *point.Options) { p.Unpaced = true }

// checkClip fails unless the frames are packets of the clip from first on,
// unmodified, in order and to its end.
func checkClip(t *testing.T, got []wmsp.Frame, first int) {
	t.Helper()
	if len(got) != testClip().Count()-first {
		t.Fatalf("%d packets, want %d", len(got), testClip().Count()-first)
	}
	for i, f := range got {
		n := first + i
		if int(f.Location) != n || f.Flags != byte(i) || !bytes.Equal(f.Payload, testClip().Packet(n)) {
			t.Fatalf("packet %d has location %d, sequence %d, or other bytes", n, f.Location, f.Flags)
		}
	}
}

// [MS-WMSP] 4.6: a single file, in non-pipelined mode, as Windows Media
// Player 6.4 would ask for it: HTTP 1.0, a connection for each request.
func TestSingleFileNonPipelined(t *testing.T) {
	s := startServer(t, false, unpaced)
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.0", "Accept: */*", agent64, "Host: SampleServer",
		"Pragma: no-cache,rate=1.000000,stream-time=0,stream-offset=0:0,request-context=1,max-duration=0", testGUID)
	r, body := c.response()
	p := r.Pragma()
	if r.Status != 200 || r.Minor != 0 || !p.Has(wmsp.TokenClientID|wmsp.TokenTimeout|wmsp.TokenNoCache) ||
		p.Features != wmsp.ContentSeekable|wmsp.ContentStridable || p.Timeout != 60000 {
		t.Errorf("Describe: %+v", r)
	}
	if r.Header.Has("Supported") || p.HasAny(wmsp.TokenResetStrm|wmsp.TokenPacketPair|wmsp.TokenPipelineExperiment) {
		t.Errorf("a player of version 6.4 was told too much: %+v", r)
	}
	f, n, err := wmsp.ParseFrame(body)
	if err != nil || n != len(body) || f.ID != wmsp.FrameHeader || f.Flags != wmsp.FlagWhole || !bytes.Equal(f.Payload, testClip().Header) {
		t.Fatalf("the Describe response's body is not the header alone: %v", err)
	}
	if _, err := c.r.ReadByte(); err == nil {
		t.Error("the connection of an HTTP 1.0 request stays open")
	}
	c = s.connect()
	c.send("GET /clip.wmv HTTP/1.0", agent64, "Host: SampleServer",
		"Pragma: no-cache,rate=1.000000,stream-time=0,stream-offset=4294967295:4294967295,request-context=2,max-duration=0",
		"Pragma: xPlayStrm=1", fmt.Sprintf("Pragma: client-id=%d", p.ClientID), testGUID,
		"Pragma: stream-switch-count=3", allThree)
	r = c.head()
	if r.Status != 200 || r.Chunked() || r.Header.Get("Content-Type") != wmsp.TypeFramed || r.Pragma().ClientID != p.ClientID {
		t.Errorf("Play: %+v", r)
	}
	fr := c.stream(r)
	if h := fr.expect(wmsp.FrameHeader); !bytes.Equal(h.Payload, testClip().Header) {
		t.Error("the header differs")
	}
	packets, end := fr.data()
	checkClip(t, packets, 0)
	if end.ID != wmsp.FrameEnd || end.Reason != wmsp.ReasonDone {
		t.Errorf("the stream ends with $%c, %d", end.ID, end.Reason)
	}
	if f := fr.next(); f.ID != 0 {
		t.Errorf("$%c after the end", f.ID)
	}
	c = s.connect()
	c.send("POST /clip.wmv HTTP/1.0", agent64, fmt.Sprintf("Pragma: client-id=%d", p.ClientID),
		"Pragma: log-line=10.0.0.1 2026-11-23 12:00:00 - clip.wmv 0 30 1 200", "Content-Length: 0")
	if r, _ := c.response(); r.Status != 200 {
		t.Errorf("Log: %+v", r)
	}
}

// [MS-WMSP] 2.2.2.1 and 2.2.2.6: the examples' requests of Windows Media
// Player 12, in pipelined mode with its test, then a Log behind the stream.
func TestSingleFilePipelined(t *testing.T) {
	s := startServer(t, false, unpaced)
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.1", "Accept: */*", agent12, "Host: SampleServer",
		"X-Accept-Authentication: Negotiate, NTLM, Digest, Basic", "Pragma: version11-enabled=1",
		"Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0,packet-num=4294967295,max-duration=0",
		"Pragma: packet-pair-experiment=1", "Pragma: pipeline-experiment=1",
		"Supported: com.microsoft.wm.srvppair, com.microsoft.wm.sswitch, com.microsoft.wm.predstrm, com.microsoft.wm.startupprofile",
		testGUID, "Accept-Language: en-US, *;q=0.1")
	r, body := c.response()
	p := r.Pragma()
	if r.Status != 200 || !p.PacketPair || !p.PipelineExperiment || r.Chunked() ||
		r.Header.Get("Content-Type") != wmsp.TypeHeader || !r.Supported().Has(head.FeatureSSwitch|head.FeatureFastCache) {
		t.Errorf("Describe: %+v", r)
	}
	checkDescription(t, body)

	id := fmt.Sprintf("Pragma: client-id=%d", p.ClientID)
	for range 2 {
		c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: SampleServer", "Pragma: no-cache", "Pragma: pipeline-request=1", id, "Connection: keep-alive")
	}
	r = c.head()
	if r.Status != 200 || !r.Chunked() {
		t.Errorf("first Pipeline response: %+v", r)
	}
	test := c.stream(r)
	test.expect(wmsp.FrameTest)
	if f := test.next(); f.ID != 0 {
		t.Errorf("$%c behind $T", f.ID)
	}
	r, _ = c.response()
	if r.Status != 204 || r.Minor != 1 || !r.Pragma().PipelineResult {
		t.Errorf("second Pipeline response: %+v", r)
	}

	c.send("GET /clip.wmv HTTP/1.1", "Accept: */*", agent12, "Host: SampleServer", "Pragma: version11-enabled=1",
		"Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=4294967295:4294967295,packet-num=4294967295,max-duration=0",
		"Pragma: xPlayStrm=1", id, "Pragma: LinkBW=2147483647, AccelBW=2147483647, AccelDuration=18000, Speed=91268.055",
		"Supported: com.microsoft.wm.srvppair, com.microsoft.wm.sswitch, com.microsoft.wm.startupprofile",
		"Pragma: playlist-seek-id=1", testGUID, "Pragma: stream-switch-count=3", allThree)
	c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: SampleServer", testGUID, id, "Content-Length: 5",
		"Content-Type: application/x-wms-LogStats;charset=UTF-8", "", "<x/>\n")
	r = c.head()
	p = r.Pragma()
	if r.Status != 200 || r.Minor != 1 || !r.Chunked() || p.AccelBW != 3_500_000 || p.AccelDuration != 18000 || p.Speed != 5 {
		t.Errorf("Play: %+v, %+v", r, p)
	}
	if _, ok := head.ParseStartupProfile(r.Header.Get("X-StartupProfile")); !ok {
		t.Errorf("start-up profile %q", r.Header.Get("X-StartupProfile"))
	}
	fr := c.stream(r)
	fr.expect(wmsp.FrameMetadata)
	fr.expect(wmsp.FrameHeader)
	packets, end := fr.data()
	checkClip(t, packets, 0)
	if end.ID != wmsp.FrameEnd || end.Reason != wmsp.ReasonDone {
		t.Errorf("the stream ends with $%c, %d", end.ID, end.Reason)
	}
	if f := fr.next(); f.ID != 0 {
		t.Errorf("$%c after the end", f.ID)
	}
	if r, _ := c.response(); r.Status != 204 {
		t.Errorf("the Log behind the stream: %+v", r)
	}
}

// checkDescription holds the body of a Describe response against [MS-WMSP]
// 3.2.5.4: three $P, $M and $H, and nothing else.
func checkDescription(t *testing.T, body []byte) {
	t.Helper()
	var ids []byte
	var parser wmsp.FrameParser
	for len(body) > 0 {
		f, n, err := parser.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.ID)
		if f.ID == wmsp.FrameMetadata {
			m, err := wmsp.ParseMetadata(f.Payload)
			if err != nil || m.PlaylistGenID == 0 || m.BroadcastID != 0 || !m.Features.Has(wmsp.ContentSeekable) {
				t.Errorf("metadata %+v, %v", m, err)
			}
		}
		if f.ID == wmsp.FrameHeader && !bytes.Equal(f.Payload, testClip().Header) {
			t.Error("the header differs")
		}
		body = body[n:]
	}
	if string(ids) != "PPPMH" {
		t.Errorf("frames %q, want PPPMH", ids)
	}
}

func TestSeekOfEveryKind(t *testing.T) {
	s := startServer(t, false, unpaced)
	header := len(testClip().Header)
	var frame2s int // the packet with the key frame at 4 s
	for _, k := range []struct {
		name, agent, guid, pragma string
		first                     int
	}{
		{"packet", agent12, testGUID, "packet-num=17", 17},
		{"packet before offset", agent12, testGUID, fmt.Sprintf("stream-time=0,packet-num=5,stream-offset=0:%d", header), 5},
		{"offset", agent12, testGUID, fmt.Sprintf("stream-time=0,packet-num=4294967295,stream-offset=0:%d", header+20*clipPacket), 20},
		{"offset of VLC", "User-Agent: NSPlayer/7.10.0.3059", testGUID, fmt.Sprintf("stream-time=0,stream-offset=0:%d", 20*clipPacket), 20},
		{"time", agent12, testGUID, "stream-time=4100,packet-num=3", -1},
		{"time of FFmpeg, malformed", agent41, libmmsGUID, "stream-offset=0:0,packet-num=4294967295,stream-time=4000Connection: Close", -1},
		{"time of Windows Media Player 6.4", agent41, testGUID, "stream-time=4100,stream-offset=4294967295:4294967295", -1},
		{"time of libmms, with preroll", agent41, libmmsGUID, "stream-time=6100,stream-offset=4294967295:4294967295", -1},
	} {
		c := s.connect()
		version := "HTTP/1.0"
		if strings.Contains(k.name, "FFmpeg") {
			version = "HTTP/1.1"
		}
		c.send("GET /clip.wmv "+version, k.agent, "Pragma: xPlayStrm=1", "Pragma: no-cache,"+k.pragma, k.guid, allThree)
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		packets, _ := fr.data()
		if len(packets) == 0 {
			t.Fatalf("%s: no packets", k.name)
		}
		first := int(packets[0].Location)
		if k.first < 0 {
			if frame2s == 0 {
				frame2s = first
			}
			k.first = frame2s
		}
		if first != k.first {
			t.Errorf("%s: begins at packet %d, want %d", k.name, first, k.first)
		}
		checkClip(t, packets, first)
	}
}

func TestStreamsAreLeftOut(t *testing.T) {
	s := startServer(t, false, unpaced)
	for _, k := range []struct {
		name, agent, entries string
		want                 string
	}{
		{"hexadecimal", agent12, "ffff:1:2 ffff:2:2 ffff:c:0", "12 "},
		{"decimal (libmms)", agent41, "ffff:1:2 ffff:2:2 ffff:12:0 ", "12 "},
		{"only those named (MPlayer)", agent41, "ffff:2:0 ffff:C:0", "2 12 "},
		{"key frames", agent12, "ffff:1:1 ffff:2:2 ffff:c:2", "1 "},
		{"commas", agent12, "ffff:1:2,ffff:2:0", "2 "},
	} {
		c := s.connect()
		c.send("GET /clip.wmv HTTP/1.0", k.agent, "Pragma: xPlayStrm=1", "Pragma: stream-switch-entry="+k.entries)
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		packets, end := fr.data()
		if got := streamsIn(t, packets); got != k.want || end.ID != wmsp.FrameEnd {
			t.Errorf("%s: streams %s, want %s", k.name, got, k.want)
		}
	}
}

// [MS-WMSP] 3.2.5.6: who names no streams gets none, but for old servers.
func TestPlayWithoutSelection(t *testing.T) {
	s := startServer(t, false, unpaced)
	for agent, want := range map[string]int{
		agent12:                           0,
		"User-Agent: NSServer/4.1.0.3920": testClip().Count(),
		"User-Agent: NSServer/9.0.0.1":    0,
		agent41:                           testClip().Count(),
	} {
		c := s.connect()
		c.send("GET /clip.wmv HTTP/1.0", agent, "Pragma: xPlayStrm=1")
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		if packets, _ := fr.data(); len(packets) != want {
			t.Errorf("%s: %d packets, want %d", agent, len(packets), want)
		}
	}
}
