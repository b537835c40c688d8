package gcc

import "caracal/internal/per"

// JoinRequest asks to be let into a conference: of the node that is called, and by that
// node of the top provider.
type JoinRequest struct {
	Conference       *Selector // of who is called
	Modifier         string
	Tag              *int64 // of the top provider
	Password         *Challenge
	ConvenerPassword *Selector
	Caller           string
	UserData         []UserData
}

func (*JoinRequest) connect() int      { return 4 }
func (*JoinRequest) place() (int, int) { return request, 0 }

func (m *JoinRequest) code(c *per.Coder) {
	conference, modifier, tag, password := m.Conference != nil, m.Modifier != "", m.Tag != nil, m.Password != nil
	convener, caller, data := m.ConvenerPassword != nil, m.Caller != "", m.UserData != nil
	extended := c.Extensible()
	c.Optional(&conference, &modifier, &tag, &password, &convener, &caller, &data)
	per.Maybe(c, conference, &m.Conference, func(s *Selector) { s.code(c) })
	if modifier {
		digits(c, &m.Modifier)
	}
	per.Maybe(c, tag, &m.Tag, func(n *int64) { per.Any(c, n) })
	per.Maybe(c, password, &m.Password, func(h *Challenge) { h.code(c) })
	per.Maybe(c, convener, &m.ConvenerPassword, func(s *Selector) { s.code(c) })
	maybeText(c, caller, &m.Caller)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// JoinResult is how a join went.
type JoinResult uint8

// The results of a join.
const (
	JoinedConference JoinResult = iota
	JoinUserRejected
	JoinNoConference
	JoinBadPassword
	JoinBadConvenerPassword
	JoinChallenge
	JoinBadAnswer

	joinResults
)

// JoinResponse answers a JoinRequest.
type JoinResponse struct {
	Node             uint16 // of who is connected; 0 behind it
	Top              uint16
	Tag              int64
	Alias            *Selector
	PasswordRequired bool
	Rules            Rules
	Password         *Challenge
	Result           JoinResult
	UserData         []UserData
}

func (*JoinResponse) connect() int      { return 5 }
func (*JoinResponse) place() (int, int) { return response, 0 }

func (m *JoinResponse) code(c *per.Coder) {
	node, alias, password, data := m.Node != 0, m.Alias != nil, m.Password != nil, m.UserData != nil
	conductor, conducted, not, description := m.Rules.present()
	extended := c.Extensible()
	c.Optional(&node, &alias, &conductor, &conducted, &not, &description, &password, &data)
	maybeUser(c, node, &m.Node)
	userID(c, &m.Top)
	per.Any(c, &m.Tag)
	per.Maybe(c, alias, &m.Alias, func(s *Selector) { s.code(c) })
	c.Bool(&m.PasswordRequired)
	m.Rules.flags(c)
	privileges(c, conductor, &m.Rules.Conductor)
	privileges(c, conducted, &m.Rules.Conducted)
	privileges(c, not, &m.Rules.NotConducted)
	maybeText(c, description, &m.Rules.Description)
	per.Maybe(c, password, &m.Password, func(h *Challenge) { h.code(c) })
	per.Enum(c, &m.Result, int(joinResults), true)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// InviteRequest calls a node into a conference: who calls is above it.
type InviteRequest struct {
	Name             Name
	Node             uint16 // of who calls
	Top              uint16
	Tag              int64
	PasswordRequired bool
	Rules            Rules
	Caller           string
	UserData         []UserData
}

func (*InviteRequest) connect() int { return 6 }

func (m *InviteRequest) code(c *per.Coder) {
	caller, data := m.Caller != "", m.UserData != nil
	conductor, conducted, not, description := m.Rules.present()
	extended := c.Extensible()
	c.Optional(&conductor, &conducted, &not, &description, &caller, &data)
	m.Name.code(c)
	userID(c, &m.Node)
	userID(c, &m.Top)
	per.Any(c, &m.Tag)
	c.Bool(&m.PasswordRequired)
	m.Rules.flags(c)
	privileges(c, conductor, &m.Rules.Conductor)
	privileges(c, conducted, &m.Rules.Conducted)
	privileges(c, not, &m.Rules.NotConducted)
	maybeText(c, description, &m.Rules.Description)
	maybeText(c, caller, &m.Caller)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}

// InviteResponse answers an InviteRequest.
type InviteResponse struct {
	Rejected bool
	UserData []UserData
}

func (*InviteResponse) connect() int { return 7 }

func (m *InviteResponse) code(c *per.Coder) {
	data := m.UserData != nil
	extended := c.Extensible()
	c.Optional(&data)
	m.Rejected = rejection(c, m.Rejected)
	userData(c, data, &m.UserData)
	c.Additions(extended)
}
