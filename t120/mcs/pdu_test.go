package mcs

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/asn1ref"
	"caracal/internal/per"
)

// term is a value as Erlang writes it: a record of a PDU's type with these fields.
func term(k Kind, record string, fields ...any) string {
	var all []string
	for _, f := range fields {
		switch f := f.(type) {
		case []uint16:
			var ids []string
			for _, id := range f {
				ids = append(ids, fmt.Sprint(id))
			}
			all = append(all, "["+strings.Join(ids, ",")+"]")
		default:
			all = append(all, fmt.Sprint(f))
		}
	}
	return fmt.Sprintf("{p%d, {%s}}", k, strings.Join(append([]string{"'" + record + "'"}, all...), ", "))
}

type example struct {
	pdu  PDU
	term string
}

func anonymous(k Kind) string { return fmt.Sprintf("PDU_p%d", k) }

// examples are one of each Kind at least, with ids at the ends of their ranges.
func examples() []example {
	ids, data := []uint16{1001, 65535, 20000}, []byte{1, 2, 3}
	list := []example{
		{PDU{Kind: PlumbDomainIndication, Height: 2}, term(0, anonymous(0), 2)},
		{PDU{Kind: ErectDomainRequest, Height: 1, Interval: 300}, term(1, anonymous(1), 1, 300)},
		{PDU{Kind: PurgeChannelsIndication, Users: ids, Channels: []uint16{0, 65535}}, term(4, anonymous(4), ids, []uint16{0, 65535})},
		{PDU{Kind: PurgeTokensIndication, Tokens: []uint16{1, 65535}}, term(7, anonymous(7), []uint16{1, 65535})},
		{PDU{Kind: DisconnectProviderUltimatum, Reason: UserRequested}, term(8, anonymous(8), "user")},
		{PDU{Kind: RejectUltimatum, Diagnostic: InvalidPER, Data: data}, term(9, anonymous(9), "d4", "<<1,2,3>>")},
		{PDU{Kind: AttachUserRequest}, term(10, anonymous(10))},
		{PDU{Kind: AttachUserConfirm, Initiator: 1001}, term(11, anonymous(11), "r0", 1001)},
		{PDU{Kind: AttachUserConfirm, Result: TooManyUsers}, term(11, anonymous(11), "r13", "asn1_NOVALUE")},
		{PDU{Kind: DetachUserRequest, Reason: UserRequested, Users: ids}, term(12, "Detach", "user", ids)},
		{PDU{Kind: DetachUserIndication, Reason: DomainDisconnected, Users: ids}, term(13, "Detach", "domain", ids)},
		{PDU{Kind: ChannelJoinRequest, Initiator: 65535, Channel: 0}, term(14, anonymous(14), 65535, 0)},
		{PDU{Kind: ChannelJoinConfirm, Initiator: 1001, Requested: 0, Channel: 65535}, term(15, anonymous(15), "r0", 1001, 0, 65535)},
		{PDU{Kind: ChannelJoinConfirm, Result: NoSuchChannel, Initiator: 1001, Requested: 7}, term(15, anonymous(15), "r3", 1001, 7, "asn1_NOVALUE")},
		{PDU{Kind: ChannelLeaveRequest, Channels: []uint16{0, 1, 65535}}, term(16, anonymous(16), []uint16{0, 1, 65535})},
		{PDU{Kind: ChannelConveneRequest, Initiator: 1002}, term(17, anonymous(17), 1002)},
		{PDU{Kind: ChannelConveneConfirm, Initiator: 1002, Channel: 1003}, term(18, anonymous(18), "r0", 1002, 1003)},
		{PDU{Kind: ChannelConveneConfirm, Result: TooManyChannels, Initiator: 1002}, term(18, anonymous(18), "r11", 1002, "asn1_NOVALUE")},
		{PDU{Kind: ChannelDisbandRequest, Initiator: 1002, Channel: 1003}, term(19, anonymous(19), 1002, 1003)},
		{PDU{Kind: ChannelDisbandIndication, Channel: 1003}, term(20, anonymous(20), 1003)},
		{PDU{Kind: ChannelExpelIndication, Channel: 1003, Users: ids}, term(24, anonymous(24), 1003, ids)},
		{PDU{Kind: TokenGiveResponse, Result: UserRejected, Recipient: 1001, Token: 65535}, term(35, anonymous(35), "r15", 1001, 65535)},
		{PDU{Kind: TokenTestConfirm, Initiator: 1001, Token: 9, Status: OtherGiving}, term(42, anonymous(42), 1001, 9, "s7")},
	}
	for _, k := range []Kind{ChannelAdmitRequest, ChannelAdmitIndication, ChannelExpelRequest} {
		list = append(list, example{PDU{Kind: k, Initiator: 1001, Channel: 65535, Users: ids}, term(k, "Admission", 1001, 65535, ids)})
	}
	for _, k := range []Kind{TokenGrabRequest, TokenInhibitRequest, TokenPleaseRequest, TokenPleaseIndication, TokenReleaseRequest, TokenTestRequest} {
		list = append(list, example{PDU{Kind: k, Initiator: 1001, Token: 16384}, term(k, "TokenAsk", 1001, 16384)})
	}
	for _, k := range []Kind{TokenGrabConfirm, TokenInhibitConfirm, TokenGiveConfirm, TokenReleaseConfirm} {
		list = append(list, example{PDU{Kind: k, Result: TokenNotAvailable, Initiator: 1001, Token: 1, Status: OtherGrabbed}, term(k, "TokenAnswer", "r9", 1001, 1, "s2")})
	}
	for _, k := range []Kind{TokenGiveRequest, TokenGiveIndication} {
		list = append(list, example{PDU{Kind: k, Initiator: 1001, Token: 1, Recipient: 1002}, term(k, "TokenGive", 1001, 1, 1002)})
	}
	return append(append(list, merges()...), pieces()...)
}

