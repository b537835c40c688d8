//go:build !linux

package pace

import "net"

// rawBase has no form here: writes wait, and the buffered writer has a goroutine for
// them.
type rawBase struct{}

func (*rawBase) init(net.Conn) {}

func (*rawBase) works() bool { return false }

func (*rawBase) write([]byte) (int, error) { return 0, ErrClosed }
