package mms

import (
	"net/netip"
	"time"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/internal/udp"
)

// The pace over UDP, where nothing but the pace keeps a player's buffer from
// being overrun: a socket of Windows 95 to XP holds 8 KiB.
const (
	// udpBatch is how much real time of packets leaves together: 350 bytes at
	// 28.8 kbit/s.
	udpBatch = 100 * time.Millisecond
	// udpMost is how many bytes leave together at rates at which nothing has to
	// leave again before udpLeast, 1.6 Mbit/s.
	udpMost  = 8 << 10
	udpLeast = 20 * time.Millisecond
	// udpAccel is how much faster than real time a player is served that asks
	// for no Fast Start, and udpBurst for how much media: a second of reserve is
	// built up in ten. Content is made for nine tenths of a line at most, so it
	// still fits.
	udpAccel = 1.1
	udpBurst = 10 * time.Second
	// udpJoin is the same for a broadcast, and how far behind the present such a
	// player joins it: more is no use to who gets it in real time.
	udpJoin = 3 * time.Second
)

// endGrace is how long after the last datagram a player is told of the end: the
// message goes another way, and a player that reads it first drops the rest.
const endGrace = 500 * time.Millisecond

// stream is a Play under way. It belongs to its sender.
type stream struct {
	player      *player
	play        *point.Play
	batch       time.Duration
	incarnation byte   // of the data packets
	report      uint32 // the same in messages

	dst netip.AddrPort // over UDP
	out *udp.Sender    // nil: over TCP

	limit limit     // of what leaves together
	rest  time.Time // when more may, if so much has left

	sought bool // it begins where the player has asked for

	turn turn // to what follows this entry

	over   point.EndReason // why the last packet is out
	ending time.Time       // when the player is told; zero: there are more packets

	reserved *session.Reservation

	tally   point.Tally
	failure error // of the storage, if that ended it
}

// newStream makes the stream of a Play of what is selected.
func (c *conn) newStream(incarnation uint32, batch time.Duration, sel *asf.Selection, start *point.Start) (*stream, error) {
	p := c.player
	st := &stream{player: p, batch: batch, incarnation: byte(incarnation), report: incarnation, limit: limit{most: point.MaxRunBytes}}
	st.play = point.NewPlay(p.entry, st.batch, c.Tx.Kick)
	if p.overUDP() {
		out, err := c.srv.opt.Media.port.Sender(c.Shard)
		if err != nil {
			return nil, err
		}
		p.accel = start.AccelBW
		st.dst, st.out, st.limit = p.udp, out, p.limit(sel)
	}
	return st, nil
}

// options are the point's, within what a player over UDP can take: no faster
// than it asks, and hardly faster than real time if it does not.
func (p *player) options(want point.Request) point.Options {
	o := p.point.Options
	if !p.overUDP() {
		return o
	}
	o = o.Datagrams()
	o.Batch = min(o.Batch, udpBatch)
	if want.AccelBW == 0 || want.AccelDuration == 0 {
		o.MaxAccel = min(o.MaxAccel, uint32(udpAccel*float64(p.rate(want.Selection))))
		switch {
		case p.entry.Info().Broadcast:
			o.Burst = min(o.Burst, udpJoin)
		case o.Burst > 0:
			o.Burst = udpBurst
		}
	}
	return o
}

// limit is how many bytes leave together, and for how long nothing does then.
type limit struct {
	most int
	rest time.Duration
}

// limit bounds what goes over UDP to twice what is usual: the send times in a
// file may have been damaged or be those of its key frames, and what storage has
// held up is all due at once.
func (p *player) limit(sel *asf.Selection) limit {
	peak := 2 * max(p.measured(sel), float64(p.accel))
	if peak <= 0 { // nobody knows
		return limit{udpMost, udpLeast}
	}
	rest := min(udpBatch, max(time.Duration(udpMost*8/peak*float64(time.Second)), udpLeast))
	return limit{max(int(peak*rest.Seconds()/8), 1), rest}
}

// restOf is how long nothing leaves after a run of size bytes.
func (l limit) restOf(size int) time.Duration {
	return l.rest * time.Duration(size) / time.Duration(max(l.most, 1))
}

// grace is how long the end is kept from the player.
func (st *stream) grace() time.Duration {
	if st.out == nil {
		return 0
	}
	return endGrace
}

// stopped notes that the session streams no longer.
func (st *stream) stopped() {
	st.reserved.Release()
	st.player.ses.SetState(session.Idle)
}
