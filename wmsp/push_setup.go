package wmsp

import (
	"strings"

	"caracal/internal/head"
)

// Content types of encoders that push, [MS-WMHTTP] 2.2.1.1.
const (
	TypePushSetup = "application/x-wms-pushsetup"
	TypePushStart = "application/x-wms-pushstart"
)

// TokenEncoder begins the User-Agent of an encoder, [MS-WMHTTP] 2.2.1.8.
const TokenEncoder = "WMEncoder"

// MaxPushSetup is the longest body of a PushSetup request, bytes.
const MaxPushSetup = 4 << 10

// PushSetup is the body of a PushSetup request, [MS-WMHTTP] 2.2.2.1.
type PushSetup struct {
	// Template is the path of the point of which the one in the request line
	// is a copy, if that does not exist yet; "" for none. It begins with a
	// slash and is percent-encoded.
	Template string
	// AutoDestroy asks that the point be removed when the session is over.
	AutoDestroy bool
}

const (
	directiveTemplate    = "Template-URL"
	directiveAutoDestroy = "AutoDestroy"
)

// ParsePushSetup reads the body. Directives that are not known are nobody's
// mistake; one that is known and makes no sense is a *ParseError.
func ParsePushSetup(b []byte) (PushSetup, error) {
	if len(b) > MaxPushSetup {
		return PushSetup{}, &ParseError{"PushSetup", MaxPushSetup, ErrLimit}
	}
	var p PushSetup
	at := 0
	for line := range strings.SplitSeq(string(b), "\n") {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
		case strings.EqualFold(name, directiveTemplate):
			path, ok := unquotePath(value)
			if !ok {
				return PushSetup{}, &ParseError{directiveTemplate, at, ErrInvalid}
			}
			p.Template = path
		case strings.EqualFold(name, directiveAutoDestroy):
			if value != "0" && value != "1" {
				return PushSetup{}, &ParseError{directiveAutoDestroy, at, ErrInvalid}
			}
			p.AutoDestroy = value == "1"
		}
		at += len(line) + 1
	}
	return p, nil
}

// unquotePath takes the quotes off a path that is absolute and in ASCII.
func unquotePath(s string) (string, bool) {
	if len(s) < 3 || s[0] != '"' || s[len(s)-1] != '"' || s[1] != '/' {
		return "", false
	}
	s = s[1 : len(s)-1]
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7F || c == '"' {
			return "", false
		}
	}
	return s, true
}

// Append appends the body; a template goes with an AutoDestroy always,
// [MS-WMHTTP] 3.1.4.1.1.
func (p PushSetup) Append(b []byte) []byte {
	if p.Template != "" {
		b = append(b, directiveTemplate+`: "`+p.Template+"\"\r\n"...)
	}
	switch {
	case p.AutoDestroy:
		b = append(b, directiveAutoDestroy+": 1\r\n"...)
	case p.Template != "":
		b = append(b, directiveAutoDestroy+": 0\r\n"...)
	}
	return b
}

// Size is the number of bytes that Append adds.
func (p PushSetup) Size() int { return len(p.Append(nil)) }

// isEncoder says whether a User-Agent is one of [MS-WMHTTP] 2.2.1.8.
func isEncoder(agent string) bool {
	a := head.ParseAgent(agent)
	return a.Is(TokenEncoder) && a.Major > 0
}

// isPush says whether a request is one of [MS-WMHTTP], whoever sends it.
func isPush(r *Request) bool { return r.IsType(TypePushSetup) || r.IsType(TypePushStart) }
