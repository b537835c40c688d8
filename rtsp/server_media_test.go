package rtsp_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/rtsp"
)

const (
	wantsNumbers = "Supported: com.microsoft.wm.locid"
	wantsNotice  = "Supported: com.microsoft.wm.eosmsg, com.microsoft.wm.locid"
)

// receiver puts ASF packets together.
type receiver struct {
	t      *testing.T
	joiner rtsp.Joiner
	clip   clip
	seq    []uint16
	first  []byte // the first RTP packet
	got    []rtsp.Received
}

func (r *receiver) add(b []byte) {
	r.t.Helper()
	var p rtp.Packet
	if err := p.Unmarshal(b); err != nil {
		r.t.Fatal(err)
	}
	if r.first == nil {
		r.first = bytes.Clone(b)
	}
	r.seq = append(r.seq, p.SequenceNumber)
	if n := len(r.seq); n > 1 && r.seq[n-1] != r.seq[n-2]+1 {
		r.t.Fatalf("sequence number %d after %d", r.seq[n-1], r.seq[n-2])
	}
	err := r.joiner.Add(&p, func(got rtsp.Received) error {
		got.Data = r.fill(got.Data)
		r.got = append(r.got, got)
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// fill puts the padding back that a packet travels without.
func (r *receiver) fill(data []byte) []byte {
	r.t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(data, &p); err != nil {
		r.t.Fatal(err)
	}
	if n := clipPacket - len(data); n > 0 {
		p.PaddingLength, p.Padding = uint32(n), make([]byte, n)
	}
	return p.Append(nil)
}

// check compares with the clip's packets from the one with number from.
func (r *receiver) check(from int) {
	r.t.Helper()
	for i, got := range r.got {
		if from+i >= r.clip.Count() || !bytes.Equal(got.Data, r.clip.Packet(from+i)) {
			r.t.Fatalf("packet %d differs from the clip's packet %d", i, from+i)
		}
		if got.HasLocation && got.Location != uint32(from+i) {
			r.t.Fatalf("packet %d says that it is packet %d", from+i, got.Location)
		}
	}
}

// checkAll wants all packets from the one with number from.
func (r *receiver) checkAll(from int) {
	r.t.Helper()
	r.check(from)
	if len(r.got) != r.clip.Count()-from || r.joiner.Lost != 0 {
		r.t.Errorf("%d packets came and %d were lost, want %d", len(r.got), r.joiner.Lost, r.clip.Count()-from)
	}
}

// isBye says whether RTCP ends with BYE.
func isBye(t *testing.T, b []byte) (bye bool) {
	t.Helper()
	it := rtsp.NewRTCPIter(b)
	for it.Next() {
		bye = bye || it.Type == rtcp.TypeGoodbye
	}
	if it.Err() != nil {
		t.Fatal(it.Err())
	}
	return bye
}

// receive reads packets up to a number of goodbyes or a notice.
func (p *peer) receive(c clip, goodbyes int) (*receiver, *rtsp.Request) {
	p.t.Helper()
	r := &receiver{t: p.t, clip: c}
	for goodbyes > 0 {
		frame, request, response, err := p.next()
		switch {
		case err != nil || response != nil:
			p.t.Fatalf("while it streams: %v %+v", err, response)
		case request != nil:
			return r, request
		case frame.Channel == 0:
			r.add(frame.Data)
		case isBye(p.t, frame.Data):
			goodbyes--
		}
	}
	return r, nil
}

// some reads n packets of a stream that has just begun or goes on.
func (p *peer) some(c clip, n int) *receiver {
	p.t.Helper()
	r := &receiver{t: p.t, clip: c}
	for len(r.got) < n {
		frame, _, _, err := p.next()
		if err != nil || frame == nil {
			p.t.Fatalf("no packet: %v", err)
		}
		if frame.Channel == 0 {
			r.add(frame.Data)
		}
	}
	return r
}

func TestPlayOverTCP(t *testing.T) {
	for _, lines := range [][]string{nil, {wantsNumbers}} {
		s := startServer(t)
		c, clip := s.connect(), s.url("clip.wmv")
		c.setUp(clip, lines...)
		r := c.must("PLAY", clip, "Range: npt=0-")
		if infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info")); err != nil || len(infos) != 2 || infos[0].URL != clip+"/video" {
			t.Errorf("RTP-Info: %s", r.Header.Get("RTP-Info"))
		}
		got, notice := c.receive(shortClip(), 2)
		got.checkAll(0)
		if notice != nil {
			t.Errorf("a player that does not know notices gets %+v", notice)
		}
		if len(got.got) > 0 && got.got[0].HasLocation != (lines != nil) {
			t.Error("LocationId goes by what the player supports")
		}
		c.must("GET_PARAMETER", clip)
	}
}

// A player that knows EndOfStream requests gets one, answers, and may play
// again on the same connection.
func TestEndOfStreamNotice(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	c.setUp(clip, wantsNotice)
	for range 3 {
		c.must("PLAY", clip, "Range: npt=0-")
		got, notice := c.receive(shortClip(), 1)
		got.checkAll(0)
		if notice == nil {
			t.Fatal("no notice")
		}
		e := rtsp.ParseEndOfStream(notice.Body)
		if notice.Kind != rtsp.EndOfStream || notice.Session.ID != c.session || e.Session != c.session || !e.EOF ||
			e.Reason != rtsp.EndPlain || !rtsp.IsEndOfStreamNotice(notice.Header.Get("X-Notice")) {
			t.Errorf("%+v %q", notice, notice.Body)
		}
		infos, err := rtsp.ParseRTPInfo(notice.Header.Get("RTP-Info"))
		if next := got.seq[len(got.seq)-1] + 1; err != nil || len(infos) != 2 || infos[0].Seq != next || infos[1].Seq != 1 {
			t.Errorf("RTP-Info: %s, want number %d", notice.Header.Get("RTP-Info"), next)
		}
		c.write(fmt.Sprintf("RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: %s\r\n\r\n", notice.CSeq, c.session))
	}
}

func TestPlayFromATime(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	c.setUp(clip, wantsNumbers)
	for _, k := range []string{"npt=0.7-", "npt=0.7-1", "x-asf-packet=7-"} {
		r := c.must("PLAY", clip, "Range: "+k)
		got, _ := c.receive(shortClip(), 2)
		if len(got.got) == 0 || got.got[0].Location == 0 {
			t.Fatalf("%s: %d packets from the beginning", k, len(got.got))
		}
		from := int(got.got[0].Location)
		if got.check(from); strings.HasSuffix(k, "-") {
			got.checkAll(from)
		}
		if strings.HasPrefix(k, "npt") && (!got.got[0].Key || !strings.HasPrefix(r.Header.Get("Range"), "npt=0.7")) {
			t.Errorf("%s: begins at packet %d, Range: %s", k, from, r.Header.Get("Range"))
		}
	}
}

func TestPauseAndResume(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long, wantsNumbers)
	next := 0
	for range 3 {
		c.must("PLAY", long, fmt.Sprintf("Range: x-asf-packet=%d-", next))
		got := c.some(longClip(), 2)
		c.must("PAUSE", long)
		for _, f := range c.frames {
			got.add(f.Data)
		}
		got.check(next)
		next += len(got.got)
		if c.must("PAUSE", long); len(c.frames) != 0 {
			t.Errorf("%d frames after PAUSE", len(c.frames))
		}
	}
}

// A Play without a Range goes on where the stream was paused, and says so.
func TestResumedPlaySaysWhere(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long, wantsNumbers)
	c.must("PLAY", long, "Range: x-asf-packet=40-")
	c.some(longClip(), 2)
	c.must("PAUSE", long)
	r := c.must("PLAY", long)
	next := c.some(longClip(), 1).got[0]
	infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info"))
	if err != nil || next.Location <= 40 || infos[0].RTPTime != next.SendTime {
		t.Fatalf("packet %d of %d ms, RTP-Info %s, %v", next.Location, next.SendTime, r.Header.Get("RTP-Info"), err)
	}
	want := fmt.Sprintf("npt=%d.%03d-", next.SendTime/1000, next.SendTime%1000)
	if got := r.Header.Get("Range"); got != want {
		t.Errorf("Range: %s, want %s", got, want)
	}
}

