package mcs

import "caracal/t120/x224"

// Frame is a PDU on its way to many: it is encoded once for all that take packets of the
// same size. The top's owner alone uses it.
type Frame struct {
	PDU     PDU
	encoded []byte
	packets []packet
}

// packet is a Frame as it goes to peers that take so many octets in one.
type packet struct {
	largest int
	octets  []byte
}

// Packets are the packets of X.224 for peers of that size. They are shared: nobody writes
// to them.
func (f *Frame) Packets(largest int) []byte {
	for _, p := range f.packets {
		if p.largest == largest {
			return p.octets
		}
	}
	octets := x224.AppendMessage(nil, f.encode(), largest)
	f.packets = append(f.packets, packet{largest, octets})
	return octets
}

// encode is the PDU's encoding. What cannot be encoded is a mistake of ours, and goes
// out as nothing that a peer could take for something else.
func (f *Frame) encode() []byte {
	if f.encoded == nil {
		if isData(f.PDU.Kind) && len(f.PDU.Data) <= MaxData {
			f.encoded = f.PDU.AppendData(make([]byte, 0, DataHead+len(f.PDU.Data)))
		} else {
			f.encoded, _ = f.PDU.Append(nil)
		}
	}
	return f.encoded
}
