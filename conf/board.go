package conf

import (
	"cmp"
	"slices"

	"caracal/internal/store"
)

// board is the whiteboard.
type board struct {
	objects map[uint64]*Object
	bytes   int
	page    uint32
	top     int64 // the highest Z, and the lowest
	bottom  int64
}

// all are the objects, the oldest first.
func (b *board) all() []*Object {
	list := make([]*Object, 0, len(b.objects))
	for _, o := range b.objects {
		list = append(list, o)
	}
	slices.SortFunc(list, func(x, y *Object) int { return cmp.Compare(x.ID, y.ID) })
	return list
}

func (b *board) set(o *Object) {
	if b.objects == nil {
		b.objects = map[uint64]*Object{}
	}
	b.erase(o.ID)
	b.objects[o.ID] = o
	b.bytes += o.size()
	b.top, b.bottom = max(b.top, o.Z), min(b.bottom, o.Z)
}

func (b *board) erase(id uint64) {
	if o := b.objects[id]; o != nil {
		b.bytes -= o.size()
		delete(b.objects, id)
	}
}

// draw is begin for what changes the whiteboard.
func (m *Member) draw(bytes int) error {
	return m.begin(0, &m.seat.draws, m.c.limits.DrawRate, 1+float64(bytes)/(4<<10))
}

// Draw puts an object on top of a page, and returns its id; the object's own ID, Author,
// Name and Z do not count. The errors are ErrObject, ErrTooLong, ErrBoardFull, ErrRate, ErrBusy.
func (m *Member) Draw(o Object) (id uint64, err error) {
	c := m.c
	if err := o.check(c.limits.Bitmap); err != nil {
		return 0, err
	}
	p := o.clone()
	if err := m.draw(p.size()); err != nil {
		return 0, err
	}
	defer c.mu.Unlock()
	p.ID, p.Author, p.Name, p.Z = c.log.next, m.seat.info.ID, m.seat.info.Name, c.board.top+1
	if len(c.board.objects) >= c.limits.Objects {
		return 0, ErrBoardFull
	}
	if err := c.setObject(p, 0); err != nil {
		return 0, err
	}
	c.publish(Drawn{p})
	return p.ID, nil
}

// setObject keeps an object and puts it in the place of one that has so many bytes.
func (c *Conference) setObject(o *Object, was int) error {
	if c.board.bytes-was+o.size() > c.limits.ObjectBytes {
		return ErrBoardFull
	}
	if o.Kind != Pointer {
		if err := c.keep(store.ConferenceChange{Object: &store.ConferenceObject{ID: o.ID}}, o); err != nil {
			return err
		}
	}
	c.board.set(o)
	return nil
}

// Change makes an object another one, of the same kind; its author and place above and
// beneath others stay. Everybody may change what anybody drew, but for pointers; the
// errors are those of Draw, ErrNoObject and ErrNotAllowed.
func (m *Member) Change(o Object) error {
	if err := o.check(m.c.limits.Bitmap); err != nil {
		return err
	}
	p := o.clone()
	if err := m.draw(p.size()); err != nil {
		return err
	}
	defer m.c.mu.Unlock()
	was, err := m.object(o.ID)
	if err != nil {
		return err
	}
	if was.Kind != p.Kind {
		return ErrObject
	}
	p.Author, p.Name, p.Z = was.Author, was.Name, was.Z
	return m.change(was, p)
}

func (m *Member) change(was, o *Object) error {
	if err := m.c.setObject(o, was.size()); err != nil {
		return err
	}
	m.c.publish(Changed{o, m.seat.info.ID})
	return nil
}

// Restack puts an object above or beneath all others; as Change.
func (m *Member) Restack(id uint64, top bool) error {
	if err := m.draw(0); err != nil {
		return err
	}
	b := &m.c.board
	defer m.c.mu.Unlock()
	was, err := m.object(id)
	if err != nil {
		return err
	}
	o := *was
	if o.Z = b.top + 1; !top {
		o.Z = b.bottom - 1
	}
	return m.change(was, &o)
}

// object is one that the member may change.
func (m *Member) object(id uint64) (*Object, error) {
	o := m.c.board.objects[id]
	switch {
	case o == nil:
		return nil, ErrNoObject
	case o.Kind == Pointer && o.Author != m.seat.info.ID && m.seat.info.Rights&Moderate == 0:
		return nil, ErrNotAllowed
	}
	return o, nil
}

// Erase takes an object away; as Change.
func (m *Member) Erase(id uint64) error {
	if err := m.draw(0); err != nil {
		return err
	}
	defer m.c.mu.Unlock()
	o, err := m.object(id)
	if err != nil {
		return err
	}
	m.c.eraseObject(o)
	m.c.publish(Erased{id, m.seat.info.ID})
	return nil
}

func (c *Conference) eraseObject(o *Object) {
	c.board.erase(o.ID)
	if o.Kind != Pointer {
		c.mustKeep(store.ConferenceChange{ObjectGone: o.ID}, nil)
	}
}

// Clear takes all objects of a page away.
func (m *Member) Clear(page uint32) error {
	if page >= MaxPages {
		return ErrObject
	}
	if err := m.draw(0); err != nil {
		return err
	}
	c := m.c
	defer c.mu.Unlock()
	for _, o := range c.board.objects {
		if o.Page == page {
			c.eraseObject(o)
		}
	}
	c.publish(Cleared{page, m.seat.info.ID})
	return nil
}

// ShowPage has everybody look at a page of the whiteboard.
func (m *Member) ShowPage(page uint32) error {
	if page >= MaxPages {
		return ErrObject
	}
	if err := m.order(0); err != nil {
		return err
	}
	defer m.c.mu.Unlock()
	m.c.board.page = page
	m.c.publish(PageShown{page, m.seat.info.ID})
	return nil
}

func (c *Conference) erasePointers(of MemberID) {
	for id, o := range c.board.objects {
		if o.Kind == Pointer && o.Author == of {
			c.board.erase(id)
			c.publish(Erased{id, of})
		}
	}
}
