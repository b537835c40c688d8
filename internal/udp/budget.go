package udp

import "time"

// Budget bounds how often something happens: rate times a second, and up to
// burst times at once. The zero value is full.
type Budget struct {
	used time.Duration // until it is full again
	last time.Time
}

// Take says whether the budget has room for one time more, and takes that.
func (q *Budget) Take(now time.Time, rate, burst int) bool {
	one := time.Second / time.Duration(rate)
	if passed := now.Sub(q.last); passed > 0 {
		q.used = max(q.used-passed, 0)
		q.last = now
	}
	if q.used+one > time.Duration(burst)*one {
		return false
	}
	q.used += one
	return true
}

// GiveBack undoes a Take at this rate of what did not happen.
func (q *Budget) GiveBack(rate int) { q.used -= time.Second / time.Duration(rate) }
