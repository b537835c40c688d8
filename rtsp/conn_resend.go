package rtsp

import (
	"time"

	"caracal/asf"
)

const (
	// resendTime is how long after a stream's end its last packets can be
	// asked for: the player waits for them before it believes the end, [MS-RTSP]
	// 3.1.5.13, and the server has to be prepared, 3.2.4.1.
	resendTime = sentSpan * time.Millisecond
	// maxAsked is how many packets of one session wait to be sent again: as many
	// as may be sent at once.
	maxAsked = ResendBurst
	// maxWaiting is how many packets wait for storage to be sent again.
	maxWaiting = MaxMissing
)

// resends is what a carrier needs to send packets again.
type resends struct {
	Resender
	waiting []uint16 // sequence numbers of packets whose block is being read
	loading bool
	wake    func()
}

// remember keeps a stream that has ended for those who ask for its last packets.
func (s *sender) remember(st *stream) {
	c := st.carriers[LowerUDP]
	if s.Closed() || c == nil || !st.layout.rtx.IsValid() || c.resends.Log.Len() == 0 {
		return
	}
	c.fec = nil // a span that is incomplete stays so
	s.past, s.pastAt = st, time.Now().Add(resendTime)
	s.Wake()
}

// rememberEntry keeps what was sent of an entry that its stream is about to leave,
// for those who ask for its last packets: the RTP session goes on.
func (s *sender) rememberEntry(st *stream, now time.Time) {
	c := st.carriers[LowerUDP]
	if c == nil || c.resends.Log.Len() == 0 {
		return
	}
	past, sent := *st, *c
	c.resends = resends{}
	sent.resends.wake, sent.fec = nil, nil
	past.left, past.only = st.entry(), nil
	past.carriers = [lowers]*carrier{LowerUDP: &sent}
	s.past, s.pastAt = &past, now.Add(resendTime)
}

// agePast forgets the stream that has ended when it has been long enough, and
// says when to look again.
func (s *sender) agePast(now time.Time) time.Time {
	if s.past == nil {
		return time.Time{}
	}
	if now.Before(s.pastAt) {
		return s.pastAt
	}
	s.past = nil
	return time.Time{}
}

// forget forgets this player's stream that has ended: its content is closed, or
// it has gone elsewhere.
func (s *sender) forget(p *player) {
	if s.past != nil && s.past.player == p {
		s.past = nil
	}
}

// streamOf returns this player's stream, or the one that has just ended.
func (s *sender) streamOf(p *player) *stream {
	for _, st := range [...]*stream{s.stream, s.past} {
		if st != nil && st.player == p {
			return st
		}
	}
	return nil
}

// resend sends again what a player has missed, [MS-RTSP] 3.2.5.10. A NACK that
// names no RTP session means that of the carrier.
func (s *sender) resend(p *player) {
	missing := p.asked.Take()
	st := s.streamOf(p)
	if st == nil || st.carriers[LowerUDP] == nil || !st.layout.rtx.IsValid() {
		return
	}
	now, media := time.Now(), st.carriers[LowerUDP].media
	for _, m := range missing {
		st := s.sentIn(st, m)
		c := st.carriers[LowerUDP]
		if m.SSRC != c.framing.SSRC && m.SSRC != 0 {
			c.resends.Unknown++
			continue
		}
		if c.resends.loading || !s.copy(st, c, m.Sequence, now) {
			c.resends.wait(m.Sequence)
		}
	}
	media.rtp.Flush()
	s.Mem.Reset() // a command has the shard's memory to itself, as a run has
}

// sentIn returns what a packet was sent in: a player's stream, or the entry before
// it of the same RTP session.
func (s *sender) sentIn(st *stream, m Missing) *stream {
	past := s.past
	if past == nil || past == st || past.player != st.player {
		return st
	}
	c, before := st.carriers[LowerUDP], past.carriers[LowerUDP]
	if _, known := c.resends.Log.Find(m.Sequence); known || before.framing.SSRC != c.framing.SSRC {
		return st
	}
	return past
}

func (r *resends) wait(seq uint16) {
	if len(r.waiting) == maxWaiting {
		r.Refused++
		return
	}
	r.waiting = append(r.waiting, seq)
}

// copy queues an RTP packet again, if it can be had. It is false if its block
// has to be read first: loaded is called then.
func (s *sender) copy(st *stream, c *carrier, seq uint16, now time.Time) bool {
	r := &c.resends
	if r.wake == nil {
		r.wake = func() { s.conn.Post(func() { s.loaded(st, c) }) }
	}
	load := func(sent Sent) ([]byte, error) {
		b, err := st.entry().Block(sent.Packet, r.wake)
		switch {
		case err != nil:
			return nil, err
		case b == nil:
			r.loading = true
			return nil, errLoading
		}
		raw := b.Packet(sent.Packet)
		return asf.Pick(s.Mem.Grab(len(raw))[:0], raw, sent.Keep)
	}
	f, ok := r.Rebuild(s.Mem.Grab(MaxFragmentHead)[:0], &c.framing, st.form, &st.again, seq, now, load)
	if ok {
		c.media.rtp.Queue(st.layout.rtx, f.Head, f.Body)
		st.player.ses.Resent.Add(1)
	}
	return !r.loading
}

// loaded goes on with what has waited for storage. Each time at least one packet
// is done with, so that a cache that drops blocks at once ends it too.
func (s *sender) loaded(st *stream, c *carrier) {
	r := &c.resends
	r.loading = false
	if s.stream != st && s.past != st || st.carriers[LowerUDP] != c || !st.layout.rtx.IsValid() {
		r.waiting = nil
		return
	}
	list := r.waiting
	r.waiting = nil
	now := time.Now()
	for i, seq := range list {
		if !s.copy(st, c, seq, now) {
			if i == 0 {
				r.Unknown++
				i++
			}
			r.waiting = append(r.waiting, list[i:]...)
			break
		}
	}
	c.media.rtp.Flush()
	s.Mem.Reset() // a command has the shard's memory to itself, as a run has
}
