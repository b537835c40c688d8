package ntlm

import "encoding/binary"

// Negotiate is NEGOTIATE_MESSAGE, [MS-NLMP] 2.2.1.1. Its text is always OEM.
// Parsed fields alias the message.
type Negotiate struct {
	Flags       Flags
	Domain      []byte // heeded with FlagDomain
	Workstation []byte // heeded with FlagWorkstation
	Version     Version
	Header      int // bytes before the payload: 16, 32 or 40; 0 stands for 40
}

const negotiateObject = "NEGOTIATE_MESSAGE"

// The headers of NEGOTIATE: flags alone, of Windows 2000, with Version.
const (
	negotiateShort   = 16
	negotiateOld     = 32
	negotiateVersion = 40
)

// ParseNegotiate returns errors that are *ParseError.
func ParseNegotiate(b []byte) (Negotiate, error) {
	var m Negotiate
	r, err := read(negotiateObject, b, typeNegotiate, negotiateShort)
	if err != nil {
		return m, err
	}
	m.Flags = Flags(binary.LittleEndian.Uint32(b[12:]))
	for _, f := range []struct {
		flag Flags
		at   int
		to   *[]byte
	}{{FlagDomain, 16, &m.Domain}, {FlagWorkstation, 24, &m.Workstation}} {
		if !m.Flags.Has(f.flag) || len(b) < f.at+fieldSize {
			continue // what the fields hold then says nothing
		}
		if *f.to, err = r.field(f.at, negotiateOld, MaxName); err != nil {
			return m, err
		}
	}
	m.Header = r.header(negotiateShort, negotiateOld, negotiateVersion)
	if m.Header == negotiateVersion && m.Flags.Has(FlagVersion) {
		m.Version = parseVersion(b[32:])
	}
	return m, nil
}

// Append writes the message.
func (m Negotiate) Append(b []byte) []byte {
	if m.Header == 0 {
		m.Header = negotiateVersion
	}
	w := write(b, typeNegotiate, m.Header)
	binary.LittleEndian.PutUint32(w.at(12), uint32(m.Flags))
	if m.Header >= negotiateVersion && m.Flags.Has(FlagVersion) {
		m.Version.put(w.at(32))
	}
	if m.Header >= negotiateOld {
		w.field(16, m.Domain)
		w.field(24, m.Workstation)
	}
	return w.b
}
