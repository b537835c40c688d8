package config

import (
	"fmt"
	"net/netip"
)

// Admin is the listener for who looks after the server.
type Admin struct {
	Address  string   `yaml:"address"`  // Off for none
	Hosts    []string `yaml:"hosts"`    // names by which it may be asked for
	Scrapers []string `yaml:"scrapers"` // addresses and networks that may read the metrics
	TLS      AdminTLS `yaml:"tls"`
}

func defaultAdmin() Admin {
	return Admin{Address: "127.0.0.1:8088", Hosts: []string{}, Scrapers: []string{}}
}

// The bounds of the lists.
const (
	maxAdminHosts = 100
	maxScrapers   = 1000
)

// Networks returns the networks of Scrapers; a single address is one.
func (a *Admin) Networks() ([]netip.Prefix, error) { return networks(a.Scrapers) }

func networks(texts []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range texts {
		p, err := network(text)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// AdminGiven says that the address of Admin was given and is not the default.
func (c *Config) AdminGiven() bool {
	_, ok := c.where["admin.address"]
	return ok || c.Admin.Address != defaultAdmin().Address
}

func (k *checker) admin(a *Admin) {
	if why := badAddress(a.Address); why != "" && a.Address != Off {
		k.fail("admin.address", "%q %s; \"off\" is none", a.Address, why)
	}
	k.number("admin.hosts", len(a.Hosts), 0, maxAdminHosts)
	for i, h := range a.Hosts {
		if !hostText.MatchString(h) {
			k.fail(fmt.Sprintf("admin.hosts[%d]", i), "%q is not a host: write a name such as admin.example.org, without a port", h)
		}
	}
	k.number("admin.scrapers", len(a.Scrapers), 0, maxScrapers)
	if _, err := a.Networks(); err != nil {
		k.fail("admin.scrapers", "%v: write addresses such as 192.0.2.7, or networks such as 192.0.2.0/24", err)
	}
}
