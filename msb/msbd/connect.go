package msbd

import (
	"encoding/binary"
	"net/netip"
	"unicode/utf16"
)

// Delivery is dwFlags of MSB_MSG_REQ_CONNECT: how the packets are to come.
type Delivery uint32

const (
	OverTCP     Delivery = 1
	OverGroup   Delivery = 2 // IP multicast; the rest stays on the connection
	ChannelName          = "NetShow"

	connectFixed = 4      // bytes of the body before szChannel
	maxChannel   = 65_514 // bytes
	addressFixed = 20     // bytes of the body of MSB_MSG_RES_CONNECT
	familyIPv4   = 2
	sinZero      = 8
)

// ConnectRequest is MSB_MSG_REQ_CONNECT, [MS-MSBD] 2.2.7.
type ConnectRequest struct {
	Delivery Delivery
	Channel  string // szChannel: ChannelName means ASF
}

// ParseConnect parses the Body of a ReqConnect. NULs behind the channel, which
// should not be there, are left out.
func ParseConnect(body []byte) (ConnectRequest, error) {
	if err := checkBody(ReqConnect, body, connectFixed); err != nil {
		return ConnectRequest{}, err
	}
	text := body[connectFixed:]
	if len(text)%2 != 0 {
		return ConnectRequest{}, &ParseError{"szChannel", HeadSize + connectFixed, ErrInvalid}
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(text[2*i:])
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return ConnectRequest{
		Delivery: Delivery(binary.LittleEndian.Uint32(body)),
		Channel:  string(utf16.Decode(units)),
	}, nil
}

// Append appends the message. A channel that is too long for it is cut off.
func (r *ConnectRequest) Append(b []byte) []byte {
	text := appendUTF16(nil, r.Channel, maxChannel)
	b = appendHead(b, ReqConnect, SOK, HeadSize+connectFixed+len(text))
	b = binary.LittleEndian.AppendUint32(b, uint32(r.Delivery))
	return append(b, text...)
}

// appendUTF16 appends as many whole characters as fit into most bytes.
func appendUTF16(b []byte, s string, most int) []byte {
	for _, r := range s {
		units := utf16.AppendRune(nil, r)
		if most -= 2 * len(units); most < 0 {
			break
		}
		for _, u := range units {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
	}
	return b
}

// HeaderInNSC is dwFlags of MSB_MSG_RES_CONNECT for a header that is in an .nsc
// file as well.
const HeaderInNSC uint32 = 2

// ConnectResponse is MSB_MSG_RES_CONNECT, [MS-MSBD] 2.2.8. Of one whose HR has
// failed nothing else counts.
type ConnectResponse struct {
	HR    HRESULT
	Flags uint32         // HeaderInNSC, or 0
	Group netip.AddrPort // where packets are sent to; not valid: over TCP
}

// ParseConnectResponse parses a ResConnect; a failed one may be of any length.
func ParseConnectResponse(m Message) (ConnectResponse, error) {
	r := ConnectResponse{HR: m.HR}
	if r.HR.Failed() {
		return r, nil
	}
	if err := checkBody(ResConnect, m.Body, addressFixed); err != nil {
		return r, err
	}
	r.Flags = binary.LittleEndian.Uint32(m.Body)
	if binary.LittleEndian.Uint16(m.Body[4:]) == familyIPv4 {
		r.Group = netip.AddrPortFrom(netip.AddrFrom4([4]byte(m.Body[8:])), binary.BigEndian.Uint16(m.Body[6:]))
	}
	return r, nil
}

// Append appends the message. A group is of IPv4.
func (r *ConnectResponse) Append(b []byte) []byte {
	b = appendHead(b, ResConnect, r.HR, HeadSize+addressFixed)
	b = binary.LittleEndian.AppendUint32(b, r.Flags)
	if !r.Group.IsValid() {
		return append(b, make([]byte, addressFixed-4)...)
	}
	b = binary.LittleEndian.AppendUint16(b, familyIPv4)
	b = binary.BigEndian.AppendUint16(b, r.Group.Port())
	address := r.Group.Addr().Unmap().As4()
	return append(append(b, address[:]...), make([]byte, sinZero)...)
}
