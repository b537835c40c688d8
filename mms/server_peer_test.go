package mms_test

import (
	"bytes"
	"net"
	"testing"
	"time"

	"caracal/mms"
)

// Agents of players, as their Connect has them.
const (
	player64   = "NSPlayer/4.1.0.3856; {68c0a090-8797-11d2-a2b3-00a0c9c9e9e9}"
	player7    = "NSPlayer/7.0.0.1956; {3300AD50-2C39-46c0-AE0A-70B64F321A80}; Host: localhost"
	player9    = "NSPlayer/9.0.0.2980; {3300AD50-2C39-46c0-AE0A-70B64F321A80}; Host: localhost"
	mplayerOne = "NSPlayer/7.0.0.1956; {33715801-BAB3-9D85-24E9-03B90328270A}; Host: localhost"
)

// peer is a hand-written player's connection.
type peer struct {
	net.Conn
	t    *testing.T
	in   *mms.Reader
	seq  uint16
	data []mms.Data // that came before the last message
}

func (s *server) connect() *peer {
	s.T.Helper()
	c := s.Connect()
	c.SetDeadline(time.Now().Add(patience))
	return &peer{Conn: c, t: s.T, in: mms.NewDataReader(c)}
}

// say sends messages, each in a packet of its own.
func (p *peer) say(list ...mms.Appender) {
	p.t.Helper()
	var b []byte
	for _, m := range list {
		b = mms.AppendPacket(b, p.seq, 0, m)
		p.seq++
	}
	p.raw(b)
}

func (p *peer) raw(b []byte) {
	p.t.Helper()
	if _, err := p.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

// next returns the next message of the server, and keeps the data packets that
// come before it.
func (p *peer) next() mms.Message {
	p.t.Helper()
	for p.data = nil; ; {
		item, err := p.in.Next()
		if err != nil {
			p.t.Fatalf("no message, after %d data packets: %v", len(p.data), err)
		}
		if !item.IsData {
			item.Message.Body = bytes.Clone(item.Message.Body)
			return item.Message
		}
		p.data = append(p.data, copyOf(item.Data))
	}
}

func copyOf(d mms.Data) mms.Data {
	d.Payload = bytes.Clone(d.Payload)
	return d
}

// datum returns the next thing that comes, which has to be a data packet.
func (p *peer) datum() mms.Data {
	p.t.Helper()
	item, err := p.in.Next()
	if err != nil || !item.IsData {
		p.t.Fatalf("%v %v, want a data packet", item.Message.MID, err)
	}
	return copyOf(item.Data)
}

// some returns n data packets.
func (p *peer) some(n int) (list []mms.Data) {
	p.t.Helper()
	for range n {
		list = append(list, p.datum())
	}
	return list
}

// want returns the next message, which is of this type.
func want[T any](p *peer, mid mms.MID, parse func([]byte) (T, error)) T {
	p.t.Helper()
	m := p.next()
	if m.MID != mid {
		p.t.Fatalf("got %v, want %v", m.MID, mid)
	}
	v, err := parse(m.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

// now is want for what has to come before any data packet.
func now[T any](p *peer, mid mms.MID, parse func([]byte) (T, error)) T {
	p.t.Helper()
	v := want(p, mid, parse)
	if len(p.data) > 0 {
		p.t.Fatalf("%d data packets before %v", len(p.data), mid)
	}
	return v
}

// greet connects as a player and asks for data packets over TCP.
func (p *peer) greet(agent string) mms.ReportConnectedEX {
	p.t.Helper()
	p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: agent}})
	report := now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX)
	if report.HR != 0 {
		p.t.Fatalf("Connect: %v", report.HR)
	}
	return report
}

// funnel says where data packets go.
func (p *peer) funnel(name string) {
	p.t.Helper()
	p.say(&mms.ConnectFunnel{FunnelMode: mms.FunnelMode, FunnelName: name})
	if r := now(p, mms.MIDReportConnectedFunnel, mms.ParseReportConnectedFunnel); r.HR != 0 || r.FunnelName != mms.FunnelName {
		p.t.Fatalf("ConnectFunnel: %+v", r)
	}
}

const overTCP = `\\192.168.0.1\TCP\1037`

func (p *peer) open(name string) mms.ReportOpenFile {
	p.t.Helper()
	p.say(&mms.OpenFile{PlayIncarnation: 1, FileName: name})
	return now(p, mms.MIDReportOpenFile, mms.ParseReportOpenFile)
}

