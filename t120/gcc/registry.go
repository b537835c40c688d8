package gcc

import "caracal/internal/per"

// RegistryKey is where an entry of the registry stands: a session's own space, and in
// that a name of at most 64 octets.
type RegistryKey struct {
	Session  Session
	Resource string
}

func (k *RegistryKey) code(c *per.Coder) {
	k.Session.code(c)
	octetString(c, &k.Resource, 0, 64)
}

// ItemKind is what an entry holds.
type ItemKind uint8

// The kinds of items.
const (
	ChannelItem ItemKind = iota
	TokenItem
	ParameterItem
	Vacant
	otherItem
)

// Item is what an entry of the registry holds.
type Item struct {
	Kind      ItemKind
	ID        uint16 // a channel or token
	Parameter []byte // at most 64 octets
}

func (i *Item) code(c *per.Coder) {
	at := int(i.Kind)
	c.Choice(&at, int(otherItem), true, func() {
		switch i.Kind = ItemKind(min(at, int(otherItem))); i.Kind {
		case ChannelItem:
			userID(c, &i.ID)
		case TokenItem:
			per.Int(c, &i.ID, minToken, maxID)
		case ParameterItem:
			c.Octets(&i.Parameter, 0, 64)
		case Vacant:
		default:
			c.Skip()
		}
	})
}

// Owner is whose an entry is: nobody's if Node is 0.
type Owner struct{ Node, Entity uint16 }

func (o *Owner) code(c *per.Coder) {
	at := 0
	if o.Node == 0 {
		at = 1
	}
	c.Choice(&at, 2, false, func() {
		if at == 0 {
			userID(c, &o.Node)
			per.Int(c, &o.Entity, 0, 65535)
		}
	})
}

// Rights say who may change a parameter.
type Rights uint8

// The rights.
const (
	OwnerOnly Rights = iota
	SessionOnly
	Public
)

func rights(c *per.Coder, has bool, v **Rights) {
	per.Maybe(c, has, v, func(r *Rights) { per.Enum(c, r, 3, false) })
}

// entry is what all orders to the registry begin with.
type entry struct {
	Entity uint16
	Key    RegistryKey
}

func (e *entry) fields(c *per.Coder) {
	per.Int(c, &e.Entity, 0, 65535)
	e.Key.code(c)
}

// code is an order that has nothing else.
func (e *entry) code(c *per.Coder) {
	extended := c.Extensible()
	e.fields(c)
	c.Additions(extended)
}

// The orders to the registry that name an entry only.
type (
	AssignTokenRequest   struct{ entry }
	RetrieveEntryRequest struct{ entry }
	DeleteEntryRequest   struct{ entry }
	MonitorEntryRequest  struct{ entry }
)

func (*AssignTokenRequest) place() (int, int)   { return request, 8 }
func (*RetrieveEntryRequest) place() (int, int) { return request, 10 }
func (*DeleteEntryRequest) place() (int, int)   { return request, 11 }
func (*MonitorEntryRequest) place() (int, int)  { return request, 12 }

// RegisterChannelRequest has the registry keep a channel.
type RegisterChannelRequest struct {
	entry
	Channel uint16
}

func (*RegisterChannelRequest) place() (int, int) { return request, 7 }

func (m *RegisterChannelRequest) code(c *per.Coder) {
	extended := c.Extensible()
	m.fields(c)
	userID(c, &m.Channel)
	c.Additions(extended)
}

// SetParameterRequest has the registry keep a parameter.
type SetParameterRequest struct {
	entry
	Parameter []byte
	Rights    *Rights
}

func (*SetParameterRequest) place() (int, int) { return request, 9 }

func (m *SetParameterRequest) code(c *per.Coder) {
	has := m.Rights != nil
	extended := c.Extensible()
	c.Optional(&has)
	m.fields(c)
	c.Octets(&m.Parameter, 0, 64)
	rights(c, has, &m.Rights)
	c.Additions(extended)
}

// MonitorEntryIndication tells all of a change.
type MonitorEntryIndication struct {
	Key    RegistryKey
	Item   Item
	Owner  Owner
	Rights *Rights
}

func (*MonitorEntryIndication) place() (int, int) { return indication, 8 }

func (m *MonitorEntryIndication) code(c *per.Coder) {
	has := m.Rights != nil
	extended := c.Extensible()
	c.Optional(&has)
	m.Key.code(c)
	m.Item.code(c)
	m.Owner.code(c)
	rights(c, has, &m.Rights)
	c.Additions(extended)
}

// AllocateHandleRequest asks for numbers that nobody else has.
type AllocateHandleRequest struct {
	Entity uint16
	Number uint16 // 1 to 1,024
}

func (*AllocateHandleRequest) place() (int, int) { return request, 13 }

func (m *AllocateHandleRequest) code(c *per.Coder) {
	extended := c.Extensible()
	per.Int(c, &m.Entity, 0, 65535)
	per.Int(c, &m.Number, 1, 1024)
	c.Additions(extended)
}

// AllocateHandleResponse answers it.
type AllocateHandleResponse struct {
	Entity uint16
	Number uint16
	First  uint32
	None   bool // there are no more
}

func (*AllocateHandleResponse) place() (int, int) { return response, 8 }

func (m *AllocateHandleResponse) code(c *per.Coder) {
	extended := c.Extensible()
	per.Int(c, &m.Entity, 0, 65535)
	per.Int(c, &m.Number, 1, 1024)
	per.Int(c, &m.First, 0, 1<<32-1)
	m.None = rejection(c, m.None)
	c.Additions(extended)
}

// Order is which request a RegistryResponse answers.
type Order uint8

// The orders.
const (
	RegisterChannel Order = iota
	AssignToken
	SetParameter
	RetrieveEntry
	DeleteEntry
	MonitorEntry
)

// RegistryResult is how an order to the registry went.
type RegistryResult uint8

// The results.
const (
	Registered RegistryResult = iota
	BelongsToOther
	TooManyEntries
	InconsistentType
	EntryNotFound
	EntryExists
	RegistryInvalidRequester
)

// RegistryResponse answers an order to the registry.
type RegistryResponse struct {
	Entity uint16
	Order  Order
	Key    RegistryKey
	Item   Item
	Owner  Owner
	Rights *Rights
	Result RegistryResult
}

func (*RegistryResponse) place() (int, int) { return response, 7 }

func (m *RegistryResponse) code(c *per.Coder) {
	has := m.Rights != nil
	extended := c.Extensible()
	c.Optional(&has)
	per.Int(c, &m.Entity, 0, 65535)
	per.Enum(c, &m.Order, 6, true)
	m.Key.code(c)
	m.Item.code(c)
	m.Owner.code(c)
	rights(c, has, &m.Rights)
	per.Enum(c, &m.Result, 7, true)
	c.Additions(extended)
}
