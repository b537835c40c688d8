package credential

import (
	"crypto/sha256"
	"strings"

	"caracal/internal/auth/ntlm"
)

// Password never shows in text.
type Password = ntlm.Password

// Login is who logs in, and what proves it.
type Login struct {
	User     string // "name", `DOMAIN\name` or "name@domain"
	Password Password
}

// domainUser is the user as NTLM has it: a name with an @ has no domain beside it.
func (l *Login) domainUser() (domain, user string) {
	if domain, user, ok := strings.Cut(l.User, `\`); ok {
		return domain, user
	}
	return "", l.User
}

// digest tells logins apart without keeping their passwords.
func (l *Login) digest() [sha256.Size]byte {
	return sha256.Sum256([]byte(l.User + "\x00" + string(l.Password)))
}