func merges() (list []example) {
	channels := []ChannelAttributes{
		{Kind: StaticChannel, Channel: 1000}, {Kind: UserChannel, Channel: 1001, Joined: true},
		{Kind: PrivateChannel, Channel: 1002, Manager: 1001, Admitted: []uint16{65535}}, {Kind: AssignedChannel, Channel: 1004},
	}
	const channelTerm = "[{static, {s, 1000}}, {userId, {u, true, 1001}}, {private, {p, false, 1002, 1001, [65535]}}, {assigned, {a, 1004}}]"
	tokens := []TokenAttributes{
		{Kind: Grabbed, Token: 1, Grabber: 1001}, {Kind: Inhibited, Token: 2, Inhibitors: []uint16{1001, 1002}},
		{Kind: Giving, Token: 3, Grabber: 1001, Recipient: 1002}, {Kind: Ungivable, Token: 4, Grabber: 1001}, {Kind: Given, Token: 65535, Recipient: 1002},
	}
	const tokenTerm = "[{grabbed, {g, 1, 1001}}, {inhibited, {i, 2, [1001, 1002]}}, {giving, {g, 3, 1001, 1002}}, {ungivable, {u, 4, 1001}}, {given, {g, 65535, 1002}}]"
	for k := MergeChannelsRequest; k <= MergeChannelsConfirm; k++ {
		list = append(list, example{PDU{Kind: k, Merged: channels, Channels: []uint16{5}}, term(k, "MergeChannels", channelTerm, "[5]")})
	}
	for k := MergeTokensRequest; k <= MergeTokensConfirm; k++ {
		list = append(list, example{PDU{Kind: k, Held: tokens, Tokens: []uint16{5}}, term(k, "MergeTokens", tokenTerm, "[5]")})
	}
	return list
}

