package mcs

import "slices"

// token is one that somebody holds.
type token struct {
	holders   []uint16 // one that has grabbed it, or all that inhibit it
	inhibited bool
	recipient uint16 // to whom it is being given; 0: nobody
}

// status is what a token is to a user.
func (k *token) status(user uint16) Status {
	mine := k != nil && slices.Contains(k.holders, user)
	switch {
	case k == nil:
		return NotInUse
	case k.recipient == user && user != 0:
		return SelfRecipient
	case k.recipient != 0 && mine:
		return SelfGiving
	case k.recipient != 0:
		return OtherGiving
	case k.inhibited && mine:
		return SelfInhibited
	case k.inhibited:
		return OtherInhibited
	case mine:
		return SelfGrabbed
	}
	return OtherGrabbed
}

// answer confirms a request about a token.
func (d *Domain) answer(p *Port, pdu *PDU, result Result) {
	p.send(PDU{
		Kind: pdu.Kind + 1, Result: result, Initiator: pdu.Initiator, Token: pdu.Token, Status: d.tokens[pdu.Token].status(pdu.Initiator),
	})
}

// take has a user grab or inhibit a token.
func (d *Domain) take(p *Port, pdu *PDU, inhibit bool) error {
	u := d.of(p, pdu)
	if u == nil {
		return nil
	}
	k := d.tokens[pdu.Token]
	result := TokenNotAvailable
	switch {
	case k == nil && d.limits.MaxTokens > 0 && uint32(len(d.tokens)) >= d.limits.MaxTokens:
		result = TooManyTokens
	case k == nil:
		d.tokens[pdu.Token] = &token{holders: []uint16{u.id}, inhibited: inhibit}
		result = Successful
	case k.recipient != 0:
	case slices.Equal(k.holders, []uint16{u.id}): // alone: it may change what it holds
		k.inhibited, result = inhibit, Successful
	case k.inhibited && inhibit:
		if !slices.Contains(k.holders, u.id) {
			k.holders = append(k.holders, u.id)
		}
		result = Successful
	}
	d.answer(p, pdu, result)
	return nil
}

func (d *Domain) grab(p *Port, pdu *PDU) error    { return d.take(p, pdu, false) }
func (d *Domain) inhibit(p *Port, pdu *PDU) error { return d.take(p, pdu, true) }

// give offers a token to somebody, who answers.
func (d *Domain) give(p *Port, pdu *PDU) error {
	u := d.of(p, pdu)
	if u == nil {
		return nil
	}
	k, to := d.tokens[pdu.Token], d.users[pdu.Recipient]
	confirm := PDU{Kind: TokenGiveConfirm, Initiator: u.id, Token: pdu.Token}
	switch {
	case k.status(u.id) != SelfGrabbed:
		confirm.Result = TokenNotPossessed
	case to == nil:
		confirm.Result = NoSuchUser
	default:
		k.recipient = to.id
		to.port.send(PDU{Kind: TokenGiveIndication, Initiator: u.id, Token: pdu.Token, Recipient: to.id})
		return nil
	}
	confirm.Status = k.status(u.id)
	p.send(confirm)
	return nil
}

// given takes the answer of who was offered a token.
func (d *Domain) given(p *Port, pdu *PDU) error {
	u, k := d.users[pdu.Recipient], d.tokens[pdu.Token]
	if u == nil || u.port != p || k == nil || k.recipient != u.id {
		d.unrouted++
		return nil
	}
	k.recipient = 0
	giver := uint16(0)
	if len(k.holders) > 0 {
		giver = k.holders[0]
	}
	switch {
	case pdu.Result == Successful:
		k.holders = []uint16{u.id}
	case giver == 0: // it has gone, and nobody wants it
		delete(d.tokens, pdu.Token)
	}
	if g := d.users[giver]; g != nil {
		g.port.send(PDU{Kind: TokenGiveConfirm, Result: pdu.Result, Initiator: giver, Token: pdu.Token, Status: d.tokens[pdu.Token].status(giver)})
	}
	return nil
}

// please tells those who hold a token that somebody would like it.
func (d *Domain) please(p *Port, pdu *PDU) error {
	u, k := d.of(p, pdu), d.tokens[pdu.Token]
	if u == nil || k == nil {
		return nil
	}
	told := map[*Port]bool{}
	for _, id := range append(slices.Clone(k.holders), k.recipient) {
		if h := d.users[id]; h != nil && !told[h.port] {
			told[h.port] = true
			h.port.send(PDU{Kind: TokenPleaseIndication, Initiator: u.id, Token: pdu.Token})
		}
	}
	return nil
}

func (d *Domain) release(p *Port, pdu *PDU) error {
	u := d.of(p, pdu)
	if u == nil {
		return nil
	}
	k, result := d.tokens[pdu.Token], TokenNotPossessed
	if k != nil && slices.Contains(k.holders, u.id) {
		d.letGo(pdu.Token, k, u.id)
		result = Successful
	}
	d.answer(p, pdu, result)
	return nil
}

// letGo takes a token out of a user's hands.
func (d *Domain) letGo(id uint16, k *token, user uint16) {
	k.holders = slices.DeleteFunc(k.holders, func(h uint16) bool { return h == user })
	if len(k.holders) == 0 && k.recipient == 0 {
		delete(d.tokens, id)
	}
}

func (d *Domain) test(p *Port, pdu *PDU) error {
	if u := d.of(p, pdu); u != nil {
		p.send(PDU{Kind: TokenTestConfirm, Initiator: u.id, Token: pdu.Token, Status: d.tokens[pdu.Token].status(u.id)})
	}
	return nil
}

// dropTokens takes their tokens away from users who have gone.
func (d *Domain) dropTokens(users []uint16) {
	for id, k := range d.tokens {
		if slices.Contains(users, k.recipient) {
			k.recipient = 0
			if len(k.holders) > 0 {
				if g := d.users[k.holders[0]]; g != nil {
					g.port.send(PDU{Kind: TokenGiveConfirm, Result: NoSuchUser, Initiator: g.id, Token: id, Status: k.status(g.id)})
				}
			}
		}
		for _, u := range users {
			d.letGo(id, k, u)
		}
		if len(k.holders) == 0 && k.recipient == 0 {
			delete(d.tokens, id)
		}
	}
}
