package mms_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// The sequences of [MS-MMSP] 4.5.1 at a list: what both sides say is written down in
// its order, "> " before what the player says, and data that comes in a row once.

// tape is a hand-written player that writes down what is said.
type tape struct {
	*peer
	u     udpPlayer // where data comes if udp
	udp   bool
	lines []string
	sent  int // data packets of the list so far, which number AFFlags
}

func (p *tape) note(line string) {
	if n := len(p.lines); n > 0 && p.lines[n-1] == line && strings.HasPrefix(line, "data") {
		return
	}
	p.lines = append(p.lines, line)
}

// tells says a message.
func (p *tape) tells(name string, m mms.Appender) {
	p.t.Helper()
	p.note("> " + name)
	p.say(m)
}

// told takes the next message, before which no data comes.
func (p *tape) told(mid mms.MID) mms.Message {
	p.t.Helper()
	m := p.next()
	if len(p.data) > 0 {
		p.t.Fatalf("%d data packets before %v", len(p.data), m.MID)
	}
	if p.note(fmt.Sprint(m.MID)); m.MID != mid {
		p.t.Fatalf("%v, want %v, after\n%s", m.MID, mid, strings.Join(p.lines, "\n"))
	}
	return m
}

// takes takes n data packets of a clip from number first on.
func (p *tape) takes(c clip, first, n int, incarnation byte) {
	p.t.Helper()
	var list []mms.Data
	if p.udp {
		list = p.u.some(n)
	} else {
		list = p.some(n)
	}
	p.note("data")
	check(p.t, list, c, first, incarnation, byte(p.sent))
	p.sent += n
}

// rest takes what has come over TCP besides, in a bubble.
func (p *tape) rest(c clip, first int, incarnation byte) (n int) {
	p.t.Helper()
	synctest.Wait()
	p.SetReadDeadline(time.Now().Add(time.Nanosecond))
	defer p.SetReadDeadline(time.Time{})
	for {
		item, err := p.in.Next()
		if err != nil {
			return n
		}
		check(p.t, []mms.Data{copyOf(item.Data)}, c, first+n, incarnation, byte(p.sent))
		p.sent++
		n++
	}
}

// reads takes a header.
func (p *tape) reads(c clip, incarnation byte) {
	p.t.Helper()
	var h []byte
	if p.udp {
		h = p.u.header(incarnation)
	} else {
		h = p.pieces(incarnation)
	}
	if p.note("header"); !bytes.Equal(h, c.Header) {
		p.t.Error("not the entry's header")
	}
}

// block asks for a header, 3.2.5.8.
func (p *tape) block(c clip, incarnation byte) {
	p.t.Helper()
	p.tells("ReadBlock", &mms.ReadBlock{OpenFileID: 1, Length: mms.ReadBlockLength, Flags: mms.ReadBlockFlags,
		TDeadline: mms.ReadBlockDeadline, PlayIncarnation: uint32(incarnation)})
	p.told(mms.MIDReportReadBlock)
	p.reads(c, incarnation)
}

// picks selects streams of the entry.
func (p *tape) picks(streams ...uint16) {
	p.t.Helper()
	var m mms.StreamSwitch
	for _, n := range streams {
		m.Entries = append(m.Entries, mms.StreamSwitchEntry{SrcStreamNumber: mms.NoStream, DstStreamNumber: n})
	}
	p.tells("StreamSwitch", &m)
	p.told(mms.MIDReportStreamSwitch)
}

// begins plays what has been opened.
func (p *tape) begins(at mms.Position, incarnation uint32) {
	p.t.Helper()
	p.tells("StartPlaying", &mms.StartPlaying{OpenFileID: 1, Position: at, PlayIncarnation: incarnation})
	p.told(mms.MIDReportStartedPlaying)
}

// stops stops, with a log. What has left before that is left out.
func (p *tape) stops(incarnation uint32) {
	p.t.Helper()
	p.tells("StopPlaying", &mms.StopPlaying{OpenFileID: 1, PlayIncarnation: incarnation})
	p.tells("Logging", &mms.Logging{})
	end := want(p.peer, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream)
	p.note(fmt.Sprint(mms.MIDReportEndOfStream))
	if end.HR != 0 || end.PlayIncarnation != incarnation {
		p.t.Errorf("%+v", end)
	}
	if p.sent += len(p.data); p.udp {
		p.sent += len(p.u.drain())
	}
}

// from takes the first data packet of a place in the clip and returns its number.
func (p *tape) from(incarnation byte) int {
	p.t.Helper()
	var d mms.Data
	if p.udp {
		_, d = p.u.datagram()
	} else {
		d = p.datum()
	}
	p.note("data")
	if d.PlayIncarnation != incarnation || d.AFFlags != byte(p.sent) {
		p.t.Errorf("incarnation %d, AFFlags %d", d.PlayIncarnation, d.AFFlags)
	}
	p.sent++
	return int(d.LocationID)
}

// was compares with what a figure has.
func (p *tape) was(want ...string) {
	p.t.Helper()
	list := strings.Fields(strings.ReplaceAll(strings.Join(want, " "), "> ", ">"))
	for i, line := range list {
		list[i] = strings.ReplaceAll(line, ">", "> ")
	}
	if !slices.Equal(list, p.lines) {
		p.t.Errorf("it is\n%s\nwant\n%s", strings.Join(p.lines, " "), strings.Join(list, " "))
	}
}

