package rtsp

import (
	"net/netip"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/pace"
	"caracal/internal/point"
)

// The bounds of one run of a sender.
const (
	maxRunPackets = 128
	maxRunBytes   = 512 << 10

	// A stream's wake-ups are rounded up to a sixteenth of its batch
	// interval, within these.
	minGrain = 5 * time.Millisecond
	maxGrain = 50 * time.Millisecond
)

const (
	reasonPaused   = "paused by the player"
	reasonReplaced = "replaced by a new Play"
	reasonMoved    = "the player came back on another connection"
)

// sender is the half of a connection that its shard owns.
type sender struct {
	*front.Sender
	conn   *conn
	stream *stream // nil: nothing is streaming
	cseq   int64   // of our own requests
}

// stream is a Play under way.
type stream struct {
	player  *player
	play    *point.Play
	batch   time.Duration
	framing Framing
	form    PayloadForm
	unit    Unit
	last    uint32 // send time of the last packet
	seq     uint16 // of the next RTP packet

	channel  byte // interleaved, when media is nil
	media    *mediaSender
	rtp      netip.AddrPort
	rtx      netip.AddrPort
	resender Resender
	again    Unit // for what is sent again
	goodbyes []goodbye
	over     point.EndReason // why the last packet is out
	ending   time.Time       // when the player is told; zero: there are more packets

	began   time.Time
	packets uint64
	bytes   uint64
	counted uint64
	late    uint64
}

// drain takes from the Play what is due and sends it together.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	if st == nil {
		return time.Time{}
	}
	if !st.ending.IsZero() {
		return s.conclude(now)
	}
	var it point.Step
	var next time.Time
	size, ended := 0, false
	for n := 0; ; n++ {
		if n == maxRunPackets || size >= maxRunBytes {
			next = now
			break
		}
		st.play.Next(now, s.Mem, &it)
		if it.Kind != point.Packet {
			next, ended = it.At, it.Kind == point.End
			break
		}
		size += s.frame(&it)
	}
	st.play.Rest()
	s.flush(size)
	if ended && s.stream == st {
		st.over, st.ending = it.Reason, now.Add(st.grace())
		return s.conclude(now)
	}
	return next
}

// frame puts an ASF packet into RTP packets, for the vector or the media
// ports, and returns their size.
func (s *sender) frame(it *point.Step) (size int) {
	st := s.stream
	if err := st.unit.Read(it.Data, st.form, st.last); err != nil {
		return 0 // no packet that a player could use
	}
	st.last = st.unit.SendTime
	for i := range st.framing.Fragments(&st.unit) {
		b := s.Mem.Grab(FrameHeadSize + MaxFragmentHead)[:0]
		if st.media == nil {
			b = b[:FrameHeadSize]
		}
		f := st.framing.Fragment(b, &st.unit, uint32(it.Number), st.seq, i)
		n := len(f.Head) + len(f.Body)
		if st.media == nil {
			AppendFrameHead(f.Head[:0], st.channel, n-FrameHeadSize)
			s.Mem.Vector = append(s.Mem.Vector, f.Head, f.Body)
		} else {
			st.media.rtp.Queue(st.rtp, f.Head, f.Body)
			st.log(it, i, n)
		}
		st.seq++
		size += n
	}
	st.packets++
	return size
}

// log remembers a datagram so that it can be made again.
func (st *stream) log(it *point.Step, fragment, size int) {
	st.resender.Log.Add(st.seq, Sent{
		Packet: it.Number, Keep: it.Keep, Timestamp: st.unit.SendTime, Fragment: uint16(fragment), Size: uint16(size),
	})
}

func (s *sender) flush(size int) {
	st := s.stream
	if size == 0 {
		return
	}
	st.count(size)
	if st.media != nil {
		st.media.rtp.Flush()
		return
	}
	s.SendVector(s.Mem.Vector)
}

// count brings the session's figures up to date; once a batch.
func (st *stream) count(size int) {
	ses := st.player.ses
	ses.Packets.Add(st.packets - st.counted)
	ses.Bytes.Add(uint64(size))
	ses.Late.Add(st.play.Late - st.late)
	st.bytes += uint64(size)
	st.counted, st.late = st.packets, st.play.Late
}

// finishStream forgets the Play and tells the world.
func (s *sender) finishStream(why string) {
	st := s.stream
	if st == nil {
		return
	}
	s.stream = nil
	st.play.Stop()
	s.conn.Streams(-1)
	st.player.stopped()
	s.conn.srv.opt.Bus.Publish(event.Stopped{
		Player: st.player.ses.Player, Reason: why, Packets: st.packets, Bytes: st.bytes,
		Late: st.play.Late, Elapsed: time.Since(st.began),
	})
}

// finishOf is finishStream if it is this player's.
func (s *sender) finishOf(p *player, why string) {
	if s.stream != nil && s.stream.player == p {
		s.finishStream(why)
	}
}

// resend sends again what a player has missed, [MS-RTSP] 3.2.5.10.
func (s *sender) resend(p *player, missing []Missing) {
	st := s.stream
	if st == nil || st.player != p || st.media == nil || !st.rtx.IsValid() {
		return
	}
	var mem pace.Scratch
	load := func(sent Sent) ([]byte, error) {
		b, err := st.play.Entry().Block(sent.Packet, func() {})
		if err != nil || b == nil {
			return nil, asf.ErrNeedMore
		}
		raw := b.Packet(sent.Packet)
		return asf.Pick(mem.Grab(len(raw))[:0], raw, sent.Keep)
	}
	now := time.Now()
	for _, m := range missing {
		f, ok := st.resender.Rebuild(mem.Grab(MaxFragmentHead)[:0], &st.framing, st.form, &st.again, m.Sequence, now, load)
		if ok {
			st.media.rtp.Queue(st.rtx, f.Head, f.Body)
		}
	}
	st.media.rtp.Flush()
}
