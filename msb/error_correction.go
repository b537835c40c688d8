package msb

// The types of error correction, [MS-MSB] 2.2.2.
const (
	CorrectionNone   uint8 = 0
	CorrectionData   uint8 = 1
	CorrectionParity uint8 = 2
)

const (
	// CorrectionSize is the size of the error correction bytes that are written:
	// the flags and two bytes of data. Some receivers know no other size.
	CorrectionSize = 3

	correctionPresent = 0x80
	correctionType    = 0x60 // any length type but 0 is reserved
	correctionOpaque  = 0x10
	correctionLength  = 0x0F
	correctionLeast   = 2 // bytes of data that hold type, number and cycle
	nibble            = 0x0F
)

// Correction is the beginning of an ASF packet as [MS-MSB] 2.2.2 uses it. The
// specification of ASF gives its fields from the lowest bit on:
//
//	flags            data
//	+-+---+-+-------+-------+-------+---------------+
//	|1| 0 |P|   2   |Number | Type  |     Cycle     |
//	+-+---+-+-------+-------+-------+---------------+
//	 7     4 3     0 7     4 3     0
type Correction struct {
	Parity bool  // the rest of the packet is parity: opaque data
	Type   uint8 // 4 bits
	Number uint8 // of the packet in its span, from 1; 4 bits, so that 16 is 0
	Cycle  uint8
	Size   int // bytes, flags included; 0 if there is none
}

// ParseCorrection reads the error correction bytes of an ASF packet. What is
// shorter than type, number and cycle counts as no error correction.
func ParseCorrection(asf []byte) (Correction, error) {
	if len(asf) == 0 {
		return Correction{}, &ParseError{"Error Correction Data", 0, ErrNeedMore}
	}
	flags := asf[0]
	if flags&correctionPresent == 0 {
		return Correction{}, nil
	}
	if flags&correctionType != 0 {
		return Correction{}, &ParseError{"Error Correction Data", 0, ErrInvalid}
	}
	c := Correction{Parity: flags&correctionOpaque != 0, Size: 1 + int(flags&correctionLength)}
	if len(asf) < c.Size {
		return Correction{}, &ParseError{"Error Correction Data", len(asf), ErrNeedMore}
	}
	if c.Size > correctionLeast {
		c.Type, c.Number, c.Cycle = asf[1]&nibble, asf[1]>>4, asf[2]
	}
	return c, nil
}

// Append appends the error correction bytes, CorrectionSize of them.
func (c Correction) Append(b []byte) []byte {
	flags := byte(correctionPresent | correctionLeast)
	if c.Parity {
		flags |= correctionOpaque
	}
	return append(b, flags, c.Number<<4|c.Type&nibble, c.Cycle)
}
