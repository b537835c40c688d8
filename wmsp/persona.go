package wmsp

import (
	"strings"

	"caracal/internal/head"
)

// Server tokens of the Server header, [MS-WMSP] 2.2.1.5.
const (
	TokenCougar = "Cougar" // a server
	TokenRex    = "Rex"    // an encoder
)

// Persona is the Server header: who a server says it is, [MS-WMSP] 2.2.1.5.
// Clients read the version as a promise of what the server does.
type Persona struct {
	Token   string // TokenCougar or TokenRex
	Version string // "9.6.7600.16564"
	Product string // further products, without the blank before: "Caracal/0.1"
	Space   bool   // "Cougar 4.1.0.3921", as VLC and ffserver write it
}

// defaultPersona is a server's that is given none.
var defaultPersona = Persona{Token: TokenCougar, Version: "9.6.7600.16564"}

// ParsePersona reads both spellings. It never fails: Known tells.
func ParsePersona(s string) Persona {
	first, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	token, version, slash := strings.Cut(first, "/")
	p := Persona{Token: token, Version: version}
	if !slash && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		p.Space = true
		p.Version, rest, _ = strings.Cut(rest, " ")
	}
	p.Product = strings.TrimSpace(rest)
	return p
}

// String is the header's value.
func (p Persona) String() string {
	separator := "/"
	if p.Space {
		separator = " "
	}
	s := p.Token + separator + p.Version
	if p.Product != "" {
		s += " " + p.Product
	}
	return s
}

// Known says that the server speaks this protocol.
func (p Persona) Known() bool { return p.Is(TokenCougar) || p.Is(TokenRex) }

// Is compares the server token without regard to case.
func (p Persona) Is(token string) bool { return strings.EqualFold(p.Token, token) }

// AtLeast compares the version.
func (p Persona) AtLeast(major, minor int) bool {
	m, n := head.ParseProductVersion(p.Version)
	return m > major || m == major && n >= minor
}
