package playlist

import "time"

// cutter returns what says whether an event ends the item of a visit where it is.
func (w *Way) cutter(place int, v visit) func(at time.Duration) bool {
	seen := uint64(0)
	return func(at time.Duration) bool {
		now := 1 + w.list.beat.Load() + w.beat.Load()
		if now == seen {
			return false
		}
		seen = now
		return w.cut(place, v, at)
	}
}

// cut ends the item of a visit at a place of its entry if an event begins something
// in its stead. What is left of it is to come later, if anything is.
func (w *Way) cut(place int, v visit, at time.Duration) bool {
	played := at - v.part.clip.From
	if at < 0 {
		played = time.Since(v.began)
	}
	played = max(played, time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listen()
	c := v.at.copy()
	c.clock += played
	for _, e := range w.events {
		if e.number > v.told {
			c.mark(eventOf(e.name), c.clock)
		}
	}
	if v.told == w.told || !c.expire() && !c.interrupt() {
		return false
	}
	if i := place - w.first; i >= 0 && i < len(w.history) {
		w.history[i].part.takes, w.history[i].part.interrupted = played, true
		w.history = w.history[:i+1]
	}
	return true
}
