package gcc

import "caracal/internal/per"

// Result is how an order went: what each number means differs from one response to the
// other, but for the first two.
type Result uint8

// The results that all orders have, and those of some.
const (
	Success          Result = iota
	InvalidRequester        // who asks has no right to
	Third                   // locks: it is so already; ejections: no such node; additions: another kind of network
	BadAddress              // of additions, as what follows
	NodeBusy
	NetworkBusy
	NoPorts
	NotConnected
)

// AddRequest asks a provider to call a node.
type AddRequest struct {
	Addresses []Address
	Node      uint16 // of who asks
	Tag       int64
	MCU       uint16 // that is to call; 0: any
	UserData  []UserData
}

func (*AddRequest) place() (int, int) { return request, 1 }

func (m *AddRequest) code(c *per.Coder) {
	mcu, data := m.MCU != 0, m.UserData != nil
	extended := c.Extensible()
	c.Optional(&mcu, &data)
	addresses(c, true, &m.Addresses)
	userID(c, &m.Node)
	per.Any(c, &m.Tag)
	maybeUser(c, mcu, &m.MCU)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// AddResponse answers it.
type AddResponse struct {
	Tag      int64
	Result   Result
	UserData []UserData
}

func (*AddResponse) place() (int, int) { return response, 1 }

func (m *AddResponse) code(c *per.Coder) {
	data := m.UserData != nil
	extended := c.Extensible()
	c.Optional(&data)
	per.Any(c, &m.Tag)
	per.Enum(c, &m.Result, 8, true)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// empty is a message that says nothing but what it is.
func empty(c *per.Coder) { c.Additions(c.Extensible()) }

// answer is a message of a result of n.
func answer(c *per.Coder, r *Result, n int) {
	extended := c.Extensible()
	per.Enum(c, r, n, true)
	c.Additions(extended)
}

// The orders to lock and unlock a conference, their answers, and what all are told.
type (
	LockRequest      struct{}
	LockResponse     struct{ Result Result }
	LockIndication   struct{}
	UnlockRequest    struct{}
	UnlockResponse   struct{ Result Result }
	UnlockIndication struct{}
)

func (*LockRequest) place() (int, int)      { return request, 2 }
func (*LockRequest) code(c *per.Coder)      { empty(c) }
func (*LockResponse) place() (int, int)     { return response, 2 }
func (m *LockResponse) code(c *per.Coder)   { answer(c, &m.Result, 3) }
func (*LockIndication) place() (int, int)   { return indication, 1 }
func (*LockIndication) code(c *per.Coder)   { empty(c) }
func (*UnlockRequest) place() (int, int)    { return request, 3 }
func (*UnlockRequest) code(c *per.Coder)    { empty(c) }
func (*UnlockResponse) place() (int, int)   { return response, 3 }
func (m *UnlockResponse) code(c *per.Coder) { answer(c, &m.Result, 3) }
func (*UnlockIndication) place() (int, int) { return indication, 2 }
func (*UnlockIndication) code(c *per.Coder) { empty(c) }

// EndReason is why a conference ends.
type EndReason uint8

// The reasons of an end.
const (
	ByUser EndReason = iota
	ByTime
)

func endReason(c *per.Coder, r *EndReason) {
	extended := c.Extensible()
	per.Enum(c, r, 2, true)
	c.Additions(extended)
}

// The order to end a conference, its answer, and what all are told.
type (
	TerminateRequest    struct{ Reason EndReason }
	TerminateResponse   struct{ Result Result }
	TerminateIndication struct{ Reason EndReason }
)

func (*TerminateRequest) place() (int, int)      { return request, 4 }
func (m *TerminateRequest) code(c *per.Coder)    { endReason(c, &m.Reason) }
func (*TerminateResponse) place() (int, int)     { return response, 4 }
func (m *TerminateResponse) code(c *per.Coder)   { answer(c, &m.Result, 2) }
func (*TerminateIndication) place() (int, int)   { return indication, 3 }
func (m *TerminateIndication) code(c *per.Coder) { endReason(c, &m.Reason) }

// EjectReason is why a node has to leave.
type EjectReason uint8

// The reasons of an ejection.
const (
	EjectedByUser EjectReason = iota
	HigherDisconnected
	HigherEjected
)

// The order to eject a node, its answer, and what all are told.
type (
	EjectRequest struct {
		Node   uint16
		Reason EjectReason
	}
	EjectResponse struct {
		Node   uint16
		Result Result
	}
	EjectIndication struct {
		Node   uint16
		Reason EjectReason
	}
)

func (*EjectRequest) place() (int, int)      { return request, 5 }
func (m *EjectRequest) code(c *per.Coder)    { ejection(c, &m.Node, &m.Reason, 1) }
func (*EjectResponse) place() (int, int)     { return response, 5 }
func (m *EjectResponse) code(c *per.Coder)   { ejection(c, &m.Node, &m.Result, 3) }
func (*EjectIndication) place() (int, int)   { return indication, 4 }
func (m *EjectIndication) code(c *per.Coder) { ejection(c, &m.Node, &m.Reason, 3) }

func ejection[T per.Number](c *per.Coder, node *uint16, why *T, n int) {
	extended := c.Extensible()
	userID(c, node)
	per.Enum(c, why, n, true)
	c.Additions(extended)
}

// Transfer is where to go: the order, and what the nodes are told.
type Transfer struct {
	Conference Selector
	Modifier   string
	Addresses  []Address
	Nodes      []uint16 // nil: all
	Password   *Selector
}

func (m *Transfer) code(c *per.Coder) {
	modifier, address, nodes, password := m.Modifier != "", m.Addresses != nil, m.Nodes != nil, m.Password != nil
	extended := c.Extensible()
	c.Optional(&modifier, &address, &nodes, &password)
	m.Conference.code(c)
	if modifier {
		digits(c, &m.Modifier)
	}
	addresses(c, address, &m.Addresses)
	users(c, nodes, &m.Nodes)
	per.Maybe(c, password, &m.Password, func(s *Selector) { s.code(c) })
	c.Additions(extended)
}

// The order to transfer nodes, and what they are told.
type (
	TransferRequest    struct{ Transfer }
	TransferIndication struct{ Transfer }
)

func (*TransferRequest) place() (int, int)    { return request, 6 }
func (*TransferIndication) place() (int, int) { return indication, 5 }

// TransferResponse answers a TransferRequest.
type TransferResponse struct {
	Conference Selector
	Modifier   string
	Nodes      []uint16
	Result     Result
}

func (*TransferResponse) place() (int, int) { return response, 6 }

func (m *TransferResponse) code(c *per.Coder) {
	modifier, nodes := m.Modifier != "", m.Nodes != nil
	extended := c.Extensible()
	c.Optional(&modifier, &nodes)
	m.Conference.code(c)
	if modifier {
		digits(c, &m.Modifier)
	}
	users(c, nodes, &m.Nodes)
	per.Enum(c, &m.Result, 2, true)
	c.Additions(extended)
}
