package mms

// Sequence counts the data packets with ASF packets of one connection from 0,
// over pauses and seeks, [MS-MMSP] 3.2.1. AFFlags has its low 8 bits, and
// ResendRequest all of it.
type Sequence uint32

// AFFlags returns the AFFlags of the packet with this number.
func (s Sequence) AFFlags() byte { return byte(s) }

// Restart returns the number of the first packet after StartPlaying or
// StartStriding, when s would be next: 0xFE is followed by 0x00, [MS-MMSP]
// 2.2.2. A number is left out for that, so that the low 8 bits stay those of
// the 32.
func (s Sequence) Restart() Sequence {
	if byte(s) == 0xFF {
		s++
	}
	return s
}

// Near returns the 32-bit number of a packet with these AFFlags when next was
// expected: the nearest, so that packets may be lost or come late, but not half
// a round of them. A receiver uses it to count the rounds, 3.1.4.7.
func (s Sequence) Near(flags byte) Sequence {
	return s + Sequence(int32(int8(flags-byte(s))))
}
