package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"caracal/internal/auth/access"
	"caracal/internal/auth/ntlm"
	"caracal/internal/store"
)

// Identity is that of an account that a scheme has proved by itself, as Kerberos
// does. The name may have a domain. The error is ErrDenied if there is none.
func (a *Accounts) Identity(ctx context.Context, name, scheme string) (Identity, error) {
	s, err := a.find(ctx, accountName(name))
	if err != nil {
		return Identity{}, err
	}
	return identity(s, scheme), nil
}

// NTHash is NTOWFv1 of an account's password, for NTLM. The error is ErrDenied if
// there is no such account.
func (a *Accounts) NTHash(ctx context.Context, name string) ([16]byte, error) {
	s, err := a.find(ctx, accountName(name))
	if err != nil {
		return [16]byte{}, err
	}
	if len(s.Secrets.NT) != 16 {
		return [16]byte{}, ErrDenied
	}
	return [16]byte(s.Secrets.NT), nil
}

// Verify checks a password. It takes as long for an account that there is not. It
// counts no failures: Guard.Login does.
func (a *Accounts) Verify(ctx context.Context, name string, p Password) (Identity, error) {
	s, err := a.find(ctx, accountName(name))
	if err != nil && !errors.Is(err, ErrDenied) {
		return Identity{}, err
	}
	if !a.slow.verify(ctx, s.Secrets.Slow, s.Name, s.Version, p) {
		return Identity{}, ErrDenied
	}
	return identity(s, Basic), nil
}

// wasRight is Verify for who was right a moment ago.
func (a *Accounts) wasRight(ctx context.Context, name string, p Password) (Identity, bool) {
	s, err := a.find(ctx, accountName(name))
	if err != nil || !a.slow.wasRight(a.slow.digest(s.Name, s.Version, p)) {
		return Identity{}, false
	}
	return identity(s, Basic), true
}

// find is the store's Account with ErrDenied for none.
func (a *Accounts) find(ctx context.Context, name string) (store.Account, error) {
	s, err := a.store.Account(ctx, name)
	if errors.Is(err, ErrNoAccount) {
		return s, ErrDenied
	}
	return s, err
}

// ha1 is the secret of Digest. The name has to be spelled as the store has it.
func (a *Accounts) ha1(ctx context.Context, name, realm, algorithm string) (Identity, string, error) {
	s, err := a.find(ctx, name)
	if err != nil {
		return Identity{}, "", err
	}
	for _, h := range s.Secrets.HA1 {
		if h.Realm == realm && h.Algorithm == algorithm && s.Name == name {
			return identity(s, Digest), h.Hash, nil
		}
	}
	return Identity{}, "", ErrDenied
}

func identity(s store.Account, scheme string) Identity {
	return Identity{Account: s.Name, Groups: s.Groups, Scheme: scheme}
}

// secrets are what is kept of a password.
func (a *Accounts) secrets(name string, p Password) (store.Secrets, error) {
	if err := p.check(); err != nil {
		return store.Secrets{}, err
	}
	nt := ntlm.NTHash(ntlm.Password(p))
	s := store.Secrets{Slow: a.slow.hash(p), NT: nt[:]}
	realms := append([]string{DefaultRealm}, a.realms()...)
	slices.Sort(realms)
	for _, realm := range slices.Compact(realms) {
		for _, algorithm := range []string{algorithmMD5, algorithmSHA256} {
			s.HA1 = append(s.HA1, store.HA1{
				Algorithm: algorithm, Realm: realm, Hash: hashed(algorithm, name, realm, string(p)),
			})
		}
	}
	return s, nil
}

// groupNames folds, checks and sorts the names of groups.
func groupNames(groups []string) ([]string, error) {
	var names []string
	for _, g := range groups {
		if err := access.CheckName(g); err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
		names = append(names, access.Fold(g))
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
