package kerberos

import (
	"fmt"
	"io"
)

// Security protects messages after authentication, in the order in which they
// are sent, with RFC 4121's tokens or with RC4 those of RFC 4757. It belongs to
// one goroutine at a time.
type Security struct {
	key         Key
	initiator   bool // our role
	acceptorKey bool // the key is one that the acceptor brought
	out, in     uint64
}

// Type is the key's.
func (s *Security) Type() EncType { return s.key.Type }

// MIC is GSS_GetMIC: a token that signs the message.
func (s *Security) MIC(message []byte) ([]byte, error) {
	if len(message) > MaxMessage {
		return nil, ErrLimit
	}
	sign := s.mic4121
	if s.key.Type == RC4 {
		sign = s.mic4757
	}
	token, err := sign(message, s.out, s.initiator)
	if err == nil {
		s.out++
	}
	return token, err
}

// VerifyMIC is GSS_VerifyMIC of the message that is due. After ErrSignature it
// still is.
func (s *Security) VerifyMIC(message, token []byte) error {
	seq, err := s.VerifyMICAt(message, token)
	if err != nil {
		return err
	}
	if seq != s.in {
		return ErrSignature
	}
	s.in++
	return nil
}

// VerifyMICAt is GSS_VerifyMIC in any order: it returns the message's number,
// which the caller must judge. With RC4 nothing signs that number.
func (s *Security) VerifyMICAt(message, token []byte) (seq uint64, err error) {
	if len(message) > MaxMessage || len(token) > MaxToken {
		return 0, ErrLimit
	}
	if s.key.Type == RC4 {
		return s.verify4757(message, token)
	}
	return s.verify4121(message, token)
}

// Wrap is GSS_Wrap: a token that holds the message, signed, and sealed if that
// is asked for.
func (s *Security) Wrap(message []byte, seal bool) ([]byte, error) {
	if len(message) > MaxMessage {
		return nil, ErrLimit
	}
	wrap := s.wrap4121
	if s.key.Type == RC4 {
		wrap = s.wrap4757
	}
	token, err := wrap(message, seal)
	if err == nil {
		s.out++
	}
	return token, err
}

// Unwrap is GSS_Unwrap of the message that is due; sealed says how it came.
// After ErrSignature it still is due.
func (s *Security) Unwrap(token []byte) (message []byte, sealed bool, err error) {
	if len(token) > MaxMessage+MaxToken {
		return nil, false, ErrLimit
	}
	open := s.unwrap4121
	if s.key.Type == RC4 {
		open = s.unwrap4757
	}
	message, seq, sealed, err := open(token)
	switch {
	case err != nil:
		return nil, false, err
	case seq != s.in:
		return nil, false, ErrSignature
	}
	s.in++
	return message, sealed, nil
}

// String shows no key.
func (s Security) String() string { return fmt.Sprintf("kerberos.Security(%s)", s.key.Type) }

// Format is String for every verb.
func (s Security) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }
