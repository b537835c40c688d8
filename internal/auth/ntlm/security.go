package ntlm

import (
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"fmt"
)

// Security protects messages after authentication, [MS-NLMP] 3.4. It belongs to
// one goroutine at a time.
//
// In connection mode messages are protected and opened in the order in which
// they are sent, with a count that is kept here. In datagram mode the caller
// names the sequence number, and any order will do: the methods that end in At.
type Security struct {
	flags    Flags
	datagram bool
	out, in  *channel // the same one without extended session security
}

// A channel is one direction.
type channel struct {
	sign   [16]byte
	seal   []byte
	stream *rc4.Cipher // runs on in connection mode
	seq    uint32
}

// newSecurity makes the keys. Without extended session security there is one
// key, and in connection mode one stream and one count for both directions:
// peers take turns, [MS-NLMP] 3.4.
func newSecurity(f Flags, k Key, revision uint8, server, datagram bool) *Security {
	open := func(w way) *channel {
		c := &channel{sign: signKey(k, w), seal: sealKey(f, k, w, revision)}
		c.stream = newRC4(c.seal)
		return c
	}
	s := &Security{flags: f, datagram: datagram, out: open(toServer), in: open(toClient)}
	switch {
	case !f.Has(FlagExtended):
		s.in = s.out
	case server:
		s.out, s.in = s.in, s.out
	}
	return s
}

// Signs says that messages are signed; without it all else fails.
func (s Security) Signs() bool { return s.flags.protects() }

// Seals says that messages can be sealed: it was negotiated, and in datagram
// mode with extended session security, [MS-NLMP] 3.4.3.
func (s Security) Seals() bool {
	return s.flags.Has(FlagSeal) && (!s.datagram || s.flags.Has(FlagExtended))
}

// Strength is the key's strength in bits: 128, 56 or 40.
func (s Security) Strength() int {
	weak := len(s.out.seal) < 16
	if s.flags.Has(FlagExtended) {
		weak = !s.flags.Has(Flag128)
	}
	switch {
	case !weak:
		return 128
	case s.flags.Has(Flag56):
		return 56
	}
	return 40
}

// String shows no key.
func (s Security) String() string { return fmt.Sprintf("ntlm.Security(flags %#08x)", uint32(s.flags)) }

// Format is String for every verb.
func (s Security) Format(f fmt.State, _ rune) { put(f, s) }

// streamAt is the RC4 state with which a message begins. In datagram mode it is
// made anew: of MD5(SealingKey, SeqNum) with extended session security, and
// without it of the key itself, as the signatures in [MS-SIP] 4 show, of which
// all of one session end in the same bytes.
func (s Security) streamAt(c *channel, seq uint32) *rc4.Cipher {
	if !s.datagram {
		return c.stream
	}
	if !s.flags.Has(FlagExtended) {
		return newRC4(c.seal)
	}
	sum := md5.Sum(binary.LittleEndian.AppendUint32(append([]byte{}, c.seal...), seq))
	return newRC4(sum[:])
}

// protect signs the buffers and seals in place what of them is to be sealed.
func (s Security) protect(c *channel, seq uint32, bufs []Buffer) Signature {
	stream := s.streamAt(c, seq)
	sum := s.sum(c, seq, bufs)
	xor(stream, bufs)
	return s.mac(stream, seq, sum)
}

// open does the reverse. What cannot be verified stays sealed, and the state as
// it was.
func (s Security) open(c *channel, seq uint32, bufs []Buffer, sig []byte) error {
	stream := s.streamAt(c, seq)
	before := *stream
	xor(stream, bufs)
	if s.same(s.mac(stream, seq, s.sum(c, seq, bufs)), sig) {
		return nil
	}
	*stream = before
	xor(stream, bufs)
	*stream = before
	return ErrSignature
}

func xor(stream *rc4.Cipher, bufs []Buffer) {
	for _, b := range bufs {
		if b.Seal {
			stream.XORKeyStream(b.Data, b.Data)
		}
	}
}
