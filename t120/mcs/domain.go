package mcs

import (
	"errors"
	"fmt"
	"sync"
)

// Domain is the top provider of one domain: it gives out ids, knows who has joined and
// holds what, and sends data on. What happens in a domain happens one after the other.
type Domain struct {
	mu       sync.Mutex
	limits   Parameters
	ports    map[*Port]bool
	users    map[uint16]*user
	channels map[uint16]*channel
	tokens   map[uint16]*token
	last     uint16 // the dynamic id that was given out last

	local    inbox // for users of our own, when what happens now is done
	height   uint32
	unrouted uint64
}

// Port is a way down from the top: to a provider, or to one user of our own.
type Port struct {
	domain *Domain
	sink   Sink
	gone   bool
}

// Sink takes what goes down a Port. The domain is held meanwhile, so that it neither
// waits nor calls the domain.
type Sink interface {
	Deliver(f *Frame)
}

// user is somebody attached.
type user struct {
	id   uint16
	port *Port
}

// NewDomain returns a domain without anybody. Of the limits, MaxUsers, MaxChannels,
// MaxTokens and MaxHeight count; first is the id of the first user, 1001 or more.
func NewDomain(limits Parameters, first uint16) *Domain {
	return &Domain{
		limits: limits, ports: map[*Port]bool{}, users: map[uint16]*user{}, channels: map[uint16]*channel{}, tokens: map[uint16]*token{},
		last: max(first, MinDynamic) - 1,
	}
}

// Violation is an error of a peer, with what T.125 calls it.
type Violation struct {
	Diagnostic Diagnostic
	Kind       Kind
}

func (v *Violation) Error() string { return fmt.Sprintf("mcs: %s: %s", v.Kind, v.Diagnostic) }

// ErrClosed says that a Port is closed.
var ErrClosed = errors.New("mcs: closed")

// Open adds a provider below, to which sink leads.
func (d *Domain) Open(sink Sink) *Port {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := &Port{domain: d, sink: sink}
	d.ports[p] = true
	return p
}

// Receive takes a PDU from below. The error is a *Violation, after which the peer is to
// be told and the Port closed; or ErrDisconnected, when it has said that it goes.
func (p *Port) Receive(pdu *PDU) error {
	d := p.domain
	d.mu.Lock()
	defer d.unlock()
	if p.gone {
		return ErrClosed
	}
	return d.handle(p, pdu)
}

// Do runs f when nothing else happens in the domain.
func (d *Domain) Do(f func()) {
	d.mu.Lock()
	defer d.unlock()
	f()
}

// ErrDisconnected says that the provider below has said that it goes.
var ErrDisconnected = errors.New("mcs: the peer has disconnected")

// handlers are what becomes of the PDUs that come from below; those that are not here go
// downward only.
var handlers = [kinds]func(*Domain, *Port, *PDU) error{
	ErectDomainRequest:          (*Domain).erect,
	MergeChannelsRequest:        (*Domain).mergeChannels,
	MergeTokensRequest:          (*Domain).mergeTokens,
	DisconnectProviderUltimatum: func(*Domain, *Port, *PDU) error { return ErrDisconnected },
	RejectUltimatum:             func(*Domain, *Port, *PDU) error { return ErrDisconnected },
	AttachUserRequest:           (*Domain).attach,
	DetachUserRequest:           (*Domain).detach,
	ChannelJoinRequest:          (*Domain).join,
	ChannelLeaveRequest:         (*Domain).leave,
	ChannelConveneRequest:       (*Domain).convene,
	ChannelDisbandRequest:       (*Domain).disband,
	ChannelAdmitRequest:         (*Domain).admit,
	ChannelExpelRequest:         (*Domain).expel,
	SendDataRequest:             (*Domain).sendData,
	UniformSendDataRequest:      (*Domain).sendData,
	TokenGrabRequest:            (*Domain).grab,
	TokenInhibitRequest:         (*Domain).inhibit,
	TokenGiveRequest:            (*Domain).give,
	TokenGiveResponse:           (*Domain).given,
	TokenPleaseRequest:          (*Domain).please,
	TokenReleaseRequest:         (*Domain).release,
	TokenTestRequest:            (*Domain).test,
}

func (d *Domain) handle(p *Port, pdu *PDU) error {
	h := handlers[pdu.Kind]
	if h == nil {
		return &Violation{ForbiddenUpward, pdu.Kind}
	}
	return h(d, p, pdu)
}

// Close takes a provider and all that is behind it out of the domain.
func (p *Port) Close() {
	d := p.domain
	d.mu.Lock()
	defer d.unlock()
	if p.gone {
		return
	}
	p.gone = true
	delete(d.ports, p)
	var ids []uint16
	for id, u := range d.users {
		if u.port == p {
			ids = append(ids, id)
		}
	}
	d.remove(ids, DomainDisconnected)
	for _, c := range d.channels {
		d.drop(c, p)
	}
}

// send sends one port a PDU.
func (p *Port) send(pdu PDU) {
	if !p.gone {
		p.sink.Deliver(&Frame{PDU: pdu})
	}
}

// broadcast sends all ports a PDU.
func (d *Domain) broadcast(pdu PDU) {
	f := &Frame{PDU: pdu}
	for p := range d.ports {
		p.sink.Deliver(f)
	}
}

// of is the user that a PDU comes from; nil if that is none of the port's, of which
// nothing comes: a provider below may have sent it before it heard that the user is gone.
func (d *Domain) of(p *Port, pdu *PDU) *user {
	u := d.users[pdu.Initiator]
	if u == nil || u.port != p {
		d.unrouted++
		return nil
	}
	return u
}

// newID is an id that is in use for nothing; 0 if there is none.
func (d *Domain) newID() uint16 {
	for range maxID - MinDynamic + 1 {
		if d.last++; d.last < MinDynamic {
			d.last = MinDynamic
		}
		if d.users[d.last] == nil && d.channels[d.last] == nil {
			return d.last
		}
	}
	return 0
}

// erect takes the height of what is below; what would be too high has to be cut there.
func (d *Domain) erect(p *Port, pdu *PDU) error {
	if limit := d.limits.MaxHeight; limit > 0 && pdu.Height >= limit {
		p.send(PDU{Kind: PlumbDomainIndication, Height: limit - 1})
		return nil
	}
	d.height = max(d.height, pdu.Height+1)
	return nil
}
