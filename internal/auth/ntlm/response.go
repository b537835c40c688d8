package ntlm

import (
	"encoding/binary"
	"fmt"
)

const (
	responseSize        = 16 // NTProofStr, and what LMv2_RESPONSE begins with
	shortResponseSize   = 24 // LM_RESPONSE, LMv2_RESPONSE and NTLM_RESPONSE
	clientChallengeSize = 28 // NTLMv2_CLIENT_CHALLENGE before its AvPairs
)

// ClientChallenge is NTLMv2_CLIENT_CHALLENGE, [MS-NLMP] 2.2.2.7.
type ClientChallenge struct {
	Time      FileTime
	Challenge [8]byte
	Pairs     Pairs
}

// ParseClientChallenge allows for bytes after the pairs, which Windows appends.
// Errors are *ParseError.
func ParseClientChallenge(b []byte) (ClientChallenge, error) {
	const object = "NTLMv2_CLIENT_CHALLENGE"
	var c ClientChallenge
	switch {
	case len(b) > clientChallengeSize+MaxTargetInfo:
		return c, &ParseError{object, 0, ErrLimit}
	case len(b) < clientChallengeSize:
		return c, &ParseError{object, len(b), ErrNeedMore}
	case b[0] != 1 || b[1] != 1: // RespType, HiRespType
		return c, &ParseError{object, 0, ErrInvalid}
	}
	c.Time = FileTime(binary.LittleEndian.Uint64(b[8:]))
	c.Challenge = [8]byte(b[16:])
	var err error
	c.Pairs, _, err = ParsePairs(b[clientChallengeSize:])
	return c, err
}

// appendClientChallenge writes temp of [MS-NLMP] 3.3.2 around pairs that are
// taken as they are, and the 4 zero bytes behind them.
func appendClientChallenge(b []byte, t FileTime, challenge [8]byte, pairs []byte) []byte {
	b = append(b, 1, 1, 0, 0, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, uint64(t))
	b = append(b, challenge[:]...)
	b = append(b, 0, 0, 0, 0)
	b = append(b, pairs...)
	return append(b, 0, 0, 0, 0)
}

// Append writes the structure with the 4 zero bytes behind it.
func (c ClientChallenge) Append(b []byte) []byte {
	return appendClientChallenge(b, c.Time, c.Challenge, c.Pairs.Append(nil))
}

// Response2 is NTLMv2_RESPONSE, [MS-NLMP] 2.2.2.8.
type Response2 struct {
	Proof  [16]byte // NTProofStr
	Signed []byte   // what Proof proves: temp, as received
	Client ClientChallenge
}

// String leaves the proof out: passwords can be guessed by it.
func (r Response2) String() string {
	return fmt.Sprintf("NTLMv2_RESPONSE(%d pairs)", len(r.Client.Pairs))
}

// Format is String for every verb.
func (r Response2) Format(f fmt.State, _ rune) { put(f, r) }

// MarshalText keeps it out of JSON too.
func (r Response2) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// ParseResponse2 reads an NtChallengeResponse of more than 24 bytes. Errors are
// *ParseError.
func ParseResponse2(b []byte) (Response2, error) {
	const object = "NTLMv2_RESPONSE"
	var r Response2
	if len(b) < responseSize {
		return r, &ParseError{object, len(b), ErrNeedMore}
	}
	r.Proof, r.Signed = [16]byte(b), b[responseSize:]
	var err error
	r.Client, err = ParseClientChallenge(r.Signed)
	return r, err
}
