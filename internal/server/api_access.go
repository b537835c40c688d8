package server

import (
	"context"
	"net/http"

	"caracal/web/api"
)

// noLogin is for where there are no accounts.
type noLogin struct{}

func (noLogin) Accounts() bool { return false }

func (noLogin) Login(context.Context, *http.Request, string, string) (api.Identity, error) {
	return api.Identity{}, api.Errorf(http.StatusNotImplemented, "this server has no accounts to log in with")
}

func (noLogin) Renew(context.Context, *http.Request, string) (api.Identity, error) {
	return api.Identity{}, api.Errorf(http.StatusUnauthorized, "this server has no accounts")
}
