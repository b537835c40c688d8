package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"caracal/internal/auth"
	"caracal/internal/auth/access"
	"caracal/internal/config"
	"caracal/internal/store"
)

// Access is who there is, and who may do what: of a running server, or of a
// configuration that is looked into.
type Access struct {
	Guard    *auth.Guard
	Accounts *auth.Accounts // nil: the configuration has no data
	store    *store.Store
	cfg      atomic.Pointer[config.Config] // that Apply was given
	tickets  *tickets
}

// OpenAccess opens the accounts of a configuration and makes its rules. It does without
// the keytab if that cannot be read: Tickets says why.
func OpenAccess(ctx context.Context, cfg *config.Config, o auth.Options) (*Access, error) {
	a := &Access{tickets: openTickets(&cfg.Kerberos)}
	a.cfg.Store(cfg)
	if cfg.Data != "" {
		var err error
		if a.store, err = store.Open(ctx, cfg.Data); err != nil {
			return nil, fmt.Errorf("data: %w", err)
		}
		a.Accounts = auth.NewAccounts(a.store, func() []string { return realmsOf(a.cfg.Load()) })
	}
	if o.Accounts = a.Accounts; a.Accounts != nil {
		ntlm := ntlmOptions(cfg)
		o.Schemes = append(o.Schemes, auth.NewNTLM(a.Accounts, ntlm))
		if a.tickets.service != nil { // else programs without tickets would take it and give up
			o.Schemes = append(o.Schemes, auth.NewNegotiate(a.Accounts, ntlm, a.tickets.service))
		}
	}
	a.Guard = auth.NewGuard(o)
	if err := a.Apply(cfg); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// ntlmOptions are those of the configuration, or the machine's name as NetBIOS has it.
func ntlmOptions(cfg *config.Config) auth.NTLMOptions {
	o := auth.NTLMOptions{Computer: cfg.NTLM.Computer, Domain: cfg.NTLM.Domain, AllowV1: cfg.NTLM.AllowV1}
	if o.Computer == "" {
		name, _ := os.Hostname()
		name, _, _ = strings.Cut(name, ".")
		if name == "" {
			name = "CARACAL"
		}
		o.Computer = strings.ToUpper(name[:min(len(name), 15)])
	}
	return o
}

// Close lets go of the accounts.
func (a *Access) Close() error {
	if a.store == nil {
		return nil
	}
	return a.store.Close()
}

// Backup copies the accounts into a folder, which it makes.
func (a *Access) Backup(ctx context.Context, folder string) error { return a.store.Backup(ctx, folder) }

// realmsOf are the realms of a configuration, for which passwords are to be good.
func realmsOf(cfg *config.Config) []string {
	realms := []string{cfg.Auth.Realm, cfg.HTTP.Auth.Realm, cfg.RTSP.Auth.Realm, cfg.MMS.Auth.Realm}
	for i := range cfg.Points {
		realms = append(realms, cfg.Points[i].Auth.Realm)
	}
	slices.Sort(realms)
	return slices.DeleteFunc(slices.Compact(realms), func(s string) bool { return s == "" })
}

// Apply makes the rules those of a configuration, all or none; points that it has not have
// no rules then.
func (a *Access) Apply(cfg *config.Config) error { return a.apply(cfg, nil) }

// apply has others, which the configuration has not, have the rules of their templates, or
// keep their own where there is no such template.
func (a *Access) apply(cfg *config.Config, others map[string]string) error {
	p := auth.Policy{Listeners: map[string]*auth.Rules{}}
	whole, err := rulesOf(&cfg.Auth, &cfg.Access)
	if err != nil {
		return err
	}
	p.Server = *whole
	for name, l := range map[string]struct {
		auth   *config.Auth
		access *config.Access
	}{
		"http": {&cfg.HTTP.Auth, &cfg.HTTP.Access},
		"rtsp": {&cfg.RTSP.Auth, &cfg.RTSP.Access},
		"mms":  {&cfg.MMS.Auth, &cfg.MMS.Access},
	} {
		if p.Listeners[name], err = rulesOf(l.auth, l.access); err != nil {
			return err
		}
	}
	points := map[string]*auth.Rules{}
	for i := range cfg.Points {
		if points[cfg.Points[i].Name], err = pointRules(cfg, &cfg.Points[i]); err != nil {
			return err
		}
	}
	for name, of := range others {
		if r, ok := points[of]; ok {
			points[name] = r
		} else {
			points[name] = a.Guard.PointRules(name)
		}
	}
	a.cfg.Store(cfg)
	a.Guard.SetPolicy(p)
	a.Guard.SetPoints(points)
	return nil
}

// pointRules are those of a point. Who is listed as a publisher of a broadcast, and
// who has its key, may publish besides whom the lists name.
func pointRules(cfg *config.Config, p *config.Point) (*auth.Rules, error) {
	r, err := rulesOf(&p.Auth, &p.Access)
	if err != nil {
		return nil, err
	}
	networks, err := p.Broadcast.Networks()
	if err != nil || len(networks) == 0 && p.Broadcast.Key == "" {
		return r, err
	}
	for _, list := range [][]string{p.Access.Publish, cfg.HTTP.Access.Publish, cfg.Access.Publish} {
		if list != nil { // encoders come over HTTP only
			if r.Publish, err = whoOf(list); err != nil {
				return nil, err
			}
			break
		}
	}
	for _, n := range networks {
		r.Publish = append(r.Publish, access.Who{Kind: access.Address, Prefix: n})
	}
	if r.Key = auth.Key(p.Broadcast.Key); r.Key != "" {
		r.Publish = append(r.Publish, access.Who{Kind: access.Key})
	}
	return r, nil
}

func rulesOf(u *config.Auth, c *config.Access) (*auth.Rules, error) {
	r := &auth.Rules{Schemes: u.Schemes, Realm: u.Realm, External: newAsker(&c.Ask)}
	var errs [5]error
	r.Allow, errs[0] = access.ParsePrefixes(c.Allow)
	r.Deny, errs[1] = access.ParsePrefixes(c.Deny)
	r.Play, errs[2] = whoOf(c.Play)
	r.Publish, errs[3] = whoOf(c.Publish)
	r.Admin, errs[4] = whoOf(c.Admin)
	return r, errors.Join(errs[:]...)
}

// whoOf is nil for a list that was not said.
func whoOf(list []string) ([]access.Who, error) {
	if list == nil {
		return nil, nil
	}
	return access.ParseAll(list)
}

// newAsker returns nil when nobody is asked.
func newAsker(c *config.Ask) auth.Decider {
	if c.URL == "" {
		return nil
	}
	timeout, yes, no := c.Times()
	return auth.NewAsker(auth.AskerOptions{
		URL: c.URL, Token: auth.Key(c.Token), Timeout: timeout, KeepYes: yes, KeepNo: no,
	})
}
