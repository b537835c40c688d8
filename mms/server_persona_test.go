package mms_test

import (
	"bytes"
	"slices"
	"testing"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/vector"
	"caracal/mms"
)

// persona is a player as it came over the wire: its messages are those of
// testdata/viewer_players.txt, which a real one has sent.
type persona struct {
	name   string   // of its vectors
	borrow string   // whose messages it sends where it has no vector of its own
	steps  []string // what it sends, in its order
	closes bool     // it says CloseFile at the end; others wait for the server
}

var personas = []persona{
	{"FFmpeg", "", []string{"Connect", "FunnelInfo", "ConnectFunnel", "OpenFile", "ReadBlock", "StreamSwitch", "StartPlaying"}, true},
	{"libmms", "VLC", []string{"Connect", "ConnectFunnel", "OpenFile", "ReadBlock", "StreamSwitch", "StartPlaying"}, false},
	{"MPlayer", "", []string{"Connect", "ConnectFunnel", "OpenFile", "ReadBlock", "StreamSwitch", "StartPlaying"}, false},
	{"VLC", "FFmpeg", []string{"Connect", "ConnectFunnel", "OpenFile", "ReadBlock", "StreamSwitch", "StartPlaying"}, true},
	{"VLC UDP", "VLC", []string{"Connect", "ConnectFunnel", "OpenFile", "ReadBlock", "StreamSwitch", "StartPlaying"}, true}, // gets TCP
}

// answers are the messages that a player waits for.
var answers = map[string]mms.MID{
	"Connect": mms.MIDReportConnectedEX, "FunnelInfo": mms.MIDReportFunnelInfo, "ConnectFunnel": mms.MIDReportConnectedFunnel,
	"OpenFile": mms.MIDReportOpenFile, "ReadBlock": mms.MIDReportReadBlock, "StreamSwitch": mms.MIDReportStreamSwitch,
	"StartPlaying": mms.MIDReportStartedPlaying,
}

func playerBytes(t *testing.T) map[string][]byte {
	sent := map[string][]byte{}
	for _, v := range vector.Read(t, "viewer_players.txt") {
		sent[v["name"]] = v.Bytes(t, "hex")
	}
	return sent
}

// Players that check what the specification does not say get what they want:
// every answer has hr 0 and is the next message, the header is in pieces with the
// flags that they look for and ends in 01 01, and the packets are the file's.
func TestPersonas(t *testing.T) {
	sent := playerBytes(t)
	for _, k := range personas {
		t.Run(k.name, func(t *testing.T) {
			inMemory(t, setting{}, func(s *server) { k.play(s, sent) })
		})
	}
}

func (k persona) play(s *server, sent map[string][]byte) {
	t := s.T
	p := s.connect()
	bytesOf := func(step string) []byte {
		if b := sent[k.name+": "+step]; b != nil {
			return b
		}
		return sent[k.borrow+": "+step]
	}
	for _, step := range k.steps {
		p.raw(bytesOf(step))
		m := p.next()
		if m.MID != answers[step] || len(p.data) > 0 {
			t.Fatalf("%s: %v after %d data packets", step, m.MID, len(p.data))
		}
		if step != "StreamSwitch" && !bytes.Equal(m.Body[:4], []byte{0, 0, 0, 0}) {
			t.Errorf("%s: hr % x", step, m.Body[:4])
		}
		k.judge(p, step, m)
	}
	p.end(4)
	if len(p.data) != shortClip().Count() {
		t.Errorf("%d packets of %d", len(p.data), shortClip().Count())
	}
	check(t, p.data, shortClip(), 0, 4, 0)
	if k.closes {
		p.raw(sent["FFmpeg: CloseFile"])
	}
	p.closed() // FFmpeg and MPlayer read until then
	s.WaitFor("the session ends", s.Idle)
	if bad := fronttest.EventsOf[event.BadInput](s.Rig); len(bad) > 0 {
		t.Errorf("%+v", bad)
	}
}

// judge looks at what players look at in an answer.
func (k persona) judge(p *peer, step string, m mms.Message) {
	switch step {
	case "Connect": // VLC wants 96 bytes, with what goes before the body
		if n := mms.TCPMessageHeaderSize + 8 + len(m.Body); n < 96 {
			p.t.Errorf("ReportConnectedEX of %d bytes", n)
		}
	case "OpenFile":
		if r, err := mms.ParseReportOpenFile(m.Body); err != nil || r.OpenFileID != 1 {
			p.t.Errorf("%+v %v", r, err)
		}
	case "ReadBlock":
		if h := p.pieces(2); !bytes.Equal(h, shortClip().Header) || !bytes.HasSuffix(h, []byte{1, 1}) {
			p.t.Error("the header differs")
		}
	}
}

