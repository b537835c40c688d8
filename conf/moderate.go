package conf

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"time"

	"caracal/internal/auth"
	"caracal/internal/store"
)

// maxBarred is how many are remembered who were ejected.
const maxBarred = 256

// bar keeps somebody out who was ejected: an account wherever it is, and a guest's address.
type bar struct {
	account string
	from    netip.Prefix
	until   time.Time
}

func (c *Conference) isBarred(w *Who) bool {
	now := time.Now()
	c.barred = slices.DeleteFunc(c.barred, func(b bar) bool { return !now.Before(b.until) })
	return slices.ContainsFunc(c.barred, func(b bar) bool {
		if b.account != "" || w.Identity.Account != "" {
			return b.account == w.Identity.Account
		}
		return b.from == source(w.Address.Addr())
	})
}

// Lock says whether others may join. It needs the right Lock.
func (m *Member) Lock(on bool) error {
	if err := m.order(Lock); err != nil {
		return err
	}
	c := m.c
	defer c.mu.Unlock()
	if c.facts.Locked != on {
		c.facts.Locked = on
		c.publish(Locked{on, m.seat.info.ID})
	}
	return nil
}

// SetPassword has another password be needed to join, or none (""). It needs the right
// Lock; ErrConfigured if the configuration says the password.
func (m *Member) SetPassword(ctx context.Context, p auth.Password) error {
	if err := m.order(Lock); err != nil {
		return err
	}
	c := m.c
	fixed := c.fixed || c.manager.opt.Accounts == nil
	c.mu.Unlock() // for what is slow
	if fixed {
		return ErrConfigured
	}
	var hash []byte
	if p != "" {
		var err error
		if hash, err = c.manager.opt.Accounts.HashPassword(ctx, p); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	if err := c.keep(store.ConferenceChange{Passwords: &store.Passwords{Join: hash, Moderator: c.moderator}}, nil); err != nil {
		return err
	}
	c.password = hash
	c.publish(PasswordChanged{len(hash) > 0, m.seat.info.ID})
	return nil
}

// Claim gives the member all rights for the moderators' password; ErrPassword, ErrRate.
func (m *Member) Claim(ctx context.Context, p auth.Password) error {
	if err := m.order(0); err != nil {
		return err
	}
	c := m.c
	hash := c.moderator
	c.mu.Unlock()
	if len(hash) == 0 || p == "" {
		return ErrPassword
	}
	right, err := c.manager.verify(ctx, c.facts.Name, m.seat.who.Address.Addr(), &Who{Password: p}, hash)
	switch {
	case err != nil:
		return err
	case right == nil:
		return ErrPassword
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case m.err != nil:
		return m.err
	case !bytes.Equal(hash, c.moderator):
		return ErrPassword
	}
	m.seat.info.Rights = AllRights
	c.publish(RightsChanged{m.seat.info.ID, AllRights})
	return nil
}

// Eject sends a member away, who may not come back for a while. It needs the right
// Eject; ErrNoMember, and ErrNotAllowed for somebody who may moderate.
func (m *Member) Eject(id MemberID, why string) error {
	if err := m.order(Eject); err != nil {
		return err
	}
	c := m.c
	defer c.mu.Unlock()
	s := c.find(id)
	switch {
	case s == nil:
		return ErrNoMember
	case s.info.Rights&Moderate != 0 && s != m.seat && m.seat.info.Rights&Moderate == 0:
		return ErrNotAllowed
	}
	c.eject(s, m.seat.info.ID, claim(why))
	return nil
}

func (c *Conference) eject(s *seat, by MemberID, why string) {
	if len(c.barred) >= maxBarred {
		c.barred = slices.Delete(c.barred, 0, 1)
	}
	c.barred = append(c.barred, bar{s.info.Account, source(s.who.Address.Addr()), time.Now().Add(c.limits.BarFor)})
	c.publish(Ejected{s.info.ID, by, why})
	c.leave(s, why, ErrEjected)
}

// End ends the conference for everybody. It needs the right Moderate. What a permanent
// one has stays, and it can be joined again.
func (m *Member) End(why string) error {
	if err := m.order(Moderate); err != nil {
		return err
	}
	m.c.end(m.seat.info.ID, claim(why))
	m.c.mu.Unlock()
	return nil
}

// End is what an administrator does to a conference: as a member's End.
func (c *Conference) End(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.end(0, claim(why))
	}
}

// Eject is what an administrator does to a member; ErrNoMember.
func (c *Conference) Eject(id MemberID, why string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.find(id)
	if s == nil {
		return ErrNoMember
	}
	c.eject(s, 0, claim(why))
	return nil
}

func (c *Conference) end(by MemberID, why string) {
	c.over = !c.facts.Permanent
	c.endAll(by, why, ErrEnded)
	if c.over {
		c.remove(why)
	}
}
