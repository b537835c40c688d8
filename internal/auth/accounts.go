package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf16"

	"golang.org/x/crypto/md4" //lint:ignore SA1019 NTLM is built on it

	"caracal/internal/auth/access"
	"caracal/internal/store"
)

// Accounts are who can prove who he is, and by what.
type Accounts struct {
	store  *store.Store
	realms func() []string
	slow   *slowHash
}

// Account is what may be told of one.
type Account struct {
	Name             string
	Groups           []string
	Created, Changed time.Time
	Realms           []string // for which Digest is possible; nil in lists
}

// What can be wrong with an order about accounts.
var (
	ErrNoAccount = store.ErrNoAccount
	ErrExists    = store.ErrExists
)

// NewAccounts returns the accounts of a store. Realms are those that Digest is to be
// possible for, at the time a password is set; DefaultRealm always is.
func NewAccounts(s *store.Store, realms func() []string) *Accounts {
	return &Accounts{store: s, realms: realms, slow: newSlowHash()}
}

// Add makes an account; ErrExists.
func (a *Accounts) Add(ctx context.Context, name string, p Password, groups ...string) error {
	if err := access.CheckName(name); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	groups, err := groupNames(groups)
	if err != nil {
		return err
	}
	secrets, err := a.secrets(name, p)
	if err != nil {
		return err
	}
	return a.store.AddAccount(ctx, store.Account{Name: name, Groups: groups, Secrets: secrets})
}

// SetPassword replaces what proves an account; ErrNoAccount.
func (a *Accounts) SetPassword(ctx context.Context, name string, p Password) error {
	was, err := a.store.Account(ctx, name)
	if err != nil {
		return err
	}
	secrets, err := a.secrets(was.Name, p)
	if err != nil {
		return err
	}
	return a.store.SetSecrets(ctx, name, secrets)
}

// Remove ends an account; ErrNoAccount.
func (a *Accounts) Remove(ctx context.Context, name string) error {
	return a.store.RemoveAccount(ctx, name)
}

// SetGroups says which groups an account is in; ErrNoAccount.
func (a *Accounts) SetGroups(ctx context.Context, name string, groups []string) error {
	groups, err := groupNames(groups)
	if err != nil {
		return err
	}
	return a.store.SetGroups(ctx, name, groups)
}

// List returns accounts by name, those after one of that name.
func (a *Accounts) List(ctx context.Context, after string, limit int) ([]Account, error) {
	stored, err := a.store.Accounts(ctx, after, limit)
	var list []Account
	for _, s := range stored {
		list = append(list, Account{Name: s.Name, Groups: s.Groups, Created: s.Created, Changed: s.Changed})
	}
	return list, err
}

// Get returns one account; ErrNoAccount.
func (a *Accounts) Get(ctx context.Context, name string) (Account, error) {
	s, err := a.store.Account(ctx, name)
	if err != nil {
		return Account{}, err
	}
	account := Account{Name: s.Name, Groups: s.Groups, Created: s.Created, Changed: s.Changed}
	for _, h := range s.Secrets.HA1 {
		if !slices.Contains(account.Realms, h.Realm) {
			account.Realms = append(account.Realms, h.Realm)
		}
	}
	return account, nil
}

// Groups are all groups that accounts are in, sorted.
func (a *Accounts) Groups(ctx context.Context) ([]string, error) { return a.store.Groups(ctx) }

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
	s := store.Secrets{Slow: a.slow.hash(p), NT: ntHash(p)}
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

// ntHash is NTOWFv1, [MS-NLMP] 3.3.1.
func ntHash(p Password) []byte {
	h := md4.New()
	for _, u := range utf16.Encode([]rune(string(p))) {
		h.Write([]byte{byte(u), byte(u >> 8)})
	}
	return h.Sum(nil)
}
