package mms_test

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"caracal/mms"
)

// udpPlayer is where a player gets its data packets over UDP.
type udpPlayer struct {
	*net.UDPConn
	t *testing.T
}

// sentPacket is a datagram with the low bits of its number.
type sentPacket struct {
	flags byte
	raw   []byte
}

// drain returns what has come, once no more comes.
func (u udpPlayer) drain() (list []sentPacket) {
	u.t.Helper()
	defer func() { u.SetReadDeadline(time.Now().Add(patience)) }()
	for {
		b := make([]byte, 2048)
		u.SetReadDeadline(time.Now().Add(quiet))
		n, err := u.Read(b)
		if err != nil {
			return list
		}
		d, err := mms.ParseDatagram(b[:n])
		if err != nil {
			u.t.Fatal(err)
		}
		list = append(list, sentPacket{d.AFFlags, b[:n]})
	}
}

// quiet is how long nothing comes from a server on this machine that has no
// more to say.
const quiet = 30 * time.Millisecond

// ask sends a ResendRequest.
func (u udpPlayer) ask(s *server, id uint32, source uint16, list ...mms.Sequence) {
	u.t.Helper()
	r := mms.ResendRequest{ClientID: id, SourceID: source, NumPackets: len(list)}
	copy(r.Packets[:], list)
	u.tell(s, r.Append(nil))
}

func newUDPPlayer(t *testing.T) udpPlayer {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetReadDeadline(time.Now().Add(patience))
	return udpPlayer{c, t}
}

// funnel is the funnelName, with an address that is not the player's.
func (u udpPlayer) funnel() string {
	port := u.LocalAddr().(*net.UDPAddr).Port
	return mms.Funnel{Addr: netip.MustParseAddr("192.0.2.7"), UDP: true, Port: uint16(port)}.String()
}

// datagram returns the next one, as it came.
func (u udpPlayer) datagram() (raw []byte, d mms.Data) {
	u.t.Helper()
	b := make([]byte, 1<<16)
	n, err := u.Read(b)
	if err != nil {
		u.t.Fatal(err)
	}
	if d, err = mms.ParseDatagram(b[:n]); err != nil {
		u.t.Fatal(err)
	}
	return b[:n], d
}

func (u udpPlayer) some(n int) (list []mms.Data) {
	u.t.Helper()
	for range n {
		_, d := u.datagram()
		list = append(list, d)
	}
	return list
}

// silence checks that nothing is on its way.
func (u udpPlayer) silence() {
	u.t.Helper()
	if list := u.drain(); len(list) > 0 {
		u.t.Errorf("%d datagrams that nobody asked for", len(list))
	}
}

// readyUDP is a player that has everything but packets, and its Client-ID.
func (s *server) readyUDP(name string) (*peer, udpPlayer, uint32) {
	s.T.Helper()
	p, u := s.connect(), newUDPPlayer(s.T)
	p.greet(player9)
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	id := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo).Cubs
	p.funnel(u.funnel())
	p.open(name)
	p.readBlock(2)
	u.header(2)
	p.choose(1, 2)
	return p, u, id
}

// readBlock asks for the header and takes the answer.
func (p *peer) readBlock(incarnation uint32) {
	p.t.Helper()
	p.say(&mms.ReadBlock{OpenFileID: 1, PlayIncarnation: incarnation})
	if r := now(p, mms.MIDReportReadBlock, mms.ParseReportReadBlock); r.HR != 0 {
		p.t.Fatalf("ReadBlock: %v", r.HR)
	}
}

// header puts the header together.
func (u udpPlayer) header(incarnation byte) []byte {
	u.t.Helper()
	var j mms.HeaderJoiner
	for {
		_, d := u.datagram()
		whole, err := j.Add(d)
		if err != nil || d.PlayIncarnation != incarnation {
			u.t.Fatalf("%+v, %v", d, err)
		}
		if whole != nil {
			return whole
		}
	}
}

// Everything over UDP, [MS-MMSP] 4.4.1: the packet pair, the header, and the
// packets as in the file; the end comes over TCP behind the last of them.
func TestPlayOverUDP(t *testing.T) {
	s := startServer(t)
	p, u := s.connect(), newUDPPlayer(t)
	p.greet(player9)
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.PacketPairUDPHighEntropy})
	r := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
	if r.PlayIncarnation != mms.PacketPairUDPHighEntropy || len(r.Pair) != 0 {
		t.Errorf("%+v", r)
	}
	p.funnel(u.funnel())
	p.open("clip.wmv")
	u.silence()
	p.readBlock(2)
	first, pair := u.datagram()
	second, again := u.datagram()
	if !pair.IsPair() || !again.IsPair() || again.LocationID != pair.LocationID+1 || len(first) != 1472 || bytes.Equal(pair.Payload, again.Payload) || len(second) != 1472 {
		t.Errorf("no packet pair: %d and %d bytes", len(first), len(second))
	}
	if h := u.header(2); !bytes.Equal(h, shortClip().Header) {
		t.Error("the header differs")
	}
	p.choose(1, 2)
	p.start(beginning, 4)
	began := time.Now()
	check(t, u.some(shortClip().Count()), shortClip(), 0, 4, 0)
	if took := time.Since(began); took < 500*time.Millisecond {
		t.Errorf("a second of media in %v: too fast for UDP", took)
	}
	p.end(4)
	if len(p.data) > 0 {
		t.Errorf("%d data packets over TCP", len(p.data))
	}
	p.say(&mms.CloseFile{OpenFileID: 1})
	p.closed()
	s.WaitFor("the session ends", s.Idle)
	u.silence()
}

