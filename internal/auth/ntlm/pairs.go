package ntlm

import (
	"encoding/binary"
	"slices"
)

// Pair is AV_PAIR, [MS-NLMP] 2.2.2.1.
type Pair struct {
	ID    uint16
	Value []byte
}

// What a Pair holds.
const (
	PairEnd             = 0
	PairComputer        = 1 // NetBIOS names; text in pairs is always UTF-16
	PairDomain          = 2
	PairDNSComputer     = 3
	PairDNSDomain       = 4
	PairDNSForest       = 5
	PairFlags           = 6 // 4 bytes
	PairTime            = 7 // FILETIME
	PairSingleHost      = 8
	PairTargetName      = 9  // SPN
	PairChannelBindings = 10 // 16 bytes
)

const (
	pairFlagMIC = 0x2 // in PairFlags: AUTHENTICATE has a MIC

	pairSize = 4
)

// Pairs is a list without the PairEnd that closes it.
type Pairs []Pair

// ParsePairs reads up to and with PairEnd, and returns how many bytes these are.
// Values alias b. Errors are *ParseError.
func ParsePairs(b []byte) (Pairs, int, error) {
	const object = "AV_PAIR"
	var list Pairs
	for at := 0; ; {
		if len(b)-at < pairSize {
			return nil, at, &ParseError{object, at, ErrNeedMore}
		}
		id := binary.LittleEndian.Uint16(b[at:])
		size := int(binary.LittleEndian.Uint16(b[at+2:]))
		if id == PairEnd {
			return list, at + pairSize, nil
		}
		end := at + pairSize + size
		switch {
		case len(list) == MaxPairs, end > MaxTargetInfo:
			return nil, at, &ParseError{object, at, ErrLimit}
		case end > len(b):
			return nil, at, &ParseError{object, at, ErrNeedMore}
		}
		list = append(list, Pair{id, b[at+pairSize : end : end]})
		at = end
	}
}

// Append writes the list and PairEnd.
func (p Pairs) Append(b []byte) []byte {
	for _, pair := range append(slices.Clip(p), Pair{}) {
		b = binary.LittleEndian.AppendUint16(b, pair.ID)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(pair.Value)))
		b = append(b, pair.Value...)
	}
	return b
}

// Get returns the first value of an ID.
func (p Pairs) Get(id uint16) ([]byte, bool) {
	for _, pair := range p {
		if pair.ID == id {
			return pair.Value, true
		}
	}
	return nil, false
}

// Flags is PairFlags, 0 without it.
func (p Pairs) Flags() uint32 {
	if v, ok := p.Get(PairFlags); ok && len(v) >= 4 {
		return binary.LittleEndian.Uint32(v)
	}
	return 0
}

// Time is PairTime.
func (p Pairs) Time() (FileTime, bool) {
	if v, ok := p.Get(PairTime); ok && len(v) == 8 {
		return FileTime(binary.LittleEndian.Uint64(v)), true
	}
	return 0, false
}

// with returns a copy in which the ID has the value.
func (p Pairs) with(id uint16, value []byte) Pairs {
	list := slices.Clone(p)
	for i := range list {
		if list[i].ID == id {
			list[i].Value = value
			return list
		}
	}
	return append(list, Pair{id, value})
}
