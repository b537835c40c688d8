package wmsp

import (
	"os"

	"golang.org/x/sys/unix"
)

// newMemoryFile returns a file in memory of this size, which takes memory
// only where it has been written; nil where there is none.
func newMemoryFile(size int64) *os.File {
	fd, err := unix.MemfdCreate("caracal-frames", unix.MFD_CLOEXEC)
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), "frames")
	if f.Truncate(size) != nil {
		f.Close()
		return nil
	}
	return f
}
