package auth

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"caracal/internal/store"
)

// IsAccount says whether a name is an account's, and how the account is spelled. The
// name may have a domain.
func (a *Accounts) IsAccount(ctx context.Context, name string) (spelled string, is bool, err error) {
	s, err := a.store.Account(ctx, accountName(name))
	if errors.Is(err, store.ErrNoAccount) {
		return "", false, nil
	}
	return s.Name, err == nil, err
}

// HashPassword is the slow hash of a password that belongs to no account, such as a
// conference's: people type it on small screens, so that it may be short.
func (a *Accounts) HashPassword(ctx context.Context, p Password) ([]byte, error) {
	if p == "" || len(p) > maxPassword || !utf8.ValidString(string(p)) {
		return nil, fmt.Errorf("auth: a password is 1 to %d bytes of UTF-8", maxPassword)
	}
	if err := a.slow.turn(ctx); err != nil {
		return nil, err
	}
	defer a.slow.over()
	return a.slow.hash(p), nil
}

// VerifyPassword compares a password with what HashPassword returned for what place
// names. It counts no failures.
func (a *Accounts) VerifyPassword(ctx context.Context, place string, hash []byte, p Password) bool {
	return len(p) <= maxPassword && a.slow.verify(ctx, hash, place+"\n"+string(hash), 0, p)
}
