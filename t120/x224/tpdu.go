package x224

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Kind is a TPDU's code.
type Kind byte

// The TPDUs of class 0, X.224 13.
const (
	Request    Kind = 0xE0 // CR
	Confirm    Kind = 0xD0 // CC
	Disconnect Kind = 0x80 // DR
	Data       Kind = 0xF0 // DT
	Error      Kind = 0x70 // ER
)

func (k Kind) String() string {
	switch k {
	case Request:
		return "CR"
	case Confirm:
		return "CC"
	case Disconnect:
		return "DR"
	case Data:
		return "DT"
	case Error:
		return "ER"
	}
	return fmt.Sprintf("TPDU %#x", byte(k))
}

// The parameters that are known, X.224 13.3.4.
const (
	paramSize    = 0xC0
	paramCalling = 0xC1
	paramCalled  = 0xC2
)

// endOfMessage is the bit of a DT that says that its message is whole.
const endOfMessage = 0x80

// TPDU is one of them. What is read aliases the input.
type TPDU struct {
	Kind            Kind
	Dest, Source    uint16 // references; of DT none
	Reason          byte   // of DR and ER
	MaxSize         int    // octets of a TPDU that its sender takes, of CR and CC; 0 is not said
	Calling, Called []byte // transport selectors, of CR and CC
	End             bool   // of DT: the message is whole
	Data            []byte // of DT, and what a DR says besides
}

// Parse takes the TPDU of a packet. A CR may have what is no parameter behind its fixed
// part: RDP's clients put a cookie there.
func Parse(b []byte) (TPDU, error) {
	if len(b) < 2 {
		return TPDU{}, ErrNeedMore
	}
	head := 1 + int(b[0])
	if head < 3 || head > len(b) || b[0] == 0xFF {
		return TPDU{}, fmt.Errorf("%w: a head of %d octets in %d", ErrInvalid, head, len(b))
	}
	t := TPDU{Kind: Kind(b[1] & 0xF0), Data: b[head:]}
	switch t.Kind {
	case Data:
		t.End = b[2]&endOfMessage != 0
		return t, nil
	case Error:
		if head < 5 {
			return t, ErrInvalid
		}
		t.Dest, t.Reason = binary.BigEndian.Uint16(b[2:]), b[4]
		return t, nil
	case Request, Confirm, Disconnect:
	default:
		return t, fmt.Errorf("%w: %s", ErrInvalid, t.Kind)
	}
	if head < 7 {
		return t, fmt.Errorf("%w: a %s with a head of %d octets", ErrInvalid, t.Kind, head)
	}
	t.Dest, t.Source = binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint16(b[4:])
	if t.Kind == Disconnect {
		t.Reason = b[6]
		return t, nil
	}
	if b[6]&0xF0 != 0 && t.Kind == Confirm {
		return t, fmt.Errorf("%w: class %d", ErrInvalid, b[6]>>4)
	}
	t.parameters(b[7:head])
	return t, nil
}

// parameters takes those that are known, up to what is none.
func (t *TPDU) parameters(b []byte) {
	for len(b) >= 2 && len(b) >= 2+int(b[1]) {
		code, value := b[0], b[2:2+int(b[1])]
		switch {
		case code == paramSize && len(value) == 1 && value[0] >= 7 && value[0] <= 16:
			t.MaxSize = 1 << value[0]
		case code == paramCalling:
			t.Calling = value
		case code == paramCalled:
			t.Called = value
		}
		b = b[2+len(value):]
	}
}

// Append writes a packet with the TPDU.
func (t *TPDU) Append(b []byte) []byte {
	var head []byte
	switch t.Kind {
	case Data:
		return AppendData(b, t.Data, t.End)
	case Error:
		head = append(binary.BigEndian.AppendUint16([]byte{byte(t.Kind)}, t.Dest), t.Reason)
	default:
		head = binary.BigEndian.AppendUint16([]byte{byte(t.Kind)}, t.Dest)
		head = append(binary.BigEndian.AppendUint16(head, t.Source), t.Reason) // of CR and CC: class 0 and no options
		if t.MaxSize > 0 {
			head = append(head, paramSize, 1, byte(bits.Len(uint(t.MaxSize))-1))
		}
		head = appendParameter(head, paramCalling, t.Calling)
		head = appendParameter(head, paramCalled, t.Called)
	}
	b = appendHeader(b, 1+len(head)+len(t.Data))
	b = append(b, byte(len(head)))
	return append(append(b, head...), t.Data...)
}

func appendParameter(b []byte, code byte, value []byte) []byte {
	if value == nil {
		return b
	}
	return append(append(b, code, byte(len(value))), value...)
}

// DataHead is how many octets stand before those of a DT.
const DataHead = headerSize + 3

// AppendData writes a packet with a DT; it has at most MaxPacket-DataHead octets.
func AppendData(b, data []byte, end bool) []byte {
	flags := byte(0)
	if end {
		flags = endOfMessage
	}
	b = append(appendHeader(b, 3+len(data)), 2, byte(Data), flags)
	return append(b, data...)
}
