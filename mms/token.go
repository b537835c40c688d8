package mms

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// Token is what TokenData of OpenFile and Token of SecurityResponse and
// SecurityChallenge say, [MS-MMSP] 2.2.4.14, 2.2.4.21 and 2.2.4.24.
type Token struct {
	IsNTLM bool

	// Of NTLM.
	NTLM    []byte // token of [MS-NLMP]; empty in the first challenge; aliases the input
	Wrapped bool   // it is in an NTLM_AUTH, and the answer has to be too

	// Of Basic.
	Text string // from the player base64, see BasicCredentials; from the server the realm
}

const (
	ntlmPrefixSize = 2  // bytes, both 0
	ntlmAuthSize   = 24 // bytes of NTLM_AUTH before NTLMToken

	// MaxNTLM is the longest NTLM token, bytes.
	MaxNTLM = 8 << 10
)

var ntlmSignature = []byte("NTLMSSP\x00")

// ParseToken parses a token. TokenData of OpenFile may be without the two zero
// bytes that say NTLM elsewhere, and the specification does not tell whether
// they are the first of NTLM_AUTH, so all three forms are taken.
func ParseToken(b []byte) (Token, error) {
	zeros := len(b) >= ntlmPrefixSize && b[0] == 0 && b[1] == 0
	if !zeros && !bytes.HasPrefix(b, ntlmSignature) {
		text, _, _ := bytes.Cut(b, []byte{0})
		if len(b) >= 2 && b[1] == 0 { // the realm is UTF-16
			s, _ := decodeUTF16(b)
			return Token{Text: s}, nil
		}
		return Token{Text: string(text)}, nil
	}
	if bytes.HasPrefix(b, ntlmSignature) {
		return ntlmToken(b, false)
	}
	rest := b[ntlmPrefixSize:]
	if len(rest) == 0 || bytes.HasPrefix(rest, ntlmSignature) {
		return ntlmToken(rest, false)
	}
	for _, auth := range [2][]byte{rest, b} {
		if inner, ok := parseNTLMAuth(auth); ok {
			return ntlmToken(inner, true)
		}
	}
	return Token{}, &ParseError{"pToken", ntlmPrefixSize, ErrInvalid}
}

func ntlmToken(b []byte, wrapped bool) (Token, error) {
	if len(b) > MaxNTLM {
		return Token{}, &ParseError{"NTLMToken", 0, ErrLimit}
	}
	return Token{IsNTLM: true, NTLM: b, Wrapped: wrapped}, nil
}

// parseNTLMAuth parses NTLM_AUTH, [MS-MMSP] 2.2.4.14.1.
func parseNTLMAuth(b []byte) (token []byte, ok bool) {
	if len(b) < ntlmAuthSize {
		return nil, false
	}
	zero, one := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	size, two := binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[16:])
	if zero != 0 || one != 1 || two != 2 || uint64(size) > uint64(len(b)-ntlmAuthSize) {
		return nil, false
	}
	end := ntlmAuthSize + size
	return b[ntlmAuthSize:end:end], true
}

// AppendNTLM appends the token of a challenge or response: two zero bytes, and
// token, in an NTLM_AUTH if wrapped.
func AppendNTLM(b, token []byte, wrapped bool) []byte {
	b = append(b, 0, 0)
	if wrapped {
		b = appendU32(b, 0, 1, 0, uint32(len(token)), 2, 0)
	}
	return append(b, token...)
}

// AppendBasicRealm appends the token of a challenge for Basic.
func AppendBasicRealm(b []byte, realm string) []byte {
	return appendUTF16Z(b, `realm="`+strings.ReplaceAll(realm, `"`, "")+`"`)
}

// AppendBasicCredentials appends the token of a response for Basic.
func AppendBasicCredentials(b []byte, user, password string) []byte {
	b = base64.StdEncoding.AppendEncode(b, []byte(user+":"+password))
	return append(b, 0)
}

// BasicCredentials returns user and password as the bytes that were sent.
func (t *Token) BasicCredentials() (user, password string, ok bool) {
	text := t.Text
	if hasPrefixFold(text, "Basic ") { // RFC 2617 has it before basic-credentials
		text = text[len("Basic "):]
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if t.IsNTLM || err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}
