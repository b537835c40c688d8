package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
)

// Identity is who asks.
type Identity struct {
	Account string // "": a program on the server's own machine
	Groups  []string
}

// Access decides who may use the API.
type Access interface {
	// Admit lets a request in by where it comes from or by what its headers prove. The
	// Error is 401 with WWW-Authenticate set on w, or 403.
	Admit(w http.ResponseWriter, r *http.Request) (Identity, error)
	// Login proves a name and a password, of a request by which somebody logs in.
	Login(ctx context.Context, r *http.Request, name, password string) (Identity, error)
	// Renew says who an account is now, and that it still may, for a request of its session.
	// The Error ends the session; another error does not.
	Renew(ctx context.Context, r *http.Request, account string) (Identity, error)
	// Accounts says that there are accounts to log in with.
	Accounts() bool
}

// headerCSRF carries the token of a session on writes.
const headerCSRF = "X-CSRF-Token"

// crossOrigin refuses what other sites have a browser write.
var crossOrigin = http.NewCrossOriginProtection()

// admit says who asks. A page of another site is refused whoever has it open.
func (c *call) admit(rt *route) error {
	if err := crossOrigin.Check(c.r); err != nil {
		return Errorf(http.StatusForbidden, "a page of another site may order nothing here")
	}
	if rt.open {
		return nil
	}
	if s := c.sessions.of(c.r); s != nil {
		return c.admitSession(s)
	}
	who, err := c.Access.Admit(c.w, c.r)
	c.who = who
	return err
}

func (c *call) admitSession(s *login) error {
	who, err := c.Access.Renew(c.ctx(), c.r, s.account)
	if _, refused := errors.AsType[*Error](err); refused {
		c.sessions.end(s)
	}
	if err != nil { // a request that was given up, say: that says nothing of the account
		return err
	}
	token := c.r.Header.Get(headerCSRF)
	if !isSafe(c.r.Method) && subtle.ConstantTimeCompare([]byte(token), []byte(s.csrf)) != 1 {
		return &Error{
			Status: http.StatusForbidden, Type: "csrf",
			Detail: "writes of a session carry its token in X-CSRF-Token: GET /api/session tells it",
		}
	}
	c.who, c.sess = who, s
	return nil
}

func isSafe(method string) bool { return method == http.MethodGet || method == http.MethodHead }
