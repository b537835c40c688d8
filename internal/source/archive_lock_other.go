//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package source

import "os"

// lock has no form here.
func lock(*os.File) bool { return true }
