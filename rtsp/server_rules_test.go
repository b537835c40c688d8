package rtsp_test

import (
	"fmt"
	"strings"
	"testing"

	"caracal/internal/cachecontrol"
	"caracal/internal/cdl"
	"caracal/internal/head"
	"caracal/internal/remote"
	"caracal/rtsp"
)

// What a request says must be so is held against what is, [MS-RTSP] 3.2.5.1.
func TestPreconditions(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	r := c.must("DESCRIBE", clip)
	sdp, err := rtsp.ParseSDP(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	tag := `"` + sdp.ETag + `"`
	if r.Header.Get("ETag") != tag || !strings.HasPrefix(tag, `"{`) || !strings.HasSuffix(tag, `}"`) {
		t.Errorf("ETag %s, a=etag %s", r.Header.Get("ETag"), sdp.ETag)
	}
	// The first SETUP, too: the content may have changed since the description.
	if r := c.ask("SETUP", clip+"/video", overTCP, `If-Match: "{other}"`); r.Status != 412 {
		t.Errorf("a first SETUP of other content: %d", r.Status)
	}
	c.must("SETUP", clip+"/video", overTCP, "If-Match: "+tag)
	for _, k := range []struct {
		method, line string
		status       int
	}{
		{"GET_PARAMETER", "If-Match: " + tag, 200},
		{"GET_PARAMETER", "If-Match: *", 200},
		{"GET_PARAMETER", `If-Match: "{83A04BD0-FD30-1984-4994-0A22CA116ED3}"`, 412},
		{"GET_PARAMETER", "If-Match: no tag", 412},
		{"GET_PARAMETER", "If-None-Match: no tag", 400},
		{"GET_PARAMETER", "If-None-Match: " + tag, 200},
		{"GET_PARAMETER", "X-Playlist-Gen-Id: 2", 412},
		{"GET_PARAMETER", "X-Playlist-Gen-Id: 0", 200},
		{"PLAY", "X-Playlist: pl-offset=1", 400},
		{"PLAY", "X-RTP-Info: nothing", 400},
		{"PLAY", "X-Playlist-Gen-Id: 2", 200},
		{"TEARDOWN", "X-Playlist-Gen-Id: 2", 200},
	} {
		if r := c.ask(k.method, clip, k.line); r.Status != k.status {
			t.Errorf("%s with %s: %d, want %d", k.method, k.line, r.Status, k.status)
		}
	}
}

func TestPlayNamesTheContent(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	c.setUp(s.url("long.wmv"))
	if r := c.ask("PLAY", s.url("clip.wmv")); r.Status != 404 {
		t.Errorf("PLAY of other content: %d", r.Status)
	}
	c.must("PLAY", s.url("long.wmv/"))
}

// The description has what a player shows of the content.
func TestDescribeHasTheContentDescription(t *testing.T) {
	s := startServer(t)
	r := s.connect().must("DESCRIBE", s.url("clip.wmv"))
	sdp, err := rtsp.ParseSDP(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	list, err := cdl.Parse(sdp.ContentDescription)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d descriptions, %v", len(list), err)
	}
	if got := list[0].Get(cdl.ItemDuration); got != "1000" {
		t.Errorf("duration %s, want 1000 ms", got)
	}
	cache := cachecontrol.Parse(r.Header.Values("Cache-Control")...)
	if size := len(shortClip().Header) + len(shortClip().Packets); cache.ContentSize != uint64(size) || !cache.HasMaxAge {
		t.Errorf("Cache-Control: %v, want %d bytes", cache, size)
	}
}

// Requests that need no session, and what only their answers leave out.
func TestAnswersWithoutASession(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	ask := func(method, media, body string) *rtsp.Response {
		c.cseq++
		c.write(fmt.Sprintf("%s %s RTSP/1.0\r\nCSeq: %d\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
			method, clip, c.cseq, media, len(body), body))
		return c.response()
	}
	for _, k := range []struct{ method, media, body string }{
		{"GET_PARAMETER", rtsp.TypeGetContentInfo, "\x00"},
		{"SET_PARAMETER", rtsp.TypeSendEvent, string(remote.NewLog("", "", "", "<XML/>").Append(nil))},
	} {
		r := ask(k.method, k.media, k.body)
		if r.Status != 200 || r.Header.Has("Supported") || len(r.Body) != 0 {
			t.Errorf("%s: %d %v", k.media, r.Status, r.Header)
		}
		if k.method == "GET_PARAMETER" && !r.Header.Has("Cache-Control") {
			t.Error("content information without Cache-Control")
		}
	}
	if r := c.must("OPTIONS", "*"); !head.ParseFeatures(r.Header.Get("Supported")).Has(rtsp.ServerFeatures) {
		t.Errorf("Supported: %s", r.Header.Get("Supported"))
	}
}

// A Play says where it begins in the unit that it was asked in, and when the
// first packet is due.
func TestPlaySaysWhereItBegins(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	c.setUp(clip, wantsNumbers)
	first := int(0)
	at := func(n int) string {
		return fmt.Sprintf("x-asf-byte=%d-", len(shortClip().Header)+n*clipPacket)
	}
	for _, k := range []struct {
		asked, granted string
		packet         int
	}{
		{"npt=0.000-", "npt=0.000-", 0},
		{"npt=0.7-", "npt=0.700-", -1},
		{"x-asf-packet=7-", "x-asf-packet=7-", 7},
		{at(5), at(5), 5},
	} {
		r := c.must("PLAY", clip, "Range: "+k.asked)
		if got := r.Header.Get("Range"); got != k.granted {
			t.Errorf("asked for %s, told %s", k.asked, got)
		}
		got, _ := c.receive(shortClip(), 2)
		first = int(got.got[0].Location)
		if k.packet >= 0 && first != k.packet {
			t.Errorf("%s: begins at packet %d", k.asked, first)
		}
		infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info"))
		if err != nil {
			t.Fatal(err)
		}
		if i := infos[0]; i.Seq != got.seq[0] || i.HasRTPTime && i.RTPTime != got.got[0].SendTime {
			t.Errorf("%s: RTP-Info %+v, first packet %d of %d ms", k.asked, i, got.seq[0], got.got[0].SendTime)
		}
	}
}

// Nobody keeps the server busy with a connection.
func TestTransactionsAreBounded(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	refused := 0
	for range 400 {
		if r := c.ask("DESCRIBE", clip); r.Status == 503 {
			refused++
		}
	}
	if refused != 400-240 {
		t.Errorf("%d of 400 requests are refused", refused)
	}
	// Another connection is not meant, and statistics are taken.
	s.connect().must("DESCRIBE", clip)
	c.must("GET_PARAMETER", clip)

	loop := s.connect()
	refused = 0
	for range 400 {
		if loop.ask("SETUP", clip+"/video", overTCP).Status == 503 {
			refused++
		} else if loop.ask("TEARDOWN", clip+"/video").Status == 503 {
			refused++
		}
	}
	if refused < 150 {
		t.Errorf("%d of 400 rounds of SETUP and TEARDOWN are refused", refused)
	}
}

// However a player selects and switches, it has no more tracks than there are
// streams.
func TestSwitchToASelectedStream(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long)
	for range 10 {
		c.must("SETUP", long+"/video", overTCP)
		body := "SSEntry: 1 2 0"
		c.cseq++
		c.write(fmt.Sprintf("SET_PARAMETER %s RTSP/1.0\r\nCSeq: %d\r\nSession: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
			long, c.cseq, c.session, rtsp.TypeStreamSwitch, len(body), body))
		if r := c.response(); r.Status != 400 {
			t.Errorf("a switch to a stream that is selected: %d", r.Status)
		}
	}
	if _, ssrcs := s.Registered(); ssrcs != 3 {
		t.Errorf("%d SSRCs for two streams and the copies", ssrcs)
	}
}

