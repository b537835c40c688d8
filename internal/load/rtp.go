package main

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"

	"caracal/rtsp"
)

const (
	maxSources = 32 // of one client's packets
	reachBack  = 64 // packets that may come late
)

// sources counts a client's RTP packets, each SSRC's by itself, RFC 3550 5.1.
type sources struct {
	client  *client
	list    []source
	streams int // that have been set up
	byes    int
}

// source is one SSRC.
type source struct {
	ssrc uint32
	next uint16 // the sequence number that is due
	// seen has a bit for each of the latest numbers, the lowest one for
	// next-1: what comes late fills a hole, what comes twice does not.
	seen uint64
}

// expect says with which packet a source begins, as RTP-Info does; without it
// the first one counts as the beginning.
func (s *sources) expect(ssrc uint32, seq uint16) *source {
	if len(s.list) == maxSources {
		return nil
	}
	s.list = append(s.list, source{ssrc: ssrc, next: seq, seen: ^uint64(0)})
	return &s.list[len(s.list)-1]
}

func (s *sources) find(ssrc uint32, seq uint16) *source {
	for i := range s.list {
		if s.list[i].ssrc == ssrc {
			return &s.list[i]
		}
	}
	return s.expect(ssrc, seq)
}

// packet takes the header of an RTP packet of n bytes. The error says that the
// client is done.
func (s *sources) packet(head []byte, n int, now time.Time) error {
	if len(head) < rtsp.RTPHeadSize || head[0]>>6 != 2 {
		s.client.bad.Add(1)
		return nil
	}
	seq := binary.BigEndian.Uint16(head[2:])
	from := s.find(binary.BigEndian.Uint32(head[8:]), seq)
	if from == nil {
		s.client.bad.Add(1)
		return nil
	}
	from.count(s.client, seq)
	s.client.packets.Add(1)
	return s.client.media(n-rtsp.RTPHeadSize, now)
}

func (s *source) count(c *client, seq uint16) {
	ahead := int16(seq - s.next)
	if ahead >= 0 {
		if ahead > 0 {
			c.gaps.Add(1)
			c.lost.Add(int64(ahead))
		}
		s.next = seq + 1
		s.seen = s.seen<<(uint(ahead)+1) | 1
		return
	}
	c.late.Add(1)
	behind := -1 - int(ahead)
	if behind >= reachBack {
		return
	}
	if bit := uint64(1) << behind; s.seen&bit == 0 {
		s.seen |= bit
		c.lost.Add(-1)
	}
}

// control takes an RTCP packet. errOver says that all streams have ended.
func (s *sources) control(b []byte) error {
	it := rtsp.NewRTCPIter(b)
	for it.Next() {
		if it.Type == rtcp.TypeGoodbye {
			s.byes += int(it.Count)
		}
	}
	if it.Err() != nil {
		s.client.bad.Add(1)
	}
	if s.byes > 0 && s.byes >= s.streams {
		return errOver
	}
	return nil
}
