package ntlm

import "bytes"

// ready says whether the call fits what was negotiated.
func (s Security) ready(datagram, seal bool) error {
	if !s.Signs() || seal && !s.Seals() || s.datagram != datagram {
		return ErrNoSecurity
	}
	return nil
}

func seals(bufs []Buffer) bool {
	for _, b := range bufs {
		if b.Seal {
			return true
		}
	}
	return false
}

// WrapEx is GSS_WrapEx, [MS-NLMP] 3.4.6: it seals in place. The error is
// ErrNoSecurity, and then nothing was done.
func (s *Security) WrapEx(bufs []Buffer) (Signature, error) {
	if err := s.ready(false, seals(bufs)); err != nil {
		return Signature{}, err
	}
	sig := s.protect(s.out, s.out.seq, bufs)
	s.out.seq++
	return sig, nil
}

// UnwrapEx is GSS_UnwrapEx, 3.4.7, in place. After ErrSignature the data are as
// they were, and the message that was due is still due.
func (s *Security) UnwrapEx(bufs []Buffer, sig []byte) error {
	if err := s.ready(false, seals(bufs)); err != nil {
		return err
	}
	if err := s.open(s.in, s.in.seq, bufs, sig); err != nil {
		return err
	}
	s.in.seq++
	return nil
}

// WrapExAt and UnwrapExAt are the same in datagram mode.
func (s *Security) WrapExAt(seq uint32, bufs []Buffer) (Signature, error) {
	if err := s.ready(true, seals(bufs)); err != nil {
		return Signature{}, err
	}
	return s.protect(s.out, seq, bufs), nil
}

// UnwrapExAt opens what WrapExAt has closed.
func (s *Security) UnwrapExAt(seq uint32, bufs []Buffer, sig []byte) error {
	if err := s.ready(true, seals(bufs)); err != nil {
		return err
	}
	return s.open(s.in, seq, bufs, sig)
}

// Wrap is GSS_Wrap: the message sealed, in a slice of its own, and the signature.
func (s *Security) Wrap(message []byte) ([]byte, Signature, error) {
	one := sealed(message)
	sig, err := s.WrapEx(one)
	if err != nil {
		return nil, sig, err
	}
	return one[0].Data, sig, nil
}

// Unwrap is GSS_Unwrap.
func (s *Security) Unwrap(message, sig []byte) ([]byte, error) {
	one := sealed(message)
	if err := s.UnwrapEx(one, sig); err != nil {
		return nil, err
	}
	return one[0].Data, nil
}

func sealed(message []byte) []Buffer {
	return []Buffer{{Data: bytes.Clone(message), Seal: true, Sign: true}}
}

func signed(message []byte) []Buffer { return []Buffer{{Data: message, Sign: true}} }

// MIC is GSS_GetMIC, 3.4.8.
func (s *Security) MIC(message []byte) (Signature, error) { return s.WrapEx(signed(message)) }

// VerifyMIC is GSS_VerifyMIC, 3.4.9.
func (s *Security) VerifyMIC(message, sig []byte) error { return s.UnwrapEx(signed(message), sig) }

// MICAt is GSS_GetMIC in datagram mode. [MS-SIP] counts in its own text and
// always says 100 here.
func (s *Security) MICAt(seq uint32, message []byte) (Signature, error) {
	return s.WrapExAt(seq, signed(message))
}

// VerifyMICAt is GSS_VerifyMIC in datagram mode.
func (s *Security) VerifyMICAt(seq uint32, message, sig []byte) error {
	return s.UnwrapExAt(seq, signed(message), sig)
}