// Windows Media Player 6.4, [MS-MMSP] 4.3: no packet pair, no Fast Start.
func TestPlayer64(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	if r := p.greet(player64); r.ServerVersionInfo == "" || r.PlayIncarnation != mms.DisablePacketPair {
		t.Errorf("%+v", r)
	}
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	if r := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo); r.Cubs == 0 || len(r.Pair) != 0 || r.PlayIncarnation != mms.DisablePacketPair {
		t.Errorf("%+v", r)
	}
	p.funnel(overTCP)
	r := p.open("clip.wmv")
	if r.HR != 0 || r.OpenFileID != 1 || r.PlayIncarnation != 1 || r.FilePacketSize != clipPacket || r.FileDuration != 1 ||
		r.FilePacketCount != uint64(shortClip().Count()) || int(r.FileHeaderSize) != len(shortClip().Header) ||
		r.FileAttributes != mms.FileCanSeek|mms.FileCanStride || r.FileBlocks != 1 || r.FileBitRate == 0 {
		t.Errorf("%+v", r)
	}
	if h := p.header(2); !bytes.Equal(h, shortClip().Header) {
		t.Errorf("the header differs: %d bytes", len(h))
	}
	p.choose(1, 2)
	p.start(beginning, 3)
	p.end(3)
	if len(p.data) != shortClip().Count() {
		t.Errorf("%d packets of %d", len(p.data), shortClip().Count())
	}
	check(t, p.data, shortClip(), 0, 3, 0)
	p.say(&mms.CloseFile{OpenFileID: 1})
	p.closed()
	s.WaitFor("the session ends", s.Idle)
}

// Windows Media Player 7, [MS-MMSP] 4.4.2 and 4.5: a packet pair over TCP, and a
// seek with StopPlaying, Logging, StreamSwitch and StartPlaying.
func TestPlayer7(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	p.say(&mms.Connect{PlayIncarnation: mms.UsePacketPair, SubscriberName: mms.Subscriber{Client: player7}})
	if r := now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX); r.PlayIncarnation != mms.UsePacketPair {
		t.Errorf("%+v", r)
	}
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.PacketPairTCPHighEntropy})
	p.pairs()
	p.funnel(overTCP)
	p.open("long.wmv")
	p.header(2)
	p.choose(1, 2)
	p.start(beginning, 4)
	check(t, p.some(3), longClip(), 0, 4, 0)
	p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 4}, &mms.Logging{Info: mms.LogInfo{URL: "mms://localhost/long.wmv"}})
	p.end(4)
	sent := 3 + len(p.data)
	p.choose(1, 2)
	p.start(mms.Position{Position: 60, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}, 5)
	first := p.datum()
	check(t, []mms.Data{first}, longClip(), int(first.LocationID), 5, byte(sent))
	if at := int(first.LocationID); at < longClip().Count()*45/100 || at > longClip().Count()/2 {
		t.Errorf("a minute of two begins at packet %d of %d", at, longClip().Count())
	}
	p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 5})
	p.end(5)
	p.say(&mms.CloseFile{OpenFileID: 1})
	p.closed()
	s.WaitFor("the session ends", s.Idle)
	if logs := fronttest.EventsOf[event.LogReceived](s.Rig); len(logs) != 1 || logs[0].Player.Target != "/long.wmv" {
		t.Errorf("%+v", logs)
	}
	gone := fronttest.EventsOf[event.Disconnected](s.Rig)
	if len(gone) != 1 || gone[0].Reason != "closed by the player" || gone[0].Player.Target != "/long.wmv" || gone[0].Packets == 0 {
		t.Errorf("%+v", gone)
	}
}

// pairs takes three ReportFunnelInfo messages, [MS-MMSP] 3.2.5.4.
func (p *peer) pairs() {
	p.t.Helper()
	var seen [][]byte
	for n := 1; n <= mms.PairMessages; n++ {
		r := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
		if r.PlayIncarnation != mms.PacketPairTCPHighEntropy || len(r.Pair) != mms.PairMessagePayload(n) {
			p.t.Errorf("message %d: incarnation %#x with %d bytes", n, r.PlayIncarnation, len(r.Pair))
		}
		if slices.ContainsFunc(seen, func(b []byte) bool { return bytes.Equal(b[:100], r.Pair[:100]) }) {
			p.t.Error("the same bytes again")
		}
		seen = append(seen, r.Pair)
	}
}
