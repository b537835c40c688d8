package conf

import (
	"slices"
	"time"

	"caracal/internal/event"
)

// Leave ends the member, or the one of its ends that Attach gave; why is for people.
// Only the first call counts.
func (m *Member) Leave(why string) {
	c := m.c
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case m.err != nil:
	case m.seat.legs[0] == m:
		c.leave(m.seat, claim(why), ErrLeft)
	default:
		m.seat.legs = slices.DeleteFunc(m.seat.legs, func(l *Member) bool { return l == m })
		m.end(ErrLeft)
	}
}

// leave takes a member out, with what only he could go on with.
func (c *Conference) leave(s *seat, why string, err error) {
	id := s.info.ID
	for len(s.uploads) > 0 {
		c.abort(s.uploads[0], id)
	}
	c.erasePointers(id)
	if c.conductor == id {
		c.setConductor(0)
	}
	c.floorWithout(id)
	c.publish(Left{id, why})
	c.seats = slices.DeleteFunc(c.seats, func(t *seat) bool { return t == s })
	c.vacate(s, why, err)
	if len(c.seats) == 0 {
		c.empty()
	}
}

// vacate ends all that a member reads by.
func (c *Conference) vacate(s *seat, why string, err error) {
	for _, m := range s.legs {
		m.end(err)
	}
	c.tell(event.ConferenceLeft{
		Player: s.who.player(c.facts.Name), Conference: c.facts.Name, Member: uint32(s.info.ID), Reason: why, Elapsed: time.Since(s.info.Joined),
	})
}

// empty is called when nobody is there: the lock lifts, for nobody could lift it, and
// a conference made on demand ends after a while.
func (c *Conference) empty() {
	c.facts.Locked = false
	c.invited = nil
	if c.facts.Permanent || c.over {
		return
	}
	c.emptyAt = time.Now()
	c.idle = time.AfterFunc(c.limits.Linger, c.lingered)
}

func (c *Conference) lingered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over && len(c.seats) == 0 && time.Since(c.emptyAt) >= c.limits.Linger {
		c.endAll(0, "nobody is there any more", ErrEnded)
		c.remove("nobody is there any more")
	}
}

// endAll sends all members away, at once and with one event.
func (c *Conference) endAll(by MemberID, why string, err error) {
	for _, s := range c.seats {
		for len(s.uploads) > 0 {
			c.abort(s.uploads[0], by)
		}
		c.erasePointers(s.info.ID)
	}
	c.floor, c.conductor = Floor{}, 0
	c.publish(Ended{by, why})
	for _, s := range c.seats {
		c.vacate(s, why, err)
	}
	c.seats = nil
	c.empty()
}

// remove takes the conference away, with all that is kept of it.
func (c *Conference) remove(why string) {
	c.over = true
	if c.idle != nil {
		c.idle.Stop()
	}
	c.manager.forget(c)
	c.erase()
	c.tell(event.ConferenceEnded{Conference: c.facts.Name, Reason: why, Elapsed: time.Since(c.facts.Created)})
}
