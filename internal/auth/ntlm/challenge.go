package ntlm

import "encoding/binary"

// Challenge is CHALLENGE_MESSAGE, [MS-NLMP] 2.2.1.2. Parsed fields alias the
// message.
type Challenge struct {
	Target    []byte // TargetName, in the character set of Flags
	Flags     Flags
	Challenge [8]byte
	Info      []byte // TargetInfo: AV_PAIRs
	Version   Version
	Header    int // bytes before the payload: 32, 40, 48 or 56; 0 stands for 56
}

const challengeObject = "CHALLENGE_MESSAGE"

// The headers of CHALLENGE: the oldest, with Reserved, with TargetInfo, with
// Version.
const (
	challengeShort    = 32
	challengeReserved = 40
	challengeInfo     = 48
	challengeVersion  = 56
)

// ParseChallenge returns errors that are *ParseError.
func ParseChallenge(b []byte) (Challenge, error) {
	var m Challenge
	r, err := read(challengeObject, b, typeChallenge, challengeShort)
	if err != nil {
		return m, err
	}
	m.Flags = Flags(binary.LittleEndian.Uint32(b[20:]))
	m.Challenge = [8]byte(b[24:32])
	if m.Target, err = r.field(12, challengeShort, MaxName); err != nil {
		return m, err
	}
	m.Header = r.header(challengeShort, challengeReserved, challengeInfo)
	if m.Header == challengeInfo && m.Flags.Has(FlagTargetInfo) {
		if m.Info, err = r.field(40, challengeInfo, MaxTargetInfo); err != nil {
			return m, err
		}
	}
	m.Header = r.header(challengeShort, challengeReserved, challengeInfo, challengeVersion)
	if m.Header == challengeVersion && m.Flags.Has(FlagVersion) {
		m.Version = parseVersion(b[48:])
	}
	return m, nil
}

// Append writes the message.
func (m Challenge) Append(b []byte) []byte {
	if m.Header == 0 {
		m.Header = challengeVersion
	}
	w := write(b, typeChallenge, m.Header)
	binary.LittleEndian.PutUint32(w.at(20), uint32(m.Flags))
	copy(w.at(24), m.Challenge[:])
	if m.Header >= challengeVersion && m.Flags.Has(FlagVersion) {
		m.Version.put(w.at(48))
	}
	w.field(12, m.Target)
	if m.Header >= challengeInfo && m.Flags.Has(FlagTargetInfo) {
		w.field(40, m.Info)
	}
	return w.b
}
