package asf

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What ffmpeg's muxer says of its packets, the Writer says too, and ffprobe seeks
// to the same key frames; so it does when a Writer is killed and the file is
// repaired.
func TestWriterFFmpeg(t *testing.T) {
	for _, c := range ffmpegClips {
		if c.format != "asf" || c.packetSize > MaxLivePacket {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", c.packetSize, c.video), func(t *testing.T) {
			t.Parallel()
			file := makeFFmpegClip(t, c.format, c.packetSize, c.video, c.audio)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := openBytes(t, b)
			var packets [][]byte
			if err := want.eachPacket(0, want.packets, scanChunk, func(_ int64, p []byte) bool {
				packets = append(packets, bytes.Clone(p))
				return true
			}); err != nil {
				t.Fatal(err)
			}
			f := newMemFile(nil)
			w, err := writeAll(t, f, want.HeaderBytes(), packets)
			if err != nil {
				t.Fatal(err)
			}
			killed := newMemFile(f.b)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := Repair(killed, int64(len(killed.b))); err != nil || !bytes.Equal(killed.b, f.b) {
				t.Errorf("repaired it is not what Close makes of it, %v", err)
			}
			likeFFmpeg(t, openBytes(t, f.b), want)
			checkFFmpegKeys(t, openBytes(t, f.b), ffprobeKeys(t, file))
			written := filepath.Join(t.TempDir(), "written.asf")
			if err := os.WriteFile(written, f.b, 0o600); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(ffprobeKeys(t, written), ffprobeKeys(t, file)) {
				t.Error("ffprobe finds other key frames")
			}
		})
	}
}

// likeFFmpeg compares header and index with those of ffmpeg's muxer, which
// counts a moment differently at the end, and names the packet that was being
// filled when a key frame came.
func likeFFmpeg(t *testing.T, got, want *Reader) {
	t.Helper()
	g, w := *got.Header().File(), *want.Header().File()
	if d := int64(g.PlayDuration-w.PlayDuration) / 1e4; d < -200 || d > 200 {
		t.Errorf("plays for %d ms, for ffmpeg %d", g.PlayDuration/1e4, w.PlayDuration/1e4)
	}
	if g.FileSize != uint64(got.Size()) || g.DataPackets != w.DataPackets || g.Flags != w.Flags || g.FileID != w.FileID {
		t.Errorf("%+v, ffmpeg has %+v", g, w)
	}
	if got.data != want.data {
		t.Errorf("%+v, ffmpeg has %+v", got.data, want.data)
	}
	a, errA := got.indexes()
	b, errB := want.indexes()
	if errA != nil || errB != nil || len(a) != 1 || len(b) != 1 {
		t.Fatalf("%d and %d indexes, %v, %v", len(a), len(b), errA, errB)
	}
	x, y := a[0].(*SimpleIndex), b[0].(*SimpleIndex)
	if d := len(x.Entries) - len(y.Entries); d < -1 || d > 1 || x.Interval != y.Interval {
		t.Errorf("%d entries, ffmpeg has %d", len(x.Entries), len(y.Entries))
	}
	for i := range min(len(x.Entries), len(y.Entries)) {
		if d := int64(x.Entries[i].Packet) - int64(y.Entries[i].Packet); d < 0 || d > clueReach {
			t.Errorf("entry %d leads to packet %d, ffmpeg's to %d", i, x.Entries[i].Packet, y.Entries[i].Packet)
		}
	}
	if codes := codes(got.Check()); codes["index-wrong"] || codes["no-index"] || codes["file-size-wrong"] || codes["duration-wrong"] {
		t.Errorf("%v", got.Check())
	}
}
