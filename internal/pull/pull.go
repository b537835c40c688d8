// Package pull is what the Clients of all streaming protocols share: URLs and
// connecting, the events that wait for who pulls a stream, and the timing of
// packet pairs. It knows no protocol.
package pull

import (
	"crypto/rand"
	"fmt"
)

// MaxRedirects is how often servers may send a Client on; MaxAuthRounds is how
// often it sends a request: NTLM takes three rounds at a server, and two more at a
// proxy before it.
const (
	MaxRedirects  = 5
	MaxAuthRounds = 8
)

// NewGUID makes a random one in capitals and without braces.
func NewGUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0F | 0x40
	b[8] = b[8]&0x3F | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
