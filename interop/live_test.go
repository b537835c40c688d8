package interop

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// serveLive serves a broadcast point, which an encoder may push to, beside the
// clips: by their URLs the listeners are known.
func serveLive(t *testing.T) server {
	t.Helper()
	return serveWith(t, "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\npoints:\n"+
		"- {name: clips, path: "+strconv.Quote(clip(t, ""))+"}\n"+
		"- {name: live, broadcast: {source: push, linger: 2s}}\n")
}

// pushClip sends a clip as it is, in about as long as it plays, and returns when
// the server has begun to take it.
func pushClip(t *testing.T, s server, name string) (wait func()) {
	t.Helper()
	file := clip(t, name)
	rate := strconv.Itoa(len(readFile(t, file)) / 10)
	cmd := exec.Command("curl", "--silent", "--show-error", "--fail", "--limit-rate", rate, "--upload-file", file, s.url("http", "live"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if out, _ := exec.Command("curl", "--silent", "--head", s.url("http", "live")).Output(); strings.HasPrefix(string(out), "HTTP/1.1 200") {
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("the encoder is not taken: %s", stderr.String())
		}
	}
	return func() {
		if err := cmd.Wait(); err != nil {
			t.Errorf("the encoder: %v %s", err, stderr.String())
		}
	}
}

// fromTheJoin judges what somebody got of a broadcast: a header, and all packets
// of the clip from some clean point on, less at most missing bytes at the end.
func fromTheJoin(t *testing.T, got []byte, want reference, missing int) {
	t.Helper()
	head, err := object(got, headerObject)
	if err != nil || len(got) < head+50 {
		t.Fatalf("%d bytes: %v", len(got), err)
	}
	packets := got[head+50:]
	if len(packets) == 0 {
		t.Fatal("no packet")
	}
	at := bytes.Index(want.packets, packets[:min(want.packetSize, len(packets))])
	if at < 0 || at%want.packetSize != 0 {
		t.Fatalf("%d bytes do not begin with a packet of the clip", len(packets))
	}
	rest := want.packets[at:]
	if !bytes.HasPrefix(rest, packets) || len(rest)-len(packets) > missing {
		sameBytes(t, packets, rest)
	}
	if at > len(want.packets)/2 {
		t.Errorf("begins after %d of %d bytes", at, len(want.packets))
	}
}

// framesFromTheJoin judges decoded frames: in each stream the last ones of the clip.
func framesFromTheJoin(t *testing.T, got, whole map[string][]frame) {
	t.Helper()
	for stream := range whole {
		part, all := hashes(got[stream]), hashes(whole[stream])
		if !isTail(part, all) || len(part) < len(all)/2 {
			t.Errorf("stream %s: the %d frames are not the end of its %d", stream, len(part), len(all))
		}
	}
}

// Players of all kinds watch a broadcast at the same time: each gets every packet
// from the one on with which it joined, to the end.
func TestLive(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	alone(t)
	s := serveLive(t)
	want := readReference(t, plain)
	wait := pushClip(t, s, plain)
	watchers := map[string]func(t *testing.T){
		"curl": func(t *testing.T) {
			fromTheJoin(t, []byte(play(t, "curl", "--silent", s.url("http", "live"))), want, 0)
		},
		"FFmpeg over HTTP": func(t *testing.T) {
			framesFromTheJoin(t, frames(t, "-i", s.url("mmsh", "live")), frames(t, "-i", clip(t, plain)))
		},
		"FFmpeg over MMS": func(t *testing.T) {
			framesFromTheJoin(t, frames(t, "-i", s.mmsURL("mmst", "live")), frames(t, "-i", clip(t, plain)))
		},
		"FFmpeg over RTSP": func(t *testing.T) {
			framesFromTheJoin(t, frames(t, "-rtsp_transport", "tcp", "-i", s.rtspURL("live")), frames(t, "-i", clip(t, plain)))
		},
		"VLC over HTTP": func(t *testing.T) { fromTheJoin(t, vlcDump(t, s.url("mmsh", "live")), want, 0) },
		"VLC over MMS":  func(t *testing.T) { fromTheJoin(t, vlcDump(t, s.mmsURL("mmst", "live")), want, 0) },
		"VLC over UDP":  func(t *testing.T) { fromTheJoin(t, vlcDump(t, s.mmsURL("mmsu", "live")), want, 0) },
		"GStreamer": func(t *testing.T) {
			out := filepath.Join(scratch(t), "dump")
			gstreamer(t, "rtspsrc", "protocols=udp", "location="+s.rtspURL("live"), "!", "rtpasfdepay", "!", "filesink", "location="+out)
			fromTheJoin(t, readFile(t, out), want, 0)
		},
		"MPlayer": func(t *testing.T) { fromTheJoin(t, mplayerDump(t, s.mmsURL("mmst", "live")), want, 2048) },
		"libmms":  func(t *testing.T) { fromTheJoin(t, mmsDump(t, s.mmsURL("mms", "live")), want, 0) },
	}
	var all sync.WaitGroup
	for name, watch := range watchers {
		all.Go(func() { t.Run(name, watch) }) // t.Parallel would have as many at once as there are cores
	}
	all.Wait()
	wait()
}
