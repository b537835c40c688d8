package mcs

import "caracal/internal/per"

// The fields of PDUs, each as T.125 7 has its type.

func (p *PDU) height(c *per.Coder)     { per.From(c, &p.Height, 0) }
func (p *PDU) interval(c *per.Coder)   { per.From(c, &p.Interval, 0) }
func (p *PDU) result(c *per.Coder)     { per.Enum(c, &p.Result, int(results), false) }
func (p *PDU) reason(c *per.Coder)     { per.Enum(c, &p.Reason, int(reasons), false) }
func (p *PDU) status(c *per.Coder)     { per.Enum(c, &p.Status, int(statuses), false) }
func (p *PDU) diagnostic(c *per.Coder) { per.Enum(c, &p.Diagnostic, int(diagnostics), false) }
func (p *PDU) octets(c *per.Coder)     { c.Octets(&p.Data, 0, -1) }
func (p *PDU) initiator(c *per.Coder)  { dynamic(c, &p.Initiator) }
func (p *PDU) recipient(c *per.Coder)  { dynamic(c, &p.Recipient) }
func (p *PDU) private(c *per.Coder)    { dynamic(c, &p.Channel) }
func (p *PDU) channel(c *per.Coder)    { anyChannel(c, &p.Channel) }
func (p *PDU) token(c *per.Coder)      { tokenID(c, &p.Token) }
func (p *PDU) users(c *per.Coder)      { ids(c, &p.Users, dynamic) }
func (p *PDU) channels(c *per.Coder)   { ids(c, &p.Channels, anyChannel) }
func (p *PDU) tokens(c *per.Coder)     { ids(c, &p.Tokens, tokenID) }

func dynamic(c *per.Coder, id *uint16)    { per.Int(c, id, MinDynamic, maxID) }
func anyChannel(c *per.Coder, id *uint16) { per.Int(c, id, 0, maxID) }
func static(c *per.Coder, id *uint16)     { per.Int(c, id, 1, MaxStatic) }
func tokenID(c *per.Coder, id *uint16)    { per.Int(c, id, 1, maxID) }

func ids(c *per.Coder, list *[]uint16, one func(*per.Coder, *uint16)) {
	per.List(c, list, 0, -1, func(id *uint16) { one(c, id) })
}

// piece is the priority and the two bits of segmentation.
func (p *PDU) piece(c *per.Coder) {
	per.Enum(c, &p.Priority, int(Priorities), false)
	c.Bool(&p.Begin)
	c.Bool(&p.End)
}

// hasInitiator is a result and the user, if there is one.
func (p *PDU) hasInitiator(c *per.Coder) {
	has := p.Initiator != 0
	c.Optional(&has)
	p.result(c)
	if has {
		p.initiator(c)
	}
}

// hasChannel is what answers a join: the channel that was asked for, and the one joined.
func (p *PDU) hasChannel(c *per.Coder) {
	has := p.Channel != 0
	c.Optional(&has)
	p.result(c)
	p.initiator(c)
	anyChannel(c, &p.Requested)
	if has {
		p.channel(c)
	}
}

// hasPrivate is what answers a convening.
func (p *PDU) hasPrivate(c *per.Coder) {
	has := p.Channel != 0
	c.Optional(&has)
	p.result(c)
	p.initiator(c)
	if has {
		p.private(c)
	}
}

// ChannelKind says what a channel is to who merges it.
type ChannelKind uint8

// The kinds of channels.
const (
	StaticChannel ChannelKind = iota
	UserChannel
	PrivateChannel
	AssignedChannel

	channelKinds
)

// ChannelAttributes describe a channel in a merge.
type ChannelAttributes struct {
	Kind     ChannelKind
	Channel  uint16
	Joined   bool     // of users' and private ones: somebody below has
	Manager  uint16   // of a private one
	Admitted []uint16 // of a private one
}

func (p *PDU) merged(c *per.Coder) {
	per.List(c, &p.Merged, 0, -1, func(a *ChannelAttributes) { a.code(c) })
}

func (a *ChannelAttributes) code(c *per.Coder) {
	kind := int(a.Kind)
	c.Choice(&kind, int(channelKinds), false, func() {
		switch a.Kind = ChannelKind(kind); a.Kind {
		case StaticChannel:
			static(c, &a.Channel)
		case AssignedChannel:
			dynamic(c, &a.Channel)
		case UserChannel:
			c.Bool(&a.Joined)
			dynamic(c, &a.Channel)
		case PrivateChannel:
			c.Bool(&a.Joined)
			dynamic(c, &a.Channel)
			dynamic(c, &a.Manager)
			ids(c, &a.Admitted, dynamic)
		}
	})
}

// TokenKind says what a token is to who merges it.
type TokenKind uint8

// The kinds of tokens.
const (
	Grabbed TokenKind = iota
	Inhibited
	Giving
	Ungivable
	Given

	tokenKinds
)

// TokenAttributes describe a token in a merge.
type TokenAttributes struct {
	Kind       TokenKind
	Token      uint16
	Grabber    uint16   // of those that are grabbed, being given, or ungivable
	Recipient  uint16   // of those that are being given, or were
	Inhibitors []uint16 // of those that are inhibited
}

func (p *PDU) held(c *per.Coder) {
	per.List(c, &p.Held, 0, -1, func(a *TokenAttributes) { a.code(c) })
}

func (a *TokenAttributes) code(c *per.Coder) {
	kind := int(a.Kind)
	c.Choice(&kind, int(tokenKinds), false, func() {
		a.Kind = TokenKind(kind)
		tokenID(c, &a.Token)
		if a.Kind == Inhibited {
			ids(c, &a.Inhibitors, dynamic)
		}
		if a.Kind == Grabbed || a.Kind == Giving || a.Kind == Ungivable {
			dynamic(c, &a.Grabber)
		}
		if a.Kind == Giving || a.Kind == Given {
			dynamic(c, &a.Recipient)
		}
	})
}
