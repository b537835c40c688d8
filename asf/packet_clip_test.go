package asf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// clip is a file that ffmpeg made, taken apart without this package's parsers.
type clip struct {
	head    []byte // Header Object and the first 50 bytes of the Data Object
	packets [][]byte
	size    int     // of a packet, bytes
	streams []uint8 // in the header's order, which is ffmpeg's
	video   map[uint8]bool

	original map[uint8]string // what frames gives for each stream
}

var (
	clipSizes = []int{100, 576, 1600, 8192, 65000}
	clipsMade sync.Map // packet size -> func() (*clip, error)
)

// clipPreroll is what ffmpeg's muxer adds to presentation times, ms.
const clipPreroll = 3100

// makeClip gives 3 s of two wmv2 and two wmav2 streams, made once per packet size.
func makeClip(t testing.TB, packetSize int) *clip {
	t.Helper()
	dir := t.TempDir()
	once, _ := clipsMade.LoadOrStore(packetSize, sync.OnceValues(func() (*clip, error) {
		return encodeClip(dir, packetSize)
	}))
	c, err := once.(func() (*clip, error))()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func encodeClip(dir string, packetSize int) (*clip, error) {
	file := filepath.Join(dir, "clip.asf")
	args := strings.Fields("-v error -y -f lavfi -i testsrc2=size=160x120:rate=15:duration=3" +
		" -f lavfi -i testsrc=size=96x80:rate=15:duration=3" +
		" -f lavfi -i sine=frequency=440:duration=3 -f lavfi -i sine=frequency=880:duration=3" +
		" -map 0 -map 1 -map 2 -map 3 -c:v wmv2 -c:a wmav2 -g 12 -b:v 300k -b:a:0 64k -b:a:1 32k")
	args = append(args, "-packet_size", fmt.Sprint(packetSize), "-f", "asf", file)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("ffmpeg: %v\n%s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c, err := splitClip(b)
	if err != nil {
		return nil, err
	}
	c.original, err = c.frames(dir, c.packets, c.streams)
	return c, err
}

func splitClip(b []byte) (*clip, error) {
	header := int(binary.LittleEndian.Uint64(b[16:]))
	data := header + int(binary.LittleEndian.Uint64(b[header+16:]))
	c := &clip{head: b[:header+50], video: map[uint8]bool{}}
	for i := 30; i < header; i += int(binary.LittleEndian.Uint64(b[i+16:])) {
		switch fmt.Sprintf("%x", b[i:i+16]) {
		case "a1dcab8c47a9cf118ee400c00c205365": // File Properties Object
			c.size = int(binary.LittleEndian.Uint32(b[i+92:]))
		case "9107dcb7b7a9cf118ee600c00c205365": // Stream Properties Object
			n := b[i+72] & 0x7F
			c.streams = append(c.streams, n)
			c.video[n] = fmt.Sprintf("%x", b[i+24:i+28]) == "c0ef19bc"
		}
	}
	if c.size == 0 || len(c.streams) != 4 || (data-len(c.head))%c.size != 0 {
		return nil, fmt.Errorf("clip not understood: packets of %d bytes, %d streams", c.size, len(c.streams))
	}
	for i := len(c.head); i < data; i += c.size {
		c.packets = append(c.packets, b[i:i+c.size])
	}
	return c, nil
}

// file makes a file of the clip's header and other packets, each filled up with
// zeros to the packet size, as players do.
func (c *clip) file(packets [][]byte) []byte {
	b := bytes.Clone(c.head)
	for _, p := range packets {
		b = append(b, p...)
		b = append(b, make([]byte, c.size-len(p))...)
	}
	data := b[len(c.head)-50:]
	binary.LittleEndian.PutUint64(data[16:], uint64(len(data)))
	binary.LittleEndian.PutUint64(data[40:], uint64(len(packets)))
	return b
}

// resized is a clip whose header declares another packet size.
func (c *clip) resized(size int) *clip {
	r := *c
	r.head, r.size = bytes.Clone(c.head), size
	i := bytes.Index(r.head, []byte("\xa1\xdc\xab\x8c\x47\xa9\xcf\x11")) // File Properties Object
	binary.LittleEndian.PutUint32(r.head[i+92:], uint32(size))
	binary.LittleEndian.PutUint32(r.head[i+96:], uint32(size))
	return &r
}

// frameDuration is the fourth column of ffmpeg's digests. ASF has no durations of
// frames; ffmpeg derives them from a frame rate that it guesses while it looks for
// all streams of the header, and guesses otherwise when one of them never comes.
var frameDuration = regexp.MustCompile(`(?m)^((?:[^,\n]*,){3})[^,\n]*,(.*)$`)

// frames asks ffmpeg for the digest of every frame of the chosen streams.
func (c *clip) frames(dir string, packets [][]byte, streams []uint8) (map[uint8]string, error) {
	file := filepath.Join(dir, "out.asf")
	if err := os.WriteFile(file, c.file(packets), 0o600); err != nil {
		return nil, err
	}
	digest := func(n uint8) string { return filepath.Join(dir, fmt.Sprint("frames", n)) }
	args := []string{"-v", "error", "-y", "-copyts", "-i", file}
	for i, n := range c.streams {
		if bytes.IndexByte(streams, n) >= 0 {
			args = append(args, "-map", fmt.Sprintf("0:%d", i), "-c", "copy", "-copyts", "-f", "framemd5", digest(n))
		}
	}
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil || len(out) > 0 {
		return nil, fmt.Errorf("ffmpeg: %v\n%s", err, out)
	}
	digests := map[uint8]string{}
	for _, n := range streams {
		b, err := os.ReadFile(digest(n))
		if err != nil {
			return nil, err
		}
		digests[n] = frameDuration.ReplaceAllString(string(b), "$1-,$2")
		if strings.Count(digests[n], "\n0,") < 20 {
			return nil, fmt.Errorf("stream %d: ffmpeg found too few frames:\n%s", n, b)
		}
	}
	return digests, nil
}

// sameFrames holds that ffmpeg finds the original's frames in other packets.
func (c *clip) sameFrames(t testing.TB, packets [][]byte, streams []uint8) {
	t.Helper()
	got, err := c.frames(t.TempDir(), packets, streams)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range streams {
		if got[n] != c.original[n] {
			t.Errorf("stream %d: %s", n, firstDifference(got[n], c.original[n]))
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d of %d: %q, want %q", i, len(g), g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// selection is all streams Whole.
func (c *clip) selection() *Selection {
	s := new(Selection)
	for _, n := range c.streams {
		s.add(n, !c.video[n])
	}
	return s
}

// objects puts the media objects of packets together, per stream.
func objects(t testing.TB, packets [][]byte) (map[uint8][]MediaObject, uint64) {
	t.Helper()
	d := NewDepacketizer(DepacketizerOptions{})
	found := map[uint8][]MediaObject{}
	keep := func(o MediaObject) error {
		o.Data, o.Extension = bytes.Clone(o.Data), bytes.Clone(o.Extension)
		found[o.Stream] = append(found[o.Stream], o)
		return nil
	}
	for i, p := range packets {
		if err := d.Add(p, keep); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
	}
	if err := d.Flush(keep); err != nil {
		t.Fatal(err)
	}
	return found, d.Lost()
}

// sameObjects compares media objects, numbers aside when they were given anew.
func sameObjects(a, b []MediaObject) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		if x.Stream != y.Stream || x.Number != y.Number || x.Time != y.Time || x.Key != y.Key ||
			!bytes.Equal(x.Data, y.Data) || !bytes.Equal(x.Extension, y.Extension) {
			return false
		}
	}
	return true
}

// Every packet that ffmpeg writes parses, and is written as it was read.
func TestPacketsOfClips(t *testing.T) {
	for _, size := range clipSizes {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			c := makeClip(t, size)
			single, multiple := 0, 0
			for _, b := range c.packets {
				checkPacketAppend(t, b)
				var p Packet
				if err := ParsePacket(b, &p); err != nil {
					t.Fatal(err)
				}
				if p.Multiple {
					multiple++
				} else {
					single++
				}
				it := p.Payloads()
				for it.Next() {
				}
				if err := it.Err(); err != nil {
					t.Fatal(err)
				}
			}
			if multiple == 0 || size < 1000 && single == 0 {
				t.Errorf("%d single and %d multiple payloads packets", single, multiple)
			}
			found, lost := objects(t, c.packets)
			if lost != 0 || len(found) != 4 || len(found[c.streams[0]]) != 45 {
				t.Errorf("%d objects lost, %d streams, %d frames", lost, len(found), len(found[c.streams[0]]))
			}
		})
	}
}
