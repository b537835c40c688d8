package interop

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// encode has ffmpeg push the beginnings of clips to the broadcast point, one after
// the other and each as a new encoder, as long as they play. It returns when the
// server has begun to take the first.
func encode(t *testing.T, s server, seconds string, names ...string) (wait func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, name := range names {
			cmd := exec.Command("timeout", "-s", "KILL", "60", "ffmpeg", "-nostdin", "-v", "error", "-re", "-t", seconds,
				"-i", clip(t, name), "-map", "0", "-c", "copy", "-f", "asf_stream", s.url("http", "live"))
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Run(); err != nil {
				t.Errorf("the encoder of %s: %v %s", name, err, tail(stderr.String()))
			}
		}
	}()
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if out, _ := exec.Command("curl", "--silent", "--head", s.url("http", "live")).Output(); strings.HasPrefix(string(out), "HTTP/1.1 200") {
			break
		}
		if time.Now().After(limit) {
			t.Fatal("the encoder is not taken")
		}
	}
	return func() { <-done }
}

// acrossARestart judges what somebody got of a broadcast of the same clip twice:
// every frame from the join on, of both.
func acrossARestart(t *testing.T, got, once map[string][]frame) {
	t.Helper()
	for stream := range once {
		part, all := hashes(got[stream]), hashes(once[stream])
		if !isTail(part, slices.Concat(all, all)) || len(part) < len(all)*3/2 {
			t.Errorf("stream %s: %d frames are not the last ones of two times %d", stream, len(part), len(all))
		}
	}
}

// Players that know nothing of a change of header go on when an encoder comes back
// with the same streams, and end by themselves when it comes with others.
func TestRTSPLive(t *testing.T) {
	alone(t)
	const seconds = "5"
	s := serveWith(t, rtspSlow+"points:\n- {name: clips, path: "+strconv.Quote(clip(t, ""))+"}\n- {name: live, broadcast: {source: push, linger: 20s}}\n")
	pushed := filepath.Join(scratch(t), "pushed.asf")
	play(t, "ffmpeg", "-nostdin", "-v", "error", "-t", seconds, "-i", clip(t, plain), "-map", "0", "-c", "copy", "-f", "asf", "-y", pushed)
	once := frames(t, "-i", pushed)
	wait := encode(t, s, seconds, plain, plain, "wmav2_p1600.wma")
	var all sync.WaitGroup
	for _, transport := range []string{"tcp", "udp"} {
		all.Go(func() {
			t.Run("FFmpeg over "+transport, func(t *testing.T) {
				acrossARestart(t, frames(t, "-rtsp_transport", transport, "-i", s.rtspURL("live")), once)
			})
		})
		all.Go(func() {
			t.Run("GStreamer over "+transport, func(t *testing.T) {
				out := filepath.Join(scratch(t), "dump.asf")
				gstreamer(t, "rtspsrc", "location="+s.rtspURL("live"), "protocols="+transport, "!", "rtpasfdepay", "!", "filesink", "location="+out)
				acrossARestart(t, frames(t, "-i", out), once)
			})
		})
	}
	all.Wait()
	wait()
}
