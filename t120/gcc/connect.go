package gcc

import "caracal/internal/per"

// CreateRequest asks for a new conference, of which the called node is the top provider.
type CreateRequest struct {
	Name             Name
	ConvenerPassword *Name
	Password         *Name
	Rules            Rules
	Caller           string
	UserData         []UserData
}

func (*CreateRequest) connect() int { return 0 }

func (m *CreateRequest) code(c *per.Coder) {
	convener, password, caller, data := m.ConvenerPassword != nil, m.Password != nil, m.Caller != "", m.UserData != nil
	conductor, conducted, not, description := m.Rules.present()
	extended := c.Extensible()
	c.Optional(&convener, &password, &conductor, &conducted, &not, &description, &caller, &data)
	m.Name.code(c)
	per.Maybe(c, convener, &m.ConvenerPassword, func(n *Name) { n.code(c) })
	per.Maybe(c, password, &m.Password, func(n *Name) { n.code(c) })
	m.Rules.flags(c)
	privileges(c, conductor, &m.Rules.Conductor)
	privileges(c, conducted, &m.Rules.Conducted)
	privileges(c, not, &m.Rules.NotConducted)
	maybeText(c, description, &m.Rules.Description)
	maybeText(c, caller, &m.Caller)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// CreateResult is how a creation went.
type CreateResult uint8

// The results of a creation.
const (
	Created CreateResult = iota
	CreateUserRejected
	CreateNoResources
	CreateSymmetry
	CreateNoLocks

	createResults
)

// CreateResponse answers a CreateRequest.
type CreateResponse struct {
	Node     uint16 // of who answers
	Tag      int64
	Result   CreateResult
	UserData []UserData
}

func (*CreateResponse) connect() int { return 1 }

func (m *CreateResponse) code(c *per.Coder) {
	data := m.UserData != nil
	extended := c.Extensible()
	c.Optional(&data)
	userID(c, &m.Node)
	per.Any(c, &m.Tag)
	per.Enum(c, &m.Result, int(createResults), true)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// Asymmetry breaks the tie of two nodes that call each other.
type Asymmetry struct {
	Kind   uint8 // 0: the calling node, 1: the called one, 2: not known, and Random says it
	Random uint32
}

func asymmetry(c *per.Coder, has bool, v **Asymmetry) {
	per.Maybe(c, has, v, func(a *Asymmetry) {
		at := int(a.Kind)
		c.Choice(&at, 3, false, func() {
			if a.Kind = uint8(at); at == 2 {
				per.Int(c, &a.Random, 0, 1<<32-1)
			}
		})
	})
}

// QueryRequest asks which conferences there are.
type QueryRequest struct {
	Type      NodeType
	Asymmetry *Asymmetry
	UserData  []UserData
}

func (*QueryRequest) connect() int { return 2 }

func (m *QueryRequest) code(c *per.Coder) {
	has, data := m.Asymmetry != nil, m.UserData != nil
	extended := c.Extensible()
	c.Optional(&has, &data)
	m.Type.code(c)
	asymmetry(c, has, &m.Asymmetry)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// Descriptor is what a query is told of a conference.
type Descriptor struct {
	Name        Name
	Modifier    string // digits; "": none
	Description string
	Locked      bool
	Password    bool // one is asked for, in the clear
	Addresses   []Address
}

func (d *Descriptor) code(c *per.Coder) {
	modifier, description, address := d.Modifier != "", d.Description != "", d.Addresses != nil
	extended := c.Extensible()
	c.Optional(&modifier, &description, &address)
	d.Name.code(c)
	if modifier {
		digits(c, &d.Modifier)
	}
	maybeText(c, description, &d.Description)
	c.Bool(&d.Locked)
	c.Bool(&d.Password)
	addresses(c, address, &d.Addresses)
	c.Additions(extended)
}

// QueryResponse answers a QueryRequest.
type QueryResponse struct {
	Type        NodeType
	Asymmetry   *Asymmetry
	Conferences []Descriptor
	Rejected    bool
	UserData    []UserData
	Wait        bool // for an invitation
}

func (*QueryResponse) connect() int { return 3 }

func (m *QueryResponse) code(c *per.Coder) {
	has, data, wait := m.Asymmetry != nil, m.UserData != nil, m.Wait
	more := per.Addition{Has: &wait, Code: func() { c.Bool(&m.Wait) }}
	extended := c.Extensible(more)
	c.Optional(&has, &data)
	m.Type.code(c)
	asymmetry(c, has, &m.Asymmetry)
	per.List(c, &m.Conferences, 0, -1, func(d *Descriptor) { d.code(c) })
	result := rejection(c, m.Rejected)
	m.Rejected = result
	userData(c, data, &m.UserData)
	c.Additions(extended, more)
}

// rejection is a result that is success or one that is not.
func rejection(c *per.Coder, rejected bool) bool {
	at := 0
	if rejected {
		at = 1
	}
	per.Enum(c, &at, 2, true)
	return at != 0
}
