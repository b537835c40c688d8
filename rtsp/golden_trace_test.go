package rtsp_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/internal/head"
	"caracal/rtsp"
)

// The traces of [MS-PROTO] 8.4.1.4 (a player of Windows Vista and Windows
// Server 2008, IPv6) and 8.4.2.4 (Windows Server 2003, IPv4): DESCRIBE, SETUP of
// the retransmission stream, SET_PARAMETER, which is the packet pair of
// [MS-RTSP] 2.2.7.14, SETUPs that the digests leave out, PLAY, and RTP packets
// of one SSRC whose numbers follow each other.
func TestGoldenTraces(t *testing.T) {
	for _, trace := range []struct{ section, host, server string }{
		{"8.4.1.4", "::1", "WS200801"},
		{"8.4.2.4", "127.0.0.1", "WS200301"},
	} {
		t.Run(trace.section, func(t *testing.T) {
			s := startServerWith(t, setting{host: trace.host})
			s.publish("PublishingPoint1", shortClip())
			g := newGolden(t, s, trace.host)
			g.url = "rtsp://" + trace.server + "/PublishingPoint1"
			g.describe(trace.host)
			g.setUpRTX()
			g.measure()
			g.setUpMedia()
			g.play()
			g.packets()
		})
	}
}

// golden is the player of the traces.
type golden struct {
	*peer
	url        string
	rtx, media *net.UDPConn
	pairSSRC   uint32
	ssrc       uint32
	next       uint16 // sequence number, as RTP-Info has it
	controls   []string
}

func newGolden(t *testing.T, s *server, host string) *golden {
	open := func(port int) (*net.UDPConn, error) {
		c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host), Port: port})
		if err == nil {
			t.Cleanup(func() { c.Close() })
			c.SetDeadline(time.Now().Add(patience))
		}
		return c, err
	}
	g := &golden{peer: s.connect()}
	var err error
	if g.media, err = open(0); err != nil {
		t.Fatal(err)
	}
	if g.rtx, err = open(0); err != nil {
		t.Fatal(err)
	}
	return g
}

// request adds what the player says of itself.
func (g *golden) request(method, url string, lines ...string) *rtsp.Response {
	g.t.Helper()
	lines = append(lines, "User-Agent: "+playerAgent+" guid/"+playerGUID, "Supported: "+playerFeatures.String())
	return g.must(method, url, lines...)
}

// shape checks what every answer of a Windows Media server has.
func (g *golden) shape(r *rtsp.Response, more ...string) {
	g.t.Helper()
	for _, name := range append(more, "Server", "Date", "Supported") {
		if !r.Header.Has(name) {
			g.t.Errorf("no %s in the answer to request %d", name, r.CSeq)
		}
	}
	if !strings.HasPrefix(r.Header.Get("Server"), "WMServer/9.") {
		g.t.Errorf("Server: %s", r.Header.Get("Server"))
	}
}

