package mcs

import "slices"

// Provider is a domain as its users see it, whichever end of it we are.
type Provider interface {
	// Do runs f when nothing else happens in the domain.
	Do(f func())
	// Attach asks for a user of our own. told is called with what it is sent, when
	// nothing else happens in the domain: AttachUserConfirm first, and at last a
	// DetachUserIndication of it or a DisconnectProviderUltimatum. It may call Request;
	// the Data of a PDU is good until it returns. Call Attach inside of Do, or of told.
	Attach(told func(*PDU)) *User
}

// User is one of our own in a domain.
type User struct {
	ID   uint16 // 0 until AttachUserConfirm
	told func(*PDU)
	gone bool

	port  *Port  // in a domain of ours
	below *Below // in another's
}

// Request has the user ask for something, in its own name. Call it inside of Do, or of
// told.
func (u *User) Request(pdu PDU) {
	if u.gone || u.ID == 0 {
		return
	}
	if pdu.Kind == TokenGiveResponse {
		pdu.Recipient = u.ID
	} else {
		pdu.Initiator = u.ID
	}
	if u.below != nil {
		u.below.request(u, pdu)
		return
	}
	_ = u.port.domain.handle(u.port, &pdu) // our own requests violate nothing
}

// Detach takes the user out of the domain. Call it as Request.
func (u *User) Detach() {
	switch {
	case u.gone:
	case u.below != nil:
		u.below.detach(u)
	default:
		u.port.domain.detachOwn(u)
	}
}

// Deliver keeps a PDU until the domain has time for it.
func (u *User) Deliver(f *Frame) {
	u.port.domain.local.add(u, &f.PDU)
}

// inbox is what users of our own have been sent and not been told yet.
type inbox []delivery

type delivery struct {
	to  *User
	pdu *PDU
}

func (b *inbox) add(to *User, pdu *PDU) { *b = append(*b, delivery{to, pdu}) }

// empty tells them, and what comes of that.
func (b *inbox) empty() {
	for len(*b) > 0 {
		next := (*b)[0]
		*b = (*b)[1:]
		next.to.tell(next.pdu)
	}
	*b = nil
}

func (u *User) tell(pdu *PDU) {
	if u.gone {
		return
	}
	if u.ID == 0 && pdu.Kind == AttachUserConfirm {
		u.ID = pdu.Initiator
	}
	if pdu.Kind == DetachUserIndication && slices.Contains(pdu.Users, u.ID) || pdu.Kind == DisconnectProviderUltimatum {
		u.gone = true
	}
	u.told(pdu)
}

// Attach adds a user of our own.
func (d *Domain) Attach(told func(*PDU)) *User {
	u := &User{told: told}
	u.port = &Port{domain: d, sink: u}
	d.ports[u.port] = true
	_ = d.attach(u.port, nil)
	return u
}

func (d *Domain) detachOwn(u *User) {
	id := u.ID
	u.gone, u.port.gone = true, true
	delete(d.ports, u.port)
	if d.users[id] != nil {
		d.remove([]uint16{id}, UserRequested)
	}
	for _, c := range d.channels {
		d.drop(c, u.port)
	}
}

// unlock tells our own users what they were sent, and lets go of the domain.
func (d *Domain) unlock() {
	defer d.mu.Unlock()
	d.local.empty()
}