// pieces are data with lengths of each form.
func pieces() (list []example) {
	for i, size := range []int{0, 1, 127, 128, 4000, MaxData, MaxData + 1, 65536} {
		k := SendDataRequest + Kind(i%4)
		b := bytes.Repeat([]byte{byte(i)}, size)
		literal := "<<" + strings.TrimSuffix(strings.Repeat(fmt.Sprint(i)+",", size), ",") + ">>"
		p := PDU{Kind: k, Initiator: 1001, Channel: uint16(i * 9000), Priority: Priority(i % 4), Begin: i%2 == 0, End: i%3 == 0, Data: b}
		bits := 0
		if p.Begin {
			bits |= 2
		}
		if p.End {
			bits |= 1
		}
		list = append(list, example{p, term(k, "Data", 1001, p.Channel, p.Priority, fmt.Sprintf("<<%d:2>>", bits), literal)})
	}
	return list
}

// Each PDU is encoded as Erlang's asn1 does it, and read back as it was; cut off anywhere
// it is none.
func TestAgainstErlang(t *testing.T) {
	all, seen := examples(), map[Kind]bool{}
	var values []asn1ref.Value
	for _, e := range all {
		values = append(values, asn1ref.Value{Type: "PDU", Term: e.term})
		seen[e.pdu.Kind] = true
	}
	if len(seen) != int(kinds) {
		t.Errorf("%d of %d kinds have an example", len(seen), kinds)
	}
	for i, want := range asn1ref.Encode(t, "testdata/Mcs.asn1", "per", values) {
		p := all[i].pdu
		got, err := p.Append(nil)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x: %v", p.Kind, clip(got), clip(want), err)
		}
		if isData(p.Kind) && len(p.Data) <= MaxData && !bytes.Equal(p.AppendData(nil), want) {
			t.Errorf("%s of %d octets by hand: %x, want %x", p.Kind, len(p.Data), clip(p.AppendData(nil)), clip(want))
		}
		back, err := Parse(want)
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%s: read %+v, want %+v: %v", p.Kind, clipPDU(back), clipPDU(p), err)
		}
		for n := range min(len(want), 60) {
			if _, err := Parse(want[:n]); err == nil {
				t.Errorf("%s is taken when cut to %d octets", p.Kind, n)
			}
		}
	}
}

func clip(b []byte) []byte { return b[:min(len(b), 40)] }

func clipPDU(p PDU) PDU { p.Data = clip(p.Data); return p }

// RDP's clients and servers are seen to send these.
func TestKnownBytes(t *testing.T) {
	for want, p := range map[string]PDU{
		"\x04\x01\x00\x01\x00":             {Kind: ErectDomainRequest},
		"\x28":                             {Kind: AttachUserRequest},
		"\x2e\x00\x00\x06":                 {Kind: AttachUserConfirm, Initiator: 1007},
		"\x38\x00\x06\x03\xeb":             {Kind: ChannelJoinRequest, Initiator: 1007, Channel: 1003},
		"\x3e\x00\x00\x06\x03\xeb\x03\xeb": {Kind: ChannelJoinConfirm, Initiator: 1007, Requested: 1003, Channel: 1003},
		"\x21\x80":                         {Kind: DisconnectProviderUltimatum, Reason: UserRequested},
	} {
		if got, err := p.Append(nil); err != nil || string(got) != want {
			t.Errorf("%s: %x, want %x: %v", p.Kind, got, want, err)
		}
	}
}

// What is read is written as it was, or in the one form that we write.
func FuzzParse(f *testing.F) {
	for _, e := range examples() {
		if b, err := e.pdu.Append(nil); err == nil && len(b) < 4000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			return
		}
		out, err := p.Append(nil)
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		again, err := Parse(out)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("%x: %+v, %+v: %v", b, p, again, err)
		}
		if isData(p.Kind) { // the quick way and the other one agree
			var slow PDU
			c := per.Read(b)
			if slow.code(c); c.Err() != nil || !reflect.DeepEqual(slow, p) {
				t.Fatalf("%x: %+v, %+v: %v", b, slow, p, c.Err())
			}
		}
	})
}
