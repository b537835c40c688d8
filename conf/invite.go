package conf

import (
	"crypto/rand"
	"slices"
	"time"
)

const (
	maxInvitations = 64
	maxTo          = 256 // bytes
)

// invitation lets one in, whether it is locked or has a password.
type invitation struct {
	token string
	until time.Time
}

// Invite tells everybody that somebody is called in, and returns the token with which
// he passes the lock and the password, once. Only who has the right Lock may let
// others pass: the token of another's invitation is "". The front-end makes the call.
func (m *Member) Invite(protocol, to string) (token string, err error) {
	if len(to) > maxTo || len(protocol) > maxProtocol {
		return "", ErrTooLong
	}
	if err := m.order(0); err != nil {
		return "", err
	}
	c := m.c
	defer c.mu.Unlock()
	if m.seat.info.Rights&Lock != 0 {
		if token, err = c.letIn(time.Now().Add(c.limits.InviteFor)); err != nil {
			return "", err
		}
	}
	c.publish(Invited{m.seat.info.ID, claim(protocol), tame(to)})
	return token, nil
}

func (c *Conference) letIn(until time.Time) (string, error) {
	now := time.Now()
	c.invited = slices.DeleteFunc(c.invited, func(i invitation) bool { return !now.Before(i.until) })
	if len(c.invited) >= maxInvitations {
		return "", ErrInvitations
	}
	token := rand.Text()
	c.invited = append(c.invited, invitation{token, until})
	return token, nil
}

// invitation is the index of one that holds, -1 for none.
func (c *Conference) invitation(token string) int {
	now := time.Now()
	return slices.IndexFunc(c.invited, func(i invitation) bool { return token != "" && i.token == token && now.Before(i.until) })
}
