package interop

import (
	"path/filepath"
	"testing"
	"time"

	"caracal/internal/sample"
)

func TestFFmpegPlays(t *testing.T) {
	s := serveClips(t)
	parallel(t, append([]string{mbr}, clips...), func(t *testing.T, name string) {
		sameFrames(t, frames(t, "-i", s.url("mmsh", name)), frames(t, "-i", clip(t, name)))
	})
}

func TestFFmpegDumps(t *testing.T) {
	s := serveClips(t)
	parallel(t, append([]string{mbr}, clips...), func(t *testing.T, name string) {
		out := filepath.Join(scratch(t), "dump")
		play(t, "ffmpeg", "-nostdin", "-v", "error", "-f", "data", "-i", s.url("mmsh", name),
			"-map", "0", "-c", "copy", "-f", "data", "-y", out)
		sameBytes(t, readFile(t, out), readReference(t, name).bytes())
	})
}

// From five seconds on, each stream goes on to its end without a gap; where it
// begins is the server's choice of a clean point, but not far from there.
//
// The end is that of the clip without its last packet: after a seek mmsh.c
// works its place in the file out as one packet beyond LocationId and takes the
// Data Object for read when one packet is still to come.
func TestFFmpegSeeks(t *testing.T) {
	s := serveClips(t)
	names := []string{"wmv1_wmav1_p3200.wmv", "wmv2_wmav2_p576.wmv", "wmv2_wmav2_p8192.wmv", "wmv2_wmav2_p3200_noindex.wmv"}
	parallel(t, names, func(t *testing.T, name string) {
		r := readReference(t, name)
		r.packets = r.packets[:len(r.packets)-r.packetSize]
		cut := filepath.Join(scratch(t), name)
		writeFile(t, cut, r.bytes())
		whole := frames(t, "-i", cut)
		got := frames(t, "-ss", "5", "-i", s.url("mmsh", name))
		for stream := range whole {
			part, all := hashes(got[stream]), hashes(whole[stream])
			if !isTail(part, all) {
				t.Errorf("stream %s: the %d frames are not the end of its %d", stream, len(part), len(all))
			}
			if share := float64(len(part)) / float64(len(all)); share < 0.4 || share > 0.65 {
				t.Errorf("stream %s: %d of %d frames after a seek to the middle", stream, len(part), len(all))
			}
		}
	})
}

// Without a word on speed the clip takes its own time, less the start that is
// sent at once; a slow machine can only make it longer.
func TestFFmpegAtTruePace(t *testing.T) {
	s := serve(t, "", clip(t, ""))
	began := time.Now()
	got := frames(t, "-i", s.url("mmsh", plain))
	if took := time.Since(began); took < 4*time.Second {
		t.Errorf("ten seconds of content took %v", took)
	}
	sameFrames(t, got, frames(t, "-i", clip(t, plain)))
}

// A server without content of its own serves the clip inside it.
func TestFFmpegPlaysTheSample(t *testing.T) {
	s := serve(t, fast)
	file := filepath.Join(scratch(t), sample.Name)
	writeFile(t, file, sample.Welcome)
	sameFrames(t, frames(t, "-i", s.url("mmsh", sample.Name)), frames(t, "-i", file))
}