// Times outside the content are refused, or understood.
func TestRangesOfTheContent(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	c.setUp(clip, wantsNumbers)
	for _, k := range []struct {
		asked  string
		status int
	}{{"npt=500-", 457}, {"npt=0.8-0.2", 457}, {"npt=0.3-0.3", 457}, {"npt=1.0-", 200}} {
		if r := c.ask("PLAY", clip, "Range: "+k.asked); r.Status != k.status {
			t.Errorf("%s: %d, want %d", k.asked, r.Status, k.status)
		}
	}
	c.receive(shortClip(), 2)
	if r := c.must("PLAY", clip, "Range: npt=-0.4"); r.Header.Get("Range") != "npt=0.600-" {
		t.Errorf("the last 0.4 s: %s", r.Header.Get("Range"))
	}
	long := s.connect()
	long.setUp(s.url("long.wmv"))
	if r := long.must("PLAY", s.url("long.wmv"), "Range: npt=5-8"); r.Header.Get("Range") != "npt=5.000-8.000" {
		t.Errorf("three seconds: %s", r.Header.Get("Range"))
	}
}

// A Fast Start is no faster than the player's link.
func TestBandwidthBoundsTheFastStart(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long)
	for line, most := range map[string]uint32{"Bandwidth: 200000": 200_000, "X: y": 1_000_000} {
		r := c.must("PLAY", long, "Range: npt=0-", "X-Accelerate-Streaming: AccelDuration=8000;AccelBandwidth=1000000", line)
		got, err := rtsp.ParseAccelerate(r.Header.Get("X-Accelerate-Streaming"))
		if err != nil || got.Bandwidth != most {
			t.Errorf("%s: %+v, %v", line, got, err)
		}
	}
}

// The form of the packets goes by the player: FFmpeg gets whole packets as
// fragments.
func TestFormGoesByThePlayer(t *testing.T) {
	s := startServer(t)
	for agent, whole := range map[string]bool{"Lavf59.27.100": false, "WMPlayer/11.0.5721.5145": true, "GStreamer/1.22.0": true} {
		c, long := s.connect(), s.url("long.wmv")
		c.setUp(long, "User-Agent: "+agent)
		c.must("PLAY", long)
		h, _, err := rtsp.ParsePayloadHead(c.some(longClip(), 1).first[rtsp.RTPHeadSize:])
		if err != nil || h.Whole != whole {
			t.Errorf("%s: %+v, %v", agent, h, err)
		}
	}
}
