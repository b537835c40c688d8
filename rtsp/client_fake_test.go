package rtsp

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/internal/memnet"
)

const (
	fakeURL  = "rtsp://192.0.2.1:8554/welcome.wmv"
	fakeSSRC = 0xCAFE0001
	fakeRTX  = 0xCAFE0002
	fakeSeq  = 65_500 // sequence numbers wrap soon
)

// fakeServer is a server of one clip, made of this package's own codecs. Its
// answers can be replaced.
type fakeServer struct {
	t       *testing.T
	n       *memnet.Network
	sdp     *SDP
	packets [][]byte
	answers map[string]func(*Request) *Response // by method; nil goes on with the usual one
	handle  func(net.Conn, *Request) bool       // instead of the answer; nil or false goes on
	pause   time.Duration                       // between packets
	ending  func(conn net.Conn)                 // sends what comes after the packets; EndOfStream for nil
	noInfo  bool                                // no RTP-Info

	serving  sync.Mutex // one connection after the other
	mu       sync.Mutex
	got      []string // kinds of requests, "200" of responses
	requests []*Request
	resend   bool
	toTCP    bool
	channel  uint8
	media    netip.AddrPort
	rtx      netip.AddrPort
	fec      *FECEncoder
	sent     map[uint16][]byte
	seq      uint16
	socket   net.PacketConn // media and FEC come from here
	rtcp     net.PacketConn // NACKs go here
	gone     chan struct{}
}

func startFake(t *testing.T, n *memnet.Network) *fakeServer {
	t.Helper()
	h, header := sampleHeader(t)
	f := &fakeServer{
		t: t, n: n, sdp: DescribeASF(h, header), packets: samplePackets(t), resend: true,
		answers: map[string]func(*Request) *Response{}, pause: 5 * time.Millisecond,
		sent: map[uint16][]byte{}, seq: fakeSeq, gone: make(chan struct{}),
	}
	f.sdp.Control = fakeURL
	f.sdp.AddRTX()
	f.sdp.AddFEC(24, 1)
	f.socket, f.rtcp = f.listen(5004), f.listen(5005)
	go f.serve()
	go f.nacks()
	t.Cleanup(func() {
		close(f.gone)
		n.Close()
		f.socket.Close()
		f.rtcp.Close()
	})
	return f
}

func (f *fakeServer) listen(port uint16) net.PacketConn {
	c, err := f.n.Listen(context.Background(), "udp", netip.AddrPortFrom(memnet.Server, port).String())
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fakeServer) client() *Client { return &Client{Dial: f.n.Dial, Listen: f.n.Listen} }

func (f *fakeServer) serve() {
	for {
		conn, err := f.n.Accept()
		if err != nil {
			return
		}
		go f.connection(conn)
	}
}

func (f *fakeServer) connection(conn net.Conn) {
	defer conn.Close()
	var in []byte
	b := make([]byte, 4096)
	for {
		n, err := conn.Read(b)
		if err != nil {
			return
		}
		in = append(in, b[:n]...)
		for {
			opening, blank := Peek(in)
			in = in[blank:]
			text, n, _, err := readOne(opening, in)
			if err != nil {
				break
			}
			f.mu.Lock()
			f.got = append(f.got, text)
			f.mu.Unlock()
			if opening == OpeningRequest {
				r, _, _ := ParseRequest(in, MaxRequestBody)
				f.request(conn, r)
			}
			in = in[n:]
		}
	}
}

func (f *fakeServer) request(conn net.Conn, r *Request) {
	f.serving.Lock()
	defer f.serving.Unlock()
	f.mu.Lock()
	f.requests = append(f.requests, r)
	f.mu.Unlock()
	if f.handle != nil && f.handle(conn, r) {
		return
	}
	if answer := f.answers[r.Method]; answer != nil {
		if resp := answer(r); resp != nil {
			conn.Write(resp.AppendTo(nil))
			return
		}
	}
	resp := r.Answer(200)
	resp.Add("Server", "WMServer/9.5.6001.22270")
	resp.Add("Supported", ServerFeatures.String())
	if r.Kind != Describe {
		resp.Add("Session", "13856065358275910855;timeout=60")
	}
	switch r.Kind {
	case Describe:
		resp.Add("X-Playlist-Gen-Id", "7")
		resp.Body = f.sdp.Append(nil)
	case SelectSetup:
		resp.Add("Transport", f.setup(r).String())
	case Play:
		if !f.noInfo {
			resp.Add("RTP-Info", fmt.Sprintf("url=%s/audio;seq=%d;rtptime=0,url=%s/video;seq=%d", fakeURL, f.seq, fakeURL, f.seq))
		}
		conn.Write(resp.AppendTo(nil))
		f.stream(conn)
		return
	}
	conn.Write(resp.AppendTo(nil))
}

