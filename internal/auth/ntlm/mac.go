package ntlm

import (
	"crypto/rc4"
	"crypto/subtle"
	"encoding/binary"
	"hash/crc32"
)

// Signature is NTLMSSP_MESSAGE_SIGNATURE, [MS-NLMP] 2.2.2.9.
//
//	extended:  version(4) checksum(8)              seqNum(4)
//	otherwise: version(4) randomPad(4) checksum(4) seqNum(4)
type Signature [16]byte

// A Buffer is one part of a message that is wrapped in several, [MS-NLMP] 3.4.6.
// Without extended session security what has no Sign is left out of the
// signature; with it all is signed.
type Buffer struct {
	Data []byte
	Seal bool
	Sign bool
}

// sum is what of the message goes into a MAC before RC4 sees it.
func (s Security) sum(c *channel, seq uint32, bufs []Buffer) []byte {
	if !s.flags.Has(FlagExtended) {
		crc := crc32.NewIEEE()
		for _, b := range bufs {
			if b.Sign {
				crc.Write(b.Data)
			}
		}
		return binary.LittleEndian.AppendUint32(nil, crc.Sum32())
	}
	parts := [][]byte{binary.LittleEndian.AppendUint32(nil, seq)}
	for _, b := range bufs {
		parts = append(parts, b.Data)
	}
	sum := hmacMD5(c.sign[:], parts...)
	return sum[:8]
}

// mac is MAC() of [MS-NLMP] 3.4.4. The pad is 0, and goes out as RC4 made it, as
// in 4.2.2.4; nobody reads it.
func (s Security) mac(stream *rc4.Cipher, seq uint32, sum []byte) Signature {
	var m Signature
	m[0] = 1
	if s.flags.Has(FlagExtended) {
		copy(m[4:12], sum)
		if s.flags.Has(FlagKeyExchange) {
			stream.XORKeyStream(m[4:12], m[4:12])
		}
		binary.LittleEndian.PutUint32(m[12:], seq)
		return m
	}
	copy(m[8:12], sum)
	stream.XORKeyStream(m[4:], m[4:])
	binary.LittleEndian.PutUint32(m[12:], binary.LittleEndian.Uint32(m[12:])^seq)
	return m
}

// same compares a signature with the one expected in constant time. The pad of
// the short form is any.
func (s Security) same(want Signature, got []byte) bool {
	if len(got) != len(want) {
		return false
	}
	if s.flags.Has(FlagExtended) {
		return subtle.ConstantTimeCompare(want[:], got) == 1
	}
	return subtle.ConstantTimeCompare(want[:4], got[:4])&subtle.ConstantTimeCompare(want[8:], got[8:]) == 1
}
