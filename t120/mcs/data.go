package mcs

import (
	"encoding/binary"
	"fmt"

	"caracal/internal/per"
)

// Data is nearly all that goes through a domain, and its PDUs are all alike: octets of
// kind, initiator, channel, priority with segmentation, and length. So they are read and
// written here by hand.

// DataHead is how many octets stand at most before those of a piece of data.
const DataHead = 8

// maxShort is the longest piece whose length is one number: longer ones are in fragments.
const maxShort = 16<<10 - 1

func isData(k Kind) bool { return k >= SendDataRequest && k <= UniformSendDataIndication }

// parseData takes a PDU of data; ok is false for others, and for those in fragments.
func parseData(b []byte) (p PDU, ok bool, err error) {
	if len(b) < DataHead-1 || !isData(Kind(b[0]>>2)) {
		return p, false, nil
	}
	initiator := int(binary.BigEndian.Uint16(b[1:])) + MinDynamic
	size, at := int(b[6]), 7
	switch {
	case initiator > maxID, size >= 0xC0, size >= 0x80 && len(b) < DataHead:
		return p, false, nil
	case size >= 0x80:
		size, at = size&0x3F<<8|int(b[7]), 8
	}
	p = PDU{
		Kind: Kind(b[0] >> 2), Initiator: uint16(initiator), Channel: binary.BigEndian.Uint16(b[3:]),
		Priority: Priority(b[5] >> 6), Begin: b[5]&0x20 != 0, End: b[5]&0x10 != 0,
	}
	if size > len(b)-at {
		return p, true, fmt.Errorf("mcs: %s: %w", p.Kind, per.ErrNeedMore)
	}
	p.Data = b[at : at+size : at+size]
	return p, true, nil
}

// AppendData writes a PDU of data of at most MaxData octets.
func (p *PDU) AppendData(b []byte) []byte {
	b = append(b, byte(p.Kind)<<2)
	b = binary.BigEndian.AppendUint16(b, p.Initiator-MinDynamic)
	b = binary.BigEndian.AppendUint16(b, p.Channel)
	bits := byte(p.Priority) << 6
	if p.Begin {
		bits |= 0x20
	}
	if p.End {
		bits |= 0x10
	}
	if b = append(b, bits); len(p.Data) < 0x80 {
		b = append(b, byte(len(p.Data)))
	} else {
		b = binary.BigEndian.AppendUint16(b, 1<<15|uint16(len(p.Data)))
	}
	return append(b, p.Data...)
}

// MaxData is how many octets of data a PDU has that we write.
const MaxData = maxShort

func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return fmt.Sprintf("PDU %d", uint8(k))
}

var kindNames = [kinds]string{
	"PlumbDomainIndication", "ErectDomainRequest", "MergeChannelsRequest", "MergeChannelsConfirm", "PurgeChannelsIndication",
	"MergeTokensRequest", "MergeTokensConfirm", "PurgeTokensIndication", "DisconnectProviderUltimatum", "RejectMCSPDUUltimatum",
	"AttachUserRequest", "AttachUserConfirm", "DetachUserRequest", "DetachUserIndication", "ChannelJoinRequest", "ChannelJoinConfirm",
	"ChannelLeaveRequest", "ChannelConveneRequest", "ChannelConveneConfirm", "ChannelDisbandRequest", "ChannelDisbandIndication",
	"ChannelAdmitRequest", "ChannelAdmitIndication", "ChannelExpelRequest", "ChannelExpelIndication", "SendDataRequest",
	"SendDataIndication", "UniformSendDataRequest", "UniformSendDataIndication", "TokenGrabRequest", "TokenGrabConfirm",
	"TokenInhibitRequest", "TokenInhibitConfirm", "TokenGiveRequest", "TokenGiveIndication", "TokenGiveResponse", "TokenGiveConfirm",
	"TokenPleaseRequest", "TokenPleaseIndication", "TokenReleaseRequest", "TokenReleaseConfirm", "TokenTestRequest", "TokenTestConfirm",
}
