package mcs

import "slices"

// channel is one that somebody has joined, or convened.
type channel struct {
	id       uint16
	kind     ChannelKind
	members  []*Port // in the order of their joining; a port is one however many behind it have joined
	manager  uint16
	admitted map[uint16]bool
}

// room says that there may be one more channel.
func (d *Domain) room() bool {
	return d.limits.MaxChannels == 0 || uint32(len(d.channels)) < d.limits.MaxChannels
}

func (d *Domain) join(p *Port, pdu *PDU) error {
	u := d.of(p, pdu)
	confirm := PDU{Kind: ChannelJoinConfirm, Initiator: pdu.Initiator, Requested: pdu.Channel}
	if u == nil {
		if confirm.Result = NoSuchUser; pdu.Initiator != 0 {
			p.send(confirm)
		}
		return nil
	}
	c, result := d.joinable(u, pdu.Channel)
	if confirm.Result = result; c != nil {
		confirm.Channel = c.id
		if !slices.Contains(c.members, p) {
			c.members = append(c.members, p)
		}
	}
	p.send(confirm)
	return nil
}

// joinable is the channel that a user joins, made if need be.
func (d *Domain) joinable(u *user, id uint16) (*channel, Result) {
	if c := d.channels[id]; c != nil && id != 0 {
		if c.kind == PrivateChannel && c.manager != u.id && !c.admitted[u.id] {
			return nil, NotAdmitted
		}
		if c.kind == UserChannel && id != u.id {
			return nil, OtherUserID
		}
		return c, Successful
	}
	kind := AssignedChannel
	switch {
	case id == 0:
	case id <= MaxStatic:
		kind = StaticChannel
	case id == u.id:
		kind = UserChannel
	case d.users[id] != nil:
		return nil, OtherUserID
	default:
		return nil, NoSuchChannel
	}
	return d.newChannel(id, kind)
}

// newChannel makes a channel; one of id 0 gets a new one.
func (d *Domain) newChannel(id uint16, kind ChannelKind) (*channel, Result) {
	if !d.room() {
		return nil, TooManyChannels
	}
	if id == 0 {
		if id = d.newID(); id == 0 {
			return nil, TooManyChannels
		}
	}
	c := &channel{id: id, kind: kind}
	d.channels[id] = c
	return c, Successful
}

func (d *Domain) leave(p *Port, pdu *PDU) error {
	for _, id := range pdu.Channels {
		if c := d.channels[id]; c != nil {
			d.drop(c, p)
		}
	}
	return nil
}

// drop takes a port out of a channel. One that nobody is in any more is forgotten, unless
// somebody has convened it.
func (d *Domain) drop(c *channel, p *Port) {
	if at := slices.Index(c.members, p); at >= 0 {
		c.members = slices.Delete(c.members, at, at+1)
	}
	if len(c.members) == 0 && c.kind != PrivateChannel && d.channels[c.id] == c {
		delete(d.channels, c.id)
	}
}

func (d *Domain) convene(p *Port, pdu *PDU) error {
	u := d.of(p, pdu)
	if u == nil {
		return nil
	}
	confirm := PDU{Kind: ChannelConveneConfirm, Initiator: u.id}
	c, result := d.newChannel(0, PrivateChannel)
	if confirm.Result = result; c != nil {
		c.manager, c.admitted, confirm.Channel = u.id, map[uint16]bool{}, c.id
	}
	p.send(confirm)
	return nil
}

// managed is the private channel of a request, if it comes from who has convened it.
func (d *Domain) managed(p *Port, pdu *PDU) *channel {
	u, c := d.of(p, pdu), d.channels[pdu.Channel]
	if u == nil || c == nil || c.kind != PrivateChannel || c.manager != u.id {
		return nil
	}
	return c
}

func (d *Domain) disband(p *Port, pdu *PDU) error {
	if c := d.managed(p, pdu); c != nil {
		d.end(c)
	}
	return nil
}

// end takes a private channel away; all that could use it are told, its manager too.
func (d *Domain) end(c *channel) {
	delete(d.channels, c.id)
	f := &Frame{PDU: PDU{Kind: ChannelDisbandIndication, Channel: c.id}}
	told := map[*Port]bool{}
	tell := func(id uint16) {
		if u := d.users[id]; u != nil && !told[u.port] && !u.port.gone {
			told[u.port] = true
			u.port.sink.Deliver(f)
		}
	}
	tell(c.manager)
	for id := range c.admitted {
		tell(id)
	}
}

func (d *Domain) admit(p *Port, pdu *PDU) error {
	c := d.managed(p, pdu)
	if c == nil {
		return nil
	}
	for port, ids := range d.byPort(pdu.Users) {
		for _, id := range ids {
			c.admitted[id] = true
		}
		port.send(PDU{Kind: ChannelAdmitIndication, Initiator: pdu.Initiator, Channel: c.id, Users: ids})
	}
	return nil
}

func (d *Domain) expel(p *Port, pdu *PDU) error {
	c := d.managed(p, pdu)
	if c == nil {
		return nil
	}
	for port, ids := range d.byPort(pdu.Users) {
		for _, id := range ids {
			delete(c.admitted, id)
		}
		port.send(PDU{Kind: ChannelExpelIndication, Channel: c.id, Users: ids})
		if !d.stays(c, port) {
			d.drop(c, port)
		}
	}
	return nil
}

// stays says whether anybody behind a port may still be in a private channel.
func (d *Domain) stays(c *channel, p *Port) bool {
	if m := d.users[c.manager]; m != nil && m.port == p {
		return true
	}
	for id := range c.admitted {
		if u := d.users[id]; u != nil && u.port == p {
			return true
		}
	}
	return false
}

// byPort sorts users by where they are. Those that are not there are left out.
func (d *Domain) byPort(ids []uint16) map[*Port][]uint16 {
	list := map[*Port][]uint16{}
	for _, id := range ids {
		if u := d.users[id]; u != nil && !slices.Contains(list[u.port], id) {
			list[u.port] = append(list[u.port], id)
		}
	}
	return list
}
