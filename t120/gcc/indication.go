package gcc

import "caracal/internal/per"

// UserIDIndication tells who is above which connection's node this is.
type UserIDIndication struct{ Tag int64 }

func (*UserIDIndication) place() (int, int) { return indication, 0 }

func (m *UserIDIndication) code(c *per.Coder) {
	extended := c.Extensible()
	per.Any(c, &m.Tag)
	c.Additions(extended)
}

// Invocation is one application that nodes are to begin.
type Invocation struct {
	Session   Session
	Expected  []Expected // nil: nothing
	Startup   *ChannelType
	Mandatory bool
}

// Expected is a capability that an application is to have.
type Expected struct {
	ID    CapabilityID
	Class Class
}

// InvokeIndication has nodes begin applications.
type InvokeIndication struct {
	Applications []Invocation
	Nodes        []uint16 // nil: all
}

func (*InvokeIndication) place() (int, int) { return indication, 7 }

func (m *InvokeIndication) code(c *per.Coder) {
	nodes := m.Nodes != nil
	extended := c.Extensible()
	c.Optional(&nodes)
	per.List(c, &m.Applications, 1, 1<<16, func(i *Invocation) { i.code(c) })
	users(c, nodes, &m.Nodes)
	c.Additions(extended)
}

func (i *Invocation) code(c *per.Coder) {
	expected, has := i.Expected != nil, i.Startup != nil
	extended := c.Extensible()
	c.Optional(&expected, &has)
	i.Session.code(c)
	if expected {
		per.List(c, &i.Expected, 0, -1, func(e *Expected) {
			more := c.Extensible()
			e.ID.code(c)
			e.Class.code(c)
			c.Additions(more)
		})
	}
	startup(c, has, &i.Startup)
	c.Bool(&i.Mandatory)
	c.Additions(extended)
}

// ConductorAssign says who conducts.
type ConductorAssign struct{ Node uint16 }

func (*ConductorAssign) place() (int, int) { return indication, 9 }

func (m *ConductorAssign) code(c *per.Coder) {
	extended := c.Extensible()
	userID(c, &m.Node)
	c.Additions(extended)
}

// ConductorRelease says that nobody conducts any more.
type ConductorRelease struct{}

func (*ConductorRelease) place() (int, int) { return indication, 10 }
func (*ConductorRelease) code(c *per.Coder) { empty(c) }

// PermissionAsk asks the conductor for permission, or gives it back.
type PermissionAsk struct{ Grant bool }

func (*PermissionAsk) place() (int, int) { return indication, 11 }

func (m *PermissionAsk) code(c *per.Coder) { flagged(c, &m.Grant) }

// flagged is a message of one flag.
func flagged(c *per.Coder, flag *bool) {
	extended := c.Extensible()
	c.Bool(flag)
	c.Additions(extended)
}

// PermissionGrant says who has permission, and who waits for it.
type PermissionGrant struct {
	Granted []uint16
	Waiting []uint16 // nil: not said
}

func (*PermissionGrant) place() (int, int) { return indication, 12 }

func (m *PermissionGrant) code(c *per.Coder) {
	waiting := m.Waiting != nil
	extended := c.Extensible()
	c.Optional(&waiting)
	per.List(c, &m.Granted, 0, 65535, func(id *uint16) { userID(c, id) })
	users(c, waiting, &m.Waiting)
	c.Additions(extended)
}

// TimeRemaining says how long the conference will last, or a node's part in it.
type TimeRemaining struct {
	Seconds int32
	Node    uint16 // 0: the conference
}

func (*TimeRemaining) place() (int, int) { return indication, 13 }

func (m *TimeRemaining) code(c *per.Coder) {
	node := m.Node != 0
	extended := c.Extensible()
	c.Optional(&node)
	seconds(c, &m.Seconds)
	maybeUser(c, node, &m.Node)
	c.Additions(extended)
}

func seconds(c *per.Coder, v *int32) { per.Int(c, v, -1<<31, 1<<31-1) }

// TimeInquire asks the convener for that.
type TimeInquire struct{ OfNode bool }

func (*TimeInquire) place() (int, int)   { return indication, 14 }
func (m *TimeInquire) code(c *per.Coder) { flagged(c, &m.OfNode) }

// TimeExtend asks the convener for more.
type TimeExtend struct {
	Seconds int32
	OfNode  bool
}

func (*TimeExtend) place() (int, int) { return indication, 15 }

func (m *TimeExtend) code(c *per.Coder) {
	extended := c.Extensible()
	seconds(c, &m.Seconds)
	c.Bool(&m.OfNode)
	c.Additions(extended)
}

// Assistance asks for help.
type Assistance struct{ UserData []UserData }

func (*Assistance) place() (int, int) { return indication, 16 }

func (m *Assistance) code(c *per.Coder) {
	data := m.UserData != nil
	extended := c.Extensible()
	c.Optional(&data)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// TextMessage is a line for people.
type TextMessage struct{ Text string }

func (*TextMessage) place() (int, int) { return indication, 17 }

func (m *TextMessage) code(c *per.Coder) {
	extended := c.Extensible()
	text(c, &m.Text)
	c.Additions(extended)
}

// What manufacturers have added.
type (
	NonStandardRequest    struct{ NonStandard }
	NonStandardResponse   struct{ NonStandard }
	NonStandardIndication struct{ NonStandard }
)

func (*NonStandardRequest) place() (int, int)      { return request, 14 }
func (m *NonStandardRequest) code(c *per.Coder)    { added(c, &m.NonStandard) }
func (*NonStandardResponse) place() (int, int)     { return response, 10 }
func (m *NonStandardResponse) code(c *per.Coder)   { added(c, &m.NonStandard) }
func (*NonStandardIndication) place() (int, int)   { return indication, 18 }
func (m *NonStandardIndication) code(c *per.Coder) { added(c, &m.NonStandard) }

func added(c *per.Coder, n *NonStandard) {
	extended := c.Extensible()
	n.code(c)
	c.Additions(extended)
}

// NotSupported answers a request that its receiver does not know: with that request.
type NotSupported struct{ Request Control }

func (*NotSupported) place() (int, int) { return response, 9 }

func (m *NotSupported) code(c *per.Coder) { control(c, request, &m.Request) }
