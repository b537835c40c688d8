package mcs

// sendData sends data on to who is in its channel. Who sent it gets it too, and at its
// place among what others send, if that is uniform.
func (d *Domain) sendData(p *Port, pdu *PDU) error {
	u, c := d.of(p, pdu), d.channels[pdu.Channel]
	if u == nil || c == nil || c.kind == PrivateChannel && c.manager != u.id && !c.admitted[u.id] {
		return nil
	}
	f := &Frame{PDU: *pdu}
	f.PDU.Kind++ // from a request to its indication
	for _, m := range c.members {
		if m != p || pdu.Kind == UniformSendDataRequest {
			m.sink.Deliver(f)
		}
	}
	return nil
}

// User is one of our own in a domain.
type User struct {
	ID   uint16
	port *Port
	told func(*PDU)
}

// delivery is a PDU for one of our own.
type delivery struct {
	to  *User
	pdu *PDU
}

// Attach adds a user of our own. told is called with what it is sent, when nothing else
// happens in the domain, and may call Request; a PDU's Data is good until it returns.
// Nil says that there are as many users as may be. Call it inside of Do.
func (d *Domain) Attach(told func(*PDU)) *User {
	u := &User{told: told}
	u.port = &Port{domain: d, sink: u}
	is := d.newUser(u.port)
	if is == nil {
		return nil
	}
	d.ports[u.port] = true
	u.ID = is.id
	return u
}

// Deliver keeps a PDU until the domain has time for it.
func (u *User) Deliver(f *Frame) {
	d := u.port.domain
	d.local = append(d.local, delivery{u, &f.PDU})
}

// Request has the user ask for something, in its own name. Call it inside of Do, or of
// what Attach was given.
func (u *User) Request(pdu PDU) {
	if !u.port.gone {
		pdu.Initiator = u.ID
		_ = u.port.domain.handle(u.port, &pdu) // our own requests violate nothing
	}
}

// Detach takes the user out of the domain. Call it as Request.
func (u *User) Detach() {
	d := u.port.domain
	if u.port.gone {
		return
	}
	u.port.gone = true
	delete(d.ports, u.port)
	d.remove([]uint16{u.ID}, UserRequested)
	for _, c := range d.channels {
		d.drop(c, u.port)
	}
}

// unlock hands our own users what they were sent, and what comes of that, and lets go of
// the domain.
func (d *Domain) unlock() {
	defer d.mu.Unlock()
	for len(d.local) > 0 {
		next := d.local[0]
		d.local = d.local[1:]
		if !next.to.port.gone {
			next.to.told(next.pdu)
		}
	}
	d.local = nil
}