// header asks for the header and puts it together.
func (p *peer) header(incarnation uint32) []byte {
	p.t.Helper()
	p.say(&mms.ReadBlock{OpenFileID: 1, Length: mms.ReadBlockLength, Flags: mms.ReadBlockFlags,
		TDeadline: mms.ReadBlockDeadline, PlayIncarnation: incarnation})
	if r := now(p, mms.MIDReportReadBlock, mms.ParseReportReadBlock); r.HR != 0 || r.PlayIncarnation != incarnation {
		p.t.Fatalf("ReadBlock: %+v", r)
	}
	return p.pieces(byte(incarnation))
}

// pieces puts the header together that comes over TCP.
func (p *peer) pieces(incarnation byte) []byte {
	p.t.Helper()
	var j mms.HeaderJoiner
	for {
		d := p.datum()
		if d.PlayIncarnation != incarnation {
			p.t.Fatalf("a piece of the header with incarnation %d", d.PlayIncarnation)
		}
		whole, err := j.Add(d)
		if err != nil {
			p.t.Fatal(err)
		}
		if whole != nil {
			return whole
		}
	}
}

// choose selects streams, and all others not.
func (p *peer) choose(streams ...uint16) {
	p.t.Helper()
	var m mms.StreamSwitch
	for _, n := range []uint16{1, 2} {
		e := mms.StreamSwitchEntry{SrcStreamNumber: mms.NoStream, DstStreamNumber: n, ThinningLevel: mms.ThinEverything}
		for _, k := range streams {
			if k == n {
				e.ThinningLevel = mms.ThinNothing
			}
		}
		m.Entries = append(m.Entries, e)
	}
	p.say(&m)
	if r := want(p, mms.MIDReportStreamSwitch, mms.ParseReportStreamSwitch); r.HR != 0 {
		p.t.Fatalf("StreamSwitch: %v", r.HR)
	}
}

// beginning is the position of a player that wants all.
var beginning = mms.Position{ASFOffset: mms.NoPosition, LocationID: mms.NoPosition, FrameOffset: 0xFFFFFF}

// start plays.
func (p *peer) start(at mms.Position, incarnation uint32) {
	p.t.Helper()
	p.say(&mms.StartPlaying{OpenFileID: 1, Position: at, PlayIncarnation: incarnation})
	p.started(incarnation)
}

func (p *peer) started(incarnation uint32) {
	p.t.Helper()
	r := want(p, mms.MIDReportStartedPlaying, mms.ParseReportStartedPlaying)
	if r.HR != 0 || r.PlayIncarnation != incarnation || r.TigerFileID != 1 {
		p.t.Fatalf("StartPlaying: %+v", r)
	}
}

// ready is a player that has everything but packets.
func (s *server) ready(agent, name string) *peer {
	s.T.Helper()
	p := s.connect()
	p.greet(agent)
	p.funnel(overTCP)
	if r := p.open(name); r.HR != 0 {
		s.T.Fatalf("OpenFile: %v", r.HR)
	}
	p.header(2)
	p.choose(1, 2)
	return p
}

// end checks that the stream is over.
func (p *peer) end(incarnation uint32) {
	p.t.Helper()
	if r := want(p, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream); r.HR != 0 || r.PlayIncarnation != incarnation {
		p.t.Fatalf("EndOfStream: %+v", r)
	}
}

// closed checks that the server has closed the connection, and closes it too.
func (p *peer) closed() {
	p.t.Helper()
	defer p.Close()
	for {
		item, err := p.in.Next()
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			p.t.Fatal("the connection stays open")
		}
		if err != nil {
			return
		}
		if !item.IsData && item.Message.MID != mms.MIDPing {
			p.t.Errorf("before the end: %v", item.Message.MID)
		}
	}
}

// check compares data packets with those of a clip from number first on.
func check(t *testing.T, list []mms.Data, c clip, first int, incarnation, flags byte) {
	t.Helper()
	for i, d := range list {
		if int(d.LocationID) != first+i || d.PlayIncarnation != incarnation || d.AFFlags != flags+byte(i) {
			t.Fatalf("data packet %d: LocationId %d, incarnation %d, AFFlags %#x; want %d, %d, %#x",
				i, d.LocationID, d.PlayIncarnation, d.AFFlags, first+i, incarnation, flags+byte(i))
		}
		if !bytes.Equal(d.Payload, c.Packet(first+i)) {
			t.Fatalf("packet %d differs from the file", first+i)
		}
	}
}
