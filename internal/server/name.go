package server

import (
	"crypto/rand"
	"fmt"
)

// newName makes the name that a server has in Via headers. Servers that pull from
// each other know themselves by it, so it is another one in every process.
func newName() string {
	var b [6]byte
	rand.Read(b[:]) // never fails
	return fmt.Sprintf("caracal-%x", b)
}

// upstreamsOf are the servers that content comes from, as a Pull tells it; nil for
// content of this one.
func upstreamsOf(c any) func() []string {
	if root, ok := c.(rootContent); ok {
		c = root.content
	}
	if b := broadcastOf(c); b != nil {
		c = b.fed.feeder
	}
	if v, ok := c.(interface{ Via() []string }); ok {
		return v.Via
	}
	return nil
}
