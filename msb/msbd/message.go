package msbd

import (
	"encoding/binary"
	"fmt"
)

// MessageID is wMessageId, [MS-MSBD] 2.2.1.
type MessageID uint16

const (
	ReqPing       MessageID = 0x0001
	ResPing       MessageID = 0x0002
	ReqStreamInfo MessageID = 0x0003
	ResStreamInfo MessageID = 0x0004
	IndStreamInfo MessageID = 0x0005
	ReqConnect    MessageID = 0x0007
	ResConnect    MessageID = 0x0008
	IndEOS        MessageID = 0x0009
	IndPacket     MessageID = 0x000A
)

var messageNames = map[MessageID]string{
	ReqPing: "MSB_MSG_REQ_PING", ResPing: "MSB_MSG_RES_PING", ReqStreamInfo: "MSB_MSG_REQ_STREAMINFO",
	ResStreamInfo: "MSB_MSG_RES_STREAMINFO", IndStreamInfo: "MSB_MSG_IND_STREAMINFO", ReqConnect: "MSB_MSG_REQ_CONNECT",
	ResConnect: "MSB_MSG_RES_CONNECT", IndEOS: "MSB_MSG_IND_EOS", IndPacket: "MSB_MSG_IND_PACKET",
}

func (id MessageID) String() string {
	if name := messageNames[id]; name != "" {
		return name
	}
	return fmt.Sprintf("message 0x%04X", uint16(id))
}

// MSBMSGBASE, [MS-MSBD] 2.2.1, goes before every message. All integers of the
// protocol are little-endian, but for a port and an address.
//
//	 0                   1                   2                   3
//	+---------------------------------------------------------------+
//	|                dwSignature = "MSB " 0x2042534D                |
//	+-------------------------------+-------------------------------+
//	|       wVersion = 0x0106       |          wMessageId           |
//	+-------------------------------+-------------------------------+
//	|               cbMessage = bytes, with these 16                |
//	|                              hr                               |
//	+---------------------------------------------------------------+
const (
	HeadSize   = 16 // bytes
	MaxMessage = 1<<16 - 1

	signature = 0x2042534D
	version   = 0x0106
)

// Message is any message. The function of its name parses Body: ParseConnect that
// of a ReqConnect.
type Message struct {
	ID   MessageID
	HR   HRESULT
	Body []byte // what follows MSBMSGBASE; aliases the input
}

// ParseMessage parses the message at the beginning of b and returns how many bytes
// it takes. What does not begin as MSBMSGBASE does is refused as soon as it shows;
// ErrNeedMore by itself says that more has to come. Which version it is does not
// count but for its first half, which would be another layout.
func ParseMessage(b []byte) (Message, int, error) {
	const object = "MSBMSGBASE"
	if len(b) >= 4 && binary.LittleEndian.Uint32(b) != signature {
		return Message{}, 0, &ParseError{object, 0, ErrInvalid}
	}
	if len(b) >= 6 && b[5] != version>>8 {
		return Message{}, 0, &ParseError{object, 4, ErrInvalid}
	}
	if len(b) < HeadSize {
		return Message{}, 0, ErrNeedMore
	}
	size := binary.LittleEndian.Uint32(b[8:])
	switch {
	case size < HeadSize:
		return Message{}, 0, &ParseError{object, 8, ErrInvalid}
	case size > MaxMessage:
		return Message{}, 0, &ParseError{object, 8, ErrLimit}
	case int(size) > len(b):
		return Message{}, 0, ErrNeedMore
	}
	return Message{
		ID:   MessageID(binary.LittleEndian.Uint16(b[6:])),
		HR:   HRESULT(binary.LittleEndian.Uint32(b[12:])),
		Body: b[HeadSize:size:size],
	}, int(size), nil
}

// Size is the size of what Append appends.
func (m *Message) Size() int { return HeadSize + len(m.Body) }

// Append appends the message, of at most MaxMessage bytes.
func (m *Message) Append(b []byte) []byte {
	return append(appendHead(b, m.ID, m.HR, m.Size()), m.Body...)
}

func appendHead(b []byte, id MessageID, hr HRESULT, size int) []byte {
	b = binary.LittleEndian.AppendUint32(b, signature)
	b = binary.LittleEndian.AppendUint16(b, version)
	b = binary.LittleEndian.AppendUint16(b, uint16(id))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	return binary.LittleEndian.AppendUint32(b, uint32(hr))
}

// checkBody refuses a body that is shorter than the fixed fields. A longer one has
// what a later version adds.
func checkBody(id MessageID, body []byte, fixed int) error {
	if len(body) < fixed {
		return &ParseError{id.String(), HeadSize + len(body), ErrNeedMore}
	}
	return nil
}
