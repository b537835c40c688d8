package rtsp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"caracal/internal/head"
	"caracal/internal/memnet"
)

// The Client plays what the sequences record: it says what their players said,
// in the same order, and accepts what their servers answered.
func TestClientPlaysSequences(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "sequences", "*.txt"))
	if err != nil || len(names) != len(sequencePlayers) {
		t.Fatalf("%d sequences and %d players, %v", len(names), len(sequencePlayers), err)
	}
	for _, path := range names {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := startScript(t, ReadSteps(t, name))
				c := &Client{Agent: "WMPlayer/11.0.5721.5145", Dial: f.n.Dial, Listen: f.n.Listen}
				sequencePlayers[name](t, c, f)
				synctest.Wait()
				f.mustBeOver()
			})
		})
	}
}

// script is a server that expects and says what a sequence has.
type script struct {
	t      *testing.T
	n      *memnet.Network
	steps  []*Step
	host   string // in the sequence
	url    string // in the network, whose dial takes an address
	socket net.PacketConn
	rtx    netip.AddrPort
	cseqs  map[int64]int64 // of the Client, by those of the sequence
	done   chan struct{}
}

func startScript(t *testing.T, steps []*Step) *script {
	f := &script{t: t, n: memnet.New(), steps: steps, cseqs: map[int64]int64{}, done: make(chan struct{})}
	first := steps[0].Request(t).Target
	f.host, f.url = first.Host, "rtsp://192.0.2.1"+first.Path
	var err error
	if f.socket, err = f.n.Listen(t.Context(), "udp", netip.AddrPortFrom(memnet.Server, 5004).String()); err != nil {
		t.Fatal(err)
	}
	go f.serve()
	t.Cleanup(func() { f.socket.Close(); f.n.Close() })
	return f
}

func (f *script) mustBeOver() {
	f.t.Helper()
	select {
	case <-f.done:
	default:
		f.t.Errorf("what comes next: %d steps, %s", len(f.steps), f.steps[0].What)
	}
}

func (f *script) serve() {
	defer close(f.done)
	conn, err := f.n.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	var in []byte
	for ; len(f.steps) > 0; f.steps = f.steps[1:] {
		step := f.steps[0]
		switch {
		case strings.HasPrefix(step.What, "frame") && step.Player:
		case step.Player:
			if !f.expect(conn, &in, step) {
				return
			}
		default:
			conn.Write(f.say(step))
		}
	}
}

// expect reads a message of the Client and compares.
func (f *script) expect(conn net.Conn, in *[]byte, step *Step) bool {
	for {
		opening, blank := Peek(*in)
		*in = (*in)[blank:]
		what, n, _, err := readOne(opening, *in)
		if errors.Is(err, ErrNeedMore) {
			b := make([]byte, 4096)
			n, err := conn.Read(b)
			if *in = append(*in, b[:n]...); err != nil {
				return false
			}
			continue
		}
		if err != nil || what != step.What {
			f.t.Errorf("the Client says %s, the sequence %s; %v", what, step.What, err)
			return false
		}
		if opening == OpeningRequest {
			r, _, _ := ParseRequest(*in, MaxResponseBody)
			f.compare(r, step.Request(f.t))
		}
		*in = (*in)[n:]
		return true
	}
}

// compare holds a request against the recorded one: headers that this has and
// that tell the server something.
func (f *script) compare(got, want *Request) {
	f.cseqs[want.CSeq] = got.CSeq
	if want.Target.Path != got.Target.Path || !got.Agent.Is(AgentPlayer) || got.Agent.GUID == "" {
		f.t.Errorf("%s %s of %q, want %s", got.Method, got.Target.Raw, got.Agent.Raw, want.Target.Path)
	}
	body := strings.TrimSpace(strings.ReplaceAll(string(want.Body), "//"+f.host, "//192.0.2.1"))
	if said := strings.TrimSpace(string(got.Body)); said != body && said != body+" "+packetPairVariableSize {
		f.t.Errorf("%s: %q, want %q", got.Kind, got.Body, want.Body)
	}
	for _, name := range []string{"Range", "Scale", "X-Playlist-Seek-Id", "X-RTP-Info", "X-Accelerate-Streaming", "Bandwidth"} {
		if got.Header.Has(name) && !want.Header.Has(name) {
			f.t.Errorf("%s with %s: %s", got.Kind, name, got.Header.Get(name))
		}
	}
	for _, field := range want.Header {
		value := got.Header.Get(field.Name)
		switch field.Name {
		case "CSeq", "User-Agent", "Content-Length":
		case "Transport":
			f.compareTransport(got, ParseTransports(field.Value))
		case "Supported":
			if head.ParseFeatures(value) != head.ParseFeatures(field.Value) {
				f.t.Errorf("%s: Supported: %s", got.Kind, value)
			}
		default:
			if value != strings.ReplaceAll(field.Value, "//"+f.host, "//192.0.2.1") {
				f.t.Errorf("%s with %s: %q, want %q", got.Kind, field.Name, value, field.Value)
			}
		}
	}
}

