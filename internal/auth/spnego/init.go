package spnego

import (
	"caracal/internal/ber"
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
	if m.Flags, err = optional(fields[1], ber.BitString, MaxMIC); err != nil {
		return fail(err)
	}
	if m.Token, err = optional(fields[2], ber.Octets, MaxToken); err != nil {
		return fail(err)
	}
	mic := fields[4]
	if hints := fields[3]; len(hints) > 0 && hints[0] == ber.Sequence {
		if m.Hint, err = parseHints(hints); err != nil {
			return fail(err)
		}
	} else if hints != nil { // mechListMIC as RFC 4178 numbers it
		mic = hints
	}
	if m.MIC, err = optional(mic, ber.Octets, MaxMIC); err != nil {
		return fail(err)
	}
	return m, nil
}

// Append writes NegTokenInit, and NegTokenInit2 if there is a Hint.
func (m NegTokenInit) Append(b []byte) []byte {
	parts := [][]byte{ber.Make(ber.Context(0), encodeList(m.Mechanisms))}
	add := func(n int, tag ber.Tag, value []byte) {
		if value != nil {
			parts = append(parts, ber.Make(ber.Context(n), ber.Make(tag, value)))
		}
	}
	add(1, ber.BitString, m.Flags)
	add(2, ber.Octets, m.Token)
	at := 3
	if m.Hint != "" {
		add(3, ber.Sequence, ber.Make(ber.Context(0), ber.Make(ber.General, []byte(m.Hint))))
		at = 4
	}
	add(at, ber.Octets, m.MIC)
	return ber.Append(b, ber.Context(0), ber.Make(ber.Sequence, parts...))
}

func parseList(b []byte) ([]OID, []byte, error) {
	list, err := ber.Only(b, ber.Sequence)
	if err != nil {
		return nil, nil, err
	}
	var all []OID
	for len(list) > 0 {
		var oid []byte
		if oid, list, err = ber.Expect(list, ber.OID); err != nil {
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
	return ber.Make(ber.Sequence, list)
}

// parseHints reads hintName; hintAddress is ignored.
func parseHints(b []byte) (string, error) {
	body, err := ber.Only(b, ber.Sequence)
	if err != nil {
		return "", err
	}
	fields, err := ber.Fields(body, 2)
	if err != nil || fields[0] == nil {
		return "", err
	}
	name, err := ber.Only(fields[0], ber.General)
	return string(name), err
}

// sequence reads [n] SEQUENCE and its fields.
func sequence(b []byte, n, fields int) ([][]byte, error) {
	if len(b) > MaxToken {
		return nil, ErrLimit
	}
	outer, err := ber.Only(b, ber.Context(n))
	if err != nil {
		return nil, err
	}
	body, err := ber.Only(outer, ber.Sequence)
	if err != nil {
		return nil, err
	}
	return ber.Fields(body, fields)
}

// optional reads a field that may be missing.
func optional(field []byte, tag ber.Tag, most int) ([]byte, error) {
	if field == nil {
		return nil, nil
	}
	value, err := ber.Only(field, tag)
	if err != nil {
		return nil, err
	}
	if len(value) > most {
		return nil, ErrLimit
	}
	return value, nil
}
