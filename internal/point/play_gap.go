package point

import "time"

// hold has nothing go out before the gap in its list before an entry is over: what is
// due then comes so much later.
func (p *Play) hold() {
	p.held = time.Time{}
	if p.item == nil {
		return
	}
	if now := time.Now(); p.item.listed.silentUntil(now).After(now) {
		p.held = p.item.listed.silentUntil(now)
		p.began = p.began.Add(p.held.Sub(now))
	}
}

// holds says whether a gap is not over.
func (p *Play) holds(now time.Time, it *Step) bool {
	switch {
	case p.held.IsZero():
		return false
	case p.held.After(now):
		it.At = p.held
		return true
	}
	p.held = time.Time{}
	live := liveOf(p.entry)
	if live == nil {
		return false
	}
	p.next, p.last, p.block = live.join(p.lead, 0), NoTime, nil // what is live has gone on
	it.At = now
	return true
}

// silentUntil is when the gap before the entry is over, which begins when its player
// first comes to it.
func (l *Listed) silentUntil(now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silent.IsZero() {
		l.silent = now
		if !l.start.goesOn {
			l.silent = now.Add(l.item.Gap)
		}
	}
	return l.silent
}
