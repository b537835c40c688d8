package source

import "time"

// silence leaves a gap of the clock before the next item.
func (r *reel) silence(gap time.Duration) {
	if gap <= 0 {
		return
	}
	r.silent = gap.Milliseconds()
	r.at += r.silent
	r.soonest = r.at
}

// hasten ends the gap before the next item now.
func (r *reel) hasten() {
	if left := min(r.silent, r.at-time.Since(r.began).Milliseconds()); left > 0 {
		r.at -= left
		r.soonest = r.at
	}
	r.silent = 0
}
