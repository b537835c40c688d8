package interop

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var mplayerQuiet = []string{"-noconfig", "all", "-nolirc", "-noconsolecontrols", "-quiet"}

func mplayer(t *testing.T, args ...string) {
	t.Helper()
	play(t, "mplayer", slices.Concat(mplayerQuiet, args)...)
}

// mplayerDump has MPlayer store what it receives.
func mplayerDump(t *testing.T, url ...string) []byte {
	t.Helper()
	out := filepath.Join(scratch(t), "dump")
	mplayer(t, append([]string{"-nocache", "-dumpstream", "-dumpfile", out}, url...)...)
	return readFile(t, out)
}

func TestMPlayerDumps(t *testing.T) {
	s := serveClips(t)
	parallel(t, clips, func(t *testing.T, name string) {
		sameBytes(t, mplayerDump(t, s.url("mmsh", name)), readReference(t, name).bytes())
	})
}

func TestMPlayerSelectsStreams(t *testing.T) {
	s := serveClips(t)
	judgeSelection(t, mplayerDump(t, s.url("mmsh", mbr)))
}

// mplayerPictures has MPlayer decode the pictures and hash each.
func mplayerPictures(t *testing.T, input ...string) []string {
	t.Helper()
	out := filepath.Join(scratch(t), "md5")
	mplayer(t, append([]string{"-benchmark", "-nosound", "-ao", "null", "-vo", "md5sum:outfile=" + out}, input...)...)
	return strings.Fields(string(readFile(t, out)))
}

func TestMPlayerDecodes(t *testing.T) {
	s := serveClips(t)
	names := []string{"wmv1_wmav1_p3200.wmv", "div3_wmav2_p3200.asf", plain, "wmv2_p3200.wmv"}
	parallel(t, names, func(t *testing.T, name string) {
		cut := filepath.Join(scratch(t), name)
		writeFile(t, cut, readReference(t, name).bytes())
		got, want := mplayerPictures(t, s.url("mmsh", name)), mplayerPictures(t, cut)
		if len(want) < 240 || !slices.Equal(got, want) {
			t.Errorf("%d pictures, %d from the file, or not the same ones", len(got), len(want))
		}
	})
}

// The redirector leads to the same bytes.
func TestMPlayerFollowsRedirector(t *testing.T) {
	s := serveClips(t)
	sameBytes(t, mplayerDump(t, "-playlist", s.url("http", plain+".asx")), readReference(t, plain).bytes())
}
