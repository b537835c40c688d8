package ntlm

import (
	"fmt"
	"io"
)

// Hash is NTOWFv1 or LMOWFv1 of a password, [MS-NLMP] 3.3.1. Who has it needs
// no password, so that it never shows in text.
type Hash [16]byte

// Key is a session key. It never shows in text.
type Key [16]byte

// Password never shows in text.
type Password string

const hidden = "(hidden)"

func (Hash) String() string     { return "ntlm.Hash" + hidden }
func (Key) String() string      { return "ntlm.Key" + hidden }
func (Password) String() string { return "ntlm.Password" + hidden }

// Format is String for every verb, %x and %#v among them.
func (h Hash) Format(f fmt.State, _ rune) { put(f, h) }

// Format is String for every verb.
func (k Key) Format(f fmt.State, _ rune) { put(f, k) }

// Format is String for every verb.
func (p Password) Format(f fmt.State, _ rune) { put(f, p) }

// MarshalText keeps it out of JSON too.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// MarshalText keeps it out of JSON too.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText keeps it out of JSON too.
func (p Password) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

func put(f fmt.State, s fmt.Stringer) { _, _ = io.WriteString(f, s.String()) }
