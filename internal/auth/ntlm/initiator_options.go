package ntlm

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"
)

// InitiatorOptions says who the client is and what it wants. Its zero value
// with an account and a clock is a client of today: NTLMv2 with a MIC, in
// Unicode, unsigned.
type InitiatorOptions struct {
	User, Domain, Workstation string
	Password                  Password
	Anonymous                 bool // with no account
	Now                       func() time.Time
	Rand                      io.Reader // crypto/rand's if nil
	TargetName                string    // SPN: "HTTP/www.example.com"; may be empty
	Version                   Version   // that of Windows 7 if zero

	Method    Method // NTLMv2, NTLM2, NTLMv1 or LM
	NoMIC     bool   // as clients before Windows Vista
	NoVersion bool   // as clients before Windows XP
	OEM       bool   // as clients of Windows 95
	CodePage  CodePage

	Sign, Seal    bool
	NoExtended    bool // without extended session security
	NoKeyExchange bool
	LMKey         bool // asks for the LM session key, with NoExtended
	Strength      int  // 128, 56 or 40 bits; 128 if zero
	Datagram      bool // connectionless: the first Step takes CHALLENGE
}

func (o *InitiatorOptions) complete() error {
	if o.Now == nil {
		return errors.New("ntlm: an initiator needs Now")
	}
	if !o.CodePage.known() || o.Method > NTLMv1 && o.Method != LM {
		return fmt.Errorf("ntlm: initiator's options: %w", ErrInvalid)
	}
	for _, name := range []string{o.User, o.Domain, o.Workstation, o.TargetName} {
		if len(unicodeBytes(name)) > MaxName {
			return fmt.Errorf("ntlm: name %.20q...: %w", name, ErrLimit)
		}
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Version == (Version{}) {
		o.Version = ourVersion
	}
	if o.Strength == 0 {
		o.Strength = 128
	}
	switch o.Method {
	case NTLM2:
		o.NoExtended = false
	case NTLMv1, LM: // what a server reads otherwise with extended session security
		o.NoExtended = true
	}
	return nil
}

// flags are what the client asks for.
func (o *InitiatorOptions) flags() Flags {
	f := FlagNTLM | FlagAlwaysSign | FlagTarget
	for _, c := range []struct {
		on   bool
		flag Flags
	}{
		{true, FlagOEM}, {!o.OEM, FlagUnicode}, {!o.NoVersion, FlagVersion},
		{!o.NoExtended, FlagExtended | FlagTargetInfo}, {o.NoExtended && o.LMKey, FlagLMKey},
		{o.Sign, FlagSign}, {o.Seal, FlagSeal}, {o.Anonymous, FlagAnonymous},
		{o.Strength >= 128, Flag128}, {o.Strength >= 56, Flag56},
		{(o.Sign || o.Seal) && !o.NoKeyExchange, FlagKeyExchange},
		{o.Datagram, FlagDatagram | FlagKeyExchange | FlagSign},
	} {
		if c.on {
			f |= c.flag
		}
	}
	return f
}
