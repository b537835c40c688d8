package spnego

import "caracal/internal/ber"

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
		state, err := ber.Only(fields[0], ber.Enumerated)
		if err != nil || len(state) != 1 || State(state[0]) > RequestMIC {
			return fail(ErrInvalid)
		}
		m.State = State(state[0])
	}
	oid, err := optional(fields[1], ber.OID, MaxOID)
	if err != nil {
		return fail(err)
	}
	m.Mechanism = OID(oid)
	if m.Token, err = optional(fields[2], ber.Octets, MaxToken); err != nil {
		return fail(err)
	}
	if m.MIC, err = optional(fields[3], ber.Octets, MaxMIC); err != nil {
		return fail(err)
	}
	return m, nil
}

// Append writes it.
func (m NegTokenResp) Append(b []byte) []byte {
	var parts [][]byte
	add := func(n int, tag ber.Tag, value []byte) {
		if value != nil {
			parts = append(parts, ber.Make(ber.Context(n), ber.Make(tag, value)))
		}
	}
	if m.State < NoState {
		add(0, ber.Enumerated, []byte{byte(m.State)})
	}
	if m.Mechanism != "" {
		add(1, ber.OID, []byte(m.Mechanism))
	}
	add(2, ber.Octets, m.Token)
	add(3, ber.Octets, m.MIC)
	return ber.Append(b, ber.Context(1), ber.Make(ber.Sequence, parts...))
}
