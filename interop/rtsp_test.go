package interop

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// What the RTSP tests configure: any port; TCP as fast as it goes, UDP as slow
// as it has to, as nothing there slows the server down.
const (
	rtspFast = noMMS + "rtsp: {address: \"127.0.0.1:0\", udp_port: -1}\n" + fast
	rtspSlow = noMMS + "rtsp: {address: \"127.0.0.1:0\", udp_port: 0}\n"
)

func (s server) rtspURL(name string) string { return "rtsp://" + s.rtsp + "/" + name }

func TestRTSPFFmpeg(t *testing.T) {
	s := serveWith(t, rtspFast, clip(t, ""))
	parallel(t, append([]string{mbr}, clips...), func(t *testing.T, name string) {
		sameFrames(t, frames(t, "-rtsp_transport", "tcp", "-i", s.rtspURL(name)), frames(t, "-i", clip(t, name)))
	})
}

func TestRTSPFFmpegOverUDP(t *testing.T) {
	s := serveWith(t, rtspSlow, clip(t, ""))
	parallel(t, []string{plain, "wmv2_wmav2_p8192.wmv"}, func(t *testing.T, name string) {
		sameFrames(t, frames(t, "-rtsp_transport", "udp", "-i", s.rtspURL(name)), frames(t, "-i", clip(t, name)))
	})
}

// FFmpeg asks for UDP first, and is told at once that there is none.
func TestRTSPFFmpegFallsBack(t *testing.T) {
	s := serveWith(t, rtspFast, clip(t, ""))
	sameFrames(t, frames(t, "-i", s.rtspURL(plain)), frames(t, "-i", clip(t, plain)))
}

// FFmpeg seeks with another Play and a Range.
func TestRTSPFFmpegSeeks(t *testing.T) {
	s := serveWith(t, rtspFast, clip(t, ""))
	whole := frames(t, "-i", clip(t, plain))
	got := frames(t, "-rtsp_transport", "tcp", "-ss", "5", "-i", s.rtspURL(plain))
	for stream := range whole {
		part, all := hashes(got[stream]), hashes(whole[stream])
		if !isTail(part, all) {
			t.Errorf("stream %s: the %d frames are not the end of its %d", stream, len(part), len(all))
		}
		if share := float64(len(part)) / float64(len(all)); share < 0.4 || share > 0.65 {
			t.Errorf("stream %s: %d of %d frames after a seek to the middle", stream, len(part), len(all))
		}
	}
}

// MPlayer plays RTSP over UDP through libavformat; its own demultiplexer would
// find one picture less in the file.
func TestRTSPMPlayer(t *testing.T) {
	s := serveWith(t, rtspSlow, clip(t, ""))
	cut := filepath.Join(scratch(t), plain)
	writeFile(t, cut, readReference(t, plain).bytes())
	got, want := mplayerPictures(t, s.rtspURL(plain)), mplayerPictures(t, cut, "-demuxer", "lavf")
	if len(want) < 240 || !slices.Equal(got, want) {
		t.Errorf("%d pictures, %d from the file, or not the same ones", len(got), len(want))
	}
}

// Players that open the address of the page or the program's output.
func TestRTSPIsAnnounced(t *testing.T) {
	s := serveWith(t, rtspFast, clip(t, ""))
	page := play(t, "curl", "-fsS", "-H", "Accept: text/html", "http://"+s.address+"/")
	if want := fmt.Sprintf(`HREF="%s"`, s.rtspURL(plain)); !bytes.Contains([]byte(page), []byte(want)) {
		t.Errorf("the page has no %s", want)
	}
}