func (g *golden) describe(host string) {
	g.t.Helper()
	r := g.request("DESCRIBE", g.url, "Accept: application/sdp")
	g.shape(r, "Content-Type", "Content-Length")
	sdp, err := rtsp.ParseSDP(r.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	family := "IP4"
	if netip.MustParseAddr(host).Is6() {
		family = "IP6"
	}
	if want := " IN " + family + " " + host + "\r\n"; !bytes.Contains(r.Body, []byte(want)) {
		g.t.Errorf("no %q in\n%s", want, r.Body)
	}
	for i := range sdp.Media {
		if m := &sdp.Media[i]; m.RTX() != (m.Format == rtsp.FormatRTX) || m.Stream == 0 {
			g.t.Errorf("%+v", m)
		} else if !m.RTX() {
			g.controls = append(g.controls, rtsp.ResolveControl(g.url, m.Control))
		}
	}
	if len(g.controls) != 2 || len(sdp.Media) != 3 {
		g.t.Fatalf("%d streams, %q", len(sdp.Media), g.controls)
	}
}

// transport sets a stream up and checks what was granted.
func (g *golden) transport(url, ports string, serverPorts uint8) rtsp.Transport {
	g.t.Helper()
	r := g.request("SETUP", url, "Transport: RTP/AVP/UDP;unicast;client_port="+ports+";ssrc=16a4ffff;mode=PLAY")
	g.shape(r, "Session", "Transport")
	list := rtsp.ParseTransports(r.Header.Get("Transport"))
	if len(list) != 1 || list[0].Lower != rtsp.LowerUDP || list[0].ServerPort.Count != serverPorts || !list[0].HasSSRC || list[0].SSRC == 0x16a4ffff {
		g.t.Fatalf("Transport: %s", r.Header.Get("Transport"))
	}
	if !strings.Contains(r.Header.Get("Transport"), "client_port="+ports+";") || list[0].Mode != "PLAY" || !list[0].Unicast {
		g.t.Errorf("Transport: %s", r.Header.Get("Transport"))
	}
	if ses := rtsp.ParseSession(r.Header.Get("Session")); ses.Timeout != 60 {
		g.t.Errorf("Session: %s", r.Header.Get("Session"))
	}
	return list[0]
}

func (g *golden) setUpRTX() {
	g.t.Helper()
	first := port(g.rtx)
	g.pairSSRC = g.transport(g.url+"/rtx", fmt.Sprintf("%d-%d", first, first+1), 2).SSRC
}

// measure asks for packet-pair data: three packets of the retransmission
// stream's SSRC.
func (g *golden) measure() {
	g.t.Helper()
	const body = "type: high-entropy-packetpair variable-size"
	r := g.withBody("SET_PARAMETER", g.url, body, "Content-Type: application/x-rtsp-udp-packetpair;charset=UTF-8")
	g.shape(r, "Session")
	for n := 1; n <= rtsp.PairCount; n++ {
		var p rtp.Packet
		if err := p.Unmarshal(datagram(g.t, g.rtx)); err != nil {
			g.t.Fatal(err)
		}
		first, following, ok := rtsp.ParsePair(&p)
		if !ok || first != (n == 1) || following != rtsp.PairCount-n || p.SSRC != g.pairSSRC {
			g.t.Errorf("packet %d of the pair: first %t, %d following, SSRC %x", n, first, following, p.SSRC)
		}
	}
}

// withBody is request with a body.
func (g *golden) withBody(method, url, body string, lines ...string) *rtsp.Response {
	g.t.Helper()
	g.cseq++
	lines = append(lines, "Session: "+g.session, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	g.write(fmt.Sprintf("%s %s RTSP/1.0\r\nCSeq: %d\r\n%s", method, url, g.cseq, strings.Join(lines, "\r\n")))
	r := g.response()
	if r.Status != 200 || r.CSeq != g.cseq {
		g.t.Fatalf("%s: %d to request %d", method, r.Status, r.CSeq)
	}
	return r
}

// setUpMedia gives all streams the same single port; they share an RTP
// session.
func (g *golden) setUpMedia() {
	g.t.Helper()
	for _, url := range g.controls {
		t := g.transport(url, fmt.Sprint(port(g.media)), 1)
		if g.ssrc == 0 {
			g.ssrc = t.SSRC
		}
	}
}

func (g *golden) play() {
	g.t.Helper()
	r := g.request("PLAY", g.url, "Range: npt=0.000-", "Bandwidth: 2147483647",
		"X-Accelerate-Streaming: AccelDuration=8000;AccelBandwidth=1024128")
	g.shape(r, "Session", "Range", "RTP-Info", "X-Accelerate-Streaming", "X-StartupProfile")
	list, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info"))
	if err != nil || len(list) != 2 || !list[0].HasSeq || list[0].Seq != list[1].Seq {
		g.t.Fatalf("RTP-Info: %s", r.Header.Get("RTP-Info"))
	}
	g.next = list[0].Seq
}

// packets takes all of the clip; the digests show the first two.
func (g *golden) packets() {
	g.t.Helper()
	first, err := firstSendTime(shortClip())
	if err != nil {
		g.t.Fatal(err)
	}
	for n := range shortClip().Count() {
		var p rtp.Packet
		if err := p.Unmarshal(datagram(g.t, g.media)); err != nil {
			g.t.Fatal(err)
		}
		if p.SSRC != g.ssrc || p.SequenceNumber != g.next || !p.Marker || p.PayloadType < 96 {
			g.t.Fatalf("packet %d: SSRC %d, Seq %d, want %d, %d; mark %t, type %d", n, p.SSRC, p.SequenceNumber, g.ssrc, g.next, p.Marker, p.PayloadType)
		}
		if n == 0 && p.Timestamp != first {
			g.t.Errorf("the first timestamp is %d, want %d", p.Timestamp, first)
		}
		g.next++
	}
}

func firstSendTime(c clip) (uint32, error) { return asf.SendTime(c.Packet(0)) }

// The Client goes the same way, over both families.
func TestClientOfGoldenTraces(t *testing.T) {
	for _, host := range []string{"::1", "127.0.0.1"} {
		s := startServerWith(t, setting{host: host})
		s.publish("PublishingPoint1", shortClip())
		wire := &recorder{}
		c := windowsPlayer(s, wire)
		c.Supported |= head.FeatureLocID
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		stream, err := c.Play(ctx, "rtsp://WS200801/PublishingPoint1", rtsp.PlayOptions{
			UDP: true, Measure: true, Accelerate: &rtsp.Transmission{Bandwidth: 1_024_128, Duration: 8000},
		})
		if err != nil {
			t.Fatal(err)
		}
		rest(t, stream, shortClip(), 0)
		if err := stream.Teardown(ctx); err != nil {
			t.Error(err)
		}
		if got, want := wire.kinds(), "Describe SelectSetup UdpPacketPair SelectSetup SelectSetup Play LogConnect LogPlay Teardown"; got != want {
			t.Errorf("%s: the Client sends %s, want %s", host, got, want)
		}
	}
}

// requests are those that a player has sent so far.
func (r *recorder) requests() (list []*rtsp.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for b := []byte(r.sent.String()); len(b) > 0; {
		opening, n := rtsp.Peek(b)
		b = b[n:]
		var err error
		if opening == rtsp.OpeningResponse {
			_, n, err = rtsp.ParseResponse(b, rtsp.MaxResponseBody)
		} else {
			var one *rtsp.Request
			if one, n, err = rtsp.ParseRequest(b, rtsp.MaxRequestBody); err == nil {
				list = append(list, one)
			}
		}
		if err != nil {
			return list
		}
		b = b[n:]
	}
	return list
}

// kinds are those of the requests so far.
func (r *recorder) kinds() string {
	var list []string
	for _, one := range r.requests() {
		list = append(list, one.Kind.String())
	}
	return strings.Join(list, " ")
}
