package auth

import (
	"context"
	"fmt"
	"slices"
	"time"

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
