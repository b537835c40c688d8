package interop

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The clips of which every player must receive every byte; the names tell
// codecs and packet sizes.
var clips = []string{
	"wmv1_wmav1_p3200.wmv",
	"div3_wmav2_p3200.asf",
	"wmv2_wmav2_p576.wmv",
	"wmv2_wmav2_p1600.wmv",
	"wmv2_wmav2_p8192.wmv",
	"wmv2_wmav2_p65000.wmv",
	"wmv2_wmav2_p3200_noindex.wmv",
	"wmv2_wmav2_p3200_unfinished.wmv",
	"wmav2_p1600.wma",
	"wmv2_p3200.wmv",
}

// mbr has two rates of picture and two of sound.
const mbr = "mbr.wmv"

// plain is the clip for tests that need only one.
const plain = "wmv2_wmav2_p1600.wmv"

// ffmpeg's names for what clip names call otherwise.
var codecs = map[string]string{"div3": "msmpeg4v3"}

func TestClipsAreWhatTheirNamesSay(t *testing.T) {
	size := regexp.MustCompile(`^p([0-9]+)$`)
	for _, name := range clips {
		base, _, _ := strings.Cut(name, ".")
		var want []string
		index := !strings.HasSuffix(name, ".wma") // an index is of the picture
		for _, word := range strings.Split(base, "_") {
			switch m := size.FindStringSubmatch(word); {
			case m != nil:
				if got := readReference(t, name).packetSize; strconv.Itoa(got) != m[1] {
					t.Errorf("%s: packets of %d bytes", name, got)
				}
			case word == "noindex", word == "unfinished":
				index = false
			case codecs[word] != "":
				want = append(want, codecs[word])
			default:
				want = append(want, word)
			}
		}
		got := strings.Fields(play(t, "ffprobe", "-v", "error", "-show_entries", "stream=codec_name",
			"-of", "default=nokey=1:noprint_wrappers=1", clip(t, name)))
		if !slices.Equal(got, want) {
			t.Errorf("%s: codecs %v, want %v", name, got, want)
		}
		if got := len(readReference(t, name).rest) > 0; got != index {
			t.Errorf("%s: has an index: %v, want %v", name, got, index)
		}
	}
}

// The referee's own proof: ffmpeg finds the same frames in what it cut out.
func TestReferenceLosesNoFrame(t *testing.T) {
	parallel(t, append([]string{mbr}, clips...), func(t *testing.T, name string) {
		cut := filepath.Join(scratch(t), name)
		writeFile(t, cut, readReference(t, name).bytes())
		sameFrames(t, frames(t, "-i", cut), frames(t, "-i", clip(t, name)))
	})
}

func TestReferenceRefusesOthers(t *testing.T) {
	file := readFile(t, clip(t, plain))
	for _, b := range [][]byte{nil, file[1:], file[:29], file[:600], []byte("#EXTM3U\n")} {
		if r, err := parseReference(b); err == nil {
			t.Errorf("%d bytes gave %d bytes of packets", len(b), len(r.packets))
		}
	}
}
