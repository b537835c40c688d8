// Package pace holds what sending in time needs: schedules, the shards that
// own every player and do all media writes, and ordered out-queues over
// connections that never block. It knows nothing of media or protocols.
//
// A connection's own goroutine only reads requests and posts commands to its
// shard; the shard runs what is due and writes. There is no goroutine,
// channel or timer for a packet or a player.
package pace

import (
	"math"
	"time"
)

// Schedule says when media is due: the first Accel of it at AccelRate, the
// rest at Rate. Rates are media time over real time.
type Schedule struct {
	Rate      float64 // 0: as fast as the connection takes it
	AccelRate float64
	Accel     time.Duration // of media; 0: no acceleration
}

// Unpaced says that everything is due at once.
func (s Schedule) Unpaced() bool { return s.Rate == 0 }

// When returns how long after the start the media at this offset is due.
func (s Schedule) When(media time.Duration) time.Duration {
	if s.Rate == 0 || media <= 0 {
		return 0
	}
	if media <= s.Accel {
		return scale(media, 1/s.AccelRate)
	}
	return s.AccelEnd() + scale(media-s.Accel, 1/s.Rate)
}

// Due returns how much media is due this long after the start.
func (s Schedule) Due(elapsed time.Duration) time.Duration {
	if s.Rate == 0 {
		return math.MaxInt64
	}
	if end := s.AccelEnd(); elapsed > end {
		return s.Accel + scale(elapsed-end, s.Rate)
	}
	return scale(elapsed, s.AccelRate)
}

// AccelEnd returns how long the acceleration lasts.
func (s Schedule) AccelEnd() time.Duration {
	if s.Accel <= 0 || s.Rate == 0 {
		return 0
	}
	return scale(s.Accel, 1/s.AccelRate)
}

// scale multiplies without overflow; a duration that is too large is the
// largest.
func scale(d time.Duration, f float64) time.Duration {
	x := float64(d) * f
	if x >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(x)
}
