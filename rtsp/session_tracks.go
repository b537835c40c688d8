package rtsp

import (
	"net/netip"
	"slices"
	"strings"

	"caracal/asf"
	"caracal/internal/head"
	"caracal/internal/point"
)

// track is one selected stream.
type track struct {
	stream    uint8   // the one that goes out; SET_PARAMETER puts another in the place of
	others    []uint8 // those that go with it, of "stream=all"
	control   uint8   // the one that was set up, which the URL names
	was       Control // what the URL named in an entry that is over
	predicted bool    // the server has chosen it, and the player has not said anything of it
	level     asf.Level
	url       string
	transport Transport // as granted
	ssrc      uint32
	fec       FECParameters // of the FEC packets beside it; the zero value: none
	fecSSRC   uint32

	// The sequence numbers of the next packets, good while nothing streams: an
	// RTP session goes on over pauses and seeks.
	next, fecNext uint16
}

// rtcp is where RTCP about an RTP session over UDP goes: to the second port of
// a pair, else to the one after the first.
func (t *Transport) rtcp(host netip.Addr) netip.AddrPort {
	if t.ClientPort.Count == 2 {
		return netip.AddrPortFrom(host, t.ClientPort.RTCP)
	}
	return next(netip.AddrPortFrom(host, t.ClientPort.RTP))
}

func next(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), a.Port()+1) }

// selection returns the streams that go out.
func (p *player) selection() *asf.Selection {
	sel := asf.NewSelection(p.entry.Info().Header)
	for _, s := range p.entry.Info().Header.Streams() {
		sel.Set(s.Number(), asf.None)
	}
	for _, t := range p.tracks {
		for _, n := range t.streams() {
			sel.Set(n, t.level)
		}
	}
	return sel
}

// streams lists what the track carries.
func (t *track) streams() []uint8 { return append([]uint8{t.stream}, t.others...) }

// switches is what makes a Play send the track's streams at a level.
func (t *track) switches(level asf.Level) []point.Switch {
	var list []point.Switch
	for _, n := range t.streams() {
		list = append(list, point.Switch{From: point.NoStream, To: n, Level: level})
	}
	return list
}

// put selects a stream, in the place of an earlier selection of it.
func (p *player) put(t track) *track {
	t.ssrc, t.next, t.fecNext = p.srv.newSSRC(p), firstSequence, firstSequence
	t.transport.SSRC, t.transport.HasSSRC = t.ssrc, true
	for i := range p.tracks {
		if old := &p.tracks[i]; old.stream == t.stream {
			p.srv.bySSRC.Release(old.ssrc, old.fecSSRC)
			*old = t
			return old
		}
	}
	p.tracks = append(p.tracks, t)
	return &p.tracks[len(p.tracks)-1]
}

// drop deselects a stream, and what goes with it. It returns what changes.
func (p *player) drop(stream uint8) []point.Switch {
	list := []point.Switch{{From: point.NoStream, To: stream, Level: asf.None}}
	p.tracks = slices.DeleteFunc(p.tracks, func(t track) bool {
		if t.stream == stream {
			p.srv.bySSRC.Release(t.ssrc, t.fecSSRC)
			list = t.switches(asf.None)
		}
		return t.stream == stream
	})
	return list
}

// trackOf returns the selected stream that a control URL means, or nil.
func (p *player) trackOf(control Control) *track {
	n := streamOf(p.entry.Info().Header, control)
	for i := range p.tracks {
		if n != 0 && p.tracks[i].control == n {
			return &p.tracks[i]
		}
	}
	for i := range p.tracks { // by a URL of an entry that is over, 4.4.4.2
		if was := &p.tracks[i].was; was.Name != "" && was.Name == control.Name && was.Number == control.Number && was.All == control.All {
			return &p.tracks[i]
		}
	}
	return nil
}

// dropFormerOf forgets a stream of an entry that is over, and says whether there
// was one.
func (p *player) dropFormerOf(control Control) bool {
	before := len(p.former)
	p.former = slices.DeleteFunc(p.former, func(t track) bool {
		_, c, _ := SplitControl(t.url)
		gone := c.Name == control.Name && c.Number == control.Number && c.All == control.All
		if gone && !control.FEC {
			p.srv.bySSRC.Release(t.ssrc, t.fecSSRC)
		}
		return gone && !control.FEC
	})
	return len(p.former) < before
}

// sends says that a stream goes out, in a track of its own. No two tracks send the
// same one, so that there are no more of them than streams.
func (p *player) sends(stream uint8) bool {
	return slices.ContainsFunc(p.tracks, func(t track) bool { return t.stream == stream })
}

// keepSequences remembers how far the RTP sessions of a stream that ends have
// come; continueSequences has another stream go on there. The mutex is held.
func (p *player) keepSequences(st *stream) {
	p.eachCarrier(st, func(t *track, c *carrier) {
		t.next = c.seq
		if c.fec != nil && c.fec.session.SSRC == t.fecSSRC {
			t.fecNext = c.fec.session.Sequence
		}
	})
}

func (p *player) continueSequences(st *stream) {
	p.eachCarrier(st, func(t *track, c *carrier) {
		c.seq = t.next
		if c.fec != nil && c.fec.session.SSRC == t.fecSSRC {
			c.fec.session.Sequence = t.fecNext
		}
	})
}

func (p *player) eachCarrier(st *stream, do func(*track, *carrier)) {
	for i := range p.tracks {
		if c := st.carrierOf(p.tracks[i].ssrc); c != nil {
			do(&p.tracks[i], c)
		}
	}
}

// ssrcs lists those of all its streams.
func (p *player) ssrcs() []uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := []uint32{p.rtx}
	for _, tracks := range [...][]track{p.tracks, p.former} {
		for i := range tracks {
			list = append(list, tracks[i].ssrc, tracks[i].fecSSRC)
		}
	}
	return list
}

// layout is what a player has set up, as its shard sees it. It does not change:
// after each SelectStream request the shard gets another.
type layout struct {
	tracks   []track        // in the order of their SETUP
	base     string         // URL of the content
	host     netip.Addr     // of the player
	entry    point.Entry    // whose streams they are
	rtx      netip.AddrPort // where copies of lost packets go; not valid: nowhere
	rtxSSRC  uint32
	media    *mediaSender // the way out over UDP; nil: none
	blocks   int          // Blocksize; 0: not given
	features head.Features
	agent    head.Agent
}

// transport is what packets go over, for events.
func (l *layout) transport() string {
	if l.tracks[0].transport.Lower == LowerTCP {
		return "TCP"
	}
	return "UDP"
}

// layout makes the present one for the shard of c. The session's mutex is held.
func (p *player) layout(c *conn) *layout {
	l := &layout{
		tracks: slices.Clone(p.tracks), base: p.path, entry: p.entry, host: p.ses.Player.Address.Addr(),
		rtx: p.resend, rtxSSRC: p.rtx, media: c.media(), blocks: p.blocks,
		features: p.features, agent: p.agent,
	}
	if len(l.tracks) > 0 {
		l.base = l.tracks[0].url
		if cut := strings.LastIndexByte(l.base, '/'); cut > 0 {
			l.base = l.base[:cut]
		}
	}
	return l
}

// carrying returns the stream whose RTP session carries all packets that go
// over a lower transport: the first one that was set up over it. Players that
// put each RTP session through a decoder of its own (GStreamer) want every ASF
// packet once, and most expect them in the first.
func (l *layout) carrying(lower Lower) *track {
	for i := range l.tracks {
		if l.tracks[i].transport.Lower == lower {
			return &l.tracks[i]
		}
	}
	return nil
}
