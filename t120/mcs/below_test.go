package mcs

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// under is our end of another's domain: what goes up, and what our users are told.
type under struct {
	*testing.T
	*Below
	sent, told []string
}

func (n *under) Deliver(f *Frame) { n.sent = append(n.sent, f.PDU.String()) }

func newUnder(t *testing.T) *under {
	n := &under{T: t}
	n.Below = NewBelow(n)
	return n
}

func (n *under) attach(name string) (u *User) {
	n.Do(func() {
		u = n.Attach(func(p *PDU) { n.told = append(n.told, name+": "+p.String()) })
	})
	return u
}

// receive has a PDU come from above, and checks what is sent and told for it.
func (n *under) receive(pdu PDU, want ...string) {
	n.Helper()
	if err := n.Receive(&pdu); err != nil {
		n.Errorf("%v: %v", pdu, err)
	}
	n.want(fmt.Sprint(pdu), want...)
}

func (n *under) want(about string, want ...string) {
	n.Helper()
	if got := slices.Concat(n.sent, n.told); !slices.Equal(got, want) {
		n.Errorf("%s: %q, want %q", about, got, want)
	}
	n.sent, n.told = nil, nil
}

func TestBelow(t *testing.T) {
	n := newUnder(t)
	u, v := n.attach("u"), n.attach("v")
	n.want("two attach", "ErectDomainRequest", "AttachUserRequest", "AttachUserRequest")
	n.receive(PDU{Kind: AttachUserConfirm, Initiator: 1005}, "u: AttachUserConfirm initiator=1005")
	n.receive(PDU{Kind: AttachUserConfirm, Initiator: 1006}, "v: AttachUserConfirm initiator=1006")
	n.Do(func() { u.Request(PDU{Kind: ChannelJoinRequest, Channel: 7}) })
	n.want("u joins", "ChannelJoinRequest initiator=1005 channel=7")
	n.receive(PDU{Kind: ChannelJoinConfirm, Initiator: 1005, Requested: 7, Channel: 7}, "u: ChannelJoinConfirm initiator=1005 requested=7 channel=7")
	n.receive(PDU{Kind: ChannelJoinConfirm, Initiator: 1006, Requested: 7, Channel: 7}, "v: ChannelJoinConfirm initiator=1006 requested=7 channel=7")
	n.receive(PDU{Kind: SendDataIndication, Initiator: 1001, Channel: 7}, "u: SendDataIndication initiator=1001 channel=7 top, 0 octets", "v: SendDataIndication initiator=1001 channel=7 top, 0 octets")
	n.receive(PDU{Kind: SendDataIndication, Initiator: 1001, Channel: 8})
	n.Do(func() { u.Request(PDU{Kind: SendDataRequest, Channel: 7}) })
	n.want("u sends", "SendDataRequest initiator=1005 channel=7 top, 0 octets", "v: SendDataIndication initiator=1005 channel=7 top, 0 octets")
	n.Do(func() { u.Request(PDU{Kind: UniformSendDataRequest, Channel: 7}) }) // which the top sends back to all
	n.want("u sends to all", "UniformSendDataRequest initiator=1005 channel=7 top, 0 octets")
	n.receive(PDU{Kind: TokenGrabConfirm, Initiator: 1006, Token: 3, Status: SelfGrabbed}, "v: TokenGrabConfirm status=self grabbed initiator=1006 token=3")
	n.receive(PDU{Kind: TokenGiveIndication, Initiator: 1001, Token: 3, Recipient: 1005}, "u: TokenGiveIndication initiator=1001 token=3 recipient=1005")
	n.Do(func() { u.Request(PDU{Kind: TokenGiveResponse, Token: 3}) })
	n.want("u takes it", "TokenGiveResponse token=3 recipient=1005")
	n.Do(func() { u.Request(PDU{Kind: ChannelLeaveRequest, Channels: []uint16{7, 8}}) }) // v is still in it
	n.want("u leaves")
	n.Do(v.Detach)
	n.want("v goes", "ChannelLeaveRequest channels=[7]", "DetachUserRequest reason=user requested users=[1006]")
	n.receive(PDU{Kind: DetachUserIndication, Reason: UserRequested, Users: []uint16{1006}}, "u: DetachUserIndication reason=user requested users=[1006]")
	n.receive(PDU{Kind: DetachUserIndication, Reason: ProviderInitiated, Users: []uint16{1005}}, "u: DetachUserIndication reason=provider initiated users=[1005]")
	n.Do(func() { u.Request(PDU{Kind: ChannelJoinRequest, Channel: 7}) })
	n.want("u is gone")
}

func TestBelowInPrivate(t *testing.T) {
	n := newUnder(t)
	n.attach("u")
	n.receive(PDU{Kind: AttachUserConfirm, Initiator: 1005}, "ErectDomainRequest", "AttachUserRequest", "u: AttachUserConfirm initiator=1005")
	n.receive(PDU{Kind: ChannelAdmitIndication, Initiator: 1001, Channel: 1009, Users: []uint16{1005, 1007}}, "u: ChannelAdmitIndication initiator=1001 channel=1009 users=[1005 1007]")
	n.receive(PDU{Kind: ChannelJoinConfirm, Initiator: 1005, Requested: 1009, Channel: 1009}, "u: ChannelJoinConfirm initiator=1005 requested=1009 channel=1009")
	n.receive(PDU{Kind: ChannelExpelIndication, Channel: 1009, Users: []uint16{1007}})
	n.receive(PDU{Kind: ChannelExpelIndication, Channel: 1009, Users: []uint16{1005}}, "ChannelLeaveRequest channels=[1009]", "u: ChannelExpelIndication channel=1009 users=[1005]")
	n.receive(PDU{Kind: ChannelDisbandIndication, Channel: 1009}, "u: ChannelDisbandIndication channel=1009")
}

func TestBelowEnds(t *testing.T) {
	n := newUnder(t)
	u := n.attach("u")
	n.Do(u.Detach) // before it has an id
	n.attach("v")
	n.receive(PDU{Kind: AttachUserConfirm, Initiator: 1005}, "ErectDomainRequest", "AttachUserRequest", "AttachUserRequest", "DetachUserRequest reason=user requested users=[1005]")
	violation := (*Violation)(nil)
	for _, k := range []Kind{AttachUserRequest, SendDataRequest, TokenGrabRequest, ErectDomainRequest} {
		if err := n.Receive(&PDU{Kind: k}); !errors.As(err, &violation) || violation.Diagnostic != ForbiddenDownward {
			t.Errorf("%s: %v", k, err)
		}
	}
	n.Close()
	n.attach("w")
	n.want("the end", "v: DisconnectProviderUltimatum reason=domain disconnected", "w: DisconnectProviderUltimatum reason=domain disconnected")
	if err := n.Receive(&PDU{Kind: AttachUserConfirm}); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	m := newUnder(t)
	if err := m.Receive(&PDU{Kind: AttachUserConfirm}); !errors.As(err, &violation) || violation.Diagnostic != UnrequestedConfirm {
		t.Error(err)
	}
}
