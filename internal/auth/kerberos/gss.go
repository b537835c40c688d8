package kerberos

import (
	"encoding/binary"

	"caracal/internal/ber"
)

// Flags are what the initiator asks for, RFC 4121 4.1.1.1.
type Flags uint32

// The flags.
const (
	FlagDelegate Flags = 1 << 0
	FlagMutual   Flags = 1 << 1
	FlagReplay   Flags = 1 << 2
	FlagSequence Flags = 1 << 3
	FlagSeal     Flags = 1 << 4 // GSS_C_CONF_FLAG
	FlagSign     Flags = 1 << 5 // GSS_C_INTEG_FLAG
	FlagDCE      Flags = 1 << 12
)

// Has says whether all of them are set.
func (f Flags) Has(all Flags) bool { return f&all == all }

// Names of the mechanism as object identifiers, encoded.
const (
	oidKerberos   = "\x2A\x86\x48\x86\xF7\x12\x01\x02\x02"
	oidKerberosMS = "\x2A\x86\x48\x82\xF7\x12\x01\x02\x02"
)

// The kinds of tokens.
const (
	tokenRequest  = 0x0100
	tokenReply    = 0x0200
	tokenError    = 0x0300
	tokenMIC1964  = 0x0101
	tokenWrap1964 = 0x0201
	tokenMIC      = 0x0404
	tokenWrap     = 0x0504
)

const frameObject = "InitialContextToken"

// frame puts the head of RFC 2743 3.1 around a message.
func frame(oid string, kind uint16, message []byte) []byte {
	return ber.Make(ber.Application(0), ber.Make(ber.OID, []byte(oid)), binary.BigEndian.AppendUint16(nil, kind), message)
}

// unframe is the reverse; oid is one of ours.
func unframe(token []byte, most int) (oid string, kind uint16, message []byte, err error) {
	fail := func(at int, err error) (string, uint16, []byte, error) {
		return "", 0, nil, &ParseError{frameObject, at, err}
	}
	if len(token) > most {
		return fail(0, ErrLimit)
	}
	body, err := ber.Only(token, ber.Application(0))
	if err != nil {
		return fail(0, err)
	}
	at := len(token) - len(body)
	name, inner, err := ber.Expect(body, ber.OID)
	if err != nil {
		return fail(at, err)
	}
	if oid = string(name); oid != oidKerberos && oid != oidKerberosMS {
		return fail(at, ErrUnsupported)
	}
	if len(inner) < 2 {
		return fail(len(token), ErrNeedMore)
	}
	return oid, binary.BigEndian.Uint16(inner), inner[2:], nil
}

// bindings is what an authenticator's checksum of type 0x8003 says, RFC 4121
// 4.1.1: 16 as the length of the channel's bindings, those, and the flags. The
// bindings are not looked at, and a delegated ticket behind them is not taken.
const (
	bindingsType = 0x8003
	bindingsSize = 24
)

func parseBindings(b []byte) (Flags, error) {
	if len(b) < bindingsSize || binary.LittleEndian.Uint32(b) != 16 {
		return 0, &ParseError{"checksum 0x8003", 0, ErrInvalid}
	}
	return Flags(binary.LittleEndian.Uint32(b[20:])), nil
}

func (f Flags) bindings() []byte {
	b := make([]byte, bindingsSize)
	b[0] = 16
	binary.LittleEndian.PutUint32(b[20:], uint32(f))
	return b
}
