package rtsp

import (
	"net/netip"
	"slices"
	"strings"

	"caracal/asf"
	"caracal/internal/point"
)

// setup selects a stream, [MS-RTSP] 3.2.5.6.1 and 3.2.5.6.4; the first one
// makes the session.
func (c *conn) setup(r *Request, p *player) bool {
	path, control, ok := c.control(r, p)
	if !ok {
		return c.refuse(r, 404, "no such stream")
	}
	if control.FEC {
		return c.setupFEC(r, p, control)
	}
	transport, ok := c.grant(r)
	if !ok {
		return c.refuse(r, 461, "no transport that this server has")
	}
	if p == nil {
		pt, e, err := c.srv.opt.Points.OpenFor(path, c.asker(r))
		if err != nil {
			return c.refuseError(r, err)
		}
		if e == nil {
			return c.redirect(r, pt.Redirect)
		}
		if !stillMatches(r, e) {
			e.Close()
			return c.refuse(r, 412, changed)
		}
		if !control.RTX() && streamOf(e.Info().Header, control) == 0 {
			e.Close()
			return c.refuse(r, 404, "no such stream")
		}
		if p, err = c.newPlayer(r, path, pt, e); err != nil {
			e.Close()
			return c.refuseError(r, err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return c.refuse(r, 454, "the session has just ended")
	}
	if control.RTX() {
		return c.setupRTX(r, p, transport)
	}
	return c.setupStream(r, p, control, transport)
}

// setupStream selects a stream of the content. The session's mutex is held.
func (c *conn) setupStream(r *Request, p *player, control Control, transport Transport) bool {
	stream := streamOf(p.entry.Info().Header, control)
	if stream == 0 {
		return c.refuse(r, 404, "no such stream")
	}
	level := asf.Whole
	if sw, err := ParseStreamSwitch(r.Body); err == nil {
		level = asf.Level(min(sw.Thin, ThinAll))
	}
	if n, ok := ParseNumber(r.Header.Get("Blocksize")); ok {
		p.blocks = int(min(n, MaxASFPacket))
	}
	transport.FEC = FECParameters{}
	chosen := track{stream: stream, control: stream, level: level, url: strings.Clone(r.Target.Raw), transport: transport}
	if control.All {
		chosen.others = otherStreams(p.entry.Info().Header, stream)
	}
	t := p.put(chosen)
	resp := c.answer(r, p, 200)
	resp.Add("Transport", t.transport.String())
	resp.Add("Cache-Control", "no-cache")
	c.postSelect(p, t.switches(level), resp)
	return true
}

// postSelect has the shard change the streams and answer. The session's mutex
// is held.
func (c *conn) postSelect(p *player, list []point.Switch, resp *Response) {
	p.ses.Watch(p.overUDP())
	l := p.layout(c)
	c.Post(func() { c.tx.selectStreams(p, l, list, resp) })
}

// postArrange has the shard change where streams go and answer. The session's
// mutex is held.
func (c *conn) postArrange(p *player, resp *Response) {
	l := p.layout(c)
	c.Post(func() { c.tx.arrange(p, l, resp) })
}

// control splits a stream's URL from that of the content.
func (c *conn) control(r *Request, p *player) (path string, control Control, ok bool) {
	if p != nil {
		control, ok = ControlWithin(p.path, r.Target.Path)
		return p.path, control, ok
	}
	return SplitControl(r.Target.Path)
}

// setupRTX sets up the retransmission stream: where copies of lost packets and
// packet pairs go. The session's mutex is held.
func (c *conn) setupRTX(r *Request, p *player, t Transport) bool {
	if t.Lower == LowerUDP {
		p.resend = netip.AddrPortFrom(c.Addr.Addr(), t.ClientPort.RTP)
	}
	t.SSRC, t.HasSSRC, t.FEC = p.rtx, true, FECParameters{}
	resp := c.answer(r, p, 200)
	resp.Add("Transport", t.String())
	c.postArrange(p, resp)
	return true
}

// grant takes the first transport of the request that the server has.
func (c *conn) grant(r *Request) (Transport, bool) {
	for _, t := range ParseTransports(r.Header.Values("Transport")...) {
		if c.grantOne(&t) {
			return t, true
		}
	}
	return Transport{}, false
}

// minClientPort is the least UDP port that media goes to: those below are of
// services, and no player's.
const minClientPort = 1024

// grantOne says whether the server has a transport, and makes what is granted of
// it. Media goes to the address of the connection and nowhere else.
func (c *conn) grantOne(t *Transport) bool {
	if t.Multicast {
		return false
	}
	t.Unicast, t.Destination, t.Source, t.Mode = true, "", "", "PLAY"
	if t.Lower == LowerTCP {
		switch t.Interleaved.Count {
		case 0:
			t.Interleaved = PortPair{RTP: 0, RTCP: 1, Count: 2}
		case 1:
			t.Interleaved = PortPair{RTP: t.Interleaved.RTP, RTCP: t.Interleaved.RTP + 1, Count: 2}
		}
		return t.Interleaved.RTP <= 255 && t.Interleaved.RTCP <= 255
	}
	if c.media() == nil || t.ClientPort.Count == 0 || t.ClientPort.RTP < minClientPort {
		return false
	}
	t.ServerPort.RTP, t.ServerPort.RTCP = c.srv.opt.Media.Ports()
	t.ServerPort.Count = t.ClientPort.Count
	return true
}

// overUDP says that there is a way for media over UDP. Who comes over TLS wants none
// in the open.
func (c *conn) overUDP() bool { return c.srv.opt.Media != nil && !c.Secure() }

// media is this connection's way out over UDP, nil if there is none.
func (c *conn) media() *mediaSender {
	if !c.overUDP() {
		return nil
	}
	out, err := c.srv.opt.Media.sender(c.Shard)
	if err != nil {
		return nil
	}
	return out
}

// streamOf returns the number of the stream that a control URL means, or 0. Of
// all streams it is the one that the description names, as pictures need the
// most room.
func streamOf(h *asf.Header, control Control) uint8 {
	if streams := h.Streams(); control.All && len(streams) > 0 {
		return streams[leading(h)].Number()
	}
	if control.Number > 0 && control.Number <= 127 {
		if h.Stream(uint8(control.Number)) != nil {
			return uint8(control.Number)
		}
		return 0
	}
	for _, s := range h.Streams() {
		if s.Kind() == asf.Audio && control.Name == ControlAudio || s.Kind() == asf.Video && control.Name == ControlVideo {
			return s.Number()
		}
	}
	return 0
}

// leading is the index of the stream that stands for all: the first of pictures,
// or the first.
func leading(h *asf.Header) int {
	return max(slices.IndexFunc(h.Streams(), func(s *asf.StreamProperties) bool { return s.Kind() == asf.Video }), 0)
}

// otherStreams lists all streams but one.
func otherStreams(h *asf.Header, but uint8) (list []uint8) {
	for _, s := range h.Streams() {
		if s.Number() != but {
			list = append(list, s.Number())
		}
	}
	return list
}

// selectParameter replaces or thins a stream, [MS-RTSP] 3.2.5.6.3.
func (c *conn) selectParameter(r *Request, p *player) bool {
	sw, err := ParseStreamSwitch(r.Body)
	h := p.current().Info().Header
	if err != nil || sw.New > 127 || h.Stream(uint8(sw.New)) == nil {
		return c.refuse(r, 400, "unusable stream switch")
	}
	change := point.Switch{From: point.NoStream, To: uint8(sw.New), Level: asf.Level(min(sw.Thin, ThinAll))}
	p.mu.Lock()
	defer p.mu.Unlock()
	if sw.New != sw.Old && p.sends(change.To) {
		return c.refuse(r, 400, "the stream to be put in its place is selected")
	}
	for i := range p.tracks {
		if t := &p.tracks[i]; uint32(t.stream) == sw.Old {
			change.From = t.stream
			t.stream, t.level, t.predicted = change.To, change.Level, false
		}
	}
	if change.From == point.NoStream {
		return c.refuse(r, 400, "the stream to be replaced is not selected")
	}
	c.postSelect(p, []point.Switch{change}, c.answer(r, p, 200))
	return true
}

// teardown deselects a stream, [MS-RTSP] 3.2.5.6.2, or ends the session,
// 3.2.5.17.
func (c *conn) teardown(r *Request, p *player) bool {
	if control, ok := ControlWithin(p.path, r.Target.Path); ok || r.IsType(TypeStreamSwitch) {
		return c.deselect(r, p, control)
	}
	resp := c.answer(r, p, 200)
	c.Post(func() {
		c.tx.pause(p, resp)
		c.tx.Close()
	})
	p.close("torn down by the player")
	return false
}

// deselect ends a stream, or the copies or FEC packets beside streams.
func (c *conn) deselect(r *Request, p *player, control Control) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	resp := c.answer(r, p, 200)
	t := p.trackOf(control)
	switch {
	case control.RTX():
		p.resend = netip.AddrPort{}
		c.postArrange(p, resp)
		return true
	case control.FEC && t != nil:
		p.dropFEC(t)
		c.postArrange(p, resp)
		return true
	}
	stream := streamOf(p.entry.Info().Header, control)
	if t != nil {
		stream = t.stream
	}
	if sw, err := ParseStreamSwitch(r.Body); err == nil && sw.Old <= 127 {
		stream = uint8(sw.Old)
	} else if t == nil && p.dropFormerOf(control) {
		return c.reply(resp)
	}
	if stream == 0 || control.FEC {
		return c.refuse(r, 404, "no such stream")
	}
	c.postSelect(p, p.drop(stream), resp)
	return true
}
