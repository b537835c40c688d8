package rtsp_test

import (
	"bytes"
	"fmt"
	"testing"

	"caracal/rtsp"
)

const windowsMedia = "User-Agent: WMPlayer/9.0.0.197"

// Only players of Windows Media are offered FEC packets.
func TestFECIsOffered(t *testing.T) {
	s := startServer(t)
	for agent, want := range map[string]bool{
		windowsMedia: true, "User-Agent: NSPlayer/7.1.0.3055": true,
		"User-Agent: Lavf59.27.100": false, "User-Agent: GStreamer/1.22.0": false, "X: y": false,
	} {
		r := s.connect().must("DESCRIBE", s.url("clip.wmv"), agent)
		d, err := rtsp.ParseSDP(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		offers := 0
		for _, m := range d.Media {
			if m.FEC != nil {
				offers++
			}
		}
		if offers > 0 != want || want && offers != 2 {
			t.Errorf("%s: %d offers", agent, offers)
		}
	}
}

func TestSetupOfFEC(t *testing.T) {
	s := startServer(t)
	c, u, url := s.connect(), newUDPPlayer(t), s.url("clip.wmv")
	if r := c.ask("SETUP", url+"/video/fec98", windowsMedia, u.transport()); r.Status != 455 {
		t.Errorf("before the stream: %d", r.Status)
	}
	media := c.granted(url+"/video", windowsMedia, u.transport())
	c.granted(url+"/audio", windowsMedia, audioOverTCP)
	udp := u.transport()
	for _, k := range []struct {
		name, url, transport string
		status               int
	}{
		{"out of range", "/video/fec98", udp + ";FecSpan=19;FecPerSpan=1;FecBurstMargin=1", 461},
		{"more than a span", "/video/fec98", udp + ";FecSpan=4;FecPerSpan=5;FecBurstMargin=1", 461},
		{"over TCP", "/video/fec98", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", 461},
		{"another port", "/video/fec98", "Transport: RTP/AVP/UDP;unicast;client_port=9;FecSpan=4;FecPerSpan=1;FecBurstMargin=1", 461},
		{"of a stream over TCP", "/audio/fec98", udp, 461},
		{"of no stream", "/stream=9/fec98", udp, 404},
	} {
		if r := c.ask("SETUP", url+k.url, k.transport); r.Status != k.status {
			t.Errorf("%s: %d, want %d", k.name, r.Status, k.status)
		}
	}
	// The alternatives of [MS-RTSP] 4.4.4.4.
	fec := c.granted(url+"/video/fec98", fmt.Sprintf("Transport: RTP/AVP/UDP;unicast;client_port=%d;ssrc=6dded651;mode=PLAY;"+
		"FecSpan=4;FecPerSpan=1;FecBurstMargin=2, RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=6dded651;mode=PLAY", port(u.rtp)))
	if fec.Lower != rtsp.LowerUDP || fec.FEC != (rtsp.FECParameters{Span: 4, PerSpan: 1, BurstMargin: 2}) || fec.SSRC == media.SSRC {
		t.Errorf("granted %+v", fec)
	}
	c.must("PLAY", url, "Range: npt=0-")
	u.hearSpan(t, media, fec)
	c.must("TEARDOWN", url+"/video/fec98")
}

// hearSpan reads a Total Span of eight packets and its two FEC packets.
func (u *udpPlayer) hearSpan(t *testing.T, media, fec rtsp.Transport) {
	t.Helper()
	for i := range 10 {
		b := datagram(t, u.rtp)
		want, pt := media.SSRC, byte(rtsp.PayloadASF)
		if i >= 8 {
			want, pt = fec.SSRC, rtsp.PayloadFEC
		}
		if !bytes.Equal(b[8:12], ssrcOf(want)) || b[1]&0x7F != pt {
			t.Errorf("datagram %d: % x", i, b[:12])
		}
	}
}

// Others do not get what they were not offered.
func TestNoFECForOthers(t *testing.T) {
	s := startServer(t)
	c, u, url := s.connect(), newUDPPlayer(t), s.url("clip.wmv")
	c.granted(url+"/video", u.transport())
	if r := c.ask("SETUP", url+"/video/fec98", u.transport()); r.Status != 404 {
		t.Errorf("%d", r.Status)
	}
}
