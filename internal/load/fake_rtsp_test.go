package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"

	"caracal/rtsp"
)

// fakeRTSP is how a fake speaks RTSP. It has two streams, whose packets take
// turns.
type fakeRTSP struct {
	windows bool   // as Windows Media Services: rtx, and EndOfStream at the end
	control string // of the session; "base": its URL
	noInfo  bool   // no RTP-Info
	timeout int    // of the session, s
	swap    int    // the packet that comes after the next but one, 0 for none

	alive  atomic.Int64 // requests while it streams
	setUps atomic.Int64
	gone   atomic.Int64 // TEARDOWN
}

const fakeSSRC = 0x1000 // of the first stream

// fakeTalk is one connection.
type fakeTalk struct {
	*fake
	conn   net.Conn
	base   string
	tracks []rtsp.Transport
	media  net.PacketConn // nil: interleaved
}

func (f *fake) serveRTSP(c net.Conn) {
	t := &fakeTalk{fake: f, conn: c}
	over := make(chan struct{})
	close(over)
	var buf []byte
	piece := make([]byte, 4096)
	for {
		opening, n := rtsp.Peek(buf)
		buf = buf[n:]
		var r *rtsp.Request
		err := rtsp.ErrNeedMore
		switch opening {
		case rtsp.OpeningRequest:
			r, n, err = rtsp.ParseRequest(buf, rtsp.MaxRequestBody)
		case rtsp.OpeningResponse: // to EndOfStream
			_, n, err = rtsp.ParseResponse(buf, rtsp.MaxRequestBody)
		}
		if errors.Is(err, rtsp.ErrNeedMore) {
			if n, err = c.Read(piece); err != nil {
				c.Close() // that ends the stream
				<-over
				return
			}
			buf = append(buf, piece[:n]...)
			continue
		}
		buf = buf[n:]
		if r != nil && t.answer(r) {
			over = make(chan struct{})
			f.served.Go(func() { defer close(over); t.play() })
		}
	}
}

// answer says whether the stream begins.
func (t *fakeTalk) answer(r *rtsp.Request) (begins bool) {
	t.sleep(fakeReply)
	resp := r.Answer(200)
	resp.Add("Session", rtsp.Session{ID: "fake", Timeout: uint32(t.rtsp.timeout)}.String())
	switch r.Method {
	case rtsp.MethodOptions:
		if r.Session.ID != "" {
			t.rtsp.alive.Add(1)
		}
	case rtsp.MethodDescribe:
		t.base = r.Target.Raw + "/"
		resp.Add("Content-Base", t.base)
		resp.Body = t.sdp()
		if t.status != 0 {
			resp = r.Answer(t.status)
			resp.Reason = "Busy"
		}
	case rtsp.MethodSetup:
		resp.Add("Transport", t.setUp(r))
	case rtsp.MethodPlay:
		begins = true
		if t.windows() {
			t.tracks = t.tracks[1:] // the first one was rtx
		}
		if !t.rtsp.noInfo {
			resp.Add("RTP-Info", fmt.Sprintf("url=one;seq=7,url=%sb/two;seq=7;rtptime=0", t.base))
		}
	case rtsp.MethodTeardown:
		t.rtsp.gone.Add(1)
	}
	t.conn.Write(resp.AppendTo(nil))
	return begins
}

// windows says that the player has set up rtx.
func (t *fakeTalk) windows() bool { return t.rtsp.windows && len(t.tracks) == 3 }

func (t *fakeTalk) sdp() []byte {
	control := t.rtsp.control
	if control == "base" {
		control = t.base
	}
	text := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\na=control:" + control + "\r\n" +
		"m=audio 0 RTP/AVP 8\r\na=control:one\r\n" +
		"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:" + t.base + "b/two\r\n"
	if t.rtsp.windows {
		text += "m=application 0 RTP/AVP 96\r\na=rtpmap:96 x-wms-rtx/1000\r\na=control:rtx\r\na=stream:65536\r\n"
	}
	return []byte(text)
}

// setUp grants the transport that was asked for; channels are moved.
func (t *fakeTalk) setUp(r *rtsp.Request) string {
	t.rtsp.setUps.Add(1)
	tr := rtsp.ParseTransports(r.Header.Get("Transport"))[0]
	tr.SSRC, tr.HasSSRC = fakeSSRC+uint32(strings.Count(r.Target.Raw, "two")), true
	if tr.Lower == rtsp.LowerTCP {
		tr.Interleaved.RTP, tr.Interleaved.RTCP = tr.Interleaved.RTP+10, tr.Interleaved.RTCP+10
	} else if t.media == nil {
		t.media, _ = net.ListenPacket("udp", "127.0.0.1:0")
	}
	t.tracks = append(t.tracks, tr)
	return tr.String()
}

func (t *fakeTalk) play() {
	send := func(b []byte) error { _, err := t.conn.Write(b); return err }
	if t.media != nil {
		defer t.media.Close()
		send = t.sendTo
	}
	if t.packets(send) != nil {
		return
	}
	if t.rtsp.windows {
		r := rtsp.Request{Method: rtsp.MethodSetParameter, CSeq: 1}
		r.Target.Raw = "*"
		r.Add("X-Notice", rtsp.EndOfStreamNotice)
		t.conn.Write(r.AppendTo(nil))
		return
	}
	for i := range t.tracks {
		bye := rtsp.AppendBye(nil, rtsp.SenderInfo{SSRC: fakeSSRC + uint32(i)}, "fake")
		send(append(rtsp.AppendFrameHead(nil, byte(11+2*i), len(bye)), bye...))
	}
}

// sendTo sends a frame's data to the port that its channel stands for.
func (t *fakeTalk) sendTo(frame []byte) error {
	channel := int(frame[1]) - 10
	ports := t.tracks[channel/2].ClientPort
	port := ports.RTP
	if channel%2 == 1 {
		port = ports.RTCP
	}
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(port)}
	_, err := t.media.WriteTo(frame[rtsp.FrameHeadSize:], to)
	return err
}

// frame makes the ith packet: one of the first stream, one of the second.
func (f *fake) frame(i int) []byte {
	if f.garbageAt > 0 && i == f.garbageAt {
		return []byte("no packet begins so\r\n\r\n")
	}
	if s := f.rtsp.swap; s > 0 && (i == s || i == s+2) {
		i = 2*s + 2 - i
	}
	b := rtsp.AppendFrameHead(nil, byte(10+2*(i%2)), rtsp.RTPHeadSize+fakePacket)
	b = append(b, 0x80, 96)
	b = binary.BigEndian.AppendUint16(b, uint16(7+i/2)+uint16(f.startSeq))
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint32(b, fakeSSRC+uint32(i%2))
	return append(b, make([]byte, fakePacket)...)
}
