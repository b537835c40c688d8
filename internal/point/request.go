package point

import (
	"errors"
	"math"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// By says how a Position is given.
type By uint8

// The ways to give a position.
const (
	ByStart  By = iota // from the beginning, or the end for a rewind
	ByTime             // Value in ms, without preroll
	ByPacket           // Value is a packet number
	ByOffset           // Value is an offset in the file, in bytes
)

// Position is where a player wants to begin.
type Position struct {
	By    By
	Value int64
	// FromData says that a byte offset counts from the first packet.
	FromData bool
}

// Request is what a player asks of a Play.
type Request struct {
	Position      Position
	Rate          float64       // 0 and 1: normal; others stride, negative ones backwards
	Speed         float64       // 0: not asked for
	AccelBW       uint32        // bits a second; 0: not asked for
	AccelDuration time.Duration // of media
	MaxDuration   time.Duration // of media; 0: to the end
	Selection     *asf.Selection
}

// Start is a request that has been looked up and granted: Play.Begin takes
// it. The granted figures are for the answer.
type Start struct {
	Packet        int64 // the first packet
	Rate          float64
	Speed         float64 // 0: unpaced
	AccelBW       uint32  // 0: none
	AccelDuration time.Duration
	Schedule      pace.Schedule

	sel    *asf.Selection
	stop   time.Duration // of media; 0: to the end
	clip   time.Duration // of media; 0: to the end of the entry
	points []asf.CleanPoint
	index  int // in points, where a stride begins
	stream uint8
	lead   uint8 // the stream whose clean points count

	shifted bool // of a broadcast: it begins behind the present
}

// Selected says whether anything of a stream goes out.
func (s *Start) Selected(stream uint8) bool { return s.sel.Level(stream) != asf.None }

// accelMin is the least rate that counts as an acceleration.
const accelMin = 1.05

// Prepare finds where a request begins and decides what it gets. It may read
// the disk, so it never runs on a shard.
func Prepare(e Entry, opt Options, r Request) (Start, error) {
	s := Start{Rate: 1, sel: r.Selection, stop: r.MaxDuration}
	video := selectedVideo(e.Info(), r.Selection)
	s.lead = leadStream(e.Info(), r.Selection, video)
	if live := liveOf(e); live != nil {
		shifted, err := false, error(nil)
		if e == Entry(live) { // not one of a list
			shifted, err = s.shift(live, opt, r)
		}
		if !shifted && err == nil {
			s.join(live, opt, r)
		}
		s.clip = clipOf(e).For
		return s, err
	}
	if r.Rate != 0 && r.Rate != 1 && e.Info().Stridable && video != 0 {
		st, err := prepareStride(e, r, s, video)
		if !errors.Is(err, asf.ErrNoCleanPoint) {
			return st, err
		}
		// No key frame is marked as one: it plays at its own rate.
	}
	s.grant(e.Info(), opt, r)
	var err error
	var early time.Duration
	clip := clipOf(e)
	at := clip.within(r.Position)
	s.Packet, early, err = locate(e, at, s.lead)
	if s.stop > 0 {
		s.stop += early
	}
	s.clip = clip.left(e, at, s.Packet, early)
	return s, err
}

// grant sets the pace: what the player asks for within the point's bounds, or
// the point's own.
func (s *Start) grant(info *Info, opt Options, r Request) {
	s.Speed = opt.Speed
	if opt.Unpaced {
		s.Speed = 0
	}
	if r.Speed >= 1 {
		s.Speed = min(r.Speed, opt.MaxSpeed)
	}
	if s.Speed == 0 {
		return
	}
	s.Schedule = pace.Schedule{Rate: s.Speed}
	rate := selectedRate(info, r.Selection)
	bw, dur := opt.MaxAccel, opt.Burst
	if r.AccelBW > 0 && r.AccelDuration > 0 {
		bw, dur = min(r.AccelBW, opt.MaxAccel), min(r.AccelDuration, opt.MaxAccelDuration)
		s.AccelBW, s.AccelDuration = bw, dur
	}
	if accel := float64(bw) / float64(rate); rate > 0 && dur > 0 && accel >= max(accelMin, s.Speed) {
		s.Schedule.AccelRate, s.Schedule.Accel = accel, dur
	}
}

// locate turns a position into a packet number; early is how long before the
// position the packet is.
func locate(e Entry, p Position, lead uint8) (packet int64, early time.Duration, err error) {
	if p.By == ByTime {
		return locateTime(e, p.Value, lead)
	}
	info := e.Info()
	n, err := numbered(info, p)
	if err == nil && n > info.Packets {
		err = ErrPosition
	}
	return n, 0, err
}

// numbered returns the packet at a position that is not a time.
func numbered(info *Info, p Position) (n int64, err error) {
	switch p.By {
	case ByPacket:
		n = p.Value
	case ByOffset:
		off := p.Value
		if !p.FromData {
			off -= info.DataOffset
		}
		if off < 0 || off%int64(info.PacketSize) != 0 {
			return 0, ErrPosition
		}
		n = off / int64(info.PacketSize)
	}
	if n < 0 {
		return 0, ErrPosition
	}
	return n, nil
}

func locateTime(e Entry, ms int64, lead uint8) (packet int64, early time.Duration, err error) {
	info := e.Info()
	if ms <= 0 || lead == 0 {
		return 0, time.Duration(max(ms, 0)) * time.Millisecond, nil
	}
	if info.Duration > 0 && ms > info.Duration.Milliseconds() && !info.Growing {
		return info.Packets, 0, nil
	}
	at := uint32(min(ms+int64(info.TimeBase), math.MaxUint32))
	c, err := e.CleanPoint(lead, at)
	return c.Packet, time.Duration(int64(at)-int64(min(c.Time, at))) * time.Millisecond, err
}
