//go:build !linux

package wmsp

import "os"

// newMemoryFile has no form here: every player's packets are framed anew.
func newMemoryFile(int64) *os.File { return nil }
