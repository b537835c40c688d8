package mcs

import "slices"

func (d *Domain) attach(p *Port, _ *PDU) error {
	confirm := PDU{Kind: AttachUserConfirm}
	if u := d.newUser(p); u != nil {
		confirm.Initiator = u.id
	} else {
		confirm.Result = TooManyUsers
	}
	p.send(confirm)
	return nil
}

// newUser is nil if there are as many as may be.
func (d *Domain) newUser(p *Port) *user {
	if most := d.limits.MaxUsers; most > 0 && uint32(len(d.users)) >= most {
		return nil
	}
	id := d.newID()
	if id == 0 {
		return nil
	}
	u := &user{id: id, port: p}
	d.users[id] = u
	return u
}

func (d *Domain) detach(p *Port, pdu *PDU) error {
	ids := slices.DeleteFunc(slices.Clone(pdu.Users), func(id uint16) bool {
		u := d.users[id]
		return u == nil || u.port != p
	})
	d.remove(ids, pdu.Reason)
	return nil
}

// remove takes users out of the domain with all that is theirs, and says so everywhere.
func (d *Domain) remove(ids []uint16, why Reason) {
	if len(ids) == 0 {
		return
	}
	slices.Sort(ids)
	for _, id := range ids {
		delete(d.users, id)
	}
	for id, c := range d.channels {
		if c.kind == PrivateChannel && slices.Contains(ids, c.manager) {
			d.end(c)
			continue
		}
		for _, u := range ids {
			delete(c.admitted, u)
		}
		if slices.Contains(ids, id) {
			delete(d.channels, id)
		}
	}
	d.dropTokens(ids)
	d.broadcast(PDU{Kind: DetachUserIndication, Reason: why, Users: ids})
}
