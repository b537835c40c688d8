package asf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ffmpegClips are made by ffmpeg: container, packet size, codecs.
var ffmpegClips = []struct {
	format     string
	packetSize int
	video      string
	audio      string
}{
	{"asf", 100, "wmv1", "wmav1"},
	{"asf", 576, "msmpeg4v3", "wmav2"},
	{"asf", 1600, "wmv2", "wmav2"},
	{"asf", 8192, "msmpeg4", "wmav2"},
	{"asf", 65536, "wmv2", "wmav2"},
	{"asf_stream", 1600, "wmv2", "wmav2"},
	{"pipe", 3200, "wmv1", "wmav1"},
}

const (
	ffmpegPreroll = 3100 // ms, of ffmpeg's muxer
	ffmpegLength  = 5 * time.Second
)

// makeFFmpegClip gives a file of 5 s with key frames every 17 frames. The format
// "pipe" is asf that ffmpeg cannot go back in, as in a broadcast.
func makeFFmpegClip(t *testing.T, format string, packetSize int, video, audio string) string {
	t.Helper()
	args := strings.Fields("-v error -f lavfi -i testsrc2=size=160x120:rate=25 -f lavfi -i sine -t 5 -g 17 -b:v 400k")
	args = append(args, "-c:v", video, "-c:a", audio, "-metadata", "title=Tést", "-packet_size", strconv.Itoa(packetSize))
	file := filepath.Join(t.TempDir(), "clip.asf")
	switch format {
	case "pipe":
		args = append(args, "-f", "asf", "-")
	case "asf_stream":
		args = append(args, "-f", format, "-")
	default:
		args = append(args, "-f", format, file)
	}
	out, err := exec.Command("ffmpeg", args...).Output()
	if err != nil {
		t.Fatalf("ffmpeg: %v", err)
	}
	if format == "asf_stream" {
		out = unframe(t, out)
	}
	if format != "asf" {
		err = os.WriteFile(file, out, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// unframe takes header and packets out of the frames that asf_stream writes:
// type, length, sequence, flags, length again, each frame with a length that
// counts from the sequence on.
func unframe(t *testing.T, b []byte) []byte {
	t.Helper()
	var out []byte
	for len(b) >= 4 {
		n := 4 + int(le.Uint16(b[2:]))
		if n > len(b) || b[0] != '$' {
			t.Fatalf("frame of %d bytes in %d", n, len(b))
		}
		if n > 12 {
			out = append(out, b[12:n]...)
		}
		b = b[n:]
	}
	return out
}

// ffprobeKeys gives the times of the key frames that ffprobe finds, ms.
func ffprobeKeys(t *testing.T, file string) []uint32 {
	t.Helper()
	args := strings.Fields("-v error -select_streams v:0 -show_entries packet=pts_time,flags -of csv=p=0")
	out, err := exec.Command("ffprobe", append(args, file)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []uint32
	for line := range strings.Lines(string(out)) {
		at, flags, _ := strings.Cut(strings.TrimSpace(line), ",")
		if strings.HasPrefix(flags, "K") {
			s, err := strconv.ParseFloat(at, 64)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, uint32(s*1000+0.5))
		}
	}
	return list
}

func TestReaderFFmpeg(t *testing.T) {
	for _, c := range ffmpegClips {
		t.Run(fmt.Sprintf("%s %d %s", c.format, c.packetSize, c.video), func(t *testing.T) {
			t.Parallel()
			file := makeFFmpegClip(t, c.format, c.packetSize, c.video, c.audio)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := openBytes(t, b)
			checkFFmpegFile(t, r, b, c.packetSize)
			checkFFmpegKeys(t, r, ffprobeKeys(t, file))
			if c.format == "asf" {
				checkFFmpegCuts(t, b)
			}
			if live := codes(r.Issues())["not-finished"]; live != (c.format != "asf") || live == r.HasIndex() {
				t.Errorf("live %v, index %v", live, r.HasIndex())
			}
		})
	}
}

// checkFFmpegFile looks at what does not depend on seeking.
func checkFFmpegFile(t *testing.T, r *Reader, b []byte, packetSize int) {
	t.Helper()
	size := int(le.Uint64(b[16:]))
	if h, n, err := ParseHeader(b); err != nil || n != size || !bytes.Equal(h.Append(nil), b[:size]) {
		t.Errorf("header is not written as it was: %v", err)
	}
	if !bytes.Equal(r.HeaderBytes(), b[:size+50]) || r.DataOffset() != int64(size+50) || r.PacketSize() != packetSize {
		t.Errorf("packets of %d bytes at %d", r.PacketSize(), r.DataOffset())
	}
	if (r.Duration() - ffmpegLength).Abs() > 300*time.Millisecond {
		t.Errorf("plays for %v", r.Duration())
	}
	h := r.Header()
	if h.Title() != "Tést" || h.Stream(1).Kind() != Video || h.Stream(2).Kind() != Audio || h.BitRate(1) != 400000 || r.TimeBase() != ffmpegPreroll {
		t.Errorf("title %q, bit rate %d, base %d", h.Title(), h.BitRate(1), r.TimeBase())
	}
	for _, tail := range r.trailing {
		raw := b[tail.at : tail.at+tail.size]
		if o, _, err := ParseObject(raw); err != nil || !bytes.Equal(o.Append(nil), raw) || Typed(o) != o {
			t.Errorf("%s Object is not written as it was: %v", tail.id.Name(), err)
		}
	}
	for _, i := range r.Check() {
		if i.Severity == Error && i.Code != "packet-size-large" || i.Code == "index-wrong" {
			t.Errorf("%v", i)
		}
	}
}

// checkFFmpegKeys compares clean points with the key frames of ffprobe.
func checkFFmpegKeys(t *testing.T, r *Reader, keys []uint32) {
	t.Helper()
	all, err := r.scan(1)
	if err != nil {
		t.Fatal(err)
	}
	var found []uint32
	for _, c := range all {
		found = append(found, c.Time-ffmpegPreroll)
	}
	if len(keys) < 7 || !slices.Equal(found, keys) {
		t.Fatalf("clean points at %v, ffprobe says %v", found, keys)
	}
	fresh := openLike(r)
	for ms := uint32(0); ms < 10_000; ms += 40 {
		want, ok := last(all, ms)
		if !ok {
			want = all[0]
		}
		if got, err := fresh.CleanPoint(1, ms); err != nil || got != want {
			t.Fatalf("at %d ms %+v, %v, want %+v", ms, got, err, want)
		}
	}
	if clues, _ := fresh.clues(1); fresh.HasIndex() && len(clues) == 0 {
		t.Error("ffmpeg's index was held to be wrong")
	}
	if list, err := fresh.CleanPoints(1); err != nil || len(list) < 3 {
		t.Errorf("list %v, %v", list, err)
	}
}

// checkFFmpegCuts cuts the file at every sixteenth.
func checkFFmpegCuts(t *testing.T, b []byte) {
	t.Helper()
	whole := openBytes(t, b)
	for i := 1; i < 16; i++ {
		cut := b[:len(b)*i/16]
		r, err := NewReader(bytes.NewReader(cut), int64(len(cut)))
		if int64(len(cut)) < whole.DataOffset() {
			if err == nil {
				t.Errorf("cut at %d/16, within the header, but opened", i)
			}
			continue
		}
		if err != nil {
			t.Errorf("cut at %d/16: %v", i, err)
			continue
		}
		if want := min(whole.NumPackets(), (r.Size()-r.DataOffset())/int64(r.PacketSize())); r.NumPackets() != want {
			t.Errorf("cut at %d/16: %d packets, want %d", i, r.NumPackets(), want)
		}
		for ms := uint32(0); ms < 9000 && r.NumPackets() > 0; ms += 500 {
			got, err := r.CleanPoint(1, ms)
			want, _ := whole.CleanPoint(1, ms)
			if err != nil || got != want && want.Packet < r.NumPackets()-1 && ms < r.times.lastSend {
				t.Errorf("cut at %d/16, at %d ms: %+v, %v, want %+v", i, ms, got, err, want)
			}
		}
	}
}
