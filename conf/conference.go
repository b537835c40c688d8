package conf

import (
	"slices"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/store"
)

// Facts are what a conference is called and how it is entered.
type Facts struct {
	Name      string
	Number    string // digits
	Title     string
	Permanent bool
	Accounts  bool // only accounts may join
	Password  bool // one is needed
	Locked    bool
	Created   time.Time
}

// Conference is one. Its methods may be called from any goroutine.
type Conference struct {
	manager *Manager
	limits  *Limits
	id      int64 // in the store; 0: not kept
	owner   string
	grants  []Grant
	fixed   bool // the configuration says the passwords

	mu        sync.Mutex // held for all below, and never while something waits
	facts     Facts
	password  []byte // by a slow hash; empty: none
	moderator []byte
	log       log
	lastID    MemberID
	seats     []*seat // in the order of ids
	lines     []Line  // the oldest first
	lineBytes int
	board     board
	files     files
	floor     Floor
	conductor MemberID
	invited   []invitation
	barred    []bar
	emptyAt   time.Time
	idle      *time.Timer
	over      bool
}

// seat is a member's place in the roster.
type seat struct {
	info    Info
	who     Who
	legs    []*Member // the first is the one that joined
	uploads []*Upload

	lines, draws, orders, files, bytes bucket
}

// Facts returns what the conference is called and how it is entered.
func (c *Conference) Facts() Facts {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.facts
	f.Password = len(c.password) > 0
	return f
}

// Members returns the roster, in the order of joining.
func (c *Conference) Members() []Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.roster()
}

func (c *Conference) roster() []Info {
	list := make([]Info, len(c.seats))
	for i, s := range c.seats {
		list[i] = s.info
	}
	return list
}

// find is a member's seat, nil if there is no such member.
func (c *Conference) find(id MemberID) *seat {
	i, ok := slices.BinarySearchFunc(c.seats, id, func(s *seat, id MemberID) int { return int(s.info.ID) - int(id) })
	if !ok {
		return nil
	}
	return c.seats[i]
}

// publish puts a change into the log and wakes everybody whom it is for.
func (c *Conference) publish(what Change) { c.publishTo(what, 0, 0) }

// publishTo is publish for two members alone; 0 and 0 are everybody.
func (c *Conference) publishTo(what Change, a, b MemberID) {
	e := Event{Number: c.log.next, Time: time.Now(), What: what, a: a, b: b, size: sizeOf(what)}
	c.log.add(e, c.limits.Events, c.limits.EventBytes)
	if a == 0 && b == 0 {
		for _, s := range c.seats {
			s.wake()
		}
		return
	}
	for _, id := range [2]MemberID{a, b} {
		if s := c.find(id); s != nil {
			s.wake()
		}
	}
}

func (s *seat) wake() {
	for _, m := range s.legs {
		m.wake()
	}
}

// tell publishes one of the server's events.
func (c *Conference) tell(e event.Event) { c.manager.opt.Bus.Publish(e) }

// keep queues a change for the store. The error is ErrBusy; nothing is to happen then.
func (c *Conference) keep(ch store.ConferenceChange, o *Object) error {
	if c.id == 0 {
		return nil
	}
	if !c.manager.keeper.put(kept{change: c.stamp(ch), object: o}, false) {
		return ErrBusy
	}
	return nil
}

// mustKeep is keep for what makes room, which is queued however many wait; after is
// called when it is done.
func (c *Conference) mustKeep(ch store.ConferenceChange, after func()) {
	if c.id != 0 {
		c.manager.keeper.put(kept{change: c.stamp(ch), after: after}, true)
	}
}

func (c *Conference) stamp(ch store.ConferenceChange) store.ConferenceChange {
	ch.Conference, ch.Event, ch.Member = c.id, c.log.next, uint32(c.lastID)
	return ch
}
