package auth

import (
	"fmt"
	"io"
	"unicode/utf8"
)

// Password never shows in text.
type Password string

const hidden = "(hidden)"

// String shows nothing.
func (Password) String() string { return hidden }

// Format is String for every verb.
func (Password) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText keeps it out of JSON too.
func (Password) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// String shows nothing.
func (Key) String() string { return hidden }

// Format is String for every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText keeps it out of JSON too.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// minPassword is the shortest password of an account, characters.
const minPassword = 8

// check says why a password cannot be one.
func (p Password) check() error {
	switch {
	case !utf8.ValidString(string(p)):
		return fmt.Errorf("auth: the password is not UTF-8")
	case utf8.RuneCountInString(string(p)) < minPassword:
		return fmt.Errorf("auth: the password is too short: use %d characters or more", minPassword)
	case len(p) > maxPassword:
		return fmt.Errorf("auth: the password is longer than %d bytes", maxPassword)
	}
	for _, r := range string(p) {
		if r < ' ' || r == 0x7F {
			return fmt.Errorf("auth: the password has a control character")
		}
	}
	return nil
}
