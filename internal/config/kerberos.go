package config

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kerberos says by which keys the server takes tickets, and whose.
type Kerberos struct {
	Keytab   string   `yaml:"keytab"`   // file; "" is none: no tickets
	Realms   []string `yaml:"realms"`   // whose principals are the accounts of their names
	Services []string `yaml:"services"` // names whose keys count, without realm; none is all
}

// The bounds of what is said of Kerberos.
const (
	maxRealms    = 64
	maxServices  = 64
	maxPrincipal = 256 // bytes
)

func defaultKerberos() Kerberos { return Kerberos{Realms: []string{}, Services: []string{}} }

// place makes the keytab's name relative to where the configuration file is.
func (c *Kerberos) place(folder string) {
	if c.Keytab != "" && !filepath.IsAbs(c.Keytab) {
		c.Keytab = filepath.Join(folder, c.Keytab)
	}
}

// kerberos checks it against the accounts, without which no ticket is anybody's. The
// keytab itself is read by the server alone.
func (k *checker) kerberos(c *Kerberos, accounts bool) {
	if strings.ContainsRune(c.Keytab, 0) {
		k.fail("kerberos.keytab", "%q is not the name of a file", c.Keytab)
	}
	if c.Keytab != "" && !accounts {
		k.fail("kerberos.keytab", `tickets need accounts: say where they are, such as data: ./caracal.data, and make them with "caracal user add"`)
	}
	if c.Keytab != "" && len(c.Realms) == 0 {
		k.fail("kerberos.realms", "name the realms whose principals are the accounts here, such as realms: [EXAMPLE.COM]")
	}
	k.number("kerberos.realms", len(c.Realms), 0, maxRealms)
	for _, realm := range c.Realms {
		if badPrincipal(realm) || strings.Contains(realm, "/") {
			k.fail("kerberos.realms", "%q is not a realm such as EXAMPLE.COM", realm)
		}
	}
	k.number("kerberos.services", len(c.Services), 0, maxServices)
	for _, name := range c.Services {
		kind, host, ok := strings.Cut(name, "/")
		if badPrincipal(name) || !ok || kind == "" || host == "" {
			k.fail("kerberos.services", "%q is not the name of a service such as HTTP/media.example.com, without a realm", name)
		}
	}
}

func badPrincipal(s string) bool {
	return s == "" || len(s) > maxPrincipal || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r == '@' || r == '\\' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	})
}
