package msb

import "time"

// Intervals of the timers, [MS-MSB] 3.1.2 and 3.2.2.
const (
	MinBeaconInterval = 1 * time.Second
	MaxBeaconInterval = 10 * time.Second

	MinOpenTimeout     = 10 * time.Second
	MaxOpenTimeout     = 30 * time.Second
	DefaultOpenTimeout = 20 * time.Second

	DefaultEndTimeout = 30 * time.Second
)

// BeaconTimer says when a sender sends beacons, [MS-MSB] 3.1.3.2: while it has
// no packets to send and receivers may be waiting. It reads no clock; times are
// the caller's.
type BeaconTimer struct {
	Interval time.Duration // 0 is MaxBeaconInterval; others are brought into the range

	due time.Time // of the next beacon; zero while it is stopped
}

func (t *BeaconTimer) interval() time.Duration {
	if t.Interval == 0 {
		return MaxBeaconInterval
	}
	return min(max(t.Interval, MinBeaconInterval), MaxBeaconInterval)
}

// Start begins with a beacon in an interval from now: at the beginning, and
// after the last packet, 3.1.5.3. While it runs it goes on as it is.
func (t *BeaconTimer) Start(now time.Time) {
	if t.due.IsZero() {
		t.due = now.Add(t.interval())
	}
}

// Stop is for the first packet of a stream, 3.1.5.1.
func (t *BeaconTimer) Stop() { t.due = time.Time{} }

// Next is when the timer expires; ok is false while it is stopped.
func (t *BeaconTimer) Next() (at time.Time, ok bool) { return t.due, !t.due.IsZero() }

// Expire says that a beacon is to be sent now, and starts the timer again,
// 3.1.6.1.
func (t *BeaconTimer) Expire(now time.Time) bool {
	if t.due.IsZero() || now.Before(t.due) {
		return false
	}
	t.due = now.Add(t.interval())
	return true
}

// Expired says which timer of a receiver has run out.
type Expired uint8

const (
	ExpiredNone Expired = iota
	// ExpiredOpen, 3.2.6.1: nothing comes. The Unicast URL is next, or an error
	// if the .nsc file has none.
	ExpiredOpen
	// ExpiredEnd, 3.2.6.2: the last packet has come, and the stream has ended.
	ExpiredEnd
)

// ReceiverTimers are the timers of a receiver, [MS-MSB] 3.2.2. They read no
// clock; times are the caller's.
type ReceiverTimers struct {
	Open time.Duration // 0 is DefaultOpenTimeout; others are brought into the range
	End  time.Duration // 0 is DefaultEndTimeout

	open, end time.Time // zero while they are stopped
}

// Start is for when the receiver has joined the group, 3.2.3.
func (t *ReceiverTimers) Start(now time.Time) {
	timeout := t.Open
	if timeout == 0 {
		timeout = DefaultOpenTimeout
	}
	t.open, t.end = now.Add(min(max(timeout, MinOpenTimeout), MaxOpenTimeout)), time.Time{}
}

// Heard takes what a Decoder heard, 3.2.5.1 and 3.2.5.2: a beacon stops Open
// and a packet of a known format resets End as well. Packets of unknown formats
// leave both running.
func (t *ReceiverTimers) Heard(h Heard, now time.Time) {
	switch h {
	case HeardPacket:
		timeout := t.End
		if timeout == 0 {
			timeout = DefaultEndTimeout
		}
		t.open, t.end = time.Time{}, now.Add(timeout)
	case HeardBeacon:
		t.open = time.Time{}
	}
}

// Next is when the first timer expires; ok is false while none runs.
func (t *ReceiverTimers) Next() (at time.Time, ok bool) {
	at = t.open
	if at.IsZero() || !t.end.IsZero() && t.end.Before(at) {
		at = t.end
	}
	return at, !at.IsZero()
}

// Expire says which timer has run out, and stops it.
func (t *ReceiverTimers) Expire(now time.Time) Expired {
	switch {
	case !t.open.IsZero() && !now.Before(t.open):
		t.open = time.Time{}
		return ExpiredOpen
	case !t.end.IsZero() && !now.Before(t.end):
		t.end = time.Time{}
		return ExpiredEnd
	}
	return ExpiredNone
}
