package ntlm

import (
	"encoding/binary"
	"fmt"
)

// Authenticate is AUTHENTICATE_MESSAGE, [MS-NLMP] 2.2.1.3. Parsed fields alias
// the message.
type Authenticate struct {
	LM, NT      []byte // the responses
	Domain      []byte // this and the next two in the character set negotiated
	User        []byte
	Workstation []byte
	SessionKey  []byte // EncryptedRandomSessionKey
	Flags       Flags
	Version     Version
	MIC         [16]byte
	Header      int // bytes before the payload: 52, 60, 64, 72 or 88; 0 stands for 88
}

const authenticateObject = "AUTHENTICATE_MESSAGE"

// The headers of AUTHENTICATE: of Windows 95, with the session key, with the
// flags, with Version, with the MIC.
const (
	authenticateShort   = 52
	authenticateKey     = 60
	authenticateFlags   = 64
	authenticateVersion = 72
	authenticateMIC     = 88

	micOffset = 72
	micSize   = 16
)

// ParseAuthenticate returns errors that are *ParseError. How long the header is
// shows in where the payload begins; nothing else tells it.
func ParseAuthenticate(b []byte) (Authenticate, error) {
	var m Authenticate
	r, err := read(authenticateObject, b, typeAuthenticate, authenticateShort)
	if err != nil {
		return m, err
	}
	for _, f := range []struct {
		at, limit int
		to        *[]byte
	}{
		{12, MaxResponse, &m.LM}, {20, MaxResponse, &m.NT}, {28, MaxName, &m.Domain},
		{36, MaxName, &m.User}, {44, MaxName, &m.Workstation},
	} {
		if *f.to, err = r.field(f.at, authenticateShort, f.limit); err != nil {
			return m, err
		}
	}
	if r.start >= authenticateKey {
		if m.SessionKey, err = r.field(52, authenticateKey, MaxSessionKey); err != nil {
			return m, err
		}
	}
	m.Header = r.header(authenticateShort, authenticateKey, authenticateFlags, authenticateVersion, authenticateMIC)
	m.parseTail(b)
	return m, nil
}

func (m *Authenticate) parseTail(b []byte) {
	if m.HasFlags() {
		m.Flags = Flags(binary.LittleEndian.Uint32(b[60:]))
	}
	if m.Header >= authenticateVersion && m.Flags.Has(FlagVersion) {
		m.Version = parseVersion(b[64:])
	}
	if m.HasMIC() {
		m.MIC = [16]byte(b[micOffset:])
	}
}

// HasFlags says that the header is long enough for NegotiateFlags.
func (m Authenticate) HasFlags() bool { return m.Header >= authenticateFlags }

// HasMIC says that the header is long enough for a MIC.
func (m Authenticate) HasMIC() bool { return m.Header >= authenticateMIC }

// revision is what SEALKEY asks for, 0 of a client that says no version.
func (m Authenticate) revision() uint8 {
	if !m.Flags.Has(FlagVersion) {
		return 0
	}
	return m.Version.Revision
}

// Append writes the message.
func (m Authenticate) Append(b []byte) []byte {
	if m.Header == 0 {
		m.Header = authenticateMIC
	}
	w := write(b, typeAuthenticate, m.Header)
	if m.HasFlags() {
		binary.LittleEndian.PutUint32(w.at(60), uint32(m.Flags))
	}
	if m.Header >= authenticateVersion && m.Flags.Has(FlagVersion) {
		m.Version.put(w.at(64))
	}
	if m.HasMIC() {
		copy(w.at(micOffset), m.MIC[:])
	}
	w.field(28, m.Domain)
	w.field(36, m.User)
	w.field(44, m.Workstation)
	w.field(12, m.LM)
	w.field(20, m.NT)
	if m.Header >= authenticateKey {
		w.field(52, m.SessionKey)
	}
	return w.b
}

// String leaves the responses out: passwords can be guessed by them.
func (m Authenticate) String() string {
	return fmt.Sprintf("AUTHENTICATE_MESSAGE(flags %#08x, header %d, LM %d bytes, NT %d bytes)",
		uint32(m.Flags), m.Header, len(m.LM), len(m.NT))
}

// Format is String for every verb.
func (m Authenticate) Format(f fmt.State, _ rune) { put(f, m) }

// MarshalText keeps them out of JSON too.
func (m Authenticate) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
