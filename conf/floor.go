package conf

import "slices"

// Floor is who has the word.
type Floor struct {
	Holder MemberID   // 0 is nobody
	Asking []MemberID // the first asked first
}

func (f Floor) clone() Floor { return Floor{f.Holder, slices.Clone(f.Asking)} }

// AskFloor asks for the floor: who asks gets it when it is free and nobody conducts.
func (m *Member) AskFloor() error {
	if err := m.order(0); err != nil {
		return err
	}
	c, id := m.c, m.seat.info.ID
	defer c.mu.Unlock()
	if c.floor.Holder == id || slices.Contains(c.floor.Asking, id) {
		return nil
	}
	c.floor.Asking = append(c.floor.Asking, id)
	c.nextFloor()
	c.floorChanged()
	return nil
}

// ReleaseFloor gives the floor back, or asks for it no longer; ErrFloor.
func (m *Member) ReleaseFloor() error {
	if err := m.order(0); err != nil {
		return err
	}
	defer m.c.mu.Unlock()
	if !m.c.floorWithout(m.seat.info.ID) {
		return ErrFloor
	}
	return nil
}

// GiveFloor has somebody else have the floor that the member has; ErrFloor, ErrNoMember.
func (m *Member) GiveFloor(to MemberID) error {
	if err := m.order(0); err != nil {
		return err
	}
	defer m.c.mu.Unlock()
	if m.c.floor.Holder != m.seat.info.ID {
		return ErrFloor
	}
	return m.c.setFloor(to)
}

// GrantFloor gives the floor to a member, or to nobody (0). The conductor may do that,
// and who has the right Moderate when there is none.
func (m *Member) GrantFloor(to MemberID) error {
	if err := m.order(0); err != nil {
		return err
	}
	c := m.c
	defer c.mu.Unlock()
	if c.conductor != m.seat.info.ID && (c.conductor != 0 || m.seat.info.Rights&Moderate == 0) {
		return ErrNotAllowed
	}
	if to == 0 {
		c.floor.Holder = 0
		c.floorChanged()
		return nil
	}
	return c.setFloor(to)
}

func (c *Conference) setFloor(to MemberID) error {
	if c.find(to) == nil {
		return ErrNoMember
	}
	c.floor.Holder = to
	c.floor.Asking = slices.DeleteFunc(c.floor.Asking, func(id MemberID) bool { return id == to })
	c.floorChanged()
	return nil
}

// nextFloor gives a free floor to who asked first, unless a conductor does that.
func (c *Conference) nextFloor() {
	if f := &c.floor; f.Holder == 0 && c.conductor == 0 && len(f.Asking) > 0 {
		f.Holder = f.Asking[0]
		f.Asking = slices.Delete(f.Asking, 0, 1)
	}
}

func (c *Conference) floorChanged() { c.publish(FloorChanged{c.floor.clone()}) }

// floorWithout takes a member from the floor and from those who ask for it, and says
// whether he was there.
func (c *Conference) floorWithout(id MemberID) bool {
	f, n := &c.floor, len(c.floor.Asking)
	f.Asking = slices.DeleteFunc(f.Asking, func(a MemberID) bool { return a == id })
	if f.Holder != id && len(f.Asking) == n {
		return false
	}
	if f.Holder == id {
		f.Holder = 0
		c.nextFloor()
	}
	c.floorChanged()
	return true
}

// Conduct has the member conduct; ErrConducted if somebody does already. It needs the
// right Moderate.
func (m *Member) Conduct() error {
	if err := m.order(Moderate); err != nil {
		return err
	}
	c, id := m.c, m.seat.info.ID
	defer c.mu.Unlock()
	switch c.conductor {
	case 0:
		c.setConductor(id)
	case id:
	default:
		return ErrConducted
	}
	return nil
}

// GiveConductor has another member conduct, or nobody (0). Only the conductor may.
func (m *Member) GiveConductor(to MemberID) error {
	if err := m.order(0); err != nil {
		return err
	}
	c := m.c
	defer c.mu.Unlock()
	switch {
	case c.conductor != m.seat.info.ID:
		return ErrNotAllowed
	case to != 0 && c.find(to) == nil:
		return ErrNoMember
	}
	c.setConductor(to)
	return nil
}

func (c *Conference) setConductor(id MemberID) {
	c.conductor = id
	c.publish(ConductorChanged{id})
	if holder := c.floor.Holder; id == 0 && holder == 0 && len(c.floor.Asking) > 0 {
		c.nextFloor()
		c.floorChanged()
	}
}
