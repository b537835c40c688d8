package rtsp

import (
	"net/netip"
	"slices"
	"time"

	"caracal/internal/head"
)

// goodbye is where one of a session's streams is told of its end.
type goodbye struct {
	ssrc    uint32
	channel byte // interleaved, when rtcp is not valid
	rtcp    netip.AddrPort
}

// goodbyes lists the streams that have been set up; a player that knows
// EndOfStream requests needs none. The session's mutex is held.
func (p *player) goodbyes() []goodbye {
	if p.features.Has(head.FeatureEOSMsg) {
		return nil
	}
	var list []goodbye
	for i := range p.tracks {
		list = append(list, p.goodbyeTo(&p.tracks[i].transport, p.tracks[i].ssrc))
	}
	if p.resend.IsValid() {
		list = append(list, goodbye{ssrc: p.rtx, rtcp: next(p.resend)})
	}
	if p.agent.Begins(AgentLavf) && !p.resend.IsValid() {
		// FFmpeg waits for as many goodbyes as the description has streams,
		// and over TCP sets up all but the one for retransmission.
		list = append(list, slices.Clone(list[len(list)-1:])...)
	}
	return list
}

// goodbyeGrace is how long after the last packet RTCP says goodbye over UDP. It
// goes to another port than the packets, and a player that reads that one first
// drops them: GStreamer lost the last packet. What is asked for again may come
// in this time too.
const goodbyeGrace = 500 * time.Millisecond

func (st *stream) grace() time.Duration {
	if st.media == nil || len(st.goodbyes) == 0 {
		return 0
	}
	return goodbyeGrace
}

// conclude tells the player that the stream is over, when it is time.
func (s *sender) conclude(now time.Time) time.Time {
	if now.Before(s.stream.ending) {
		return s.stream.ending
	}
	s.endOfStream(s.stream.over)
	return time.Time{}
}

func (p *player) goodbyeTo(t *Transport, ssrc uint32) goodbye {
	if t.Lower == LowerTCP {
		return goodbye{ssrc: ssrc, channel: byte(t.Interleaved.RTCP)}
	}
	host := p.ses.Player.Address.Addr()
	if t.ClientPort.Count == 2 {
		return goodbye{ssrc: ssrc, rtcp: netip.AddrPortFrom(host, t.ClientPort.RTCP)}
	}
	return goodbye{ssrc: ssrc, rtcp: next(netip.AddrPortFrom(host, t.ClientPort.RTP))}
}

func next(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), a.Port()+1) }

// sayEnd tells the player that no packet follows: with EndOfStream if it has
// said that it knows that, [MS-RTSP] 3.2.4.1, else with RTCP BYE. GStreamer
// answers requests that it does not know with something unreadable.
func (s *sender) sayEnd(reason EndReason) {
	st := s.stream
	if len(st.goodbyes) > 0 {
		s.sayGoodbye()
		return
	}
	s.cseq++
	e := EndOfStreamBody{Session: st.player.id, EOF: true, Reason: reason}
	r := Request{Method: MethodSetParameter, CSeq: s.cseq, Body: e.Append(nil)}
	r.Target.Raw = st.player.baseURL()
	r.Add("Content-Type", TypeExtensionCmd)
	r.Add("X-Notice", EndOfStreamNotice)
	r.Add("RTP-Info", string(AppendRTPInfo(nil, []RTPInfo{{URL: st.player.carrierURL(), Seq: st.seq, HasSeq: true}})))
	r.Add("Session", st.player.id)
	r.Add("Date", head.Date(time.Now()))
	r.Add("User-Agent", s.conn.srv.opt.Name)
	s.Send(r.AppendTo(nil))
}

func (s *sender) sayGoodbye() {
	st := s.stream
	var b []byte
	for _, g := range st.goodbyes {
		info := SenderInfo{SSRC: g.ssrc, Time: time.Now(), Timestamp: st.last}
		if g.ssrc == st.framing.SSRC {
			info.Packets, info.Octets = uint32(st.packets), uint32(st.bytes)
		}
		bye := AppendBye(nil, info, st.player.id)
		if g.rtcp.IsValid() && st.media != nil {
			st.media.rtcp.Queue(g.rtcp, bye)
			continue
		}
		b = append(AppendFrameHead(b, g.channel, len(bye)), bye...)
	}
	if st.media != nil {
		st.media.rtcp.Flush()
	}
	if len(b) > 0 {
		s.Send(b)
	}
}
