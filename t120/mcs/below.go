package mcs

import (
	"slices"
	"sync"
)

// Below is our end of a domain whose top provider is another's: it has users of our own
// only, and nobody below it.
type Below struct {
	mu      sync.Mutex
	up      Sink // what goes to the provider above
	asked   []*User
	users   map[uint16]*User
	joined  map[uint16][]*User
	local   inbox
	invalid uint64
	closed  bool
}

// NewBelow returns our end of a domain; up leads to the provider above.
func NewBelow(up Sink) *Below {
	b := &Below{up: up, users: map[uint16]*User{}, joined: map[uint16][]*User{}}
	up.Deliver(&Frame{PDU: PDU{Kind: ErectDomainRequest}})
	return b
}

// Do runs f when nothing else happens in the domain.
func (b *Below) Do(f func()) {
	b.mu.Lock()
	defer b.unlock()
	f()
}

func (b *Below) unlock() {
	defer b.mu.Unlock()
	b.local.empty()
}

// Attach asks for a user of our own.
func (b *Below) Attach(told func(*PDU)) *User {
	u := &User{told: told, below: b}
	if b.closed {
		b.local.add(u, &PDU{Kind: DisconnectProviderUltimatum, Reason: DomainDisconnected})
		return u
	}
	b.asked = append(b.asked, u)
	b.send(PDU{Kind: AttachUserRequest})
	return u
}

func (b *Below) send(pdu PDU) { b.up.Deliver(&Frame{PDU: pdu}) }

// request sends a user's request up. Data is for others of ours too, whom the one above
// leaves to us.
func (b *Below) request(u *User, pdu PDU) {
	if b.closed {
		return
	}
	switch pdu.Kind {
	case ChannelLeaveRequest:
		b.leave(u, pdu.Channels)
		return
	case SendDataRequest:
		own := pdu
		own.Kind = SendDataIndication
		for _, m := range b.joined[pdu.Channel] {
			if m != u {
				own.Data = slices.Clone(pdu.Data)
				b.local.add(m, &own)
			}
		}
	}
	b.send(pdu)
}

// leave takes a user out of channels; those that none of ours is in any more are left.
func (b *Below) leave(u *User, channels []uint16) {
	var left []uint16
	for _, id := range channels {
		list := b.joined[id]
		at := slices.Index(list, u)
		if at < 0 {
			continue
		}
		if b.joined[id] = slices.Delete(list, at, at+1); len(b.joined[id]) == 0 {
			delete(b.joined, id)
			left = append(left, id)
		}
	}
	if len(left) > 0 {
		slices.Sort(left)
		b.send(PDU{Kind: ChannelLeaveRequest, Channels: left})
	}
}

func (b *Below) detach(u *User) {
	u.gone = true
	if b.closed || u.ID == 0 {
		return
	}
	b.forget(u)
	b.send(PDU{Kind: DetachUserRequest, Reason: UserRequested, Users: []uint16{u.ID}})
}

// forget takes a user out of all channels.
func (b *Below) forget(u *User) {
	delete(b.users, u.ID)
	var all []uint16
	for id := range b.joined {
		all = append(all, id)
	}
	b.leave(u, all)
}

// Receive takes a PDU from above. The error is a *Violation or ErrDisconnected.
func (b *Below) Receive(pdu *PDU) error {
	b.mu.Lock()
	defer b.unlock()
	if b.closed {
		return ErrClosed
	}
	switch pdu.Kind {
	case DisconnectProviderUltimatum, RejectUltimatum:
		return ErrDisconnected
	case AttachUserConfirm:
		return b.attached(pdu)
	case ChannelJoinConfirm:
		b.isJoined(pdu)
	case SendDataIndication, UniformSendDataIndication:
		for _, u := range b.joined[pdu.Channel] {
			b.local.add(u, pdu)
		}
	case DetachUserIndication, ChannelAdmitIndication, ChannelExpelIndication, ChannelDisbandIndication:
		b.spread(pdu)
	case TokenGiveIndication:
		b.tell(pdu.Recipient, pdu)
	case TokenPleaseIndication:
		for _, u := range b.users {
			b.local.add(u, pdu)
		}
	case ChannelConveneConfirm, TokenGrabConfirm, TokenInhibitConfirm, TokenGiveConfirm, TokenReleaseConfirm, TokenTestConfirm:
		b.tell(pdu.Initiator, pdu)
	case PlumbDomainIndication: // it is about who is below us: nobody
	case MergeChannelsConfirm, PurgeChannelsIndication, MergeTokensConfirm, PurgeTokensIndication:
		b.invalid++ // we have asked for no merge
	default:
		return &Violation{ForbiddenDownward, pdu.Kind}
	}
	return nil
}

// tell hands one user a PDU, if it is ours.
func (b *Below) tell(id uint16, pdu *PDU) {
	if u := b.users[id]; u != nil {
		b.local.add(u, pdu)
	} else {
		b.invalid++
	}
}

// attached is for who asked first.
func (b *Below) attached(pdu *PDU) error {
	if len(b.asked) == 0 {
		return &Violation{UnrequestedConfirm, pdu.Kind}
	}
	u := b.asked[0]
	b.asked = b.asked[1:]
	if u.gone {
		if pdu.Initiator != 0 {
			b.send(PDU{Kind: DetachUserRequest, Reason: UserRequested, Users: []uint16{pdu.Initiator}})
		}
		return nil
	}
	if pdu.Initiator != 0 {
		b.users[pdu.Initiator] = u
	}
	b.local.add(u, pdu)
	return nil
}

func (b *Below) isJoined(pdu *PDU) {
	u := b.users[pdu.Initiator]
	if u != nil && pdu.Result == Successful && !slices.Contains(b.joined[pdu.Channel], u) {
		b.joined[pdu.Channel] = append(b.joined[pdu.Channel], u)
	}
	b.tell(pdu.Initiator, pdu)
}

// spread tells all of ours what concerns several, and takes it to heart.
func (b *Below) spread(pdu *PDU) {
	all := make([]*User, 0, len(b.users))
	for _, u := range b.users {
		all = append(all, u)
	}
	slices.SortFunc(all, func(u, v *User) int { return int(u.ID) - int(v.ID) })
	for _, u := range all {
		named := slices.Contains(pdu.Users, u.ID)
		switch pdu.Kind {
		case DetachUserIndication:
			if named {
				delete(b.users, u.ID)
				for id, list := range b.joined {
					b.joined[id] = slices.DeleteFunc(list, func(m *User) bool { return m == u })
				}
			}
		case ChannelExpelIndication:
			if named {
				b.leave(u, []uint16{pdu.Channel})
			}
		}
		if named || pdu.Kind == DetachUserIndication || pdu.Kind == ChannelDisbandIndication {
			b.local.add(u, pdu)
		}
	}
	if pdu.Kind == ChannelDisbandIndication {
		delete(b.joined, pdu.Channel)
	}
}

// Close ends all users of ours: the way up is gone.
func (b *Below) Close() {
	b.mu.Lock()
	defer b.unlock()
	if b.closed {
		return
	}
	b.closed = true
	end := &PDU{Kind: DisconnectProviderUltimatum, Reason: DomainDisconnected}
	for _, u := range b.users {
		b.local.add(u, end)
	}
	for _, u := range b.asked {
		b.local.add(u, end)
	}
}
