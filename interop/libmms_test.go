package interop

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

var buildMMSDump = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(work, "mmsdump")
	out, err := exec.Command("cc", "-Wall", "-Werror", "-o", binary, "testdata/mmsdump.c", "-lmms").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building mmsdump: %w\n%s", err, out)
	}
	return binary, nil
})

// mmsDump has libmms store what it receives, from a time on if one is given.
func mmsDump(t *testing.T, url string, seconds ...string) []byte {
	t.Helper()
	return mmsDumpBy(t, nil, url, seconds...)
}

// mmsDumpBy has another program start what dumps.
func mmsDumpBy(t *testing.T, starter []string, url string, seconds ...string) []byte {
	t.Helper()
	binary, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(scratch(t), "dump")
	args := append(slices.Clone(starter), binary, url, out)
	args = append(args, seconds...)
	play(t, args[0], args[1:]...)
	return readFile(t, out)
}

func TestLibmmsDumps(t *testing.T) {
	s := serveClips(t)
	parallel(t, clips, func(t *testing.T, name string) {
		sameBytes(t, mmsDump(t, s.url("mmsh", name)), readReference(t, name).bytes())
	})
}

func TestLibmmsSelectsStreams(t *testing.T) {
	s := serveClips(t)
	judgeSelection(t, mmsDump(t, s.url("mmsh", mbr)))
}

// After a seek come the clip's last packets; libmms does not give the header
// again. It adds the preroll of 3.1 seconds to what it asks for, which the
// server knows of: its five seconds lead to the middle.
func TestLibmmsSeeks(t *testing.T) {
	s := serveClips(t)
	names := []string{"wmv1_wmav1_p3200.wmv", "wmv2_wmav2_p576.wmv", plain, "wmv2_wmav2_p3200_noindex.wmv"}
	parallel(t, names, func(t *testing.T, name string) {
		want := readReference(t, name)
		packets := mmsDump(t, s.url("mmsh", name), "5")
		if !bytes.HasSuffix(want.packets, packets) || len(packets)%want.packetSize != 0 {
			t.Errorf("%d bytes are not the clip's last packets", len(packets))
		}
		if share := float64(len(packets)) / float64(len(want.packets)); share < 0.4 || share > 0.65 {
			t.Errorf("%d of %d bytes after a seek to the middle", len(packets), len(want.packets))
		}
	})
}
