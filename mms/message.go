package mms

import (
	"encoding/binary"
	"math"
)

// messageHeadSize is the size of chunkLen and MID, bytes.
const messageHeadSize = 8

// Message is any message, [MS-MMSP] 2.2.4. The function of its name parses
// Body: ParseConnect that of a MIDConnect.
type Message struct {
	MID  MID
	Body []byte // what follows the MID, padding included; aliases the input
}

// ParseMessage parses the message at the beginning of b, the messages of one
// TcpMessageHeader, and returns how many bytes it takes.
func ParseMessage(b []byte) (Message, int, error) {
	if len(b) < messageHeadSize {
		return Message{}, 0, &ParseError{"chunkLen", 0, ErrInvalid}
	}
	chunks := binary.LittleEndian.Uint32(b)
	m := Message{MID: MID(binary.LittleEndian.Uint32(b[4:]))}
	if chunks == 0 || chunks > uint32(MaxMessage/chunkSize) || int(chunks)*chunkSize > len(b) {
		return m, 0, &ParseError{"chunkLen", 0, ErrInvalid}
	}
	n := int(chunks) * chunkSize
	m.Body = b[messageHeadSize:n:n]
	return m, n, nil
}

// beginMessage appends the head of a message; endMessage pads the message that
// begins at at to whole chunks and enters how many it has.
func beginMessage(b []byte, mid MID) (out []byte, at int) {
	at = len(b)
	b = binary.LittleEndian.AppendUint32(b, 0)
	return binary.LittleEndian.AppendUint32(b, uint32(mid)), at
}

func endMessage(b []byte, at int) []byte {
	for (len(b)-at)%chunkSize != 0 {
		b = append(b, 0)
	}
	binary.LittleEndian.PutUint32(b[at:], uint32((len(b)-at)/chunkSize))
	return b
}

func appendFloat(b []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
}

func appendU32(b []byte, values ...uint32) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// fields reads one field after the other of a body whose length was checked:
// checkBody has to be asked first.
type fields struct{ b []byte }

func (f *fields) u16() uint16 {
	v := binary.LittleEndian.Uint16(f.b)
	f.b = f.b[2:]
	return v
}

func (f *fields) u32() uint32 {
	v := binary.LittleEndian.Uint32(f.b)
	f.b = f.b[4:]
	return v
}

func (f *fields) u64() uint64 {
	v := binary.LittleEndian.Uint64(f.b)
	f.b = f.b[8:]
	return v
}

func (f *fields) float() float64 { return math.Float64frombits(f.u64()) }

func (f *fields) skip(n int) { f.b = f.b[n:] }

// checkBody refuses a body that is shorter than the fixed fields, in bytes
// behind the MID. A longer one has padding, or what a later version adds.
func checkBody(mid MID, body []byte, fixed int) error {
	if len(body) < fixed {
		return &ParseError{mid.String(), messageHeadSize + len(body), ErrNeedMore}
	}
	return nil
}

func putU32(b []byte, values ...uint32) {
	for i, v := range values {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
}
