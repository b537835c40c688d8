package interop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// shiftConfig is a server with a broadcast of which some eleven seconds are in
// memory, and all of it in files of four seconds.
func shiftConfig(folder string) string {
	return "rtsp: {address: \"127.0.0.1:0\", udp_port: -1}\nmms: {address: \"127.0.0.1:0\"}\n" + fmt.Sprintf(
		"points:\n- {name: live, broadcast: {source: push, keep: 10s, fast_start: 500ms, linger: 1s, archive: {folder: %q, time: 4s}}}\n", folder)
}

// The clip of ten seconds comes four times, in twenty.
const (
	shiftClips   = 4
	shiftSeconds = 10 * shiftClips
	shiftFrom    = "11" // where players go back to
)

// pushAgain sends it.
func pushAgain(t *testing.T, s server) {
	t.Helper()
	cmd := exec.Command("timeout", "-s", "KILL", "60", "ffmpeg", "-nostdin", "-v", "error", "-readrate", "2", "-stream_loop", "3", "-i", clip(t, plain),
		"-c", "copy", "-f", "asf_stream", s.url("http", "live"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// archived waits until so many seconds are in the files.
func archived(t *testing.T, folder string, seconds int64) {
	t.Helper()
	want := int64(len(readFile(t, clip(t, plain)))) * shiftClips * seconds / shiftSeconds
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		names, _ := filepath.Glob(filepath.Join(folder, "*.asf"))
		size := int64(0)
		for _, n := range names {
			if info, err := os.Stat(n); err == nil {
				size += info.Size()
			}
		}
		if size > want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d bytes in %d files after a long time, want %d", size, len(names), want)
		}
	}
}

// Who goes back in a broadcast gets all from there on, out of file after file,
// and then what has only just come; others get the present.
func TestTimeShift(t *testing.T) {
	t.Parallel()
	folder := scratch(t)
	if _, err := buildMMSDump(); err != nil {
		t.Fatal(err)
	}
	s, _ := killable(t, shiftConfig(folder))
	pushAgain(t, s)
	archived(t, folder, 25)
	live := s.url("mmsh", "live")
	var all sync.WaitGroup
	var mu sync.Mutex
	got := map[string]map[string][]frame{}
	for way, args := range map[string][]string{
		"http": {"-seek_timestamp", "1", "-ss", shiftFrom, "-i", live},
		"rtsp": {"-rtsp_transport", "tcp", "-seek_timestamp", "1", "-ss", shiftFrom, "-i", s.rtspURL("live")},
		"now":  {"-i", live},
	} {
		all.Go(func() {
			f := frames(t, args...)
			mu.Lock()
			defer mu.Unlock()
			got[way] = f
		})
	}
	var dump []byte
	all.Go(func() { dump = mmsDump(t, s.url("mmsh", "live"), shiftFrom) })
	all.Wait()
	dumped(t, dump, folder)
	for stream, once := range frames(t, "-i", clip(t, plain)) {
		want := slices.Repeat(hashes(once), shiftClips)
		for _, way := range []string{"http", "rtsp"} {
			got := hashes(got[way][stream])
			if way == "rtsp" && len(got) > 0 {
				got = got[len(got)/50:] // ffmpeg puts the rest of a packet of before its seek in front
			}
			if len(got) < len(want)*28/shiftSeconds || len(got) > len(want)*34/shiftSeconds || !isTail(got, want) {
				t.Errorf("%s, stream %s: %d frames, not the end of %d", way, stream, len(got), len(want))
			}
		}
		if got := hashes(got["now"][stream]); len(got) == 0 || len(got) > len(want)*16/shiftSeconds || !isTail(got, want) {
			t.Errorf("the present, stream %s: %d frames of %d", stream, len(got), len(want))
		}
	}
}

// dumped checks that libmms has got the last packets of all that were archived,
// whose times are set back in all files but the first.
func dumped(t *testing.T, dump []byte, folder string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.asf"))
	if err != nil || len(names) < 6 {
		t.Fatalf("files %v, %v", names, err)
	}
	var whole []byte
	size := 0
	for _, name := range names {
		r, err := parseReference(readFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		whole, size = append(whole, r.packets...), r.packetSize
	}
	if n := len(dump); n%size != 0 || n < len(whole)*28/shiftSeconds || n > len(whole)*34/shiftSeconds {
		t.Fatalf("libmms got %d bytes of %d", n, len(whole))
	}
	whole = whole[len(whole)-len(dump):]
	for n := 0; n < len(dump); n += size {
		differ := 0
		for i := range size {
			if dump[n+i] != whole[n+i] {
				differ++
			}
		}
		if differ > 64 {
			t.Fatalf("libmms: packet at %d of %d differs in %d bytes", n, len(dump), differ)
		}
	}
}
