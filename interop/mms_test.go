package interop

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// What the MMS tests configure: any port, and as fast as it goes over TCP. Over
// UDP media always has its pace.
const (
	mmsFast  = noRTSP + "mms: {address: \"127.0.0.1:0\"}\n" + fast
	mmsPaced = "rtsp: {address: off, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\n"
)

func (s server) mmsURL(scheme, name string) string { return scheme + "://" + s.mms + "/" + name }

// FFmpeg ends behind a recording that was cut off too, whose header does not say
// where that is: see mms/quirk_release.go.
func TestMMSFFmpeg(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	parallel(t, append([]string{mbr}, clips...), func(t *testing.T, name string) {
		sameFrames(t, frames(t, "-i", s.mmsURL("mmst", name)), frames(t, "-i", clip(t, name)))
	})
}

// without leaves out the clips whose names have a word in them.
func without(word string, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.Contains(name, word) })
}

// VLC reads into 64 KiB and loses what does not fit: packets of 65000 bytes come
// through when nothing follows them at once.
func TestMMSVLC(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	parallel(t, without("p65000", clips), func(t *testing.T, name string) {
		sameBytes(t, vlcDump(t, s.mmsURL("mmst", name)), readReference(t, name).bytes())
	})
}

func TestMMSVLCSelectsStreams(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	judgeSelection(t, vlcDump(t, s.mmsURL("mmst", mbr)))
}

// MPlayer stops at the end a little before its buffer is written.
func TestMMSMPlayer(t *testing.T) {
	s := serveWith(t, mmsFast, clip(t, ""))
	parallel(t, clips, func(t *testing.T, name string) {
		got, want := mplayerDump(t, s.mmsURL("mmst", name)), readReference(t, name).bytes()
		if !bytes.HasPrefix(want, got) || len(want)-len(got) >= 2048 {
			t.Errorf("%d bytes, not the beginning of the clip's %d", len(got), len(want))
		}
	})
}

// libmms tries HTTP first unless it is told otherwise.
func TestMMSLibmms(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	s := serveWith(t, mmsFast, clip(t, ""))
	t.Run("dumps", func(t *testing.T) {
		for _, name := range clips {
			t.Run(name, func(t *testing.T) {
				sameBytes(t, mmsDump(t, s.mmsURL("mms", name)), readReference(t, name).bytes())
			})
		}
	})
	t.Run("selects", func(t *testing.T) { judgeSelection(t, mmsDump(t, s.mmsURL("mms", mbr))) })
}

// libmms seeks by a second start. It takes any end for its own, so that the
// first stream must not be over by then.
func TestMMSLibmmsSeeks(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	s := serveWith(t, mmsPaced, clip(t, ""))
	want := readReference(t, plain)
	packets := mmsDump(t, s.mmsURL("mms", plain), "5")
	if !bytes.HasSuffix(want.packets, packets) || len(packets)%want.packetSize != 0 {
		t.Errorf("%d bytes are not the clip's last packets", len(packets))
	}
	if share := float64(len(packets)) / float64(len(want.packets)); share < 0.4 || share > 0.65 {
		t.Errorf("%d of %d bytes after a seek to the middle", len(packets), len(want.packets))
	}
}
