package rtsp

import (
	"time"

	"caracal/internal/head"
)

// reportEvery is how often a carrier's sender report goes out, with the first
// batch that is due then, RFC 3550 6.2: no player has the server wake for it.
const reportEvery = 5 * time.Second

// maxReport is the size of a sender report with a CNAME of a session's id,
// bytes.
const maxReport = 128

// agentNSPlayer is what Windows Media Player 6.4 and 7 call themselves.
const agentNSPlayer = "NSPlayer"

// windowsMedia says that it is one of Microsoft's players or a Client. By [MS-RTSP]
// they need no sender reports: descriptions have b=RS:0, 2.2.5.1.2, and the ports
// of SETUP are for RTP alone, 4.4.4.4. They are the ones that FEC is for.
func (l *layout) windowsMedia() bool { return isWindowsMedia(l.agent) }

func isWindowsMedia(a head.Agent) bool { return KnownAgent(a) || a.Is(agentNSPlayer) }

// clock is the RTP timestamp of a moment: that of the first packet was at the
// beginning, and time passes as it does for the player, whatever is sent ahead.
func (st *stream) clock(now time.Time) uint32 {
	passed := float64(now.Sub(st.begun).Milliseconds()) * st.rate
	return st.first + uint32(int64(passed))
}

// info is what is reported of an RTP session; c is nil for one that carries
// nothing.
func (st *stream) info(c *carrier, ssrc uint32, now time.Time) SenderInfo {
	info := SenderInfo{SSRC: ssrc, Time: now, Timestamp: st.clock(now)}
	if c != nil {
		info.Packets, info.Octets = c.packets, c.octets
	}
	return info
}

// report sends the sender reports that are due.
func (s *sender) report(st *stream, now time.Time) {
	if now.Sub(st.reported) < reportEvery || st.layout.windowsMedia() {
		return
	}
	st.reported = now
	for _, c := range st.carriers {
		if c == nil || c.packets == 0 {
			continue
		}
		info := st.info(c, c.framing.SSRC, now)
		if c.media != nil {
			c.media.rtcp.Queue(c.rtcp.rtcp, AppendSenderReport(s.Mem.Grab(maxReport)[:0], info, st.player.id))
			c.media.rtcp.Flush()
			continue
		}
		b := s.Mem.Grab(FrameHeadSize + maxReport)[:FrameHeadSize]
		b = AppendSenderReport(b, info, st.player.id)
		AppendFrameHead(b[:0], c.rtcp.channel, len(b)-FrameHeadSize)
		s.Mem.Vector = append(s.Mem.Vector, b)
	}
}
