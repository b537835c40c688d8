package interop

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// gstreamer runs a pipeline until its end. GStreamer ends by sending PAUSE and,
// at the same time, by closing down what sends it; when the one overtakes the
// other it calls that an error of its own, after all that came is written.
func gstreamer(t *testing.T, pipeline ...string) {
	t.Helper()
	if !slices.ContainsFunc(pipeline, isLive) {
		players <- struct{}{}
		defer func() { <-players }()
	}
	cmd := exec.Command("timeout", append([]string{"-s", "KILL", "60", "gst-launch-1.0", "-q"}, pipeline...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	overtaken := strings.Contains(stderr.String(), "gst_rtspsrc_pause ()") &&
		strings.Contains(stderr.String(), "Could not send message. (Received end-of-file)")
	if err != nil && !overtaken {
		t.Fatalf("gst-launch-1.0 %s: %v\n%s", strings.Join(pipeline, " "), err, tail(stderr.String()))
	}
}

// What comes out of rtpasfdepay is the file, byte for byte.
func TestRTSPGStreamer(t *testing.T) {
	s := serveWith(t, rtspSlow, clip(t, ""))
	for transport, names := range map[string][]string{
		"tcp": append([]string{mbr}, clips...),
		"udp": {mbr, plain, "wmv2_wmav2_p8192.wmv", "wmav2_p1600.wma", "wmv2_p3200.wmv"},
	} {
		t.Run(transport, func(t *testing.T) {
			parallel(t, names, func(t *testing.T, name string) {
				out := filepath.Join(scratch(t), "dump")
				gstreamer(t, "rtspsrc", "location="+s.rtspURL(name), "protocols="+transport,
					"!", "rtpasfdepay", "!", "filesink", "location="+out)
				sameBytes(t, readFile(t, out), readReference(t, name).bytes())
			})
		})
	}
}

// A whole player finds and decodes both streams and ends by itself.
func TestRTSPGStreamerPlays(t *testing.T) {
	s := serveWith(t, rtspSlow, clip(t, ""))
	gstreamer(t, "playbin", "uri="+s.rtspURL(plain), "video-sink=fakesink", "audio-sink=fakesink")
}
