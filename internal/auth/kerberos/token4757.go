package kerberos

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rc4"
	"encoding/binary"
	"slices"
)

// The tokens of RFC 1964 1.2 with RC4, RFC 4757 7, have the frame of first
// tokens and in it
//
//	|0    1|2       3|4        5|6   7|8    15|16   23|24      31| ...
//	| kind | SGN_ALG | SEAL_ALG | FF  |number |  sum  |confounder| message and one byte 1
//
// where MIC tokens have FF for SEAL_ALG and end behind the sum. What is sealed
// begins with the confounder.
const (
	sumAt        = 16
	confounderAt = 24
	messageAt    = 32

	signHMAC = 0x1100
	sealRC4  = 0x1000
	sealNone = 0xFFFF

	saltMIC  = 15
	saltWrap = 13
)

func hmacMD5(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func rc4Copy(key, b []byte) []byte {
	out := make([]byte, len(b))
	c, _ := rc4.NewCipher(key) // 16 bytes, which it takes
	c.XORKeyStream(out, b)
	return out
}

// sum4757 signs the token's first 8 bytes and what else there is.
func (s *Security) sum4757(salt byte, parts ...[]byte) []byte {
	h := md5.New()
	h.Write([]byte{salt, 0, 0, 0})
	for _, p := range parts {
		h.Write(p)
	}
	return hmacMD5(hmacMD5(s.key.Value, []byte("signaturekey\x00")), h.Sum(nil))[:8]
}

// number is the number and the direction, sealed; it is its own reverse.
func (s *Security) number(b, sum []byte) []byte {
	return rc4Copy(hmacMD5(hmacMD5(s.key.Value, make([]byte, 4)), sum), b)
}

func numbered(seq uint64, fromInitiator bool) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(seq))
	if fromInitiator {
		return append(b, 0, 0, 0, 0)
	}
	return append(b, 0xFF, 0xFF, 0xFF, 0xFF)
}

// sealed4757 seals confounder and message; it is its own reverse.
func (s *Security) sealed4757(seq uint32, b []byte) []byte {
	local := slices.Clone(s.key.Value)
	for n := range local {
		local[n] ^= 0xF0
	}
	key := hmacMD5(hmacMD5(local, make([]byte, 4)), binary.BigEndian.AppendUint32(nil, seq))
	return rc4Copy(key, b)
}

func head4757(kind, seal uint16) []byte {
	b := binary.BigEndian.AppendUint16(nil, kind)
	b = binary.BigEndian.AppendUint16(b, signHMAC)
	b = binary.BigEndian.AppendUint16(b, seal)
	return append(b, 0xFF, 0xFF)
}

func (s *Security) mic4757(message []byte, seq uint64, fromInitiator bool) ([]byte, error) {
	head := head4757(tokenMIC1964, sealNone)
	sum := s.sum4757(saltMIC, head, message)
	return frame1964(slices.Concat(head, s.number(numbered(seq, fromInitiator), sum), sum)), nil
}

func (s *Security) wrap4757(message []byte, seal bool) ([]byte, error) {
	alg := uint16(sealNone)
	if seal {
		alg = sealRC4
	}
	body := make([]byte, 8, 8+len(message)+1)
	_, _ = rand.Read(body)
	body = append(append(body, message...), 1)
	head := head4757(tokenWrap1964, alg)
	sum := s.sum4757(saltWrap, head, body)
	number := s.number(numbered(s.out, s.initiator), sum)
	if seal {
		body = s.sealed4757(uint32(s.out), body)
	}
	return frame1964(slices.Concat(head, number, sum, body)), nil
}

func frame1964(b []byte) []byte {
	return frame(oidKerberos, binary.BigEndian.Uint16(b), b[2:])
}

// open1964 takes the frame off; the result begins with the kind.
func open1964(token []byte, kind uint16, least int) ([]byte, error) {
	_, got, rest, err := unframe(token, MaxMessage+MaxToken)
	if err != nil || got != kind || len(rest)+2 < least {
		return nil, ErrSignature
	}
	return token[len(token)-len(rest)-2:], nil
}

// seq4757 opens the number, which must be the peer's.
func (s *Security) seq4757(b, sum []byte) (uint64, bool) {
	plain := s.number(b[8:sumAt], sum)
	seq := uint64(binary.BigEndian.Uint32(plain))
	return seq, hmac.Equal(plain, numbered(seq, !s.initiator))
}

func (s *Security) verify4757(message, token []byte) (uint64, error) {
	b, err := open1964(token, tokenMIC1964, confounderAt)
	if err != nil || len(b) != confounderAt || !bytes.Equal(b[:8], head4757(tokenMIC1964, sealNone)) {
		return 0, ErrSignature
	}
	sum := b[sumAt:confounderAt]
	seq, ours := s.seq4757(b, sum)
	if !ours || !hmac.Equal(sum, s.sum4757(saltMIC, b[:8], message)) {
		return 0, ErrSignature
	}
	return seq, nil
}

func (s *Security) unwrap4757(token []byte) (message []byte, seq uint64, sealed bool, err error) {
	fail := func() ([]byte, uint64, bool, error) { return nil, 0, false, ErrSignature }
	b, err := open1964(token, tokenWrap1964, messageAt+1)
	if err != nil {
		return fail()
	}
	sealed = bytes.Equal(b[:8], head4757(tokenWrap1964, sealRC4))
	if !sealed && !bytes.Equal(b[:8], head4757(tokenWrap1964, sealNone)) {
		return fail()
	}
	sum, body := b[sumAt:confounderAt], b[confounderAt:]
	seq, ours := s.seq4757(b, sum)
	if sealed {
		body = s.sealed4757(uint32(seq), body)
	}
	if !ours || !hmac.Equal(sum, s.sum4757(saltWrap, b[:8], body)) || body[len(body)-1] != 1 {
		return fail()
	}
	return slices.Clone(body[8 : len(body)-1]), seq, sealed, nil
}
