package ntlm

import "encoding/binary"

// understood are the flags that the Acceptor can grant.
const understood = FlagUnicode | FlagOEM | FlagTarget | FlagSign | FlagSeal | FlagNTLM |
	FlagAlwaysSign | FlagExtended | FlagIdentify | FlagTargetInfo | FlagVersion |
	Flag128 | Flag56 | FlagKeyExchange

// choose makes CHALLENGE's flags of those that the client wants, [MS-NLMP]
// 2.2.2.5 and 3.2.5.1.1. The key strengths are granted without SIGN and SEAL
// too, as Windows does; a key exchange is not, since implementations differ in
// whether it takes place then.
func (a *Acceptor) choose(want Flags) (Flags, error) {
	f := want&understood | FlagTarget | FlagNTLM | FlagAlwaysSign | a.targetType()
	switch {
	case want.Has(FlagUnicode):
		f &^= FlagOEM
	case !want.Has(FlagOEM):
		return 0, &ParseError{negotiateObject, 12, ErrInvalid}
	}
	if a.o.AllowV1 && a.o.LookupLM != nil && !want.Has(FlagExtended) {
		f |= want & (FlagLMKey | FlagNonNTKey)
	}
	if want&(FlagExtended|FlagTarget|FlagTargetInfo) != 0 {
		f |= FlagTargetInfo // Windows NT sends older clients none
	}
	switch {
	case a.o.Datagram:
		f |= FlagDatagram | FlagKeyExchange
	case !want.protects():
		f &^= FlagKeyExchange
	}
	return f, nil
}

// offer is what a server says first in datagram mode, where the client chooses.
func (a *Acceptor) offer() Flags {
	return understood | FlagDatagram | a.targetType()
}

func (a *Acceptor) targetType() Flags {
	if a.o.Joined {
		return FlagTargetDomain
	}
	return FlagTargetServer
}

func (a *Acceptor) challengeMessage() Challenge {
	target := a.o.Computer
	if a.o.Joined {
		target = a.o.Domain
	}
	m := Challenge{Flags: a.flags, Challenge: a.nonce, Version: a.o.Version}
	m.Target = a.o.CodePage.encodeText(a.flags, target)
	if a.flags.Has(FlagTargetInfo) {
		m.Info = a.targetInfo().Append(nil)
	}
	return m
}

// targetInfo has the pairs in the order of Windows.
func (a *Acceptor) targetInfo() Pairs {
	var list Pairs
	for _, p := range []struct {
		id   uint16
		text string
	}{
		{PairDomain, a.o.Domain}, {PairComputer, a.o.Computer}, {PairDNSDomain, a.o.DNSDomain},
		{PairDNSComputer, a.o.DNSComputer}, {PairDNSForest, a.o.DNSForest},
	} {
		if p.text != "" {
			list = append(list, Pair{p.id, unicodeBytes(p.text)})
		}
	}
	if !a.o.NoTimestamp {
		now := binary.LittleEndian.AppendUint64(nil, uint64(NewFileTime(a.o.Now())))
		list = append(list, Pair{PairTime, now})
	}
	return list
}
