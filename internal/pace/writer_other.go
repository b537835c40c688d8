//go:build !linux

package pace

import "net"

// newRawWriter has no form here: the buffered writer serves.
func newRawWriter(net.Conn, *Shard) Writer { return nil }

// newTLSWriter has no form here either.
func newTLSWriter(net.Conn, *Shard) Writer { return nil }

// vector has no use here.
type vector struct{}

// Readiness tells when a connection has something to read.
type Readiness struct{}

// NewReadiness has no form here: a goroutine waits.
func NewReadiness(net.Conn) *Readiness { return nil }

// Notify never happens.
func (*Readiness) Notify(func()) bool { return false }

// Cancel does nothing.
func (*Readiness) Cancel() {}

// Wait is not called.
func (*Readiness) Wait() error { return nil }
