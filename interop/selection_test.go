package interop

import (
	"path/filepath"
	"slices"
	"testing"
)

// The streams of the clip with several rates, as ffmpeg numbers them.
var mbrVideo, mbrAudio = []string{"0", "1"}, []string{"2", "3"}

// judgeSelection holds a stored play of the clip with several rates against
// the file: one picture and one sound are there whole, of the others nothing.
func judgeSelection(t *testing.T, dump []byte) {
	t.Helper()
	file := filepath.Join(scratch(t), mbr)
	writeFile(t, file, dump)
	whole, got := frames(t, "-i", clip(t, mbr)), frames(t, "-i", file)
	for _, kind := range [][]string{mbrVideo, mbrAudio} {
		selected := 0
		for _, stream := range kind {
			if len(got[stream]) == 0 {
				continue
			}
			selected++
			if !slices.Equal(hashes(got[stream]), hashes(whole[stream])) {
				t.Errorf("stream %s was selected: %d frames, want the clip's %d",
					stream, len(got[stream]), len(whole[stream]))
			}
		}
		if selected != 1 {
			t.Errorf("%d of the streams %v arrived, want one", selected, kind)
		}
	}
}
