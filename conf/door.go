package conf

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Caller is somebody who is expected at a door: a front-end that has agreed with him on
// another protocol says so, and the front-end of that protocol asks who he is.
type Caller struct {
	Kind       string     // of the door: "t120" ...
	From       netip.Addr // where he comes from
	Conference *Conference
	Member     MemberID // that he is already, for Attach; 0: he is to join
	Name       string   // to join with, if his protocol does not say
	Until      time.Time
}

// Door is where a caller is expected.
type Door struct {
	Address netip.AddrPort // of the front-end that takes him

	doors  *doors
	caller Caller
	timer  *time.Timer
}

// maxDoors is how many callers may be expected at a time, and maxDoorTime for how long.
const (
	maxDoors    = 4096
	maxDoorTime = 10 * time.Minute
)

// doors are all kinds, and who is expected.
type doors struct {
	mu       sync.Mutex
	kinds    map[string]netip.AddrPort
	expected []*Door // the first is taken first
}

// RegisterDoor says where callers of a kind are taken, until the function that it
// returns is called; ErrDoorTaken.
func (m *Manager) RegisterDoor(kind string, at netip.AddrPort) (unregister func(), err error) {
	d := &m.doors
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, taken := d.kinds[kind]; taken {
		return nil, ErrDoorTaken
	}
	if d.kinds == nil {
		d.kinds = map[string]netip.AddrPort{}
	}
	d.kinds[kind] = at
	return sync.OnceFunc(func() { d.unregister(kind) }), nil
}

func (d *doors) unregister(kind string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.kinds, kind)
	d.expected = slices.DeleteFunc(d.expected, func(e *Door) bool {
		if e.caller.Kind == kind {
			e.timer.Stop()
		}
		return e.caller.Kind == kind
	})
}

// Expect has the front-end of a kind expect a caller, once, from an address, until a
// time. The errors are ErrNoDoor, ErrDoors, and ErrCaller for one that cannot come.
func (m *Manager) Expect(c Caller) (*Door, error) {
	d := &m.doors
	c.From = c.From.Unmap().WithZone("")
	wait := min(time.Until(c.Until), maxDoorTime)
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.kinds[c.Kind]
	switch {
	case !ok:
		return nil, ErrNoDoor
	case !c.From.IsValid() || c.Conference == nil || wait <= 0:
		return nil, ErrCaller
	case len(d.expected) >= maxDoors:
		return nil, ErrDoors
	}
	door := &Door{Address: at, doors: d, caller: c}
	door.timer = time.AfterFunc(wait, door.Close)
	d.expected = append(d.expected, door)
	return door, nil
}

// Close has the caller be expected no longer.
func (o *Door) Close() {
	o.doors.mu.Lock()
	defer o.doors.mu.Unlock()
	o.timer.Stop()
	o.doors.expected = slices.DeleteFunc(o.doors.expected, func(e *Door) bool { return e == o })
}

// Arrive returns who was expected at a kind of door from an address, the first first.
// He is expected no longer.
func (m *Manager) Arrive(kind string, from netip.Addr) (Caller, bool) {
	d := &m.doors
	from = from.Unmap().WithZone("")
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.expected, func(e *Door) bool { return e.caller.Kind == kind && e.caller.From == from })
	if i < 0 {
		return Caller{}, false
	}
	e := d.expected[i]
	e.timer.Stop()
	d.expected = slices.Delete(d.expected, i, i+1)
	return e.caller, true
}
