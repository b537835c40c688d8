package store

import (
	"fmt"
	"io"
	"time"
)

// Account is somebody who can prove who he is.
type Account struct {
	Name             string
	Groups           []string // sorted
	Created, Changed time.Time
	Version          int64   // another one after each change
	Secrets          Secrets // empty in lists
}

// Secrets are what proves an account. They never show in text.
type Secrets struct {
	Slow []byte // of the password, by a slow hash, as it describes itself
	NT   []byte // NTOWFv1, [MS-NLMP] 3.3.1
	HA1  []HA1
}

// HA1 is H(name:realm:password) of RFC 7616 3.4.2, in hexadecimal.
type HA1 struct {
	Algorithm, Realm, Hash string
}

const hidden = "(hidden)"

// String shows nothing.
func (Secrets) String() string { return hidden }

// Format is String for every verb.
func (Secrets) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String shows nothing.
func (HA1) String() string { return hidden }

// Format is String for every verb.
func (HA1) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }
