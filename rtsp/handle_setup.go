package rtsp

import (
	"net/netip"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
)

// setup selects a stream, [MS-RTSP] 3.2.5.6.1 and 3.2.5.6.4; the first one
// makes the session.
func (c *conn) setup(r *Request, p *player) bool {
	path, control, ok := c.control(r, p)
	if !ok || control.FEC {
		return c.refuse(r, 404, "no such stream")
	}
	transport, ok := c.grant(r)
	if !ok {
		return c.refuse(r, 461, "no transport that this server has")
	}
	if p == nil {
		pt, e, err := c.open(path)
		if err != nil {
			return c.refuseError(r, err)
		}
		if e == nil {
			return c.redirect(r, pt.Redirect)
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
	if control.RTX() {
		return c.setupRTX(r, p, transport)
	}
	stream := streamOf(p.entry.Info().Header, control)
	if stream == 0 {
		return c.refuse(r, 404, "no such stream")
	}
	if len(p.tracks) > 0 && p.tracks[0].transport.Lower != transport.Lower {
		return c.refuse(r, 461, "all streams go over UDP, or all over TCP")
	}
	level := asf.Whole
	if sw, err := ParseStreamSwitch(r.Body); err == nil {
		level = asf.Level(min(sw.Thin, ThinAll))
	}
	if n, ok := ParseNumber(r.Header.Get("Blocksize")); ok {
		p.blocks = int(min(n, MaxASFPacket))
	}
	transport.SSRC, transport.HasSSRC = p.newSSRC(), true
	p.put(track{stream: stream, level: level, url: r.Target.Raw, transport: transport, ssrc: transport.SSRC})
	resp := c.answer(r, p, 200)
	resp.Add("Transport", transport.String())
	resp.Add("Cache-Control", "no-cache")
	b := resp.AppendTo(nil)
	list := []point.Switch{{From: point.NoStream, To: stream, Level: level}}
	c.Post(func() { c.tx.selectStreams(p, list, b) })
	return true
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
	t.SSRC, t.HasSSRC = p.rtx, true
	resp := c.answer(r, p, 200)
	resp.Add("Transport", t.String())
	return c.reply(resp)
}

// grant takes the first transport of the request that the server has. Media
// goes to the address of the connection and nowhere else.
func (c *conn) grant(r *Request) (Transport, bool) {
	for _, t := range ParseTransports(r.Header.Values("Transport")...) {
		if t.Multicast {
			continue
		}
		t.Unicast, t.Destination, t.Source, t.Mode = true, "", "", "PLAY"
		if t.Lower == LowerTCP {
			if t.Interleaved.Count == 0 {
				t.Interleaved = PortPair{RTP: 0, RTCP: 1, Count: 2}
			}
			if t.Interleaved.Count == 1 {
				t.Interleaved = PortPair{RTP: t.Interleaved.RTP, RTCP: t.Interleaved.RTP + 1, Count: 2}
			}
			if t.Interleaved.RTP > 255 || t.Interleaved.RTCP > 255 {
				continue
			}
			return t, true
		}
		if c.srv.opt.Media == nil || t.ClientPort.Count == 0 || t.ClientPort.RTP == 0 {
			continue
		}
		t.ServerPort.RTP, t.ServerPort.RTCP = c.srv.opt.Media.Ports()
		t.ServerPort.Count = t.ClientPort.Count
		return t, true
	}
	return Transport{}, false
}

// streamOf returns the number of the stream that a control URL means, or 0.
func streamOf(h *asf.Header, control Control) uint8 {
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

// selectParameter replaces or thins a stream, [MS-RTSP] 3.2.5.6.3.
func (c *conn) selectParameter(r *Request, p *player) bool {
	sw, err := ParseStreamSwitch(r.Body)
	h := p.entry.Info().Header
	if err != nil || sw.New > 127 || h.Stream(uint8(sw.New)) == nil {
		return c.refuse(r, 400, "unusable stream switch")
	}
	change := point.Switch{From: point.NoStream, To: uint8(sw.New), Level: asf.Level(min(sw.Thin, ThinAll))}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.tracks {
		if t := &p.tracks[i]; uint32(t.stream) == sw.Old {
			change.From = t.stream
			t.stream, t.level = change.To, change.Level
		}
	}
	if change.From == point.NoStream {
		return c.refuse(r, 400, "the stream to be replaced is not selected")
	}
	b := c.answer(r, p, 200).AppendTo(nil)
	c.Post(func() { c.tx.selectStreams(p, []point.Switch{change}, b) })
	return true
}

// teardown deselects a stream, [MS-RTSP] 3.2.5.6.2, or ends the session,
// 3.2.5.17.
func (c *conn) teardown(r *Request, p *player) bool {
	if control, ok := ControlWithin(p.path, r.Target.Path); ok || r.IsType(TypeStreamSwitch) {
		return c.deselect(r, p, control)
	}
	b := c.answer(r, p, 200).AppendTo(nil)
	c.Post(func() {
		c.tx.pause(p, b)
		c.tx.Close()
	})
	p.close("torn down by the player")
	return false
}

func (c *conn) deselect(r *Request, p *player, control Control) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if control.RTX() {
		p.resend = netip.AddrPort{}
		return c.reply(c.answer(r, p, 200))
	}
	stream := streamOf(p.entry.Info().Header, control)
	if sw, err := ParseStreamSwitch(r.Body); err == nil && sw.Old <= 127 {
		stream = uint8(sw.Old)
	}
	if stream == 0 {
		return c.refuse(r, 404, "no such stream")
	}
	p.drop(stream)
	b := c.answer(r, p, 200).AppendTo(nil)
	list := []point.Switch{{From: point.NoStream, To: stream, Level: asf.None}}
	c.Post(func() { c.tx.selectStreams(p, list, b) })
	return true
}

// publishLog hands on the statistics that a player has submitted.
func (c *conn) publishLog(p event.Player, form, text string) {
	c.srv.opt.Bus.Publish(event.LogReceived{Player: p, Form: form, Text: text})
}
