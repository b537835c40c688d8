package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"caracal/internal/auth"
	"caracal/internal/store"
	"caracal/web/api"
)

// apiAccounts are the accounts as the API has them.
type apiAccounts struct{ *auth.Accounts }

// newAPIAccounts is nil where there are none.
func (s *Server) newAPIAccounts() api.Accounts {
	if s.access.Accounts == nil {
		return nil
	}
	return apiAccounts{s.access.Accounts}
}

func accountOf(a auth.Account) api.Account {
	shown := api.Account{Name: a.Name, Groups: a.Groups, Created: a.Created.UTC(), Changed: a.Changed.UTC()}
	if shown.Groups == nil {
		shown.Groups = []string{}
	}
	shown.ETag = api.ETagOf(shown)
	return shown
}

// accountError says what to do when an order about accounts cannot be carried out.
func accountError(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrNoAccount):
		return api.Errorf(http.StatusNotFound, "there is no account %q", name)
	case errors.Is(err, auth.ErrExists):
		return api.Errorf(http.StatusConflict, "there is an account %q already", name)
	}
	return api.Errorf(http.StatusUnprocessableEntity, "%s", strings.TrimPrefix(err.Error(), "auth: "))
}

// List gives accounts by name.
func (a apiAccounts) List(ctx context.Context, after string, limit int) ([]api.Account, error) {
	list, err := a.Accounts.List(ctx, after, min(limit, store.MaxList))
	if err == nil && limit > store.MaxList && len(list) == store.MaxList {
		var more []auth.Account
		more, err = a.Accounts.List(ctx, list[len(list)-1].Name, limit-store.MaxList)
		list = append(list, more...)
	}
	shown := make([]api.Account, len(list))
	for i := range list {
		shown[i] = accountOf(list[i])
	}
	return shown, err
}

// Get is one account.
func (a apiAccounts) Get(ctx context.Context, name string) (api.Account, error) {
	found, err := a.Accounts.Get(ctx, name)
	if err != nil {
		return api.Account{}, accountError(name, err)
	}
	return accountOf(found), nil
}

// Add makes an account.
func (a apiAccounts) Add(ctx context.Context, name, password string, groups []string) (api.Account, error) {
	if err := a.Accounts.Add(ctx, name, auth.Password(password), groups...); err != nil {
		return api.Account{}, accountError(name, err)
	}
	return a.Get(ctx, name)
}

// SetGroups says which groups an account is in.
func (a apiAccounts) SetGroups(ctx context.Context, name string, groups []string) (api.Account, error) {
	if err := a.Accounts.SetGroups(ctx, name, groups); err != nil {
		return api.Account{}, accountError(name, err)
	}
	return a.Get(ctx, name)
}

// SetPassword replaces a password.
func (a apiAccounts) SetPassword(ctx context.Context, name, password string) error {
	return accountError(name, a.Accounts.SetPassword(ctx, name, auth.Password(password)))
}

// Remove ends an account.
func (a apiAccounts) Remove(ctx context.Context, name string) error {
	return accountError(name, a.Accounts.Remove(ctx, name))
}

// Groups are all groups with how many accounts are in each.
func (a apiAccounts) Groups(ctx context.Context) ([]api.Group, error) {
	names, err := a.Accounts.Groups(ctx)
	if err != nil {
		return nil, err
	}
	counts, after := map[string]int{}, ""
	for {
		page, err := a.Accounts.List(ctx, after, accountsPage)
		if err != nil {
			return nil, err
		}
		for _, account := range page {
			for _, g := range account.Groups {
				counts[g]++
			}
			after = account.Name
		}
		if len(page) < accountsPage {
			break
		}
	}
	groups := make([]api.Group, len(names))
	for i, name := range names {
		groups[i] = api.Group{Name: name, Accounts: counts[name]}
	}
	return groups, nil
}

// accountsPage is how many accounts are read at a time.
const accountsPage = 500
