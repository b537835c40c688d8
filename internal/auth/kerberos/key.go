package kerberos

import (
	"fmt"
	"io"
	"slices"
)

// EncType is an encryption type, RFC 3961 8.
type EncType int32

// The encryption types that are taken. DES and triple DES are not.
const (
	AES128SHA1   EncType = 17
	AES256SHA1   EncType = 18
	AES128SHA256 EncType = 19
	AES256SHA384 EncType = 20
	RC4          EncType = 23
)

func (e EncType) String() string {
	switch e {
	case AES128SHA1:
		return "aes128-cts-hmac-sha1-96"
	case AES256SHA1:
		return "aes256-cts-hmac-sha1-96"
	case AES128SHA256:
		return "aes128-cts-hmac-sha256-128"
	case AES256SHA384:
		return "aes256-cts-hmac-sha384-192"
	case RC4:
		return "arcfour-hmac"
	}
	return fmt.Sprintf("encryption type %d", int32(e))
}

// sizes are a key's bytes, those that encryption adds to a message, and those of
// a checksum; zero for types that are not taken.
func (e EncType) sizes() (key, extra, sum int) {
	switch e {
	case AES128SHA1:
		return 16, 16 + 12, 12
	case AES256SHA1:
		return 32, 16 + 12, 12
	case AES128SHA256:
		return 16, 16 + 16, 16
	case AES256SHA384:
		return 32, 16 + 24, 24
	case RC4:
		return 16, 8 + 16, 16
	}
	return 0, 0, 0
}

// Key is a key of a service or of a session. It never shows in text.
type Key struct {
	Type  EncType
	Value []byte
}

// usable says whether the type is taken and the size is the type's.
func (k Key) usable() bool {
	size, _, _ := k.Type.sizes()
	return size > 0 && len(k.Value) == size
}

func (k Key) clone() Key { return Key{k.Type, slices.Clone(k.Value)} }

// String shows the type only.
func (k Key) String() string { return fmt.Sprintf("kerberos.Key(%s, hidden)", k.Type) }

// Format is String for every verb, %x and %#v among them.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// MarshalText keeps it out of JSON too.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
