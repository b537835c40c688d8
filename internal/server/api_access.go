package server

import (
	"context"
	"errors"
	"net/http"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/web/api"
)

// apiAccess lets in whom the rules name for the right of administrators: programs on the
// server's own machine unless they say otherwise, and accounts.
type apiAccess struct{ server *Server }

// Accounts says that there are accounts to log in with.
func (a apiAccess) Accounts() bool { return a.server.access.Accounts != nil }

func (a apiAccess) ask(r *http.Request) auth.Ask {
	return a.server.askOf(r, auth.Admin, "", "the server")
}

// Admit lets in programs. A page in a browser has to have a session.
func (a apiAccess) Admit(w http.ResponseWriter, r *http.Request) (api.Identity, error) {
	if isPage(r) {
		return api.Identity{}, a.pageRefused()
	}
	v := a.server.judge(r, a.ask(r))
	switch {
	case v.Verdict == auth.Allowed:
		return identityOf(v.Identity), nil
	case v.Verdict == auth.Denied && v.Identity.IsNobody():
		return api.Identity{}, api.Errorf(http.StatusForbidden,
			"the API answers programs on the server's own machine, and whom access.admin names: run caracal ctl there")
	}
	for _, c := range v.Challenges {
		w.Header().Add("WWW-Authenticate", c)
	}
	status, text := refusal(w, v)
	return api.Identity{}, api.Errorf(status, "%s", text)
}

// pageRefused says to a page what it has to do: log in, if that is possible.
func (a apiAccess) pageRefused() error {
	if a.Accounts() {
		return &api.Error{Status: http.StatusUnauthorized, Type: "login", Detail: "log in: POST /api/session"}
	}
	return api.Errorf(http.StatusForbidden,
		"the API answers programs on the server's own machine, and pages only when there are accounts: caracal user add makes one")
}

// session is what a page wants: no address is worth anything for it, and its account has
// been proved.
func (a apiAccess) session(r *http.Request) auth.Ask {
	ask := a.ask(r)
	ask.Page, ask.Forwarded = false, true
	return ask
}

// Login proves a name and a password. Guesses are slowed down and counted.
func (a apiAccess) Login(ctx context.Context, r *http.Request, name, password string) (api.Identity, error) {
	if !a.Accounts() {
		return api.Identity{}, api.Errorf(http.StatusNotImplemented,
			"this server has no accounts to log in with: data: in the configuration says where they are kept, and caracal user add makes one")
	}
	id, err := a.server.access.Guard.Login(ctx, a.session(r), name, auth.Password(password))
	slow, isSlow := errors.AsType[*auth.SlowError](err)
	switch {
	case isSlow:
		return api.Identity{}, api.Errorf(http.StatusTooManyRequests, "there were too many wrong passwords: try again in %s seconds", seconds(slow.Retry))
	case errors.Is(err, auth.ErrDenied):
		return api.Identity{}, api.Errorf(http.StatusUnauthorized, "the name or the password is wrong")
	case err != nil:
		return api.Identity{}, err
	}
	return a.allowed(ctx, r, id)
}

// allowed says whether an account may look after the server.
func (a apiAccess) allowed(ctx context.Context, r *http.Request, id auth.Identity) (api.Identity, error) {
	if d := a.server.access.Guard.Decide(ctx, a.session(r), id); d.Verdict != auth.Allowed {
		a.server.bus.Publish(event.Refused{Player: askerOf(r), Status: http.StatusForbidden, Reason: d.Reason})
		return api.Identity{}, api.Errorf(http.StatusForbidden, "%s may not look after this server: access.admin names who may", id.Account)
	}
	return identityOf(id), nil
}

// Renew looks an account of a session up anew: it may be gone, or may no longer.
func (a apiAccess) Renew(ctx context.Context, r *http.Request, account string) (api.Identity, error) {
	if !a.Accounts() {
		return api.Identity{}, a.pageRefused()
	}
	id, err := a.server.access.Accounts.Identity(ctx, account, auth.Basic)
	if errors.Is(err, auth.ErrDenied) {
		return api.Identity{}, &api.Error{Status: http.StatusUnauthorized, Type: "login", Detail: "the account is gone: log in with another one"}
	}
	if err != nil {
		return api.Identity{}, err
	}
	return a.allowed(ctx, r, id)
}

func identityOf(id auth.Identity) api.Identity {
	return api.Identity{Account: id.Account, Groups: id.Groups}
}
