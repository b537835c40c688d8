package conf

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"time"

	"caracal/internal/event"
	"caracal/internal/session"
)

// Join has somebody be a member. The Snapshot is what the conference is with him in
// it. The errors are ErrLocked, ErrPassword, ErrAccount, ErrFull, ErrAddressFull,
// ErrBarred, ErrRate, ErrEnded.
func (c *Conference) Join(ctx context.Context, w Who) (*Member, *Snapshot, error) {
	if !c.manager.joins.take(c.limits.JoinRate, w.Address.Addr(), 1) {
		return nil, nil, ErrRate
	}
	rights, proof, err := c.prove(ctx, &w)
	if err != nil {
		return nil, nil, err
	}
	w.Password, w.Protocol, w.Agent = "", claimShort(w.Protocol), claimShort(w.Agent)
	name := shownName(ctx, c.manager.opt.Accounts, &w)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.admits(&w, rights, proof); err != nil {
		return nil, nil, err
	}
	m := c.seat(w, name, rights)
	return m, c.snapshot(m), nil
}

// proof is which password somebody knew.
type proof struct{ hash []byte }

// prove says what rights somebody has, and that he needs no password or knew it.
func (c *Conference) prove(ctx context.Context, w *Who) (Rights, proof, error) {
	rights := rightsOf(w.Identity, c.owner, c.grants)
	c.mu.Lock()
	password, moderator := c.password, c.moderator
	free := len(password) == 0 || rights&Moderate != 0 || c.invitation(w.Invitation) >= 0
	c.mu.Unlock()
	if w.Password == "" || len(password) == 0 && len(moderator) == 0 || c.manager.opt.Accounts == nil {
		if !free {
			return 0, proof{}, ErrPassword
		}
		return rights, proof{}, nil
	}
	hash, err := c.manager.verify(ctx, c.facts.Name, w.Address.Addr(), w, moderator, password)
	switch {
	case err != nil:
		return 0, proof{}, err
	case hash == nil && !free:
		return 0, proof{}, ErrPassword
	case hash != nil && bytes.Equal(hash, moderator):
		rights = AllRights
	}
	return rights, proof{hash}, nil
}

// verify returns which of the hashes fits somebody's password, nil for none. Wrong
// ones are counted against the address.
func (m *Manager) verify(ctx context.Context, name string, from netip.Addr, w *Who, hashes ...[]byte) ([]byte, error) {
	if !m.guesses.take(m.limits.GuessRate, from, 1) {
		return nil, ErrRate
	}
	for _, h := range hashes {
		if len(h) > 0 && m.opt.Accounts.VerifyPassword(ctx, "conference "+name, h, w.Password) {
			m.guesses.take(m.limits.GuessRate, from, -1)
			return h, nil
		}
	}
	return nil, ctx.Err()
}

// admits says why somebody cannot come in now. An invitation is used up.
func (c *Conference) admits(w *Who, rights Rights, p proof) error {
	invited := c.invitation(w.Invitation)
	switch {
	case c.over:
		return ErrEnded
	case c.isBarred(w):
		return ErrBarred
	case c.facts.Accounts && w.Identity.Account == "":
		return ErrAccount
	case c.facts.Locked && invited < 0 && rights&Lock == 0:
		return ErrLocked
	case len(c.password) > 0 && invited < 0 && rights&Moderate == 0 && !bytes.Equal(p.hash, c.password):
		return ErrPassword // it was changed just now
	case len(c.seats) >= c.limits.Members || c.lastID == ^MemberID(0):
		return ErrFull
	}
	n, from := 0, source(w.Address.Addr())
	for _, s := range c.seats {
		if source(s.who.Address.Addr()) == from {
			n++
		}
	}
	if n >= c.limits.MembersByAddress {
		return ErrAddressFull
	}
	if invited >= 0 {
		c.invited = slices.Delete(c.invited, invited, invited+1)
	}
	return nil
}

func (c *Conference) seat(w Who, name string, rights Rights) *Member {
	c.lastID++
	now := time.Now()
	s := &seat{who: w, info: Info{
		ID: c.lastID, Name: name, Account: w.Identity.Account, Protocol: w.Protocol, Joined: now, Rights: rights,
	}}
	c.seats = append(c.seats, s)
	if c.idle != nil {
		c.idle.Stop()
		c.idle = nil
	}
	c.publish(Joined{s.info})
	if w.Session != nil {
		w.Session.SetTarget(targetOf(c.facts.Name))
		w.Session.SetState(session.Streaming)
	}
	c.tell(event.ConferenceJoined{Player: w.player(c.facts.Name), Conference: c.facts.Name, Member: uint32(s.info.ID)})
	return c.leg(s)
}

// leg is another end of a member.
func (c *Conference) leg(s *seat) *Member {
	m := &Member{c: c, seat: s, ready: make(chan struct{}, 1), next: c.log.next}
	s.legs = append(s.legs, m)
	return m
}

// maxLegs is how many protocols one member may speak at a time.
const maxLegs = 4

// Attach gives a second end of a member that has joined already, for another of its
// protocols: the roster has him once. It ends with the first, or leaves alone. The
// errors are ErrNoMember and ErrFull.
func (c *Conference) Attach(id MemberID) (*Member, *Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.find(id)
	switch {
	case s == nil:
		return nil, nil, ErrNoMember
	case len(s.legs) >= maxLegs:
		return nil, nil, ErrFull
	}
	m := c.leg(s)
	return m, c.snapshot(m), nil
}

func claimShort(s string) string {
	if s = claim(s); len(s) > maxProtocol {
		return s[:maxProtocol]
	}
	return s
}
