package ntlm

// ListMIC is GSS_GetMIC of SPNEGO's list of mechanisms. The RC4 state is what it
// was afterwards, so that the first message begins with it once more, but that
// message's number is the next one, [MS-SPNG] 3.2.5.1 and 3.3.5.1.
func (s *Security) ListMIC(list []byte) (Signature, error) {
	before := *s.out.stream
	sig, err := s.MIC(list)
	*s.out.stream = before
	return sig, err
}

// VerifyListMIC is GSS_VerifyMIC of the peer's.
func (s *Security) VerifyListMIC(list, sig []byte) error {
	before := *s.in.stream
	err := s.VerifyMIC(list, sig)
	*s.in.stream = before
	return err
}
