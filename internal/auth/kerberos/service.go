package kerberos

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options says what the service is and whom it lets in.
type Options struct {
	Keytab *Keytab // required
	// Realms are those whose principals are let in, each by its name alone: alice
	// of any of them is alice. One is required.
	Realms []string
	// Services are the names, without realms, whose keys of the keytab count, in
	// upper or lower case; all do without one.
	Services []string
	Now      func() time.Time // required
	Rand     io.Reader        // crypto/rand's without it; encryption always uses that
	MaxSkew  time.Duration    // DefaultSkew if zero
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
	if o.Keytab == nil || len(o.Realms) == 0 || o.Now == nil {
		return nil, errors.New("kerberos: a service needs Keytab, Realms and Now")
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
	o.Realms, o.Services = slices.Clone(o.Realms), slices.Clone(o.Services)
	for _, name := range o.Services {
		if !slices.ContainsFunc(o.Keytab.Entries(), func(e Entry) bool { return among([]string{name}, e.Principal) }) {
			return nil, fmt.Errorf("%w of %s", ErrNoKeyOf, name)
		}
	}
	return &Service{o: o, seen: replays{skew: o.MaxSkew}}, nil
}

// String shows no key.
func (s *Service) String() string { return "kerberos.Service(" + strings.Join(s.o.Realms, " ") + ")" }

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
	return s.o.Keytab.keysFor(s.o.Services, service, version, t)
}

// account maps a principal to an account's name.
func (s *Service) account(p Principal) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	if !slices.Contains(s.o.Realms, p.Realm) {
		return "", ErrRealm
	}
	return p.Name(), nil
}
