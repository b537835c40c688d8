package interop

import (
	"os"
	"path/filepath"
	"testing"
)

// vlcDump has VLC store what it receives. It refuses to run as root and wants
// a home that it can write to.
func vlcDump(t *testing.T, url string, options ...string) []byte {
	t.Helper()
	return vlcDumpBy(t, url, options)
}

// vlcDumpBy has another program start VLC.
func vlcDumpBy(t *testing.T, url string, options []string, starter ...string) []byte {
	t.Helper()
	dir := scratch(t)
	out := filepath.Join(dir, "dump")
	args := []string{
		"env", "HOME=" + dir, "cvlc", "-I", "dummy", "--demux=dump", "--demuxdump-file=" + out,
		"--play-and-exit",
	}
	args = append(append(args, options...), url)
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
	}
	args = append(starter, args...)
	play(t, args[0], args[1:]...)
	return readFile(t, out)
}

func TestVLCDumps(t *testing.T) {
	s := serveClips(t)
	parallel(t, clips, func(t *testing.T, name string) {
		sameBytes(t, vlcDump(t, s.url("mmsh", name)), readReference(t, name).bytes())
	})
}

func TestVLCSelectsStreams(t *testing.T) {
	s := serveClips(t)
	judgeSelection(t, vlcDump(t, s.url("mmsh", mbr)))
}
