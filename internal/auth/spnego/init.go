package spnego

import (
	"caracal/internal/auth/der"
)

// NegTokenInit is RFC 4178 4.2.1 and NegTokenInit2 of [MS-SPNG] 2.2.1. A token
// may be empty, which is not the same as missing: nil.
type NegTokenInit struct {
	Mechanisms []OID
	List       []byte // Mechanisms as encoded, which is what a MIC signs; Append ignores it
	Flags      []byte // reqFlags, a BIT STRING's body; ignored, [MS-SPNG] 3.1.5.3
	Token      []byte // mechToken
	Hint       string // negHints' hintName
	MIC        []byte // mechListMIC
}

// ServerHint is what servers write into negHints, [MS-SPNG] 3.2.5.2.
const ServerHint = "not_defined_in_RFC4178@please_ignore"

const initObject = "NegTokenInit"

// ParseNegTokenInit reads a token without the frame around it.
func ParseNegTokenInit(b []byte) (m NegTokenInit, err error) {
	fail := func(err error) (NegTokenInit, error) { return NegTokenInit{}, &ParseError{initObject, 0, err} }
	fields, err := sequence(b, 0, 5)
	if err != nil {
		return fail(err)
	}
	if m.Mechanisms, m.List, err = parseList(fields[0]); err != nil {
		return fail(err)
	}
	if m.Flags, err = optional(fields[1], der.BitString, MaxMIC); err != nil {
		return fail(err)
	}
	if m.Token, err = optional(fields[2], der.Octets, MaxToken); err != nil {
		return fail(err)
	}
	mic := fields[4]
	if hints := fields[3]; len(hints) > 0 && hints[0] == der.Sequence {
		if m.Hint, err = parseHints(hints); err != nil {
			return fail(err)
		}
	} else if hints != nil { // mechListMIC as RFC 4178 numbers it
		mic = hints
	}
	if m.MIC, err = optional(mic, der.Octets, MaxMIC); err != nil {
		return fail(err)
	}
	return m, nil
}

// Append writes NegTokenInit, and NegTokenInit2 if there is a Hint.
func (m NegTokenInit) Append(b []byte) []byte {
	parts := [][]byte{der.Make(der.Context(0), encodeList(m.Mechanisms))}
	add := func(n int, tag byte, value []byte) {
		if value != nil {
			parts = append(parts, der.Make(der.Context(n), der.Make(tag, value)))
		}
	}
	add(1, der.BitString, m.Flags)
	add(2, der.Octets, m.Token)
	at := 3
	if m.Hint != "" {
		add(3, der.Sequence, der.Make(der.Context(0), der.Make(der.General, []byte(m.Hint))))
		at = 4
	}
	add(at, der.Octets, m.MIC)
	return der.Append(b, der.Context(0), der.Make(der.Sequence, parts...))
}

func parseList(b []byte) ([]OID, []byte, error) {
	list, err := der.Only(b, der.Sequence)
	if err != nil {
		return nil, nil, err
	}
	var all []OID
	for len(list) > 0 {
		var oid []byte
		if oid, list, err = der.Expect(list, der.OID); err != nil {
			return nil, nil, err
		}
		if len(oid) == 0 || len(oid) > MaxOID || len(all) == MaxMechanisms {
			return nil, nil, ErrLimit
		}
		all = append(all, OID(oid))
	}
	return all, b, nil
}

func encodeList(all []OID) []byte {
	var list []byte
	for _, o := range all {
		list = append(list, o.encoded()...)
	}
	return der.Make(der.Sequence, list)
}

// parseHints reads hintName; hintAddress is ignored.
func parseHints(b []byte) (string, error) {
	body, err := der.Only(b, der.Sequence)
	if err != nil {
		return "", err
	}
	fields, err := der.Fields(body, 2)
	if err != nil || fields[0] == nil {
		return "", err
	}
	name, err := der.Only(fields[0], der.General)
	return string(name), err
}

// sequence reads [n] SEQUENCE and its fields.
func sequence(b []byte, n, fields int) ([][]byte, error) {
	if len(b) > MaxToken {
		return nil, ErrLimit
	}
	outer, err := der.Only(b, der.Context(n))
	if err != nil {
		return nil, err
	}
	body, err := der.Only(outer, der.Sequence)
	if err != nil {
		return nil, err
	}
	return der.Fields(body, fields)
}

// optional reads a field that may be missing.
func optional(field []byte, tag byte, most int) ([]byte, error) {
	if field == nil {
		return nil, nil
	}
	value, err := der.Only(field, tag)
	if err != nil {
		return nil, err
	}
	if len(value) > most {
		return nil, ErrLimit
	}
	return value, nil
}