func (f *fakeServer) setup(r *Request) Transport {
	list := ParseTransports(r.Header.Get("Transport"))
	if len(list) != 1 {
		f.t.Errorf("transports %q", r.Header.Get("Transport"))
		return Transport{}
	}
	t := list[0]
	_, control, _ := SplitControl(r.Target.Path)
	f.mu.Lock()
	defer f.mu.Unlock()
	t.SSRC, t.HasSSRC = fakeSSRC, true
	switch {
	case t.Lower == LowerTCP:
		if !f.toTCP {
			f.toTCP, f.channel = true, uint8(t.Interleaved.RTP)
		}
		return t
	case control.RTX():
		t.SSRC = fakeRTX
		f.rtx = netip.AddrPortFrom(memnet.Client, t.ClientPort.RTP)
		t.ServerPort = PortPair{5004, 5005, 2}
		return t
	case control.FEC:
		f.fec = NewFECEncoder(t.FEC, 2000)
		t.FEC = f.fec.Parameters()
	default:
		f.media = netip.AddrPortFrom(memnet.Client, t.ClientPort.RTP)
	}
	t.ServerPort = PortPair{5004, 0, 1}
	return t
}

// stream sends the clip and its end.
func (f *fakeServer) stream(conn net.Conn) {
	framing := Framing{PayloadType: PayloadASF, SSRC: fakeSSRC, Size: 700, Location: true}
	var u Unit
	for i, pkt := range f.packets {
		if err := u.Read(pkt, FormStandard, 0); err != nil {
			f.t.Error(err)
			return
		}
		for n := range framing.Fragments(&u) {
			piece := framing.Fragment(nil, &u, uint32(i), f.seq, n)
			f.send(conn, piece)
			f.seq++
		}
		select {
		case <-time.After(f.pause):
		case <-f.gone:
			return
		}
	}
	if f.ending != nil {
		go f.ending(conn) // reads the answers meanwhile
		return
	}
	end := &Request{Method: MethodSetParameter, CSeq: 1}
	end.Add("Content-Type", TypeExtensionCmd)
	end.Add("X-Notice", EndOfStreamNotice)
	end.Add("RTP-Info", fmt.Sprintf("url=%s/audio;seq=%d,url=%s/video;seq=%d", fakeURL, f.seq, fakeURL, f.seq))
	end.Target.Raw = fakeURL
	end.Body = EndOfStreamBody{Session: "13856065358275910855", EOF: true}.Append(nil)
	conn.Write(end.AppendTo(nil))
}

func (f *fakeServer) send(conn net.Conn, piece Fragment) {
	b := append(append([]byte(nil), piece.Head...), piece.Body...)
	if f.toTCP {
		conn.Write(Frame{f.channel, b}.Append(nil))
		return
	}
	f.mu.Lock()
	f.sent[f.seq] = b
	f.mu.Unlock()
	f.socket.WriteTo(b, net.UDPAddrFromAddrPort(f.media))
	if f.fec == nil || !f.fec.Add(piece.Head, piece.Body) {
		return
	}
	for i := range f.fec.Packets() {
		parity := f.fec.Append(nil, i, FECSession{PayloadType: PayloadFEC, SSRC: fakeSSRC, Sequence: 1, Last: f.seq})
		f.socket.WriteTo(parity, net.UDPAddrFromAddrPort(f.media))
	}
}

// nacks sends again what is asked for.
func (f *fakeServer) nacks() {
	b := make([]byte, 2048)
	for {
		n, _, err := f.rtcp.ReadFrom(b)
		if err != nil {
			return
		}
		ssrc, missing, err := ParseNacks(nil, b[:n])
		if err != nil || ssrc != fakeRTX || len(missing) == 0 {
			f.t.Errorf("NACK for %x, %v, %v", ssrc, missing, err)
		}
		f.mu.Lock()
		for _, m := range missing {
			if again := f.sent[m.Sequence]; f.resend && again != nil && m.SSRC == fakeSSRC {
				f.socket.WriteTo(again, net.UDPAddrFromAddrPort(f.rtx))
			}
		}
		f.mu.Unlock()
	}
}

// kinds are the requests so far, in a row.
func (f *fakeServer) kinds() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.got, " ")
}

// last returns the newest request of a method.
func (f *fakeServer) last(method string) *Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.requests) - 1; i >= 0; i-- {
		if f.requests[i].Method == method {
			return f.requests[i]
		}
	}
	f.t.Fatalf("no %s among the requests", method)
	return nil
}
