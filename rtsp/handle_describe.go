package rtsp

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"

	"caracal/internal/cdl"
	"caracal/internal/head"
	"caracal/internal/point"
)

// options tells what there is; players find out here that this is a Windows
// Media server.
func (c *conn) options(r *Request, p *player) bool {
	resp := c.answer(r, p, 200)
	resp.Add("Public", PublicMethods)
	resp.Add("Allow", PublicMethods)
	return c.reply(resp)
}

// describe sends the content's description, [MS-RTSP] 3.2.5.4.
func (c *conn) describe(r *Request, p *player) bool {
	pt, e, err := c.srv.opt.Points.OpenFor(r.Target.Path, c.asker(r))
	if err != nil {
		return c.refuseError(r, err)
	}
	if e == nil {
		return c.redirect(r, pt.Redirect)
	}
	defer e.Close()
	if proxy := pt.ProxyFor("rtsp", r.Target.Path, r.Target.Query); proxy != "" && !r.Forwarded.ByProxy() {
		return c.sendElsewhere(r, 305, proxy)
	}
	resp := c.answer(r, p, 200)
	base := strings.TrimSuffix(r.Target.Raw, "/") + "/"
	resp.Add("Content-Type", TypeSDP)
	resp.Add("Content-Base", base)
	resp.Add("Vary", "Accept")
	c.cacheHeaders(resp, r, e)
	if n := point.Generation(e); n != 0 {
		resp.AddInt("X-Playlist-Gen-Id", int64(n))
		if e.Info().Broadcast {
			resp.AddInt("X-Broadcast-Id", broadcastID)
		}
	}
	resp.Body = c.sdpWith(headerFor(e, r.Supported), e, base, r.Agent).Append(nil)
	return c.reply(resp)
}

// broadcastID is the number of a broadcast's source, [MS-RTSP] 3.2.7.8, the same for
// all that it brings: a broadcast point has one.
const broadcastID = 1

// headerFor is the header of an entry: who does not know how it is told of another
// entry gets no end of this one.
func headerFor(e point.Entry, knows head.Features) []byte {
	if knows.Has(head.FeatureEOSMsg) {
		return e.Info().HeaderBytes
	}
	return point.OpenHeader(e)
}

func (c *conn) sdp(e point.Entry, control string, agent head.Agent) *SDP {
	return c.sdpWith(e.Info().HeaderBytes, e, control, agent)
}

func (c *conn) sdpWith(header []byte, e point.Entry, control string, agent head.Agent) *SDP {
	info, media := e.Info(), point.MediaOf(e)
	s := DescribeASF(info.Header, header)
	s.ID = rand.Uint64()
	s.Address = localAddress(c.Net)
	s.Control = control
	s.ETag = sdpTag(info)
	s.ContentDescription = cdl.Describe(cdl.Entry{
		Header: info.Header, Server: strings.TrimPrefix(c.srv.opt.Name, "WMServer/"), Preroll: info.Preroll, Duration: info.Duration,
		Told: point.Told(e), Role: media.Role, URL: media.Name,
	}).Append(nil)
	s.Properties |= listProperties(e)
	s.Range = &Range{HasFrom: true, HasTo: true, To: uint64(info.Duration.Milliseconds())}
	if info.Broadcast {
		s.Range = &Range{Now: true}
		s.Properties |= PropertyBroadcast
	}
	if !info.Seekable {
		s.Properties |= PropertyNotSeekable
	}
	if !info.Stridable {
		s.Properties |= PropertyNotStridable
	}
	if agent.Begins(AgentGStreamer) && len(s.Media) > 1 {
		s.contain(leading(info.Header))
	}
	overUDP := c.overUDP()
	if overUDP || agent.Begins(AgentLavf) { // FFmpeg gives up without it, and else goes on to TCP
		s.AddRTX()
	}
	if overUDP && isWindowsMedia(agent) { // others do not know the payload format
		s.AddFEC(defaultFEC.Span, defaultFEC.PerSpan)
	}
	return s
}

// listProperties say where a player may go from an entry of a list, [MS-RTSP]
// 2.2.5.2.6.
func listProperties(e point.Entry) Properties {
	l, ok := e.(*point.Listed)
	if !ok {
		return 0
	}
	p, skips := PropertyPlaylist, l.Item().Skips
	if skips.Forward {
		p |= PropertySkipForward
	}
	if skips.Backward {
		p |= PropertySkipBackward
	}
	if skips.Last {
		p |= PropertyLastEntry
	}
	return p
}

// localAddress is the address that the player has reached.
func localAddress(c net.Conn) netip.Addr {
	if a, err := netip.ParseAddrPort(c.LocalAddr().String()); err == nil {
		return a.Addr().Unmap()
	}
	return netip.IPv4Unspecified()
}
