package config

import (
	"net/url"
	"strings"
	"time"

	"caracal/internal/auth/access"
)

// Auth says how somebody proves who he is. What a point leaves out its listener
// says, and what that leaves out the server.
type Auth struct {
	Schemes []string `yaml:"schemes"` // in the order in which they are offered
	Realm   string   `yaml:"realm"`
}

// NTLM is who the server is to that scheme.
type NTLM struct {
	Computer string `yaml:"computer"` // "" is the machine's name
	Domain   string `yaml:"domain"`   // "" is the computer
	AllowV1  bool   `yaml:"allow_v1"`
}

// Access says who may do what: lists of access.Who, and of networks.
type Access struct {
	Allow   []string `yaml:"allow"` // no other addresses than these; nil is all
	Deny    []string `yaml:"deny"`
	Play    []string `yaml:"play"` // nil is not said, which an empty list is not
	Publish []string `yaml:"publish"`
	Admin   []string `yaml:"admin"`
	Ask     Ask      `yaml:"ask"`
}

// Ask is a program that has the last word, over HTTP.
type Ask struct {
	URL     string        `yaml:"url"` // "" is none
	Token   string        `yaml:"token"`
	Timeout time.Duration `yaml:"timeout"`
	KeepYes time.Duration `yaml:"keep_yes"`
	KeepNo  time.Duration `yaml:"keep_no"`
}

// The times of an Ask of which nothing is said but its URL.
const (
	askTimeout = 2 * time.Second
	askKeepYes = 30 * time.Second
	askKeepNo  = 5 * time.Second
)

// Times are the times of an Ask; those that are not said are the usual ones.
func (a *Ask) Times() (timeout, yes, no time.Duration) {
	or := func(d, usual time.Duration) time.Duration {
		if d == 0 {
			return usual
		}
		return max(d, 0) // -1 keeps nothing
	}
	return or(a.Timeout, askTimeout), or(a.KeepYes, askKeepYes), or(a.KeepNo, askKeepNo)
}

func defaultAuth() Auth {
	return Auth{Schemes: []string{"Negotiate", "NTLM", "Digest", "Basic"}, Realm: "Caracal"}
}

func defaultAccess() Access {
	return Access{
		Allow: []string{}, Deny: []string{},
		Play: []string{"anyone"}, Publish: []string{"local"}, Admin: []string{"local"},
		Ask: Ask{Timeout: askTimeout, KeepYes: askKeepYes, KeepNo: askKeepNo},
	}
}

// The bounds of lists.
const (
	maxAccess = 1000
	maxRealm  = 128 // bytes
)

// maxNetBIOS is the longest NetBIOS name.
const maxNetBIOS = 15

func (k *checker) ntlm(n *NTLM) {
	for key, name := range map[string]string{"ntlm.computer": n.Computer, "ntlm.domain": n.Domain} {
		if len(name) > maxNetBIOS || strings.ContainsFunc(name, func(r rune) bool {
			return r <= ' ' || r >= 0x7F || strings.ContainsRune(`\/:*?"<>|.`, r)
		}) {
			k.fail(key, "%q is not a NetBIOS name such as STUDIO, of %d characters at most", name, maxNetBIOS)
		}
	}
}

// access checks what is said of access at all levels.
func (k *checker) access(c *Config) {
	if strings.ContainsRune(c.Data, 0) {
		k.fail("data", "%q is not the name of a folder", c.Data)
	}
	k.ntlm(&c.NTLM)
	k.kerberos(&c.Kerberos, c.Data != "")
	k.rules("", &c.Auth, &c.Access, c.Data != "", false)
	k.rules("http.", &c.HTTP.Auth, &c.HTTP.Access, c.Data != "", false)
	k.rules("rtsp.", &c.RTSP.Auth, &c.RTSP.Access, c.Data != "", false)
	k.rules("mms.", &c.MMS.Auth, &c.MMS.Access, c.Data != "", false)
}

// rules checks one level: with accounts, and with a key, if there are such.
func (k *checker) rules(prefix string, u *Auth, a *Access, accounts, key bool) {
	for _, s := range u.Schemes {
		k.oneOf(prefix+"auth.schemes", s, "Negotiate", "NTLM", "Digest", "Basic")
	}
	if len(u.Realm) > maxRealm || strings.ContainsFunc(u.Realm, func(r rune) bool { return r < ' ' || r >= 0x7F || r == '"' || r == '\\' }) {
		k.fail(prefix+"auth.realm", "%q is not a text of ASCII without quotes, %d characters at most", u.Realm, maxRealm)
	}
	for _, l := range []struct {
		name string
		list []string
	}{{"play", a.Play}, {"publish", a.Publish}, {"admin", a.Admin}} {
		k.who(prefix+"access."+l.name, l.list, accounts, key && l.name == "publish")
	}
	for _, l := range []struct {
		name string
		list []string
	}{{"allow", a.Allow}, {"deny", a.Deny}} {
		if _, err := access.ParsePrefixes(l.list); err != nil {
			k.fail(prefix+"access."+l.name, "%v", err)
		}
		k.number(prefix+"access."+l.name, len(l.list), 0, maxAccess)
	}
	k.ask(prefix+"access.ask", &a.Ask)
}

func (k *checker) who(key string, list []string, accounts, hasKey bool) {
	k.number(key, len(list), 0, maxAccess)
	for _, s := range list {
		w, err := access.Parse(s)
		switch {
		case err != nil:
			k.fail(key, "%v", err)
		case w.Kind == access.Key && !hasKey:
			k.fail(key, `"key" is for publish of a point whose broadcast has a key`)
		case w.Proves() && w.Kind != access.Key && !accounts:
			k.fail(key, `%q needs accounts: say where they are, such as data: ./caracal.data, and make them with "caracal user add"`, s)
		}
	}
}

func (k *checker) ask(key string, a *Ask) {
	if a.URL == "" {
		return
	}
	u, err := url.Parse(a.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(a.URL) > maxRedirect || u.User != nil {
		k.fail(key+".url", "this is not a URL such as http://127.0.0.1:9000/may") // it may have a secret: not shown
	}
	timeout, yes, no := a.Times()
	k.duration(key+".timeout", timeout, 100*time.Millisecond, 30*time.Second)
	k.duration(key+".keep_yes", yes, 0, 24*time.Hour)
	k.duration(key+".keep_no", no, 0, 24*time.Hour)
}
