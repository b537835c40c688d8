//go:build !linux

package msb

import "syscall"

// onlyJoined has nothing to do: a socket hears the groups that it has joined.
func onlyJoined(string, string, syscall.RawConn) error { return nil }
