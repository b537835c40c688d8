package config

import (
	"fmt"
	"path/filepath"
	"strings"

	"caracal/internal/credential"
)

// Credential is who this server is to another one that wants to know: where it pulls
// from, stands as a proxy, or a playlist leads.
type Credential struct {
	Origin       string `yaml:"origin"` // host, host:port, or with a scheme: https://host
	User         string `yaml:"user"`   // also `DOMAIN\user`
	Password     string `yaml:"password"`
	PasswordFile string `yaml:"password_file"` // in its place; relative to the configuration file
}

// The bounds of credentials.
const (
	maxCredentials = 1000
	maxOrigin      = 512  // bytes
	maxCredential  = 1024 // bytes of a user or a password
)

func (k *checker) credentials(list []Credential) {
	k.number("credentials", len(list), 0, maxCredentials)
	seen := map[string]int{}
	for i := range list {
		key, c := fmt.Sprintf("credentials[%d]", i), &list[i]
		scheme, host, port, err := credential.ParseOrigin(c.Origin)
		if err != nil || len(c.Origin) > maxOrigin { // it may have a password: not shown
			k.fail(key+".origin", "this is no server: write its host, host:port or a URL without a path, such as origin.example:8080 or https://origin.example")
			continue
		}
		k.credential(key, c)
		same := strings.ToLower(strings.Join([]string{scheme, host, port, c.User}, " "))
		if first, twice := seen[same]; twice {
			k.fail(key, "credentials %d are for this server and user too: the first that fit count", first+1)
		}
		seen[same] = i
	}
}

func (k *checker) credential(key string, c *Credential) {
	if c.User == "" || isCredentialBad(c.User) {
		k.fail(key+".user", "who logs in there? Write a name, or DOMAIN\\name, of at most %d bytes", maxCredential)
	}
	if (c.Password == "") == (c.PasswordFile == "") {
		k.fail(key, "write either a password or a password_file")
	}
	if isCredentialBad(c.Password) {
		k.fail(key+".password", "is longer than %d bytes, or has control characters", maxCredential)
	}
	if strings.ContainsRune(c.PasswordFile, 0) {
		k.fail(key+".password_file", "is not the name of a file")
	}
}

func isCredentialBad(s string) bool {
	return len(s) > maxCredential || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F })
}

// placeCredentials makes the paths of password files those from a folder.
func (c *Config) placeCredentials(dir string) {
	for i := range c.Credentials {
		if p := &c.Credentials[i].PasswordFile; *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
}
