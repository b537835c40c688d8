package rtsp

import (
	"time"

	"caracal/asf"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
)

// lowers is the number of lower transports.
const lowers = 2

// stream is a Play under way. It belongs to its sender.
type stream struct {
	player *player
	play   *point.Play
	left   point.Entry // what was played before a turn, in the record of that; nil: what play plays
	batch  time.Duration
	form   PayloadForm
	unit   Unit
	again  Unit // for what is sent again

	layout   *layout
	carriers [lowers]*carrier // by lower transport; nil: nothing goes over it
	only     *carrier         // if there is one alone
	tcp      asf.StreamSet    // the streams that go over TCP

	rate     float64
	first    uint32    // send time of the entry's first packet
	hasFirst bool      // it is known before that goes out
	out      bool      // it has gone out
	begun    time.Time // when the entry began
	reported time.Time // when sender reports went out last

	turn   turn
	told   int64       // CSeq of the Announce
	held   time.Time   // until when its answer is waited for, at most
	missed point.Entry // what the player turns to as soon as the Play has begun; nil: nothing
	back   uint32      // number of the entry before, which the Play is about, Previous-playlist-entry-id; 0: of the present one

	over   point.EndReason // why the last packet is out
	ending time.Time       // when the player is told; zero: there are more packets
	ended  string          // it has been told already, by an administrator, for this reason

	reserved *session.Reservation

	tally   point.Tally
	failure error // of the storage, if that ended it
}

// newStream makes the stream of a Play of what is set up.
func (c *conn) newStream(p *player, l *layout, start *point.Start) *stream {
	st := &stream{player: p, batch: p.point.Options.Batch, rate: start.Rate}
	st.play = point.NewPlay(l.entry, st.batch, c.Tx.Kick)
	if l.agent.Begins(AgentLavf) {
		st.form = FormExplicit
	}
	st.enter(l)
	return st
}

// entry is what the stream is of.
func (st *stream) entry() point.Entry {
	if st.left != nil {
		return st.left
	}
	return st.play.Entry()
}

// enter makes the stream one of what its Play has come to.
func (st *stream) enter(l *layout) {
	st.unit.PacketSize = l.entry.Info().PacketSize
	st.again.PacketSize = st.unit.PacketSize
	st.out = false
	st.arrange(l)
}

// arrange makes the carriers those that the layout wants.
func (st *stream) arrange(l *layout) {
	st.layout, st.only = l, nil
	for lower, old := range st.carriers {
		t := l.carrying(Lower(lower))
		switch {
		case t == nil || Lower(lower) == LowerUDP && l.media == nil:
			st.carriers[lower] = nil
			continue
		case old == nil || old.framing.SSRC != t.ssrc:
			st.carriers[lower] = newCarrier(l, t)
		}
		st.carriers[lower].setFEC(t, l.blocks)
		st.only = st.carriers[lower]
	}
	if st.carriers[LowerUDP] != nil && st.carriers[LowerTCP] != nil {
		st.only = nil
	}
	for i := range l.tracks {
		// A stream that is replaced keeps its way until the other one begins.
		t := &l.tracks[i]
		for _, n := range t.streams() {
			if t.transport.Lower == LowerTCP {
				st.tcp.Add(n)
			} else {
				st.tcp.Remove(n)
			}
		}
	}
}

// carry sends an ASF packet on its ways and returns the size of the RTP
// packets.
func (st *stream) carry(mem *pace.Scratch, it *point.Step) (size int) {
	if st.only != nil {
		size = st.sendWhole(st.only, mem, it)
	} else {
		size = st.split(mem, it)
	}
	if size > 0 {
		st.tally.Packets++
	}
	return size
}

// split sends each carrier the payloads of its streams.
func (st *stream) split(mem *pace.Scratch, it *point.Step) (size int) {
	tcp, udp, err := st.tcp.Split(it.Raw)
	if err != nil {
		return 0
	}
	for lower, side := range [lowers]uint64{LowerUDP: udp, LowerTCP: tcp} {
		c, keep, data := st.carriers[lower], it.Keep&side, it.Data
		if c == nil || keep == 0 {
			continue
		}
		if keep != it.Keep {
			if data, err = asf.Pick(mem.Grab(len(it.Raw))[:0], it.Raw, keep); err != nil || data == nil {
				continue
			}
		}
		size += st.send(c, mem, it.Number, data, keep)
	}
	return size
}

// sendWhole is send for a packet as the Play yields it: what all players get alike
// has been looked at for all of them.
func (st *stream) sendWhole(c *carrier, mem *pace.Scratch, it *point.Step) (size int) {
	o := it.Outline()
	if o == nil || st.form != FormStandard {
		return st.send(c, mem, it.Number, it.Data, it.Keep)
	}
	st.unit.Set(it.Data, o, c.last)
	return st.sendUnit(c, mem, it.Number, it.Keep)
}

func (st *stream) send(c *carrier, mem *pace.Scratch, number int64, data []byte, keep uint64) (size int) {
	if err := st.unit.Read(data, st.form, c.last); err != nil {
		return 0 // no packet that a player could use
	}
	return st.sendUnit(c, mem, number, keep)
}

func (st *stream) sendUnit(c *carrier, mem *pace.Scratch, number int64, keep uint64) (size int) {
	if !st.out {
		st.first, st.out = st.unit.SendTime, true
	}
	return c.send(mem, &st.unit, number, keep)
}
