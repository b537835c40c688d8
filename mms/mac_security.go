package mms

// SecurityChallenge is LinkMacToViewerSecurityChallenge, [MS-MMSP] 2.2.4.14,
// in place of ReportOpenFile. FFmpeg, libmms and VLC give up when it comes.
type SecurityChallenge struct {
	PlayIncarnation uint32 // of the OpenFile or SecurityResponse before
	Cookie          uint32 // comes back in SecurityResponse
	Token           []byte // pToken, see AppendBasicRealm and AppendNTLM; aliases the input
}

// ParseSecurityChallenge parses the Body of a MIDSecurityChallenge.
func ParseSecurityChallenge(body []byte) (SecurityChallenge, error) {
	var m SecurityChallenge
	var err error
	m.PlayIncarnation, m.Cookie, m.Token, err = parseSecurity(MIDSecurityChallenge, body)
	return m, err
}

// Append appends the message.
func (m *SecurityChallenge) Append(b []byte) []byte {
	return appendSecurity(b, MIDSecurityChallenge, m.PlayIncarnation, m.Cookie, m.Token)
}
