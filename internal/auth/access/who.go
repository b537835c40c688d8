// Package access is the language of access lists: who is meant by "anyone",
// "accounts", "group:staff", "user:alice", "address:192.0.2.0/24", "local" and "key".
package access

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what an entry of a list names.
type Kind uint8

// The kinds of entries.
const (
	Anyone   Kind = iota
	Local         // this machine, in its own name
	Address       // addresses
	Accounts      // every account
	Group
	User
	Key // who knows the point's key
)

// Who is one entry.
type Who struct {
	Kind   Kind
	Name   string       // of Group and User
	Prefix netip.Prefix // of Address
}

// MaxName is the longest name of an account or a group, bytes.
const MaxName = 64

// Parse takes one entry.
func Parse(s string) (Who, error) {
	switch s {
	case "anyone":
		return Who{Kind: Anyone}, nil
	case "local":
		return Who{Kind: Local}, nil
	case "accounts":
		return Who{Kind: Accounts}, nil
	case "key":
		return Who{Kind: Key}, nil
	}
	kind, rest, _ := strings.Cut(s, ":")
	switch kind {
	case "address":
		p, err := ParsePrefix(rest)
		return Who{Kind: Address, Prefix: p}, err
	case "group":
		return Who{Kind: Group, Name: Fold(rest)}, CheckName(rest)
	case "user":
		return Who{Kind: User, Name: rest}, CheckName(rest)
	}
	return Who{}, fmt.Errorf("%q is not anyone, accounts, group:NAME, user:NAME, address:192.0.2.0/24, local or key", s)
}

// ParseAll takes the entries of a list.
func ParseAll(list []string) ([]Who, error) {
	all := make([]Who, 0, len(list))
	for _, s := range list {
		w, err := Parse(s)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// String is the entry as Parse takes it.
func (w Who) String() string {
	switch w.Kind {
	case Anyone:
		return "anyone"
	case Local:
		return "local"
	case Accounts:
		return "accounts"
	case Key:
		return "key"
	case Address:
		return "address:" + w.Prefix.String()
	case Group:
		return "group:" + w.Name
	}
	return "user:" + w.Name
}

// Proves says that an entry is about who somebody is rather than where.
func (w Who) Proves() bool { return w.Kind >= Accounts }

// ParsePrefix takes a network, or an address as one. An IPv4 address written as one
// of IPv6 is the IPv4 address.
func ParsePrefix(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is not an address such as 192.0.2.7, or a network such as 192.0.2.0/24", s)
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("%q is not a network such as 192.0.2.0/24 or 2001:db8::/32", s)
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// ParsePrefixes takes a list of networks.
func ParsePrefixes(list []string) ([]netip.Prefix, error) {
	all := make([]netip.Prefix, 0, len(list))
	for _, s := range list {
		p, err := ParsePrefix(s)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Fold is a name without the difference of upper and lower case: names that fold
// to the same are the same.
func Fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// CheckName says why a name is not one of an account or a group: what the schemes
// give a meaning to, and what looks like nothing, cannot be in it.
func CheckName(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("a name is missing")
	case len(s) > MaxName:
		return fmt.Errorf("%.20q... is longer than %d bytes", s, MaxName)
	case !utf8.ValidString(s):
		return fmt.Errorf("%q is not UTF-8", s)
	}
	for _, r := range s {
		if strings.ContainsRune(`:\/"@,;=<>[]|*?+`, r) || !unicode.IsPrint(r) {
			return fmt.Errorf("%q has %q, which a name cannot have", s, r)
		}
	}
	if strings.TrimSpace(s) != s {
		return fmt.Errorf("%q begins or ends with a blank", s)
	}
	return nil
}
