package mcs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// scene is a domain with providers below it, and what each of them was sent.
type scene struct {
	*testing.T
	d     *Domain
	ports map[string]*Port
	heard map[string][]string
}

// ear is the sink of one.
type ear struct {
	s    *scene
	name string
}

func (e ear) Deliver(f *Frame) {
	if _, err := Parse(f.encode()); err != nil {
		e.s.Errorf("%s is sent what cannot be read: %v: %v", e.name, f.PDU, err)
	}
	e.s.heard[e.name] = append(e.s.heard[e.name], f.PDU.String())
}

func newScene(t *testing.T, limits Parameters, names ...string) *scene {
	s := &scene{T: t, d: NewDomain(limits, 1001), ports: map[string]*Port{}, heard: map[string][]string{}}
	for _, n := range names {
		s.ports[n] = s.d.Open(ear{s, n})
	}
	return s
}

// send has a provider send a PDU, and checks what comes of it: lines of "name: PDU".
func (s *scene) send(from string, pdu PDU, want ...string) {
	s.Helper()
	if err := s.ports[from].Receive(&pdu); err != nil {
		s.Errorf("%s, %v: %v", from, pdu, err)
	}
	s.hear(fmt.Sprintf("%s, %v", from, pdu), want...)
}

func (s *scene) hear(about string, want ...string) {
	s.Helper()
	var got []string
	for name, list := range s.heard {
		for _, l := range list {
			got = append(got, name+": "+l)
		}
	}
	clear(s.heard)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.Errorf("%s:\n  %s\nwant\n  %s", about, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// attach attaches users: the first has 1001.
func (s *scene) attach(names ...string) {
	for _, n := range names {
		pdu := PDU{Kind: AttachUserRequest}
		if err := s.ports[n].Receive(&pdu); err != nil {
			s.Fatal(err)
		}
	}
	clear(s.heard)
}

func TestAttachAndDetach(t *testing.T) {
	s := newScene(t, Parameters{MaxUsers: 3}, "a", "b")
	for _, n := range []string{"a: 1001", "a: 1002", "b: 1003"} {
		name, id, _ := strings.Cut(n, ": ")
		s.send(name, PDU{Kind: AttachUserRequest}, name+": AttachUserConfirm initiator="+id)
	}
	s.send("b", PDU{Kind: AttachUserRequest}, "b: AttachUserConfirm result=too many users")
	// Nobody detaches who is behind another.
	s.send("a", PDU{Kind: DetachUserRequest, Reason: UserRequested, Users: []uint16{1003}})
	s.send("a", PDU{Kind: DetachUserRequest, Reason: UserRequested, Users: []uint16{1002, 1003, 9}},
		"a: DetachUserIndication reason=user requested users=[1002]", "b: DetachUserIndication reason=user requested users=[1002]")
	s.ports["a"].Close()
	s.hear("a goes", "b: DetachUserIndication reason=domain disconnected users=[1001]")
	s.send("b", PDU{Kind: AttachUserRequest}, "b: AttachUserConfirm initiator=1004")
	pdu := PDU{Kind: AttachUserRequest}
	if err := s.ports["a"].Receive(&pdu); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestChannels(t *testing.T) {
	s := newScene(t, Parameters{}, "a", "b", "c")
	s.attach("a", "b", "c") // 1001, 1002, 1003
	join := func(u, c uint16) PDU { return PDU{Kind: ChannelJoinRequest, Initiator: u, Channel: c} }
	s.send("a", join(1001, 7), "a: ChannelJoinConfirm initiator=1001 requested=7 channel=7")
	s.send("b", join(1002, 7), "b: ChannelJoinConfirm initiator=1002 requested=7 channel=7")
	s.send("a", join(1001, 0), "a: ChannelJoinConfirm initiator=1001 requested=0 channel=1004")
	s.send("b", join(1002, 1004), "b: ChannelJoinConfirm initiator=1002 requested=1004 channel=1004")
	s.send("b", join(1002, 1002), "b: ChannelJoinConfirm initiator=1002 requested=1002 channel=1002")
	s.send("c", join(1003, 1002), "c: ChannelJoinConfirm result=other user id initiator=1003 requested=1002")
	s.send("c", join(1003, 1001), "c: ChannelJoinConfirm result=other user id initiator=1003 requested=1001")
	s.send("c", join(1003, 5000), "c: ChannelJoinConfirm result=no such channel initiator=1003 requested=5000")
	s.send("c", join(1001, 7), "c: ChannelJoinConfirm result=no such user initiator=1001 requested=7")
	data := PDU{Kind: SendDataRequest, Initiator: 1001, Channel: 7, Begin: true, End: true, Data: []byte("x")}
	s.send("a", data, "b: SendDataIndication initiator=1001 channel=7 top, 1 octets")
	s.send("c", data)
	data.Kind = UniformSendDataRequest
	s.send("a", data, "a: UniformSendDataIndication initiator=1001 channel=7 top, 1 octets", "b: UniformSendDataIndication initiator=1001 channel=7 top, 1 octets")
	s.send("b", PDU{Kind: ChannelLeaveRequest, Channels: []uint16{7, 99}})
	s.send("a", PDU{Kind: SendDataRequest, Initiator: 1001, Channel: 7})
	s.send("a", PDU{Kind: ChannelLeaveRequest, Channels: []uint16{1004}})
	s.send("b", PDU{Kind: ChannelLeaveRequest, Channels: []uint16{1004}})
	s.send("a", join(1001, 1004), "a: ChannelJoinConfirm result=no such channel initiator=1001 requested=1004")
}

func TestPrivateChannels(t *testing.T) {
	s := newScene(t, Parameters{}, "a", "b", "c")
	s.attach("a", "b", "b", "c") // 1001; 1002, 1003; 1004
	join := func(u uint16) PDU { return PDU{Kind: ChannelJoinRequest, Initiator: u, Channel: 1005} }
	s.send("a", PDU{Kind: ChannelConveneRequest, Initiator: 1001}, "a: ChannelConveneConfirm initiator=1001 channel=1005")
	s.send("b", join(1002), "b: ChannelJoinConfirm result=not admitted initiator=1002 requested=1005")
	s.send("b", PDU{Kind: ChannelAdmitRequest, Initiator: 1002, Channel: 1005, Users: []uint16{1002}}) // it is not his
	s.send("a", PDU{Kind: ChannelAdmitRequest, Initiator: 1001, Channel: 1005, Users: []uint16{1002, 1003, 4000}},
		"b: ChannelAdmitIndication initiator=1001 channel=1005 users=[1002 1003]")
	s.send("a", join(1001), "a: ChannelJoinConfirm initiator=1001 requested=1005 channel=1005")
	s.send("b", join(1002), "b: ChannelJoinConfirm initiator=1002 requested=1005 channel=1005")
	s.send("b", PDU{Kind: SendDataRequest, Initiator: 1003, Channel: 1005}, "a: SendDataIndication initiator=1003 channel=1005 top, 0 octets")
	s.send("c", PDU{Kind: SendDataRequest, Initiator: 1004, Channel: 1005}) // not admitted
	s.send("a", PDU{Kind: ChannelExpelRequest, Initiator: 1001, Channel: 1005, Users: []uint16{1002}}, "b: ChannelExpelIndication channel=1005 users=[1002]")
	s.send("a", PDU{Kind: SendDataRequest, Initiator: 1001, Channel: 1005}, "b: SendDataIndication initiator=1001 channel=1005 top, 0 octets")
	s.send("a", PDU{Kind: ChannelExpelRequest, Initiator: 1001, Channel: 1005, Users: []uint16{1003}}, "b: ChannelExpelIndication channel=1005 users=[1003]")
	s.send("a", PDU{Kind: SendDataRequest, Initiator: 1001, Channel: 1005})
	s.send("a", PDU{Kind: ChannelAdmitRequest, Initiator: 1001, Channel: 1005, Users: []uint16{1004}}, "c: ChannelAdmitIndication initiator=1001 channel=1005 users=[1004]")
	s.send("a", PDU{Kind: ChannelDisbandRequest, Initiator: 1001, Channel: 1005}, "a: ChannelDisbandIndication channel=1005", "c: ChannelDisbandIndication channel=1005")
	// One whose manager goes is over too.
	s.send("c", PDU{Kind: ChannelConveneRequest, Initiator: 1004}, "c: ChannelConveneConfirm initiator=1004 channel=1006")
	s.send("c", PDU{Kind: ChannelAdmitRequest, Initiator: 1004, Channel: 1006, Users: []uint16{1001}}, "a: ChannelAdmitIndication initiator=1004 channel=1006 users=[1001]")
	s.ports["c"].Close()
	s.hear("c goes", "a: ChannelDisbandIndication channel=1006", "a: DetachUserIndication reason=domain disconnected users=[1004]", "b: DetachUserIndication reason=domain disconnected users=[1004]")
}

func TestTokens(t *testing.T) {
	s := newScene(t, Parameters{MaxTokens: 2}, "a", "b")
	s.attach("a", "b") // 1001, 1002
	ask := func(k Kind, u, token uint16) PDU { return PDU{Kind: k, Initiator: u, Token: token} }
	s.send("a", ask(TokenTestRequest, 1001, 1), "a: TokenTestConfirm status=not in use initiator=1001 token=1")
	s.send("a", ask(TokenGrabRequest, 1001, 1), "a: TokenGrabConfirm status=self grabbed initiator=1001 token=1")
	s.send("b", ask(TokenGrabRequest, 1002, 1), "b: TokenGrabConfirm result=token not available status=other grabbed initiator=1002 token=1")
	s.send("b", ask(TokenInhibitRequest, 1002, 1), "b: TokenInhibitConfirm result=token not available status=other grabbed initiator=1002 token=1")
	s.send("a", ask(TokenInhibitRequest, 1001, 1), "a: TokenInhibitConfirm status=self inhibited initiator=1001 token=1")
	s.send("b", ask(TokenInhibitRequest, 1002, 1), "b: TokenInhibitConfirm status=self inhibited initiator=1002 token=1")
	s.send("a", ask(TokenGrabRequest, 1001, 1), "a: TokenGrabConfirm result=token not available status=self inhibited initiator=1001 token=1")
	s.send("b", ask(TokenReleaseRequest, 1002, 1), "b: TokenReleaseConfirm status=other inhibited initiator=1002 token=1")
	s.send("b", ask(TokenReleaseRequest, 1002, 1), "b: TokenReleaseConfirm result=token not possessed status=other inhibited initiator=1002 token=1")
	s.send("a", ask(TokenGrabRequest, 1001, 1), "a: TokenGrabConfirm status=self grabbed initiator=1001 token=1")
	s.send("b", ask(TokenPleaseRequest, 1002, 1), "a: TokenPleaseIndication initiator=1002 token=1")
	s.send("b", ask(TokenGrabRequest, 1002, 2), "b: TokenGrabConfirm status=self grabbed initiator=1002 token=2")
	s.send("b", ask(TokenGrabRequest, 1002, 3), "b: TokenGrabConfirm result=too many tokens status=not in use initiator=1002 token=3")
	s.ports["b"].Close()
	s.hear("b goes", "a: DetachUserIndication reason=domain disconnected users=[1002]")
	s.send("a", ask(TokenTestRequest, 1001, 2), "a: TokenTestConfirm status=not in use initiator=1001 token=2")
}

func TestTokensAreGiven(t *testing.T) {
	s := newScene(t, Parameters{}, "a", "b")
	s.attach("a", "b")
	give := PDU{Kind: TokenGiveRequest, Initiator: 1001, Token: 1, Recipient: 1002}
	answer := func(r Result) PDU { return PDU{Kind: TokenGiveResponse, Result: r, Recipient: 1002, Token: 1} }
	s.send("a", give, "a: TokenGiveConfirm result=token not possessed status=not in use initiator=1001 token=1")
	s.send("a", PDU{Kind: TokenGrabRequest, Initiator: 1001, Token: 1}, "a: TokenGrabConfirm status=self grabbed initiator=1001 token=1")
	s.send("a", give, "b: TokenGiveIndication initiator=1001 token=1 recipient=1002")
	s.send("a", PDU{Kind: TokenTestRequest, Initiator: 1001, Token: 1}, "a: TokenTestConfirm status=self giving initiator=1001 token=1")
	s.send("b", PDU{Kind: TokenTestRequest, Initiator: 1002, Token: 1}, "b: TokenTestConfirm status=self recipient initiator=1002 token=1")
	s.send("a", answer(Successful)) // another's answer
	s.send("b", answer(UserRejected), "a: TokenGiveConfirm result=user rejected status=self grabbed initiator=1001 token=1")
	s.send("a", give, "b: TokenGiveIndication initiator=1001 token=1 recipient=1002")
	s.send("b", answer(Successful), "a: TokenGiveConfirm status=other grabbed initiator=1001 token=1")
	s.send("b", answer(Successful))
	give.Initiator, give.Recipient = 1002, 9000
	s.send("b", give, "b: TokenGiveConfirm result=no such user status=self grabbed initiator=1002 token=1")
	give.Recipient = 1001
	s.send("b", give, "a: TokenGiveIndication initiator=1002 token=1 recipient=1001")
	s.ports["a"].Close()
	s.hear("the recipient goes", "b: TokenGiveConfirm result=no such user status=self grabbed initiator=1002 token=1", "b: DetachUserIndication reason=domain disconnected users=[1001]")
}

// A giver that goes leaves its token to who was offered it.
func TestGiverGoes(t *testing.T) {
	s := newScene(t, Parameters{}, "a", "b")
	s.attach("a", "b")
	s.send("a", PDU{Kind: TokenGrabRequest, Initiator: 1001, Token: 1}, "a: TokenGrabConfirm status=self grabbed initiator=1001 token=1")
	s.send("a", PDU{Kind: TokenGiveRequest, Initiator: 1001, Token: 1, Recipient: 1002}, "b: TokenGiveIndication initiator=1001 token=1 recipient=1002")
	s.ports["a"].Close()
	s.hear("the giver goes", "b: DetachUserIndication reason=domain disconnected users=[1001]")
	s.send("b", PDU{Kind: TokenGiveResponse, Recipient: 1002, Token: 1})
	s.send("b", PDU{Kind: TokenTestRequest, Initiator: 1002, Token: 1}, "b: TokenTestConfirm status=self grabbed initiator=1002 token=1")
}

func TestMerge(t *testing.T) {
	s := newScene(t, Parameters{MaxChannels: 6}, "a", "b")
	s.attach("a")
	merged := []ChannelAttributes{
		{Kind: UserChannel, Channel: 1001, Joined: true}, {Kind: UserChannel, Channel: 2001, Joined: true}, {Kind: UserChannel, Channel: 2002},
		{Kind: StaticChannel, Channel: 1}, {Kind: AssignedChannel, Channel: 2003}, {Kind: AssignedChannel, Channel: 2002},
		{Kind: PrivateChannel, Channel: 2004, Manager: 2001, Admitted: []uint16{1001, 9999}, Joined: true},
		{Kind: PrivateChannel, Channel: 2005, Manager: 1001},
	}
	s.send("b", PDU{Kind: MergeChannelsRequest, Merged: merged}, "b: MergeChannelsConfirm channels=[1001 2002 2005] merged=5")
	s.send("a", PDU{Kind: ChannelJoinRequest, Initiator: 1001, Channel: 2004}, "a: ChannelJoinConfirm initiator=1001 requested=2004 channel=2004")
	s.send("b", PDU{Kind: SendDataRequest, Initiator: 2001, Channel: 2004}, "a: SendDataIndication initiator=2001 channel=2004 top, 0 octets")
	held := []TokenAttributes{
		{Kind: Grabbed, Token: 1, Grabber: 2001}, {Kind: Grabbed, Token: 2, Grabber: 1001}, {Kind: Inhibited, Token: 3, Inhibitors: []uint16{2001, 2002}},
		{Kind: Giving, Token: 4, Grabber: 2001, Recipient: 2002}, {Kind: Grabbed, Token: 1, Grabber: 2002},
	}
	s.send("b", PDU{Kind: MergeTokensRequest, Held: held}, "b: MergeTokensConfirm tokens=[2 1] held=3")
	s.send("b", PDU{Kind: TokenTestRequest, Initiator: 2002, Token: 4}, "b: TokenTestConfirm status=self recipient initiator=2002 token=4")
	s.ports["b"].Close()
	s.hear("b goes", "a: ChannelDisbandIndication channel=2004", "a: DetachUserIndication reason=domain disconnected users=[2001 2002]")
}

func TestHeight(t *testing.T) {
	s := newScene(t, Parameters{MaxHeight: 3}, "a")
	s.send("a", PDU{Kind: ErectDomainRequest, Height: 2})
	s.send("a", PDU{Kind: ErectDomainRequest, Height: 3}, "a: PlumbDomainIndication height=2")
}

func TestForbiddenUpward(t *testing.T) {
	s := newScene(t, Parameters{}, "a")
	for k := range kinds {
		if handlers[k] != nil {
			continue
		}
		pdu, violation := PDU{Kind: k}, (*Violation)(nil)
		if err := s.ports["a"].Receive(&pdu); !errors.As(err, &violation) || violation.Diagnostic != ForbiddenUpward {
			t.Errorf("%s: %v", k, err)
		}
	}
	for _, k := range []Kind{DisconnectProviderUltimatum, RejectUltimatum} {
		pdu := PDU{Kind: k}
		if err := s.ports["a"].Receive(&pdu); !errors.Is(err, ErrDisconnected) {
			t.Errorf("%s: %v", k, err)
		}
	}
}

// Users of our own are as any other, and may answer from where they are told.
func TestOwnUsers(t *testing.T) {
	s := newScene(t, Parameters{}, "a")
	s.attach("a") // 1001
	var heard []string
	var u, v *User
	s.d.Do(func() {
		u = s.d.Attach(func(p *PDU) {
			if heard = append(heard, "u: "+p.String()); p.Kind == SendDataIndication {
				u.Request(PDU{Kind: SendDataRequest, Channel: 9, Data: p.Data})
			}
		})
		v = s.d.Attach(func(p *PDU) {
			if heard = append(heard, "v: "+p.String()); p.Kind == SendDataIndication {
				v.Detach()
			}
		})
	})
	s.d.Do(func() {
		u.Request(PDU{Kind: ChannelJoinRequest, Channel: 9})
		v.Request(PDU{Kind: ChannelJoinRequest, Channel: 9})
	})
	s.send("a", PDU{Kind: ChannelJoinRequest, Initiator: 1001, Channel: 9}, "a: ChannelJoinConfirm initiator=1001 requested=9 channel=9")
	s.send("a", PDU{Kind: SendDataRequest, Initiator: 1001, Channel: 9, Data: []byte("hi")},
		"a: SendDataIndication initiator=1002 channel=9 top, 2 octets", "a: DetachUserIndication reason=user requested users=[1003]")
	want := []string{
		"u: AttachUserConfirm initiator=1002", "v: AttachUserConfirm initiator=1003",
		"u: ChannelJoinConfirm initiator=1002 requested=9 channel=9", "v: ChannelJoinConfirm initiator=1003 requested=9 channel=9",
		"u: SendDataIndication initiator=1001 channel=9 top, 2 octets", "v: SendDataIndication initiator=1001 channel=9 top, 2 octets",
		"u: DetachUserIndication reason=user requested users=[1003]",
	}
	if !slices.Equal(heard, want) {
		t.Errorf("%q, want %q", heard, want)
	}
}

// When all ids are in use, nobody gets one.
func TestIDsRunOut(t *testing.T) {
	s := newScene(t, Parameters{}, "a")
	for range maxID - MinDynamic + 1 {
		s.attach("a")
	}
	s.send("a", PDU{Kind: AttachUserRequest}, "a: AttachUserConfirm result=too many users")
	s.send("a", PDU{Kind: ChannelJoinRequest, Initiator: 1001}, "a: ChannelJoinConfirm result=too many channels initiator=1001 requested=0")
	s.send("a", PDU{Kind: DetachUserRequest, Users: []uint16{30000}}, "a: DetachUserIndication reason=domain disconnected users=[30000]")
	s.send("a", PDU{Kind: AttachUserRequest}, "a: AttachUserConfirm initiator=30000")
}
