package server

import (
	"context"
	"errors"
	"time"

	"caracal/internal/auth"
	"caracal/internal/session"
)

// revokeEvery is how often it is looked whether the accounts of players are still
// there: another process may remove them.
const revokeEvery = 10 * time.Second

// watchAccounts ends the sessions of accounts that are removed, until ctx is done.
// wait returns when it has.
func (s *Server) watchAccounts(ctx context.Context) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(revokeEvery)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				s.endRevoked(ctx)
			}
		}
	}()
	return func() { <-done }
}

// endRevoked ends the sessions of accounts that are no more. What accounts may do is
// asked when their players ask for something: rules that change send nobody away.
func (s *Server) endRevoked(ctx context.Context) {
	if s.access.Accounts == nil {
		return
	}
	of := map[string][]*session.Session{}
	for _, x := range s.sessions.All() {
		if name := x.Who().Account; name != "" {
			of[name] = append(of[name], x)
		}
	}
	for name, list := range of {
		if _, err := s.access.Accounts.Get(ctx, name); !errors.Is(err, auth.ErrNoAccount) {
			continue
		}
		for _, x := range list {
			x.End(session.ErrRevoked)
		}
	}
}
