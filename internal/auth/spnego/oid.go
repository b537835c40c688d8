package spnego

import (
	"fmt"
	"strings"

	"caracal/internal/ber"
)

// OID is an object identifier as its encoding holds it, without tag and length.
type OID string

// The mechanisms.
const (
	Kerberos   OID = "\x2A\x86\x48\x86\xF7\x12\x01\x02\x02"     // 1.2.840.113554.1.2.2
	KerberosMS OID = "\x2A\x86\x48\x82\xF7\x12\x01\x02\x02"     // 1.2.840.48018.1.2.2, Windows 2000's mistake
	NTLM       OID = "\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x0A" // 1.3.6.1.4.1.311.2.2.10
	negotiate  OID = "\x2B\x06\x01\x05\x05\x02"                 // 1.3.6.1.5.5.2, the negotiation itself
)

// same says whether both name one mechanism, [MS-SPNG] 3.1.5.2.
func (o OID) same(p OID) bool { return o.plain() == p.plain() }

func (o OID) plain() OID {
	if o == KerberosMS {
		return Kerberos
	}
	return o
}

// String writes the numbers with dots.
func (o OID) String() string {
	var b strings.Builder
	n := uint64(0)
	for _, c := range []byte(o) {
		if n = n<<7 | uint64(c&0x7F); c&0x80 != 0 {
			continue
		}
		if b.Len() > 0 {
			fmt.Fprintf(&b, ".%d", n)
		} else {
			first := min(n/40, 2)
			fmt.Fprintf(&b, "%d.%d", first, n-40*first)
		}
		n = 0
	}
	return b.String()
}

func (o OID) encoded() []byte { return ber.Make(ber.OID, []byte(o)) }

// Frame puts the head of RFC 2743 3.1 around a mechanism's first token.
func Frame(o OID, inner []byte) []byte { return ber.Make(ber.Application(0), o.encoded(), inner) }

// Unframe is the reverse.
func Unframe(token []byte) (OID, []byte, error) {
	body, err := ber.Only(token, ber.Application(0))
	if err != nil {
		return "", nil, &ParseError{"InitialContextToken", 0, err}
	}
	oid, inner, err := ber.Expect(body, ber.OID)
	if err != nil || len(oid) > MaxOID {
		return "", nil, &ParseError{"MechType", len(token) - len(body), ErrInvalid}
	}
	return OID(oid), inner, nil
}
