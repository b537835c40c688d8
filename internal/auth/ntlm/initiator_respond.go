package ntlm

import (
	"encoding/binary"
	"fmt"
	"io"
)

// responses are what a CHALLENGE is answered with.
type responses struct {
	lm, nt []byte
	base   Key // KeyExchangeKey
	mic    bool
}

// respond is ComputeResponse() of [MS-NLMP] 3.3.
func (i *Initiator) respond(f Flags, c Challenge) (responses, error) {
	if i.o.Anonymous {
		return responses{lm: []byte{0}}, nil
	}
	var client [8]byte
	if _, err := io.ReadFull(i.o.Rand, client[:]); err != nil {
		return responses{}, fmt.Errorf("ntlm: random bytes: %w", err)
	}
	if i.o.Method == NTLMv2 {
		return i.respond2(f, c, client)
	}
	return i.respond1(f, c, client), nil
}

// respond2 is NTLMv2. A server that tells the time gets it back, with a MIC and
// no LM response; others get what clients before Windows Vista sent.
func (i *Initiator) respond2(f Flags, c Challenge, client [8]byte) (responses, error) {
	var pairs Pairs
	if len(c.Info) > 0 {
		var err error
		if pairs, _, err = ParsePairs(c.Info); err != nil {
			return responses{}, err
		}
	}
	_, computer := pairs.Get(PairComputer)
	_, domain := pairs.Get(PairDomain)
	if f.protects() && !(computer && domain) {
		return responses{}, &ParseError{challengeObject, 40, ErrInvalid} // [MS-NLMP] 3.1.5.1.2
	}
	now, timed := pairs.Time()
	if !timed {
		now = NewFileTime(i.o.Now())
	}
	if timed && !i.o.NoMIC {
		pairs = i.modern(pairs)
	}
	return i.sign2(f, c, client, now, timed, pairs.Append(nil)), nil
}

// sign2 computes the responses of version 2.
func (i *Initiator) sign2(f Flags, c Challenge, client [8]byte, now FileTime, timed bool, info []byte) responses {
	user, domain := i.heard(f, i.o.User), i.heard(f, i.o.Domain)
	key := ntowf2(NTHash(i.o.Password), user, domain)
	signed := appendClientChallenge(nil, now, client, info)
	proof := proof2(key, c.Challenge, signed)
	r := responses{nt: append(proof[:], signed...), base: sessionBase2(key, proof)}
	r.lm = make([]byte, shortResponseSize)
	if !timed {
		short := proof2(key, c.Challenge, client[:])
		copy(r.lm, short[:])
		copy(r.lm[responseSize:], client[:])
	}
	r.mic = timed && !i.o.NoMIC
	return r
}

// heard is a name as the server reads it: the character set may not have all of
// its letters.
func (i *Initiator) heard(f Flags, name string) string {
	if f.Has(FlagUnicode) {
		return name
	}
	return string(i.o.CodePage.decode(i.o.CodePage.encode(name)))
}

// modern adds what [MS-NLMP] 3.1.5.1.2 wants in the pairs besides a MIC.
func (i *Initiator) modern(p Pairs) Pairs {
	flags := binary.LittleEndian.AppendUint32(nil, p.Flags()|pairFlagMIC)
	return p.with(PairFlags, flags).
		with(PairChannelBindings, make([]byte, 16)).
		with(PairTargetName, unicodeBytes(i.o.TargetName))
}

// respond1 is version 1, [MS-NLMP] 3.3.1. A password that has no LM hash gets
// the NT response in both places.
func (i *Initiator) respond1(f Flags, c Challenge, client [8]byte) responses {
	nt := NTHash(i.o.Password)
	lm, short := LMHash(i.o.Password, i.o.CodePage)
	var r responses
	if i.o.Method == NTLM2 && f.Has(FlagExtended) {
		answer := desl(nt, extendedChallenge(c.Challenge, client))
		r.nt = answer[:]
		r.lm = make([]byte, shortResponseSize)
		copy(r.lm, client[:])
	} else {
		answer := desl(nt, c.Challenge)
		r.nt, r.lm = answer[:], answer[:]
		if short {
			old := desl(lm, c.Challenge)
			r.lm = old[:]
		}
	}
	if i.o.Method == LM {
		r.nt = nil
	}
	r.base = kxkey1(f, sessionBase1(nt), lm, r.lm, c.Challenge)
	return r
}
