package server

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"caracal/internal/auth"
	"caracal/internal/auth/kerberos"
	"caracal/internal/config"
)

// tickets are what an Access takes tickets with. Only a server needs it to be there:
// who looks into accounts often may not read the keytab.
type tickets struct {
	service *kerberos.Service // nil: no tickets are taken
	err     error             // why not, though the configuration says so
	trouble atomic.Pointer[func(error)]
}

// openTickets reads the keytab of a configuration.
func openTickets(c *config.Kerberos) *tickets {
	t := &tickets{}
	if c.Keytab == "" {
		return t
	}
	keytab, err := kerberos.OpenKeytab(c.Keytab)
	if err == nil {
		t.service, err = kerberos.NewService(kerberos.Options{
			Keytab: keytab, Realms: c.Realms, Services: c.Services, Now: time.Now, Trouble: t.tell,
		})
	}
	if err != nil {
		t.err = fmt.Errorf("kerberos.keytab: %w", err)
	}
	return t
}

// CheckTickets says what is wrong with the keytab of a configuration.
func CheckTickets(cfg *config.Config) error { return openTickets(&cfg.Kerberos).err }

// tell passes on that the keytab cannot be read any more.
func (t *tickets) tell(err error) {
	if f := t.trouble.Load(); f != nil {
		(*f)(err)
	}
}

// Tickets says why no tickets are taken though the configuration has a keytab. It is
// nil when they are, or there is none.
func (a *Access) Tickets() error { return a.tickets.err }

// openAccess opens the accounts for the server, which does not begin without a keytab
// that it is told to have. One that cannot be read later leaves the keys from before.
func (s *Server) openAccess() (err error) {
	if s.access, err = OpenAccess(context.Background(), s.cfg, auth.Options{Bus: &s.bus}); err != nil {
		return err
	}
	told := func(err error) { s.log.Error("the keytab cannot be read: its keys from before stay", "error", err) }
	s.access.tickets.trouble.Store(&told)
	if err := s.access.Tickets(); err != nil {
		return errors.Join(err, s.access.Close())
	}
	return nil
}
