package kerberos

import (
	"crypto/hmac"
	"encoding/binary"
	"slices"
)

// The tokens of RFC 4121 4.2.6 begin with
//
//	|0    1|  2  |  3 |4    5|6    7|8            15|
//	| kind |flags| FF | EC   | RRC  |    number     |
//
// where MIC tokens have FF in EC and RRC too.
const headSize = 16

// The flags of a token, 4.2.2.
const (
	sentByAcceptor = 1 << 0
	sealedToken    = 1 << 1
	acceptorSubkey = 1 << 2
)

// What keys are used for, RFC 4121 2: Seal for tokens that wrap, sealed or not.
const (
	usageAcceptorSeal  = 22
	usageAcceptorSign  = 23
	usageInitiatorSeal = 24
	usageInitiatorSign = 25
)

func usages(fromInitiator bool) (seal, sign uint32) {
	if fromInitiator {
		return usageInitiatorSeal, usageInitiatorSign
	}
	return usageAcceptorSeal, usageAcceptorSign
}

func (s *Security) head(kind uint16, fromInitiator bool, seq uint64) []byte {
	flags := byte(0)
	if !fromInitiator {
		flags |= sentByAcceptor
	}
	if s.acceptorKey {
		flags |= acceptorSubkey
	}
	b := binary.BigEndian.AppendUint16(nil, kind)
	b = append(b, flags, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)
	return binary.BigEndian.AppendUint64(b, seq)
}

// parseHead sees that a token is of the kind, from the peer, and under our key.
func (s *Security) parseHead(kind uint16, token []byte) (flags byte, seq uint64, err error) {
	if len(token) < headSize || binary.BigEndian.Uint16(token) != kind || token[3] != 0xFF {
		return 0, 0, ErrSignature
	}
	flags = token[2]
	if (flags&sentByAcceptor != 0) != s.initiator || (flags&acceptorSubkey != 0) != s.acceptorKey || flags > 7 {
		return 0, 0, ErrSignature
	}
	return flags, binary.BigEndian.Uint64(token[8:]), nil
}

func (s *Security) mic4121(message []byte, seq uint64, fromInitiator bool) ([]byte, error) {
	head := s.head(tokenMIC, fromInitiator, seq)
	_, usage := usages(fromInitiator)
	sum, err := s.key.checksum(slices.Concat(message, head), usage)
	return append(head, sum...), err
}

func (s *Security) verify4121(message, token []byte) (uint64, error) {
	flags, seq, err := s.parseHead(tokenMIC, token)
	if err != nil || flags&sealedToken != 0 {
		return 0, ErrSignature
	}
	want, err := s.mic4121(message, seq, !s.initiator)
	if err != nil || !hmac.Equal(want, token) {
		return 0, ErrSignature
	}
	return seq, nil
}

// wrap4121 seals message and head, or puts a checksum behind the message.
func (s *Security) wrap4121(message []byte, seal bool) ([]byte, error) {
	head := s.head(tokenWrap, s.initiator, s.out)
	clear(head[4:8])
	usage, _ := usages(s.initiator)
	if seal {
		head[2] |= sealedToken
		cipher, err := s.key.encrypt(slices.Concat(message, head), usage)
		return append(head, cipher...), err
	}
	sum, err := s.key.checksum(slices.Concat(message, head), usage)
	binary.BigEndian.PutUint16(head[4:], uint16(len(sum)))
	return slices.Concat(head, message, sum), err
}

func (s *Security) unwrap4121(token []byte) (message []byte, seq uint64, sealed bool, err error) {
	fail := func() ([]byte, uint64, bool, error) { return nil, 0, false, ErrSignature }
	flags, seq, err := s.parseHead(tokenWrap, token)
	if err != nil {
		return fail()
	}
	head := slices.Clone(token[:headSize])
	extra := int(binary.BigEndian.Uint16(head[4:]))
	body := rotateBack(token[headSize:], int(binary.BigEndian.Uint16(head[6:])))
	clear(head[6:8])
	usage, _ := usages(!s.initiator)
	if flags&sealedToken == 0 {
		_, _, size := s.key.Type.sizes()
		if extra != size || len(body) < size {
			return fail()
		}
		message, sum := body[:len(body)-size], body[len(body)-size:]
		clear(head[4:6])
		want, err := s.key.checksum(slices.Concat(message, head), usage)
		if err != nil || !hmac.Equal(want, sum) {
			return fail()
		}
		return message, seq, false, nil
	}
	plain, err := s.key.decrypt(body, usage)
	if err != nil || len(plain) < headSize+extra || !hmac.Equal(plain[len(plain)-headSize:], head) {
		return fail()
	}
	return plain[:len(plain)-headSize-extra], seq, true, nil
}

// rotateBack undoes a rotation to the right, RFC 4121 4.2.5, in a new slice.
func rotateBack(b []byte, count int) []byte {
	if len(b) == 0 {
		return nil
	}
	count %= len(b)
	return slices.Concat(b[count:], b[:count])
}