func (f *script) compareTransport(got *Request, want []Transport) {
	list := ParseTransports(got.Header.Values("Transport")...)
	if len(list) != len(want) {
		f.t.Errorf("Transport: %s", got.Header.Get("Transport"))
		return
	}
	for i, t := range list {
		w := want[i]
		if t.Lower != w.Lower || t.Unicast != w.Unicast || t.FEC != w.FEC || t.Interleaved != w.Interleaved ||
			t.ClientPort.Count != w.ClientPort.Count || !t.HasSSRC || t.Mode != "PLAY" {
			f.t.Errorf("Transport: %s, want %s", t, w)
		}
	}
	if _, control, _ := SplitControl(got.Target.Path); control.RTX() {
		f.rtx = netip.AddrPortFrom(memnet.Client, list[0].ClientPort.RTP)
	}
}

// say returns a message of the server: what the specification leaves out of
// descriptions is put in, and packet pairs come where they were asked for.
func (f *script) say(step *Step) []byte {
	if opening, _ := Peek(step.Wire); opening == OpeningFrame {
		return step.Wire
	}
	if r, _, err := ParseRequest(step.Wire, MaxResponseBody); err == nil {
		r.Header, r.Body = f.renamed(r.Header), f.describe(r.Body)
		return r.AppendTo(nil)
	}
	r := step.Response(f.t)
	if strings.Contains(string(r.Body), "packetpair") {
		f.sendPair()
	}
	r.CSeq = f.cseqs[r.CSeq]
	r.Header, r.Body = f.renamed(r.Header), f.describe(r.Body)
	return r.AppendTo(nil)
}

// renamed has the address of the network in the place of the sequence's host,
// and leaves out what changes.
func (f *script) renamed(fields head.Fields) (list head.Fields) {
	for _, field := range fields {
		if field.Name != "CSeq" && field.Name != "Content-Length" {
			list.Add(field.Name, strings.ReplaceAll(field.Value, "//"+f.host+"/", "//192.0.2.1/"))
		}
	}
	return list
}

// describe adds the ASF header, and a stream where the sequence has none.
func (f *script) describe(body []byte) []byte {
	if !bytes.HasPrefix(body, []byte("v=0")) {
		return body
	}
	_, header := sampleHeader(f.t)
	at := bytes.Index(body, []byte("m="))
	more := attributeData + headerData + base64.StdEncoding.EncodeToString(header) + "\r\n"
	if at < 0 {
		at, more = len(body), "\r\n"+more
	}
	if !bytes.Contains(body, []byte(FormatASF)) {
		more += "m=audio 0 RTP/AVP 96\r\na=rtpmap:96 x-asf-pf/1000\r\na=control:audio\r\na=stream:1\r\n"
	}
	return slices.Concat(body[:at], []byte(more), body[at:])
}

func (f *script) sendPair() {
	pair := Pair{PayloadType: PayloadRTX, SSRC: 0x2F73682B, VariableSize: true}
	for n := 1; n <= PairCount; n++ {
		f.socket.WriteTo(pair.Append(nil, n, make([]byte, MaxPairSize)), net.UDPAddrFromAddrPort(f.rtx))
	}
}

// until takes events up to one of a kind.
func until(t *testing.T, s *Stream, kind StreamEventKind) StreamEvent {
	t.Helper()
	for {
		e, err := s.Next()
		if err != nil {
			t.Fatalf("no event %d: %v", kind, err)
		}
		if e.Kind == kind {
			return e
		}
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func playsOn(t *testing.T, c *Client, url string, opt PlayOptions) *Stream {
	t.Helper()
	s, err := c.Play(t.Context(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const emptyLog = "<XML><Summary></Summary></XML>"

func logsEmpty(Kind, ClientStats) []byte { return []byte(emptyLog) }
