package kerberos

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Options says what the service is and whom it lets in.
type Options struct {
	Keytab *Keytab // required
	// Realm is the one whose principals are accounts by their name alone. It is
	// required. Foreign are realms that are let in besides, of which the account
	// is the whole principal; there is no need to name Realm among them.
	Realm   string
	Foreign []string
	Now     func() time.Time // required
	Rand    io.Reader        // crypto/rand's without it; encryption always uses that
	MaxSkew time.Duration    // DefaultSkew if zero
	// Trouble is told, once each time, when the keytab cannot be read any more.
	Trouble func(error)
}

// Service is what all Acceptors of one service share: the keys, and which
// authenticators were seen. Any number of goroutines may use it.
type Service struct {
	o    Options
	seen replays

	mu      sync.Mutex
	trouble string
}

// NewService returns an error for options that cannot work.
func NewService(o Options) (*Service, error) {
	if o.Keytab == nil || o.Realm == "" || o.Now == nil {
		return nil, errors.New("kerberos: a service needs Keytab, Realm and Now")
	}
	if o.MaxSkew < 0 {
		return nil, errors.New("kerberos: MaxSkew is below zero")
	}
	if o.MaxSkew == 0 {
		o.MaxSkew = DefaultSkew
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	o.Foreign = slices.Clone(o.Foreign)
	return &Service{o: o, seen: replays{skew: o.MaxSkew}}, nil
}

// String shows no key.
func (s *Service) String() string { return "kerberos.Service(" + s.o.Realm + ")" }

// Format is String for every verb.
func (s *Service) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// Acceptor begins a try.
func (s *Service) Acceptor() *Acceptor { return &Acceptor{s: s} }

// keys are those to try for a ticket, of the keytab as it is now.
func (s *Service) keys(service Principal, version uint32, t EncType) []Key {
	err := s.o.Keytab.Reload()
	s.mu.Lock()
	was := s.trouble
	if s.trouble = ""; err != nil {
		s.trouble = err.Error()
	}
	news := s.trouble != was && err != nil
	s.mu.Unlock()
	if news && s.o.Trouble != nil {
		s.o.Trouble(err)
	}
	return s.o.Keytab.keysFor(service, version, t)
}

// account maps a principal to an account's name.
func (s *Service) account(p Principal) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	switch {
	case p.Realm == s.o.Realm:
		return p.Name(), nil
	case slices.Contains(s.o.Foreign, p.Realm):
		return p.String(), nil
	}
	return "", ErrRealm
}
