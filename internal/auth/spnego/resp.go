package spnego

import "caracal/internal/auth/der"

// State is negState.
type State uint8

// The states, RFC 4178 4.2.2.
const (
	AcceptCompleted State = iota
	AcceptIncomplete
	Reject
	RequestMIC
	NoState // is missing
)

// NegTokenResp is RFC 4178 4.2.2.
type NegTokenResp struct {
	State     State
	Mechanism OID    // supportedMech, empty if missing
	Token     []byte // responseToken, nil if missing
	MIC       []byte // mechListMIC, nil if missing
}

const respObject = "NegTokenResp"

// ParseNegTokenResp reads one.
func ParseNegTokenResp(b []byte) (m NegTokenResp, err error) {
	fail := func(err error) (NegTokenResp, error) { return NegTokenResp{}, &ParseError{respObject, 0, err} }
	fields, err := sequence(b, 1, 4)
	if err != nil {
		return fail(err)
	}
	m.State = NoState
	if fields[0] != nil {
		state, err := der.Only(fields[0], der.Enumerated)
		if err != nil || len(state) != 1 || State(state[0]) > RequestMIC {
			return fail(ErrInvalid)
		}
		m.State = State(state[0])
	}
	oid, err := optional(fields[1], der.OID, MaxOID)
	if err != nil {
		return fail(err)
	}
	m.Mechanism = OID(oid)
	if m.Token, err = optional(fields[2], der.Octets, MaxToken); err != nil {
		return fail(err)
	}
	if m.MIC, err = optional(fields[3], der.Octets, MaxMIC); err != nil {
		return fail(err)
	}
	return m, nil
}

// Append writes it.
func (m NegTokenResp) Append(b []byte) []byte {
	var parts [][]byte
	add := func(n int, tag byte, value []byte) {
		if value != nil {
			parts = append(parts, der.Make(der.Context(n), der.Make(tag, value)))
		}
	}
	if m.State < NoState {
		add(0, der.Enumerated, []byte{byte(m.State)})
	}
	if m.Mechanism != "" {
		add(1, der.OID, []byte(m.Mechanism))
	}
	add(2, der.Octets, m.Token)
	add(3, der.Octets, m.MIC)
	return der.Append(b, der.Context(1), der.Make(der.Sequence, parts...))
}
