package gcc

import "caracal/internal/per"

// NodeType is what a node is.
type NodeType uint8

// The types of nodes.
const (
	Terminal NodeType = iota
	MultiportTerminal
	MCU

	nodeTypes
)

func (n *NodeType) code(c *per.Coder) { per.Enum(c, n, int(nodeTypes), true) }

// Node is a node's record in the roster.
type Node struct {
	Superior     uint16 // 0: none, which the top provider alone has
	Type         NodeType
	Management   bool // a device that reserves and does not take part
	Peripheral   bool
	Name         string
	Participants []string
	Site         string
	Addresses    []Address
	H243         []byte // an alternative id, 2 octets; nil: none
	UserData     []UserData
}

func (n *Node) code(c *per.Coder) {
	superior, name, people, site := n.Superior != 0, n.Name != "", n.Participants != nil, n.Site != ""
	address, other, data := n.Addresses != nil, n.H243 != nil, n.UserData != nil
	extended := c.Extensible()
	c.Optional(&superior, &name, &people, &site, &address, &other, &data)
	maybeUser(c, superior, &n.Superior)
	n.Type.code(c)
	properties := []bool{n.Management, n.Peripheral}
	bools(c, properties)
	n.Management, n.Peripheral = properties[0], properties[1]
	maybeText(c, name, &n.Name)
	if people {
		per.List(c, &n.Participants, 0, -1, func(s *string) { text(c, s) })
	}
	maybeText(c, site, &n.Site)
	addresses(c, address, &n.Addresses)
	if other {
		n.alternative(c)
	}
	userData(c, data, &n.UserData)
	c.Additions(extended)
}

func (n *Node) alternative(c *per.Coder) {
	at := 0
	c.Choice(&at, 1, true, func() {
		if at != 0 {
			c.Skip()
			return
		}
		c.Octets(&n.H243, 2, 2)
	})
}

// Session is what entities of one protocol talk in: its key, and an id where there are
// several.
type Session struct {
	Protocol Key
	ID       uint16 // a channel; 0: the one without
}

func (s *Session) code(c *per.Coder) {
	has := s.ID != 0
	c.Optional(&has)
	s.Protocol.code(c)
	if has {
		per.Int(c, &s.ID, 1, maxID)
	}
}

// ChannelType says over what an application begins.
type ChannelType uint8

// The types of channels.
const (
	Static ChannelType = iota
	DynamicMulticast
	DynamicPrivate
	DynamicUserID

	channelTypes
)

// startup is OPTIONAL: the type and that it is there.
func startup(c *per.Coder, has bool, v **ChannelType) {
	per.Maybe(c, has, v, func(t *ChannelType) { per.Enum(c, t, int(channelTypes), false) })
}

// CapabilityID names a capability: a number of the protocol's, or a key.
type CapabilityID struct {
	Standard    uint16
	NonStandard *Key // nil: Standard counts
}

func (i *CapabilityID) code(c *per.Coder) {
	at := 0
	if i.NonStandard != nil {
		at = 1
	}
	c.Choice(&at, 2, false, func() {
		if at == 0 {
			per.Int(c, &i.Standard, 0, 65535)
			return
		}
		per.Maybe(c, true, &i.NonStandard, func(k *Key) { k.code(c) })
	})
}

// Capability is one that does not collapse: each entity has its own.
type Capability struct {
	ID   CapabilityID
	Data []byte // nil: none
}

// Application is what a node says of one of its entities.
type Application struct {
	Active     bool
	Conducting bool // it can conduct
	Startup    *ChannelType
	User       uint16 // of MCS, of this entity; 0: none
	Own        []Capability
}

func (a *Application) code(c *per.Coder) {
	has, user, own := a.Startup != nil, a.User != 0, a.Own != nil
	extended := c.Extensible()
	c.Optional(&has, &user, &own)
	c.Bool(&a.Active)
	c.Bool(&a.Conducting)
	startup(c, has, &a.Startup)
	maybeUser(c, user, &a.User)
	if own {
		per.List(c, &a.Own, 0, -1, func(v *Capability) {
			data := v.Data != nil
			c.Optional(&data)
			v.ID.code(c)
			if data {
				c.Octets(&v.Data, 0, -1)
			}
		})
	}
	c.Additions(extended)
}

// ClassKind says how a capability collapses.
type ClassKind uint8

// The classes.
const (
	Logical ClassKind = iota
	UnsignedMin
	UnsignedMax
	otherClass // one that came later
)

// Class is how a capability collapses, and its value where it has one.
type Class struct {
	Kind  ClassKind
	Value uint32
}

func (l *Class) code(c *per.Coder) {
	at := int(l.Kind)
	c.Choice(&at, int(otherClass), true, func() {
		switch l.Kind = ClassKind(min(at, int(otherClass))); l.Kind {
		case Logical:
		case UnsignedMin, UnsignedMax:
			per.From(c, &l.Value, 0)
		default:
			c.Skip()
		}
	})
}
