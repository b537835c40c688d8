package mms

import (
	"math"
	"strconv"
	"strings"
)

// submitLog sends what is known of the stream that stops, [MS-MMSP] 4.5.1, and
// what the Client's Log adds. The caller holds mu.
func (s *clientSession) submitLog() {
	if s.c.NoLog {
		return
	}
	l := s.logging()
	if s.c.Log != nil {
		s.c.Log(&l)
	}
	s.send(&l) // shuts if it fails
}

func (s *clientSession) logging() Logging {
	p, now, then := &s.play, &s.stats, &s.play.counts
	packets, lost := now.Packets-then.Packets, now.Lost-then.Lost
	l := Logging{
		Info: LogInfo{
			URL:               s.u.Text,
			ClientVersion:     agentVersion(s.c.agent()),
			UniquePID:         s.guid,
			AvgBandwidth:      s.file.FileBitRate,
			StartTime:         p.startedAt,
			Rate:              int16(p.rate),
			BytesReceived:     now.Bytes - then.Bytes,
			PacketsReceived:   uint32(packets),
			PacketsLostClient: uint32(lost),
		},
		SourceID:               s.file.OpenFileID,
		IPAddress:              NoPosition, // not told, [MS-MMSP] 2.2.1.1
		Proto:                  "mms",
		Transport:              "TCP",
		PacketsLostNet:         uint32(lost + now.Resent - then.Resent),
		PacketsLostContNet:     now.Longest,
		ResendRequests:         uint32(now.Asked - then.Asked),
		PacketsRecoveredResent: uint32(now.Resent - then.Resent),
		PacketsResent:          uint32(now.Resent - then.Resent),
	}
	if s.udp {
		l.Transport = "UDP"
	}
	if s.file.FileDuration > 0 && s.file.FileDuration*1000 < math.MaxUint32 {
		l.Info.FileDuration = uint32(s.file.FileDuration * 1000)
	}
	if p.timed {
		l.Info.Played = max(p.lastSent, p.firstSent) - min(p.lastSent, p.firstSent)
	}
	if packets+lost > 0 {
		l.Info.MinReceptionQuality = uint32(100 * packets / (packets + lost))
	}
	return l
}

// agentVersion reads the version of "NSPlayer/7.1.0.3055".
func agentVersion(agent string) Version {
	_, version, _ := strings.Cut(agent, "/")
	var v Version
	for i, part := range strings.SplitN(version, ".", 4) {
		n, _ := strconv.ParseUint(part, 10, 16)
		v |= Version(n) << (48 - 16*i)
	}
	return v
}
