// Package mcs is the Multipoint Communication Service of T.122 and T.125: domains of
// users, the channels that they join and the tokens that they hold.
package mcs

import (
	"fmt"

	"caracal/internal/per"
)

// Kind is one of the PDUs of a domain, by its number in DomainMCSPDU, T.125 7 part 10.
type Kind uint8

// The PDUs.
const (
	PlumbDomainIndication Kind = iota
	ErectDomainRequest
	MergeChannelsRequest
	MergeChannelsConfirm
	PurgeChannelsIndication
	MergeTokensRequest
	MergeTokensConfirm
	PurgeTokensIndication
	DisconnectProviderUltimatum
	RejectUltimatum
	AttachUserRequest
	AttachUserConfirm
	DetachUserRequest
	DetachUserIndication
	ChannelJoinRequest
	ChannelJoinConfirm
	ChannelLeaveRequest
	ChannelConveneRequest
	ChannelConveneConfirm
	ChannelDisbandRequest
	ChannelDisbandIndication
	ChannelAdmitRequest
	ChannelAdmitIndication
	ChannelExpelRequest
	ChannelExpelIndication
	SendDataRequest
	SendDataIndication
	UniformSendDataRequest
	UniformSendDataIndication
	TokenGrabRequest
	TokenGrabConfirm
	TokenInhibitRequest
	TokenInhibitConfirm
	TokenGiveRequest
	TokenGiveIndication
	TokenGiveResponse
	TokenGiveConfirm
	TokenPleaseRequest
	TokenPleaseIndication
	TokenReleaseRequest
	TokenReleaseConfirm
	TokenTestRequest
	TokenTestConfirm

	kinds
)

// PDU is one of a domain. Which fields it has depends on the Kind. What is read aliases
// the input.
type PDU struct {
	Kind       Kind
	Result     Result
	Reason     Reason
	Status     Status
	Diagnostic Diagnostic

	Initiator uint16 // a user; 0 in a confirm that has none
	Channel   uint16 // 0 in a confirm that has none
	Requested uint16 // of ChannelJoinConfirm: the channel that was asked for
	Token     uint16
	Recipient uint16 // a user

	Users    []uint16
	Channels []uint16
	Tokens   []uint16
	Merged   []ChannelAttributes
	Held     []TokenAttributes

	Priority   Priority
	Begin, End bool   // of data: its first and last piece
	Data       []byte // of data, and the octets that were rejected

	Height   uint32 // of ErectDomain and PlumbDomain
	Interval uint32 // of ErectDomain: ms between reports of throughput
}

// layout is what the PDUs are made of, in the order of T.125 7.
var layout = [kinds][]func(*PDU, *per.Coder){
	PlumbDomainIndication:       {(*PDU).height},
	ErectDomainRequest:          {(*PDU).height, (*PDU).interval},
	MergeChannelsRequest:        {(*PDU).merged, (*PDU).channels},
	MergeChannelsConfirm:        {(*PDU).merged, (*PDU).channels},
	PurgeChannelsIndication:     {(*PDU).users, (*PDU).channels},
	MergeTokensRequest:          {(*PDU).held, (*PDU).tokens},
	MergeTokensConfirm:          {(*PDU).held, (*PDU).tokens},
	PurgeTokensIndication:       {(*PDU).tokens},
	DisconnectProviderUltimatum: {(*PDU).reason},
	RejectUltimatum:             {(*PDU).diagnostic, (*PDU).octets},
	AttachUserRequest:           {},
	AttachUserConfirm:           {(*PDU).hasInitiator},
	DetachUserRequest:           {(*PDU).reason, (*PDU).users},
	DetachUserIndication:        {(*PDU).reason, (*PDU).users},
	ChannelJoinRequest:          {(*PDU).initiator, (*PDU).channel},
	ChannelJoinConfirm:          {(*PDU).hasChannel},
	ChannelLeaveRequest:         {(*PDU).channels},
	ChannelConveneRequest:       {(*PDU).initiator},
	ChannelConveneConfirm:       {(*PDU).hasPrivate},
	ChannelDisbandRequest:       {(*PDU).initiator, (*PDU).private},
	ChannelDisbandIndication:    {(*PDU).private},
	ChannelAdmitRequest:         {(*PDU).initiator, (*PDU).private, (*PDU).users},
	ChannelAdmitIndication:      {(*PDU).initiator, (*PDU).private, (*PDU).users},
	ChannelExpelRequest:         {(*PDU).initiator, (*PDU).private, (*PDU).users},
	ChannelExpelIndication:      {(*PDU).private, (*PDU).users},
	SendDataRequest:             {(*PDU).initiator, (*PDU).channel, (*PDU).piece, (*PDU).octets},
	SendDataIndication:          {(*PDU).initiator, (*PDU).channel, (*PDU).piece, (*PDU).octets},
	UniformSendDataRequest:      {(*PDU).initiator, (*PDU).channel, (*PDU).piece, (*PDU).octets},
	UniformSendDataIndication:   {(*PDU).initiator, (*PDU).channel, (*PDU).piece, (*PDU).octets},
	TokenGrabRequest:            {(*PDU).initiator, (*PDU).token},
	TokenGrabConfirm:            {(*PDU).result, (*PDU).initiator, (*PDU).token, (*PDU).status},
	TokenInhibitRequest:         {(*PDU).initiator, (*PDU).token},
	TokenInhibitConfirm:         {(*PDU).result, (*PDU).initiator, (*PDU).token, (*PDU).status},
	TokenGiveRequest:            {(*PDU).initiator, (*PDU).token, (*PDU).recipient},
	TokenGiveIndication:         {(*PDU).initiator, (*PDU).token, (*PDU).recipient},
	TokenGiveResponse:           {(*PDU).result, (*PDU).recipient, (*PDU).token},
	TokenGiveConfirm:            {(*PDU).result, (*PDU).initiator, (*PDU).token, (*PDU).status},
	TokenPleaseRequest:          {(*PDU).initiator, (*PDU).token},
	TokenPleaseIndication:       {(*PDU).initiator, (*PDU).token},
	TokenReleaseRequest:         {(*PDU).initiator, (*PDU).token},
	TokenReleaseConfirm:         {(*PDU).result, (*PDU).initiator, (*PDU).token, (*PDU).status},
	TokenTestRequest:            {(*PDU).initiator, (*PDU).token},
	TokenTestConfirm:            {(*PDU).initiator, (*PDU).token, (*PDU).status},
}

// Parse takes a PDU. What stands behind it is left alone: some peers fill up with zeros.
func Parse(b []byte) (PDU, error) {
	if p, ok, err := parseData(b); ok {
		return p, err
	}
	var p PDU
	c := per.Read(b)
	p.code(c)
	if err := c.Err(); err != nil {
		return p, fmt.Errorf("mcs: %s: %w", p.Kind, err)
	}
	return p, nil
}

// Append writes it. Only what no PDU has is an error: ids out of their range, for one.
func (p *PDU) Append(b []byte) ([]byte, error) {
	c := per.Write(b)
	p.code(c)
	out, err := c.Bytes()
	if err != nil {
		return b, fmt.Errorf("mcs: %s: %w", p.Kind, err)
	}
	return out, nil
}

func (p *PDU) code(c *per.Coder) {
	kind := int(p.Kind)
	c.Choice(&kind, int(kinds), false, func() {
		p.Kind = Kind(kind)
		for _, field := range layout[kind] {
			field(p, c)
		}
	})
}
