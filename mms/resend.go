package mms

import "encoding/binary"

// RequestPacketListResend, [MS-MMSP] 2.2.5, is all that a client sends over
// UDP.
//
//	+---------------------------------------------------------------+
//	|                    Signature = 0xBEEFF00D                     |
//	|             dwClientId: nCubs of ReportFunnelInfo             |
//	+-------------------------------+-------------------------------+
//	|   wSourceId: low openFileId   |     wNumPackets: 1 to 32      |
//	+-------------------------------+-------------------------------+
//	|           dwBeginPacketList: one number for each              |
//	+---------------------------------------------------------------+
const (
	resendSignature = 0xBEEFF00D
	resendHeadSize  = 12 // bytes

	// MaxResend is how many packets one request can ask for.
	MaxResend = 32
)

// ResendRequest asks for lost data packets again.
type ResendRequest struct {
	ClientID   uint32
	SourceID   uint16 // the 16 low bits of openFileId
	NumPackets int
	Packets    [MaxResend]Sequence // the first NumPackets count
}

// ParseResendRequest parses a UDP datagram of a client. What follows the list
// is not looked at.
func ParseResendRequest(b []byte) (ResendRequest, error) {
	const object = "RequestPacketListResend"
	if len(b) < resendHeadSize {
		return ResendRequest{}, &ParseError{object, len(b), ErrNeedMore}
	}
	f := fields{b}
	if f.u32() != resendSignature {
		return ResendRequest{}, &ParseError{object, 0, ErrInvalid}
	}
	r := ResendRequest{ClientID: f.u32(), SourceID: f.u16(), NumPackets: int(f.u16())}
	switch {
	case r.NumPackets > MaxResend:
		return ResendRequest{}, &ParseError{object, 10, ErrLimit}
	case r.NumPackets == 0:
		return ResendRequest{}, &ParseError{object, 10, ErrInvalid}
	case len(f.b) < 4*r.NumPackets:
		return ResendRequest{}, &ParseError{object, len(b), ErrNeedMore}
	}
	for i := range r.NumPackets {
		r.Packets[i] = Sequence(f.u32())
	}
	return r, nil
}

// List returns the numbers asked for.
func (r *ResendRequest) List() []Sequence { return r.Packets[:r.NumPackets] }

// Append appends the datagram.
func (r *ResendRequest) Append(b []byte) []byte {
	b = appendU32(b, resendSignature, r.ClientID)
	b = binary.LittleEndian.AppendUint16(b, r.SourceID)
	b = binary.LittleEndian.AppendUint16(b, uint16(r.NumPackets))
	for _, n := range r.List() {
		b = appendU32(b, uint32(n))
	}
	return b
}
