package kerberos

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Principal is a name and its realm, RFC 4120 5.2.2.
type Principal struct {
	Type  int32
	Parts []string // "alice"; "HTTP", "www.example.com"
	Realm string
}

// The types of names that are written.
const (
	NameUser    = 1 // NT-PRINCIPAL
	NameService = 2 // NT-SRV-INST
)

// Name is the principal without its realm, with \ before what would be read
// otherwise: alice, alice/admin.
func (p Principal) Name() string {
	parts := make([]string, len(p.Parts))
	for n, part := range p.Parts {
		parts[n] = escape.Replace(part)
	}
	return strings.Join(parts, "/")
}

var escape = strings.NewReplacer(`\`, `\\`, "/", `\/`, "@", `\@`)

func (p Principal) String() string { return p.Name() + "@" + escape.Replace(p.Realm) }

func (p Principal) equal(q Principal) bool {
	return p.Realm == q.Realm && sameParts(p.Parts, q.Parts, func(a, b string) bool { return a == b })
}

// fold says whether both are the same but for upper and lower case, which
// Windows does not tell apart in names of services.
func (p Principal) fold(q Principal) bool {
	return strings.EqualFold(p.Realm, q.Realm) && sameParts(p.Parts, q.Parts, strings.EqualFold)
}

func sameParts(a, b []string, same func(a, b string) bool) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if !same(a[n], b[n]) {
			return false
		}
	}
	return true
}

// check says whether the principal can be somebody: WELLKNOWN names of RFC 6111,
// that for anonymous tickets among them, are nobody's, and parts with /, @ or \ in
// them could be read as somebody else's.
func (p Principal) check() error {
	size := len(p.Realm)
	for _, part := range p.Parts {
		size += len(part) + 1
	}
	if len(p.Parts) == 0 || len(p.Parts) > MaxParts || size > MaxName {
		return ErrName
	}
	if p.Parts[0] == "WELLKNOWN" || strings.HasPrefix(p.Realm, "WELLKNOWN:") {
		return ErrName
	}
	for _, s := range append([]string{p.Realm}, p.Parts...) {
		if s == "" || strings.ContainsAny(s, `/@\`) || !utf8.ValidString(s) || strings.IndexFunc(s, unprintable) >= 0 {
			return ErrName
		}
	}
	return nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