const (
	figureConnects = "> Connect ReportConnectedEX > FunnelInfo ReportFunnelInfo > ConnectFunnel ReportConnectedFunnel > OpenFile ReportOpenFile"
	figureReads    = "> ReadBlock ReportReadBlock header"
	figureSelects  = "> StreamSwitch ReportStreamSwitch"
	figurePlays    = "> StartPlaying ReportStartedPlaying data"
	figureStrides  = "> StartStriding ReportStartStriding data"
	figureStops    = "> StopPlaying > Logging ReportEndOfStream"
	figureChanges  = "ReportEndOfStream ReportStreamChange"
)

// comes connects and plays the first entry of the list.
func (p *tape) comes(funnel string, first clip) {
	p.t.Helper()
	p.tells("Connect", &mms.Connect{SubscriberName: mms.Subscriber{Client: player9}})
	p.told(mms.MIDReportConnectedEX)
	p.tells("FunnelInfo", &mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	p.told(mms.MIDReportFunnelInfo)
	p.tells("ConnectFunnel", &mms.ConnectFunnel{FunnelMode: mms.FunnelMode, FunnelName: funnel})
	p.told(mms.MIDReportConnectedFunnel)
	p.tells("OpenFile", &mms.OpenFile{PlayIncarnation: 1, FileName: "list"})
	p.told(mms.MIDReportOpenFile)
	p.block(first, 2)
	p.picks(1, 2)
	p.begins(beginning, 9)
	p.takes(first, 0, first.Count(), 9)
}

// seconds is a time of the content, in seconds.
func seconds(s float64) mms.Position {
	return mms.Position{Position: s, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition, FrameOffset: 0xFFFFFF}
}

// overBoth puts a test to the list over TCP, in memory, and over UDP.
func overBoth(t *testing.T, test func(p *tape, a, b clip)) {
	_, b := listClips()
	a := fronttest.Film(1).Clip()
	t.Run("TCP", func(t *testing.T) {
		inMemory(t, setting{}, func(s *server) {
			s.list(a, b)
			p := &tape{peer: s.connect()}
			p.SetDeadline(time.Time{})
			p.comes(overTCP, a)
			test(p, a, b)
			p.Close()
		})
	})
	t.Run("UDP", func(t *testing.T) {
		t.Parallel() // in real time
		s := startServer(t)
		s.list(a, b)
		p := &tape{peer: s.connect(), u: newUDPPlayer(t), udp: true}
		p.comes(p.u.funnel(), a)
		test(p, a, b)
		p.Close()
		s.WaitFor("the session ends", s.Idle)
	})
}

// enters is what follows the last packet of the first entry, 4.5.1: over UDP the player
// asks for the header, over TCP that comes by itself (3.1.5.19, 3.2.4.2), and packets
// too, until StartPlaying, which a player may say nevertheless (3.1.4.4).
func (p *tape) enters(b clip) (figure string) {
	p.t.Helper()
	p.told(mms.MIDReportEndOfStream)
	change, err := mms.ParseReportStreamChange(p.told(mms.MIDReportStreamChange).Body)
	if err != nil || change.HeaderSize != uint32(len(b.Header)) || change.PacketSize != clipPacket {
		p.t.Errorf("%+v, %v", change, err)
	}
	first := 0
	if p.udp {
		p.block(b, 3)
		figure = figureReads
	} else {
		p.reads(b, 0xFF)
		p.takes(b, 0, 5, 0xFF)
		first = 5 + p.rest(b, 5, 0xFF)
		figure = "header data"
	}
	p.tells("Logging", &mms.Logging{})
	p.picks(1, 3)
	p.begins(beginning, 10)
	p.takes(b, first, 5, 10)
	return strings.Join([]string{figureConnects, figureReads, figureSelects, figurePlays, figureChanges, figure, "> Logging", figureSelects, figurePlays}, " ")
}

// Figure 8: a server changes streams.
func TestFigure8(t *testing.T) {
	overBoth(t, func(p *tape, a, b clip) {
		figure := p.enters(b)
		if n := p.sent - a.Count(); n < b.Count() {
			p.takes(b, n, b.Count()-n, 10)
		}
		p.told(mms.MIDReportEndOfStream)
		p.tells("Logging", &mms.Logging{})
		p.tells("CloseFile", &mms.CloseFile{OpenFileID: 1})
		p.closed()
		p.was(figure, "ReportEndOfStream > Logging > CloseFile")
	})
}

// Figure 6: a seek, within the second entry of a list. Figure 7: fast forward there.
func TestFigures6And7InAList(t *testing.T) {
	overBoth(t, func(p *tape, a, b clip) {
		figure := p.enters(b)
		p.stops(10)
		p.picks(1, 3)
		p.begins(seconds(1.5), 11)
		from := p.from(11)
		var found asf.Packet
		if err := asf.ParsePacket(b.Packet(from), &found); err != nil || found.SendTime < 1000 || found.SendTime > 1700 {
			p.t.Errorf("goes on with packet %d, of %d ms, %v", from, found.SendTime, err)
		}
		p.takes(b, from+1, 3, 11)
		p.stops(11)
		p.picks(1, 3)
		p.tells("StartStriding", &mms.StartStriding{OpenFileID: 1, Position: seconds(0), PlayIncarnation: 12, Rate: 5})
		p.told(mms.MIDReportStartStriding)
		if from := p.from(12); from > 5 {
			p.t.Errorf("strides from packet %d on", from)
		}
		p.was(figure, figureStops, figureSelects, figurePlays, figureStops, figureSelects, figureStrides)
	})
}