// An RTP session goes on over seeks and pauses: its sequence numbers have no gap,
// and RTP-Info says where a Play begins.
func TestSequenceNumbersGoOn(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long, wantsNumbers)
	all := &receiver{t: t, clip: longClip()} // fails at a gap
	for _, k := range []struct {
		from  int
		pause bool
	}{{0, false}, {50, false}, {20, true}, {70, false}} {
		r := c.must("PLAY", long, fmt.Sprintf("Range: x-asf-packet=%d-", k.from))
		for _, f := range c.frames {
			all.add(f.Data)
		}
		infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info"))
		if n := len(all.seq); err != nil || infos[0].Seq != uint16(n+1) || infos[1].Seq != 1 {
			t.Fatalf("RTP-Info after %d packets: %s", n, r.Header.Get("RTP-Info"))
		}
		for range 2 {
			frame, _, _, err := c.next()
			if err != nil || frame == nil {
				t.Fatal(err)
			}
			all.add(frame.Data)
		}
		if k.pause {
			c.must("PAUSE", long)
			for _, f := range c.frames {
				all.add(f.Data)
			}
		}
	}
	if all.seq[0] != 1 || len(all.seq) < 8 {
		t.Errorf("sequence numbers %v", all.seq)
	}
}

// udpPlayer has the sockets of a player over UDP.
type udpPlayer struct{ rtp, rtcp, rtx *net.UDPConn }

func newUDPPlayer(t *testing.T) *udpPlayer {
	open := func() *net.UDPConn {
		c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(patience))
		return c
	}
	return &udpPlayer{open(), open(), open()}
}

func port(c *net.UDPConn) int { return c.LocalAddr().(*net.UDPAddr).Port }

// setUp selects both streams and, last, retransmission.
func (u *udpPlayer) setUp(c *peer, url string, lines ...string) (media, rtx rtsp.Transport) {
	c.t.Helper()
	grant := func(name, ports string) rtsp.Transport {
		c.t.Helper()
		r := c.must("SETUP", url+"/"+name, append(lines, "Transport: RTP/AVP/UDP;unicast;client_port="+ports)...)
		ts := rtsp.ParseTransports(r.Header.Get("Transport"))
		if len(ts) != 1 || ts[0].Lower != rtsp.LowerUDP || ts[0].ServerPort.RTP == 0 || !ts[0].HasSSRC {
			c.t.Fatalf("Transport: %s", r.Header.Get("Transport"))
		}
		return ts[0]
	}
	pair := fmt.Sprintf("%d-%d", port(u.rtp), port(u.rtcp))
	media = grant("video", pair)
	grant("audio", pair)
	return media, grant("rtx", fmt.Sprint(port(u.rtx)))
}

func datagram(t *testing.T, c *net.UDPConn) []byte {
	t.Helper()
	b := make([]byte, 64<<10)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}
