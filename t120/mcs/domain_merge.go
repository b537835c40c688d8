package mcs

// mergeChannels takes in what a domain has that becomes a part of this one: each of its
// users and channels, unless another here has the id, or there is no room.
func (d *Domain) mergeChannels(p *Port, pdu *PDU) error {
	confirm := PDU{Kind: MergeChannelsConfirm}
	for i := range pdu.Merged {
		a := &pdu.Merged[i]
		if d.mergeChannel(p, a) {
			confirm.Merged = append(confirm.Merged, *a)
		} else {
			confirm.Channels = append(confirm.Channels, a.Channel)
		}
	}
	p.send(confirm)
	return nil
}

// mergeChannel says whether one was taken in.
func (d *Domain) mergeChannel(p *Port, a *ChannelAttributes) bool {
	c := d.channels[a.Channel]
	switch a.Kind {
	case StaticChannel, AssignedChannel:
		if c == nil && d.users[a.Channel] == nil && d.room() {
			c, _ = d.newChannel(a.Channel, a.Kind)
		}
		if c == nil || c.kind != a.Kind {
			return false
		}
		c.members = append(c.members, p)
		return true
	case UserChannel:
		return d.mergeUser(p, a)
	}
	m := d.users[a.Manager]
	if c != nil || d.users[a.Channel] != nil || m == nil || m.port != p || !d.room() {
		return false
	}
	c, _ = d.newChannel(a.Channel, PrivateChannel)
	c.manager, c.admitted = a.Manager, map[uint16]bool{}
	for _, id := range a.Admitted {
		if d.users[id] != nil {
			c.admitted[id] = true
		}
	}
	if a.Joined {
		c.members = append(c.members, p)
	}
	return true
}

func (d *Domain) mergeUser(p *Port, a *ChannelAttributes) bool {
	most := d.limits.MaxUsers
	if d.users[a.Channel] != nil || d.channels[a.Channel] != nil || most > 0 && uint32(len(d.users)) >= most || a.Joined && !d.room() {
		return false
	}
	d.users[a.Channel] = &user{id: a.Channel, port: p}
	if a.Joined {
		c, _ := d.newChannel(a.Channel, UserChannel)
		c.members = append(c.members, p)
	}
	return true
}

// mergeTokens takes in the tokens of such a domain, those that nobody here has.
func (d *Domain) mergeTokens(p *Port, pdu *PDU) error {
	confirm := PDU{Kind: MergeTokensConfirm}
	for i := range pdu.Held {
		a := &pdu.Held[i]
		if d.mergeToken(p, a) {
			confirm.Held = append(confirm.Held, *a)
		} else {
			confirm.Tokens = append(confirm.Tokens, a.Token)
		}
	}
	p.send(confirm)
	return nil
}

func (d *Domain) mergeToken(p *Port, a *TokenAttributes) bool {
	holders := a.Inhibitors
	if a.Grabber != 0 {
		holders = []uint16{a.Grabber}
	}
	all := holders
	if a.Recipient != 0 {
		all = append(all[:len(all):len(all)], a.Recipient)
	}
	for _, id := range all {
		if u := d.users[id]; u == nil || u.port != p {
			return false
		}
	}
	k := d.tokens[a.Token]
	if k != nil && k.inhibited && a.Kind == Inhibited {
		k.holders = append(k.holders, holders...)
		return true
	}
	if k != nil || d.limits.MaxTokens > 0 && uint32(len(d.tokens)) >= d.limits.MaxTokens {
		return false
	}
	d.tokens[a.Token] = &token{holders: append([]uint16(nil), holders...), inhibited: a.Kind == Inhibited, recipient: a.Recipient}
	return true
}
