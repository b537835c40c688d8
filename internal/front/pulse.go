package front

import "time"

// Heartbeat is the time in which a Pulse counts, [MS-RTSP] 3.2.2.
const Heartbeat = 30 * time.Second

// Pulse counts what a peer asks for, anew in each Heartbeat. It belongs to the
// connection's goroutine.
type Pulse struct {
	began time.Time
	count int
}

// Add counts n requests more, and returns how many there were in this Heartbeat.
func (p *Pulse) Add(n int, now time.Time) int {
	if now.Sub(p.began) >= Heartbeat {
		p.began, p.count = now, 0
	}
	p.count += n
	return p.count
}
