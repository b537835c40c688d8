package main

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/server"
)

type authCommand struct {
	Explain authExplain `cmd:"" help:"Say what would happen, and why: who may play, publish or give orders."`
}

type authExplain struct {
	dataFlags
	User  string `arg:"" help:"The account, or the principal of Kerberos (NAME@REALM); \"nobody\" is who says nothing."`
	URL   string `arg:"" name:"url" help:"What is asked for; mms:// is asked for over HTTP, RTSP and MMS."`
	From  string `default:"192.0.2.1" help:"The address that it comes from."`
	Right string `default:"play" enum:"play,publish,admin" help:"What is wanted: play, publish, admin."`
}

// explained is who asks for what.
type explained struct {
	ask auth.Ask
	id  auth.Identity
}

// Run ends with exitError if the answer is no over every protocol.
func (c *authExplain) Run(o *output) error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme == "" {
		return usageError{fmt.Errorf("%q is not a URL such as mms://host/film.wmv", c.URL)}
	}
	from, err := netip.ParseAddr(c.From)
	if err != nil {
		return usageError{fmt.Errorf("--from: %w", err)}
	}
	right, err := auth.ParseRight(c.Right)
	if err != nil {
		return usageError{err}
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	a, err := server.OpenAccess(ctx, cfg, auth.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	var x explained
	if x.id, err = c.identity(ctx, cfg, a); err != nil {
		return err
	}
	explainTickets(o, cfg, a)
	name := strings.Trim(u.Path, "/")
	x.ask = auth.Ask{Right: right, Target: auth.Target{Point: configuredPoint(cfg, name), Name: name}, Address: from}
	allowed := false
	for _, protocol := range protocolsOf(u.Scheme, right) {
		x.ask.Protocol = protocol
		allowed = x.print(ctx, o, a) || allowed
	}
	if !allowed {
		return errSilent
	}
	return nil
}

// identity is that of an account, or that by which a principal is let in.
func (c *authExplain) identity(ctx context.Context, cfg *config.Config, a *server.Access) (auth.Identity, error) {
	if c.User == "nobody" || c.User == "" {
		return auth.Identity{}, nil
	}
	if a.Accounts == nil {
		return auth.Identity{}, errNoData
	}
	name, realm, principal := strings.Cut(c.User, "@")
	if principal && !slices.Contains(cfg.Kerberos.Realms, realm) {
		return auth.Identity{}, fmt.Errorf("tickets of %q are not taken: kerberos.realms does not name it", realm)
	}
	x, err := a.Accounts.Get(ctx, name)
	if err != nil {
		return auth.Identity{}, fmt.Errorf("%w: %s", err, name)
	}
	scheme := ""
	if principal {
		scheme = auth.Negotiate
	}
	return a.Accounts.Identity(ctx, x.Name, scheme)
}

// explainTickets says whose tickets are taken, if the configuration has a keytab.
func explainTickets(o *output, cfg *config.Config, a *server.Access) {
	switch k := &cfg.Kerberos; {
	case k.Keytab == "":
	case a.Tickets() != nil:
		fmt.Fprintf(o.out, "tickets: none can be taken from here: %v\n", a.Tickets())
	default:
		of := "all that are in " + k.Keytab
		if len(k.Services) > 0 {
			of = strings.Join(k.Services, ", ") + " in " + k.Keytab
		}
		fmt.Fprintf(o.out, "tickets: of %s, by the keys of %s\n", strings.Join(k.Realms, ", "), of)
	}
}

// protocolsOf are the listeners that a URL may lead to.
func protocolsOf(scheme string, r auth.Right) []string {
	scheme = strings.ToLower(scheme)
	switch {
	case r != auth.Play, strings.HasPrefix(scheme, "http"), scheme == "mmsh":
		return []string{"http"}
	case strings.HasPrefix(scheme, "rtsp"):
		return []string{"rtsp"}
	case scheme == "mms":
		return []string{"rtsp", "mms", "http"}
	}
	return []string{"mms"}
}

// configuredPoint is the point with the longest name that a name begins with.
func configuredPoint(cfg *config.Config, name string) string {
	best := ""
	for i := range cfg.Points {
		p := cfg.Points[i].Name
		if (name == p || strings.HasPrefix(name, p+"/")) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

// print says what happens over one protocol, and whether it is a yes.
func (x *explained) print(ctx context.Context, o *output, a *server.Access) bool {
	fmt.Fprintf(o.out, "%s: %s %q from %s as %s\n", x.ask.Protocol, x.ask.Right, x.ask.Target.Name, x.ask.Address, x.id)
	steps, d := a.Guard.Explain(ctx, x.ask, auth.Identity{})
	if d.Verdict == auth.Prove && !x.id.IsNobody() {
		fmt.Fprintf(o.out, "  at first: %s\n", asked(d))
		if err := x.warnings(ctx, o, a, d); err != nil {
			fmt.Fprintf(o.out, "  %v\n", err)
		}
		steps, d = a.Guard.Explain(ctx, x.ask, x.id)
	}
	for _, s := range steps {
		fmt.Fprintf(o.out, "  %s\n", s)
	}
	switch d.Verdict {
	case auth.Allowed:
		fmt.Fprintln(o.out, "  => allowed")
	case auth.Prove:
		fmt.Fprintf(o.out, "  => %s\n", asked(d))
	default:
		fmt.Fprintf(o.out, "  => %s: %s\n", d.Verdict, d.Reason)
	}
	return d.Verdict == auth.Allowed
}

func asked(d auth.Decision) string {
	return fmt.Sprintf("%s, by %s, for the realm %q", d.Verdict, strings.Join(d.Schemes, " or "), d.Realm)
}

// warnings say which scheme the account cannot use.
func (x *explained) warnings(ctx context.Context, o *output, a *server.Access, d auth.Decision) error {
	account, err := a.Accounts.Get(ctx, x.id.Account)
	if err != nil {
		return err
	}
	if x.id.Scheme == auth.Negotiate {
		if !slices.Contains(d.Schemes, auth.Negotiate) {
			fmt.Fprintln(o.out, "  a ticket is of no use: Negotiate is not offered for this")
		}
		return nil
	}
	if slices.Contains(d.Schemes, auth.Digest) && !slices.Contains(account.Realms, d.Realm) {
		fmt.Fprintf(o.out, "  Digest does not work: the password of %s was set before there was this realm; set it again\n", account.Name)
	}
	return nil
}
