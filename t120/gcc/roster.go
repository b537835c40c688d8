package gcc

import "caracal/internal/per"

// Change says what a list holds: nothing new, all there is, or what has changed.
type Change uint8

// The changes.
const (
	NoChange Change = iota
	Refresh
	Update
	otherChange // one that came later
)

// Edit says what becomes of a record.
type Edit uint8

// The edits.
const (
	Add Edit = iota
	Replace
	Remove
	otherEdit
)

// NodeEntry is one node of a RosterUpdate. Of a Refresh Edit is Add.
type NodeEntry struct {
	Node   uint16
	Edit   Edit
	Record *Node // nil when it is removed
}

// ApplicationEntry is one entity of a RosterUpdate.
type ApplicationEntry struct {
	Node   uint16
	Entity uint16
	Edit   Edit
	Record *Application
}

// Collapsed is a capability with how many entities have it.
type Collapsed struct {
	ID       CapabilityID
	Class    Class
	Entities uint32 // 1 to 65,536
}

// SessionRoster is what a RosterUpdate says of one session.
type SessionRoster struct {
	Session      Session
	Change       Change
	Entries      []ApplicationEntry
	Collapses    Change // NoChange or Refresh
	Capabilities []Collapsed
	Instance     uint16
	Added        bool
	Removed      bool
}

// RosterUpdate is the rosters, or what has changed in them: from a node to the one above,
// and from the top to all.
type RosterUpdate struct {
	Full         bool
	Change       Change
	Nodes        []NodeEntry
	Instance     uint16
	Added        bool
	Removed      bool
	Applications []SessionRoster
}

func (*RosterUpdate) place() (int, int) { return indication, 6 }

func (m *RosterUpdate) code(c *per.Coder) {
	extended := c.Extensible()
	c.Bool(&m.Full)
	nodes := c.Extensible()
	changes(c, &m.Change, 3, func(edit bool) {
		per.List(c, &m.Nodes, 1, 1<<16, func(e *NodeEntry) {
			userID(c, &e.Node)
			record(c, edit, &e.Edit, &e.Record, func(n *Node) { n.code(c) })
		})
	})
	instance(c, &m.Instance, &m.Added, &m.Removed)
	c.Additions(nodes)
	per.List(c, &m.Applications, 0, 65535, func(s *SessionRoster) { s.code(c) })
	c.Additions(extended)
}

// changes is the choice among n of nothing, a whole list, and one of edits.
func changes(c *per.Coder, v *Change, n int, list func(edit bool)) {
	at := int(*v)
	c.Choice(&at, n, true, func() {
		*v = Change(min(at, int(otherChange)))
		switch {
		case at == 0:
		case at < n:
			list(at == int(Update))
		default:
			*v = otherChange
			c.Skip()
		}
	})
}

// record is a record, or an edit of one.
func record[T any](c *per.Coder, edit bool, v *Edit, r **T, code func(*T)) {
	if !edit {
		per.Maybe(c, true, r, code)
		return
	}
	at := int(*v)
	c.Choice(&at, int(otherEdit), true, func() {
		*v = Edit(min(at, int(otherEdit)))
		switch *v {
		case Add, Replace:
			per.Maybe(c, true, r, code)
		case Remove:
		default:
			c.Skip()
		}
	})
}

func instance(c *per.Coder, number *uint16, added, removed *bool) {
	per.Int(c, number, 0, 65535)
	c.Bool(added)
	c.Bool(removed)
}

func (s *SessionRoster) code(c *per.Coder) {
	extended := c.Extensible()
	s.Session.code(c)
	lo := 0
	changes(c, &s.Change, 3, func(edit bool) {
		hi := 65535
		if edit {
			lo, hi = 1, 1<<16
		}
		per.List(c, &s.Entries, lo, hi, func(e *ApplicationEntry) {
			userID(c, &e.Node)
			per.Int(c, &e.Entity, 0, 65535)
			record(c, edit, &e.Edit, &e.Record, func(a *Application) { a.code(c) })
		})
	})
	changes(c, &s.Collapses, 2, func(bool) {
		per.List(c, &s.Capabilities, 0, -1, func(v *Collapsed) {
			more := c.Extensible()
			v.ID.code(c)
			v.Class.code(c)
			per.Int(c, &v.Entities, 1, 65536)
			c.Additions(more)
		})
	})
	instance(c, &s.Instance, &s.Added, &s.Removed)
	c.Additions(extended)
}
