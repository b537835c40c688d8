package mms

// SecurityResponse is LinkViewerToMacSecurityResponse, [MS-MMSP] 2.2.4.24.
type SecurityResponse struct {
	PlayIncarnation uint32 // of the challenge
	Cookie          uint32 // of the challenge
	Token           []byte // pToken, see ParseToken; aliases the input
}

// ParseSecurityResponse parses the Body of a MIDSecurityResponse.
func ParseSecurityResponse(body []byte) (SecurityResponse, error) {
	var m SecurityResponse
	var err error
	m.PlayIncarnation, m.Cookie, m.Token, err = parseSecurity(MIDSecurityResponse, body)
	return m, err
}

// Append appends the message.
func (m *SecurityResponse) Append(b []byte) []byte {
	return appendSecurity(b, MIDSecurityResponse, m.PlayIncarnation, m.Cookie, m.Token)
}

// parseSecurity parses what the challenge and the response have in common.
func parseSecurity(mid MID, body []byte) (incarnation, cookie uint32, token []byte, err error) {
	if err := checkBody(mid, body, 12); err != nil {
		return 0, 0, nil, err
	}
	f := fields{body}
	incarnation, cookie = f.u32(), f.u32()
	n := f.u32()
	if uint64(n) > uint64(len(f.b)) {
		return 0, 0, nil, &ParseError{mid.String(), messageHeadSize + 8, ErrInvalid}
	}
	return incarnation, cookie, f.b[:n:n], nil
}

func appendSecurity(b []byte, mid MID, incarnation, cookie uint32, token []byte) []byte {
	b, at := beginMessage(b, mid)
	b = appendU32(b, incarnation, cookie, uint32(len(token)))
	return endMessage(append(b, token...), at)
}