// Packets that are asked for again come as they were, whatever was selected or
// played since, and after the end as well; those of others do not.
func TestResends(t *testing.T) {
	s := startServer(t)
	p, u, id := s.readyUDP("clip.wmv")
	p.choose(2)
	p.start(beginning, 4)
	p.choose(1, 2) // behind some of which a part is left out
	p.end(4)
	before := u.drain()
	p.start(beginning, 5)
	p.end(5)
	sent := u.drain()
	if first := sent[0].flags; len(sent) != shortClip().Count() || int(first) < 2 {
		t.Fatalf("%d packets, the first is %d", len(sent), first)
	}
	var all []mms.Sequence
	for n := range mms.Sequence(int(sent[0].flags) + len(sent)) {
		all = append(all, n)
	}
	copies := map[byte][]byte{}
	for i := 0; i < len(all); i += mms.MaxResend {
		u.ask(s, id, 1, all[i:min(i+mms.MaxResend, len(all))]...)
	}
	for len(copies) < len(all) { // they come in their time
		raw, d := u.datagram()
		copies[d.AFFlags] = raw
	}
	for _, d := range append(before, sent...) {
		if !bytes.Equal(copies[d.flags], d.raw) {
			t.Errorf("packet %d differs", d.flags)
		}
	}
	u.ask(s, id+1, 1, all[0])                               // somebody else's
	u.ask(s, id, 2, all[0])                                 // of some other file
	u.ask(s, id, 1, mms.Sequence(len(all)), 1<<31, 1<<32-1) // never sent
	u.tell(s, []byte("nonsense"))
	u.silence()
}

// A copy is the packet alone, also when the shard has just sent others to somebody
// else over TCP.
func TestResendsAfterAnotherPlayer(t *testing.T) {
	s := startServer(t)
	p, u, id := s.readyUDP("clip.wmv")
	p.choose(1, 2)
	p.start(beginning, 4)
	p.end(4)
	sent := u.drain()
	other := s.ready(player9, "clip.wmv")
	other.choose(1, 2)
	other.start(beginning, 4)
	other.end(4)
	u.ask(s, id, 1, 0)
	if raw, _ := u.datagram(); !bytes.Equal(raw, sent[0].raw) {
		t.Errorf("a copy of %d bytes, of a packet of %d", len(raw), len(sent[0].raw))
	}
}

// tell sends a datagram to the server.
func (u udpPlayer) tell(s *server, b []byte) {
	u.t.Helper()
	if _, err := u.WriteToUDP(b, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(s.media.Port())}); err != nil {
		u.t.Fatal(err)
	}
}

// A hundred thousand requests bring no more than the budget.
func TestResendsAreBounded(t *testing.T) {
	s := startServer(t)
	p, u, id := s.readyUDP("long.wmv")
	p.start(beginning, 4)
	u.some(4)
	p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 4})
	p.end(4)
	u.drain()
	r := mms.ResendRequest{ClientID: id, SourceID: 1, NumPackets: 4, Packets: [mms.MaxResend]mms.Sequence{0, 1, 2, 3}}
	b := r.Append(nil)
	began := time.Now()
	for range 100_000 {
		u.tell(s, b)
	}
	copies := len(u.drain())
	most := 64 + int(time.Since(began).Seconds()*128) + 1
	if copies == 0 || copies > most {
		t.Errorf("%d copies in %v, want at most %d", copies, time.Since(began), most)
	}
	p.start(beginning, 5) // nothing else has come to harm
	u.some(2)
}

// A header in many pieces takes as long over UDP as its bits would in the
// content, and stops when it is cancelled.
func TestHeaderOverUDPIsPaced(t *testing.T) {
	s := startServer(t)
	s.publishLarge()
	p, u := s.connect(), newUDPPlayer(t)
	p.greet(player9)
	p.funnel(u.funnel())
	p.open("large.wmv")
	p.readBlock(2)
	u.some(2)
	p.say(&mms.CancelReadBlock{PlayIncarnation: 2})
	p.readBlock(3)
	began := time.Now()
	for { // what was under way
		if _, d := u.datagram(); d.PlayIncarnation == 3 {
			if d.LocationID != 0 {
				t.Fatalf("begins with piece %d", d.LocationID)
			}
			break
		}
	}
	u.some(3)
	if took := time.Since(began); took < 100*time.Millisecond { // 1,500 bytes at 80 kbit/s take 150 ms
		t.Errorf("three more pieces in %v", took)
	}
}
