package interop

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A frame is one line of ffmpeg's framemd5: a coded frame's time and hash.
type frame struct{ pts, hash string }

// frames has ffmpeg read an input and hash each coded frame, stream by stream.
// The arguments end in the input.
func frames(t *testing.T, input ...string) map[string][]frame {
	t.Helper()
	args := append([]string{"-nostdin", "-v", "error"}, input...)
	return parseFrames(t, play(t, "ffmpeg", append(args, "-map", "0", "-c", "copy", "-f", "framemd5", "-")...))
}

// parseFrames reads what framemd5 writes.
func parseFrames(t *testing.T, out string) map[string][]frame {
	t.Helper()
	streams := map[string][]frame{}
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, ",")
		if len(fields) < 6 {
			t.Fatalf("not a line of framemd5: %q", line)
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		streams[fields[0]] = append(streams[fields[0]], frame{pts: fields[2], hash: fields[5]})
	}
	return streams
}

func sameFrames(t *testing.T, got, want map[string][]frame) {
	t.Helper()
	if len(want) == 0 {
		t.Error("no frames to hold against")
	}
	if !slices.Equal(streamNames(got), streamNames(want)) {
		t.Errorf("frames of the streams %v, want %v", streamNames(got), streamNames(want))
	}
	for stream := range want {
		if !slices.Equal(got[stream], want[stream]) {
			t.Errorf("stream %s: %d frames, want %d; not the same frames at the same times",
				stream, len(got[stream]), len(want[stream]))
		}
	}
}

func streamNames(streams map[string][]frame) []string { return slices.Sorted(maps.Keys(streams)) }

// hashes drops the times, which a player that joins late counts anew.
func hashes(frames []frame) []string {
	var h []string
	for _, f := range frames {
		h = append(h, f.hash)
	}
	return h
}

// isTail reports whether part is the end of whole.
func isTail(part, whole []string) bool {
	return len(part) <= len(whole) && slices.Equal(part, whole[len(whole)-len(part):])
}
