package kerberos

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"caracal/internal/ber"
)

// InitiatorOptions says with what the client comes, and what it wants.
type InitiatorOptions struct {
	Client  Principal // required
	Ticket  []byte    // for the service, as the KDC made it; required
	Session Key       // the ticket's key; required
	Now     func() time.Time
	Rand    io.Reader // crypto/rand's if nil

	Flags  Flags // FlagMutual asks for an answer
	Subkey bool  // brings a key of its own, of the session key's type
	Old    bool  // names the mechanism as Windows 2000 does
	NoSum  bool  // leaves the checksum with the flags out
}

// Initiator is the client's role for one try. It belongs to one goroutine at a
// time.
type Initiator struct {
	o     InitiatorOptions
	begun bool
	ended bool

	at       time.Time
	key      Key
	security *Security
}

// NewInitiator returns an error for options that cannot work.
func NewInitiator(o InitiatorOptions) (*Initiator, error) {
	if len(o.Client.Parts) == 0 || len(o.Ticket) == 0 || !o.Session.usable() || o.Now == nil {
		return nil, errors.New("kerberos: an initiator needs Client, Ticket, Session and Now")
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return &Initiator{o: o}, nil
}

// SessionKey is the key that both have agreed upon, zero before Step said done.
func (i *Initiator) SessionKey() Key { return i.key.clone() }

// Security protects what is said next. It is there before the server's answer
// if none is asked for.
func (i *Initiator) Security() *Security { return i.security }

// String shows no secret.
func (i Initiator) String() string { return fmt.Sprintf("kerberos.Initiator(%s)", i.o.Client) }

// Format is String for every verb.
func (i Initiator) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.String()) }

// Step returns AP-REQ for no token, with done if no answer is asked for, and
// takes the answer otherwise.
func (i *Initiator) Step(_ context.Context, token []byte) (reply []byte, done bool, err error) {
	switch {
	case i.ended, i.begun == (len(token) == 0):
		i.ended = true
		return nil, false, ErrState
	case !i.begun:
		i.begun = true
		reply, err = i.ask()
		i.ended = err != nil || !i.o.Flags.Has(FlagMutual)
		return reply, err == nil && i.ended, err
	}
	i.ended = true
	if err := i.answered(token); err != nil {
		i.security = nil
		return nil, false, err
	}
	return nil, true, nil
}

// ask is AP-REQ in its frame.
func (i *Initiator) ask() ([]byte, error) {
	var random [4]byte
	if _, err := io.ReadFull(i.o.Rand, random[:]); err != nil {
		return nil, fmt.Errorf("kerberos: random bytes: %w", err)
	}
	random[0] &= 0x3F
	seq := beUint32(random[:])
	i.at = i.o.Now().Truncate(time.Microsecond)
	i.key = i.o.Session.clone()
	if i.o.Subkey {
		if _, err := io.ReadFull(i.o.Rand, i.key.Value); err != nil {
			return nil, fmt.Errorf("kerberos: random bytes: %w", err)
		}
	}
	cipher, err := i.o.Session.encrypt(i.authenticator(seq), usageAuthenticator)
	if err != nil {
		return nil, err
	}
	i.security = &Security{key: i.key, initiator: true, in: uint64(seq), out: uint64(seq)}
	options := []byte{0, 0, 0, 0, 0}
	if i.o.Flags.Has(FlagMutual) {
		options[1] = 0x20
	}
	oid := oidKerberos
	if i.o.Old {
		oid = oidKerberosMS
	}
	return frame(oid, tokenRequest, ber.Make(ber.Application(14), ber.Make(ber.Sequence,
		field(0, ber.Int(protocolVersion)), field(1, ber.Int(14)), field(2, ber.Make(ber.BitString, options)),
		field(3, i.o.Ticket), field(4, encrypted(i.o.Session.Type, cipher))))), nil
}

func (i *Initiator) authenticator(seq uint32) []byte {
	var parts []byte
	for _, p := range i.o.Client.Parts {
		parts = append(parts, derText(p)...)
	}
	name := ber.Make(ber.Sequence, field(0, ber.Int(int64(i.o.Client.Type))), field(1, ber.Make(ber.Sequence, parts)))
	fields := [][]byte{field(0, ber.Int(protocolVersion)), field(1, derText(i.o.Client.Realm)), field(2, name)}
	if !i.o.NoSum {
		sum := ber.Make(ber.Octets, i.o.Flags.bindings())
		fields = append(fields, field(3, ber.Make(ber.Sequence, field(0, ber.Int(bindingsType)), field(1, sum))))
	}
	fields = append(fields, field(4, ber.Int(int64(i.usec()))), field(5, derTime(i.at)))
	if i.o.Subkey {
		fields = append(fields, field(6, i.key.encoded()))
	}
	fields = append(fields, field(7, ber.Int(int64(seq))))
	return ber.Make(ber.Application(2), ber.Make(ber.Sequence, fields...))
}

func (i *Initiator) usec() int { return i.at.Nanosecond() / 1000 }

// answered takes AP-REP.
func (i *Initiator) answered(token []byte) error {
	_, kind, message, err := unframe(token, MaxToken)
	if err != nil {
		return err
	}
	if kind != tokenReply {
		return ErrDenied
	}
	p, err := openReply(message, i.o.Session)
	if err != nil {
		return err
	}
	if p.usec != i.usec() || p.time.Unix() != i.at.Unix() {
		return ErrDenied
	}
	i.security.in = uint64(p.seq)
	if p.subkey != nil {
		i.key = Key{p.subkey.Type, slices.Clone(p.subkey.Value)}
		i.security.key, i.security.acceptorKey = i.key, i.key.Type != RC4
	}
	return nil
}
