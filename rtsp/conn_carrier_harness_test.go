package rtsp

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
)

// ear is a player's UDP port.
type ear struct {
	*net.UDPConn
	t testing.TB
}

func newEar(t testing.TB) *ear {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetReadBuffer(4 << 20)
	c.SetReadDeadline(time.Now().Add(30 * time.Second))
	return &ear{c, t}
}

func (e *ear) address() netip.AddrPort { return e.LocalAddr().(*net.UDPAddr).AddrPort() }

// hear returns the next datagram.
func (e *ear) hear() []byte {
	e.t.Helper()
	b := make([]byte, 64<<10)
	n, err := e.Read(b)
	if err != nil {
		e.t.Fatal(err)
	}
	return b[:n]
}

// memEntry is content in memory. Blocks hold one packet each.
type memEntry struct {
	point.Entry
	info    *point.Info
	packets [][]byte
	blocks  []*point.Block
	absent  map[int64]func() // packets that are not in memory, and who waits for them
}

func (e *memEntry) Info() *point.Info { return e.info }

func (e *memEntry) Block(n int64, wake func()) (*point.Block, error) {
	if _, absent := e.absent[n]; absent {
		e.absent[n] = wake
		return nil, nil
	}
	return e.blocks[n], nil
}

// rig is a sender with a stream whose packets go to real ports, without a
// server.
type rig struct {
	sender
	st               *stream
	sel              *asf.Selection
	mem              *pace.Scratch
	entry            *memEntry
	rtp, rtcp, again *ear
}

// newRig streams the welcome clip with these tracks, whose numbers, transports
// and FEC are theirs.
func newRig(t testing.TB, agent string, features head.Features, tracks ...track) *rig {
	t.Helper()
	h, _ := sampleHeader(t)
	packets := samplePackets(t)
	r := &rig{mem: new(pace.Scratch), rtp: newEar(t), rtcp: newEar(t), again: newEar(t), sel: asf.NewSelection(h)}
	r.entry = &memEntry{info: &point.Info{Header: h, Packets: int64(len(packets))}, packets: packets, absent: map[int64]func(){}}
	for n, b := range packets {
		r.entry.blocks = append(r.entry.blocks, point.NewBlock(int64(n), len(b), b))
	}
	media, err := listenPair("127.0.0.1", 0)
	for ; err != nil; media, err = listenPair("127.0.0.1", 0) {
	}
	t.Cleanup(func() { media.Close() })
	out, err := media.sender(nil)
	if err != nil {
		t.Fatal(err)
	}
	var bus event.Bus
	ses, err := session.NewManager(session.Options{}, &bus).Admit(event.Player{Address: r.rtp.address()}, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{ses: ses, id: "1234", entry: r.entry, tracks: tracks}
	l := &layout{
		tracks: tracks, host: r.rtp.address().Addr(), rtx: r.again.address(), rtxSSRC: 99, media: out,
		agent: head.ParseAgent(agent), features: features,
	}
	for i := range tracks {
		if t := &tracks[i].transport; t.Lower == LowerUDP {
			t.ClientPort = PortPair{r.rtp.address().Port(), r.rtcp.address().Port(), 2}
		}
	}
	r.sender.Sender = &front.Sender{Mem: r.mem}
	r.st = &stream{player: p, play: point.NewPlay(r.entry, 0, func() {}), rate: 1, tally: point.Tally{Began: time.Unix(1000, 0)}, begun: time.Unix(1000, 0)}
	if l.agent.Begins(AgentLavf) {
		r.st.form = FormExplicit
	}
	r.st.reported = r.st.tally.Began
	r.st.arrange(l)
	r.stream = r.st
	return r
}

// step filters packet n as a Play does and puts it into RTP packets.
func (r *rig) step(n int) (size int) {
	raw := r.entry.packets[n]
	data, keep, err := r.sel.Filter(r.mem.Grab(len(raw))[:0], raw)
	if err != nil || data == nil {
		return 0
	}
	return r.st.carry(r.mem, &point.Step{Kind: point.Packet, Number: int64(n), Data: data, Raw: raw, Keep: keep})
}
