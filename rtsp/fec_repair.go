package rtsp

import (
	"encoding/binary"
	"math/bits"
)

// RepairFEC makes again the source packets that are missing from a span,
// [MS-RTSP] 3.1.5.12.1. parity are FEC packets of one span, whose Base and Mask
// are the same; as many of them have to be there as source packets are missing.
// have returns the source packet with a sequence number, RTP header included, or
// nil. ssrc is that of the source packets.
//
// Of the RTP header the code covers payload type and timestamp. What is made
// again has the marker bit if it begins with a whole ASF packet; a Joiner does
// not need it on the last fragment.
func RepairFEC(parity []FECPacket, have func(seq uint16) []byte, ssrc uint32) ([][]byte, error) {
	if len(parity) == 0 {
		return nil, &ParseError{"FEC span", 0, ErrInvalid}
	}
	base, mask := parity[0].Base, parity[0].Mask
	k := bits.OnesCount32(mask)
	var missing []uint16 // sequence numbers
	var unknown []int    // and their columns
	known := make([][]byte, 0, fecMaskBits)
	for column := 0; mask != 0; column++ {
		seq := base + uint16(bits.TrailingZeros32(mask))
		mask &= mask - 1
		b := have(seq)
		if len(b) < RTPHeadSize {
			missing, unknown, b = append(missing, seq), append(unknown, column), nil
		}
		known = append(known, b)
	}
	if len(missing) == 0 {
		return nil, nil
	}
	a, y, err := fecEquations(parity, known, unknown, k)
	if err != nil {
		return nil, err
	}
	if !fecSolve(a, y) {
		return nil, &ParseError{"FEC span", 0, ErrInvalid}
	}
	for i, code := range y {
		if y[i], err = fecSource(code, missing[i], ssrc); err != nil {
			return nil, err
		}
	}
	return y, nil
}

// fecEquations takes what is known out of the FEC packets: a has the factors of
// the unknown columns, y what is left.
func fecEquations(parity []FECPacket, known [][]byte, unknown []int, k int) (a, y [][]byte, err error) {
	size, rowCount, used := fecFields, 0, uint32(0)
	for i := range parity {
		size = max(size, fecFields+len(parity[i].Data))
		rowCount = max(rowCount, int(parity[i].Index&fecFiveBits)+1)
	}
	rows := fecMatrix(k, rowCount)
	for _, b := range known {
		size = max(size, fecFields+len(b)-RTPHeadSize)
	}
	for i := range parity {
		p, index := &parity[i], parity[i].Index&fecFiveBits
		if p.Base != parity[0].Base || p.Mask != parity[0].Mask {
			return nil, nil, &ParseError{"FEC span", i, ErrInvalid}
		}
		if len(y) == len(unknown) || used>>index&1 != 0 {
			continue
		}
		used |= 1 << index
		code := make([]byte, size)
		binary.BigEndian.PutUint16(code, p.Length)
		code[2] = p.Type
		binary.BigEndian.PutUint32(code[3:], p.Timestamp)
		copy(code[fecFields:], p.Data)
		row := rows[index]
		for column, b := range known {
			if b != nil {
				fecTake(code, b, row[column])
			}
		}
		factors := make([]byte, len(unknown))
		for j, column := range unknown {
			factors[j] = row[column]
		}
		a, y = append(a, factors), append(y, code)
	}
	if len(y) < len(unknown) {
		return nil, nil, &ParseError{"FEC span", 0, ErrNeedMore}
	}
	return a, y, nil
}

// fecTake adds factor times a source packet to code.
func fecTake(code, b []byte, factor byte) {
	var fields [fecFields]byte
	binary.BigEndian.PutUint16(fields[:], uint16(len(b)-RTPHeadSize))
	fields[2] = b[1] & rtpTypeMask
	copy(fields[3:], b[4:8])
	fecMulAdd(code, fields[:], factor)
	fecMulAdd(code[fecFields:], b[RTPHeadSize:], factor)
}

// fecSource makes an RTP packet of a solved row.
func fecSource(code []byte, seq uint16, ssrc uint32) ([]byte, error) {
	length := int(binary.BigEndian.Uint16(code))
	data := code[fecFields:]
	if length > len(data) {
		return nil, &ParseError{"FEC span", 2, ErrInvalid}
	}
	h, _, err := ParsePayloadHead(data[:length])
	marker := err == nil && h.Whole
	b := make([]byte, 0, RTPHeadSize+length)
	b = appendRTPHead(b, marker, code[2], seq, binary.BigEndian.Uint32(code[3:]), ssrc)
	return append(b, data[:length]...), nil
}
