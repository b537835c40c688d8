//go:build !linux

package wmsp

import "net"

// readiness has no form here: the buffer stays with the connection.
func readiness(net.Conn) func() error { return nil }
