package auth

import "slices"

// The schemes, by their names in headers.
const (
	Basic     = "Basic"
	Digest    = "Digest"
	NTLM      = "NTLM"
	Negotiate = "Negotiate"
)

// Identity is who a peer has proved to be; the zero value is nobody.
type Identity struct {
	Account string   // as the store spells it
	Groups  []string // of the account, sorted
	Scheme  string   // by which it was proved
	Key     string   // without an account: the point whose key the peer knows
}

// IsNobody says that nothing was proved.
func (i Identity) IsNobody() bool { return i.Account == "" && i.Key == "" }

// In says whether the account is in a group. Groups are spelled in lower case.
func (i Identity) In(group string) bool { return slices.Contains(i.Groups, group) }

// Same says that two identities are the same party, by whatever scheme.
func (i Identity) Same(j Identity) bool { return i.Account == j.Account && i.Key == j.Key }

// String is for people; "nobody" is the zero value.
func (i Identity) String() string {
	switch {
	case i.Account != "":
		return i.Account
	case i.Key != "":
		return "who has the key of " + i.Key
	}
	return "nobody"
}
