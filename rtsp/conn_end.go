package rtsp

import (
	"net/netip"
	"time"

	"caracal/internal/head"
)

// goodbye is where one of a session's streams is told of its end.
type goodbye struct {
	ssrc    uint32
	channel byte // interleaved, when rtcp is not valid
	rtcp    netip.AddrPort
}

// goodbyes lists the streams that have been set up.
func (l *layout) goodbyes() []goodbye {
	var list []goodbye
	for i := range l.tracks {
		list = append(list, l.goodbyeTo(&l.tracks[i]))
	}
	if l.rtx.IsValid() {
		list = append(list, goodbye{ssrc: l.rtxSSRC, rtcp: next(l.rtx)})
	}
	if l.agent.Begins(AgentLavf) && !l.rtx.IsValid() && len(list) > 0 {
		// FFmpeg waits for as many goodbyes as the description has streams,
		// and over TCP sets up all but the one for retransmission.
		list = append(list, list[len(list)-1])
	}
	return list
}

// goodbyeGrace is how long after the last packet RTCP says goodbye over UDP. It
// goes to another port than the packets, and a player that reads that one first
// drops them: GStreamer lost the last packet. What is asked for again may come
// in this time too.
const goodbyeGrace = 500 * time.Millisecond

// settleTime is how long after its Play GStreamer can be told of an end, over TCP and
// UDP. Version 1.22 learns the SSRC of a stream in another thread, from the first
// packet, and its jitter buffer keeps the packets for two seconds before it makes a way
// for them; a goodbye that comes earlier, of a film that comes all at once, reaches
// nobody, and it waits forever.
const settleTime = 3 * time.Second

// endAt says when the player is told of the end.
func (st *stream) endAt(now time.Time) time.Time {
	at := now.Add(st.grace())
	if settled := st.tally.Began.Add(settleTime); st.layout.agent.Begins(AgentGStreamer) && settled.After(at) {
		return settled
	}
	return at
}

// grace is what all players get over UDP that are told with RTCP.
func (st *stream) grace() time.Duration {
	if st.layout.features.Has(head.FeatureEOSMsg) || st.carriers[LowerUDP] == nil {
		return 0
	}
	return goodbyeGrace
}

// conclude tells the player that the stream is over, when it is time.
func (s *sender) conclude(now time.Time) time.Time {
	if now.Before(s.stream.ending) {
		return s.stream.ending
	}
	if why := s.stream.ended; why != "" {
		s.finishStream(why)
		s.closeUnused()
		return time.Time{}
	}
	if !s.stream.layout.endsByItself() {
		s.leave = now.Add(leaveTime)
	}
	s.endOfStream(s.stream.over)
	return s.rest(now)
}

// leaveTime is how long a player may take to react to the end.
const leaveTime = 10 * time.Second

// endsByItself says that a player is known to notice the end, and may want to
// play again on the same connection. Others may ignore both EndOfStream and
// RTCP; that the connection closes tells everybody.
func (l *layout) endsByItself() bool {
	return l.features.Has(head.FeatureEOSMsg) || l.agent.Begins(AgentLavf) || l.agent.Begins(AgentGStreamer) || l.windowsMedia()
}

// rest is what is to be done while nothing streams, and says when.
func (s *sender) rest(now time.Time) time.Time {
	next := s.agePast(now)
	switch {
	case s.leave.IsZero():
		return next
	case !now.Before(s.leave):
		s.Close()
		return time.Time{}
	case next.IsZero() || s.leave.Before(next):
		return s.leave
	}
	return next
}

func (l *layout) goodbyeTo(t *track) goodbye {
	if t.transport.Lower == LowerTCP {
		return goodbye{ssrc: t.ssrc, channel: byte(t.transport.Interleaved.RTCP)}
	}
	return goodbye{ssrc: t.ssrc, rtcp: t.transport.rtcp(l.host)}
}

// sayEnd tells the player that no packet follows: with EndOfStream if it has
// said that it knows that, [MS-RTSP] 3.2.4.1, else with RTCP BYE. GStreamer
// answers requests that it does not know with something unreadable.
func (s *sender) sayEnd(reason EndReason) {
	st := s.stream
	if !st.layout.features.Has(head.FeatureEOSMsg) {
		s.sayGoodbye(st, time.Now())
		return
	}
	e := EndOfStreamBody{Session: st.player.id, EOF: true, Reason: reason}
	r := Request{Method: MethodSetParameter, CSeq: s.cseq.Add(1), Body: e.Append(nil)}
	r.Target.Raw = st.layout.base
	r.Add("Content-Type", TypeExtensionCmd)
	r.Add("X-Notice", EndOfStreamNotice)
	if infos := st.rtpInfo(false); len(infos) > 0 {
		r.Add("RTP-Info", string(AppendRTPInfo(nil, infos)))
	}
	if n := st.player.generation.Load(); n != 0 {
		r.Header.AddInt("X-Playlist-Gen-Id", int64(n))
	}
	r.Add("Session", st.player.id)
	r.Add("Date", head.Date(time.Now()))
	r.Add("User-Agent", s.conn.srv.opt.Name)
	s.Send(r.AppendTo(nil))
}

// rtpInfo is what RTP-Info says of each stream: the sequence number of its next
// RTP packet, and to begin with its timestamp.
func (st *stream) rtpInfo(begins bool) []RTPInfo {
	infos := make([]RTPInfo, 0, len(st.layout.tracks))
	for i := range st.layout.tracks {
		t := &st.layout.tracks[i]
		info := RTPInfo{URL: t.url, Seq: t.next, HasSeq: true}
		if begins {
			info.RTPTime, info.HasRTPTime = st.first, st.hasFirst
		}
		if c := st.carrierOf(t.ssrc); c != nil {
			info.Seq = c.seq
		}
		infos = append(infos, info)
	}
	return infos
}

// carrierOf returns the carrier that is the RTP session of this SSRC, or nil.
func (st *stream) carrierOf(ssrc uint32) *carrier {
	for _, c := range st.carriers {
		if c != nil && c.framing.SSRC == ssrc {
			return c
		}
	}
	return nil
}

func (s *sender) sayGoodbye(st *stream, now time.Time) {
	var b []byte
	media := st.layout.media
	for _, g := range st.layout.goodbyes() {
		bye := AppendBye(nil, st.info(st.carrierOf(g.ssrc), g.ssrc, now), st.player.id)
		switch {
		case !g.rtcp.IsValid():
			b = append(AppendFrameHead(b, g.channel, len(bye)), bye...)
		case media != nil:
			media.rtcp.Queue(g.rtcp, bye)
		}
	}
	if media != nil {
		media.rtcp.Flush()
	}
	if len(b) > 0 {
		s.Send(b)
	}
}
