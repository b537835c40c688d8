package config

import (
	"net"
	"net/netip"
	"path/filepath"
	"strings"
)

// TLS is a listener under TLS beside a plain one; docs/tls.md.
type TLS struct {
	Address     string `yaml:"address"`     // Off and "" for none
	Certificate string `yaml:"certificate"` // PEM: the server's, and behind it those that it hangs on
	Key         string `yaml:"key"`         // PEM
	OldClients  bool   `yaml:"old_clients"` // TLS 1.0 and 1.1, and the ciphers of Windows XP
}

// On says that there is to be such a listener.
func (t *TLS) On() bool { return t.Address != Off && t.Address != "" }

// AdminTLS makes a listener one of TLS; empty leaves it plain.
type AdminTLS struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// On says that the listener is one of TLS.
func (t *AdminTLS) On() bool { return t.Certificate != "" || t.Key != "" }

func defaultTLS() TLS { return TLS{Address: Off} }

// Outgoing says how the server is a client of others over TLS.
type Outgoing struct {
	Roots string `yaml:"roots"` // PEM: authorities that are trusted besides those of the system
}

// Pair is a certificate and who is told it.
type Pair struct {
	Key                 string // of the configuration: "http.tls"
	Certificate, Secret string // files: Secret is that of its key
	Names               []string
}

// Pairs are the certificates that listeners use, with the names that the configuration
// says they are asked for by.
func (c *Config) Pairs() (list []Pair) {
	public := c.HTTP.PublicHost
	if host, _, err := net.SplitHostPort(public); err == nil {
		public = host
	}
	for _, l := range []struct {
		key string
		tls *TLS
	}{{"http.tls", &c.HTTP.TLS}, {"rtsp.tls", &c.RTSP.TLS}} {
		if l.tls.On() {
			list = append(list, Pair{l.key, l.tls.Certificate, l.tls.Key, []string{public}})
		}
	}
	if t := &c.Admin.TLS; t.On() && c.Admin.Address != Off {
		list = append(list, Pair{"admin.tls", t.Certificate, t.Key, c.Admin.Hosts})
	}
	return list
}

// Proxies returns the networks of TrustedProxies; a single address is one.
func (c *Config) Proxies() ([]netip.Prefix, error) { return networks(c.TrustedProxies) }

const maxProxies = 1000

func (k *checker) tls(c *Config) {
	k.tlsListener("http.tls", &c.HTTP.TLS)
	k.tlsListener("rtsp.tls", &c.RTSP.TLS)
	k.pair("admin.tls", c.Admin.TLS.On(), c.Admin.TLS.Certificate, c.Admin.TLS.Key)
	k.number("trusted_proxies", len(c.TrustedProxies), 0, maxProxies)
	list, err := c.Proxies()
	if err != nil {
		k.fail("trusted_proxies", "%v: write addresses such as 192.0.2.7, or networks such as 10.0.0.0/8", err)
	}
	for _, p := range list {
		if p.Bits() == 0 {
			k.fail("trusted_proxies", "%v is everybody: anyone could then say to be somebody else", p)
		}
	}
}

func (k *checker) tlsListener(key string, t *TLS) {
	if why := badAddress(t.Address); why != "" && t.On() {
		k.fail(key+".address", "%q %s; \"off\" is none", t.Address, why)
	}
	k.pair(key, t.On(), t.Certificate, t.Key)
}

// pair finds files that are missing.
func (k *checker) pair(key string, on bool, certificate, secret string) {
	for _, f := range []struct{ name, file string }{{".certificate", certificate}, {".key", secret}} {
		switch {
		case on && f.file == "":
			k.fail(key+f.name, "is missing: TLS wants the files of a certificate and of its key")
		case strings.ContainsRune(f.file, 0):
			k.fail(key+f.name, "%q is not the name of a file", f.file)
		}
	}
}

// placeTLS makes files relative to the folder of the configuration.
func (c *Config) placeTLS(folder string) {
	for _, f := range []*string{
		&c.HTTP.TLS.Certificate, &c.HTTP.TLS.Key, &c.RTSP.TLS.Certificate, &c.RTSP.TLS.Key,
		&c.Admin.TLS.Certificate, &c.Admin.TLS.Key, &c.Outgoing.Roots,
	} {
		if *f != "" && !filepath.IsAbs(*f) {
			*f = filepath.Join(folder, *f)
		}
	}
}
