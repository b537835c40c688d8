package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// archiveConfig is a server with a broadcast, its archive in a folder, and a
// point that publishes the folder as fast as it goes.
func archiveConfig(folder, archive string) string {
	return "rtsp: {address: \"127.0.0.1:0\", udp_port: -1}\nmms: {address: \"127.0.0.1:0\"}\n" + fmt.Sprintf(
		"points:\n- {name: live, broadcast: {source: push, archive: {folder: %q%s}}}\n- {name: rec, path: %q, on_demand: {speed: 0}}\n",
		folder, archive, folder)
}

// killable starts the program as serveWith does, for tests that end it with
// SIGKILL; kill returns when it has gone.
func killable(t *testing.T, config string) (s server, kill func()) {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "caracal.yaml")
	writeFile(t, file, []byte(config))
	cmd := exec.Command(binary, "serve", "--http", "127.0.0.1:0", "--config", file)
	cmd.Dir = t.TempDir()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	kill = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(kill)
	for in := bufio.NewScanner(stdout); in.Scan(); {
		if m := startLine.FindStringSubmatch(in.Text()); m != nil {
			s.address = m[1]
			s.rtsp, s.mms = addresses(t, s)
			return s, kill
		}
	}
	t.Fatal("the server never said where it listens")
	return s, kill
}

// addresses asks a server that prints no URL: there is nothing to play as yet.
func addresses(t *testing.T, s server) (rtsp, mms string) {
	t.Helper()
	var status struct{ RTSP, MMS struct{ Address string } }
	out := play(t, "curl", "-sS", "--noproxy", "*", s.url("http", ".caracal/status"))
	if err := json.Unmarshal([]byte(out), &status); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return status.RTSP.Address, status.MMS.Address
}

// pushLive has ffmpeg send a clip at its own pace until the test ends it.
func pushLive(t *testing.T, s server, name string) (stop func()) {
	t.Helper()
	cmd := exec.Command("timeout", "-s", "KILL", "60", "ffmpeg", "-nostdin", "-v", "error", "-re", "-i", clip(t, name),
		"-c", "copy", "-f", "asf_stream", s.url("http", "live"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(stop)
	return stop
}

// archives waits for a number of files in a folder, each of which is as ready
// says, and returns their names.
func archives(t *testing.T, folder string, count int, ready func(file []byte) bool) []string {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		names, err := filepath.Glob(filepath.Join(folder, "*.asf"))
		if err != nil {
			t.Fatal(err)
		}
		if len(names) == count && !slices.ContainsFunc(names, func(n string) bool { return !ready(readFile(t, n)) }) {
			return names
		}
		if time.Now().After(end) {
			t.Fatalf("files %v after a long time, want %d that are ready", names, count)
		}
	}
}

// packetsOf returns the packets of a file, finished or not.
func packetsOf(t *testing.T, file string) []byte {
	t.Helper()
	r, err := parseReference(readFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return r.packets
}

// isFinished says whether a file is marked as one, and has an index.
func isFinished(file []byte) bool {
	r, err := parseReference(file)
	return err == nil && len(r.rest) > 0 && len(r.packets) > 0
}

// curlPush sends a file as it is.
func curlPush(t *testing.T, s server, file string) {
	t.Helper()
	out := play(t, "curl", "-sS", "--noproxy", "*", "-X", "POST", "-T", file, "-o", os.DevNull, "-w", "%{http_code}", s.url("http", "live"))
	if out != "204" {
		t.Fatalf("status %s", out)
	}
}

// isHead reports whether part is the beginning of whole.
func isHead(part, whole []string) bool {
	return len(part) <= len(whole) && slices.Equal(part, whole[:len(part)])
}

// A clip that is pushed as it is becomes a file with the same packets, in which
// ffmpeg seeks to the same frames.
func TestArchive(t *testing.T) {
	for _, name := range []string{"wmv1_wmav1_p3200.wmv", "div3_wmav2_p3200.asf", "wmv2_wmav2_p576.wmv", "wmv2_wmav2_p8192.wmv", mbr} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := scratch(t)
			s := serveWith(t, archiveConfig(folder, ""))
			curlPush(t, s, clip(t, name))
			file := archives(t, folder, 1, isFinished)[0]
			sameBytes(t, packetsOf(t, file), readReference(t, name).packets)
			sameFrames(t, frames(t, "-i", file), frames(t, "-i", clip(t, name)))
			for _, at := range []string{"1", "4.9", "8"} {
				if name == mbr {
					break // ffmpeg's one index mixes both pictures; the archive has one for each
				}
				sameFrames(t, frames(t, "-ss", at, "-i", file), frames(t, "-ss", at, "-i", clip(t, name)))
			}
			sameFrames(t, frames(t, "-i", s.url("mmsh", "rec/"+filepath.Base(file))), frames(t, "-i", clip(t, name)))
		})
	}
}

// What ffmpeg pushes has all frames of the clip.
func TestArchiveOfFFmpeg(t *testing.T) {
	folder := scratch(t)
	s := serveWith(t, archiveConfig(folder, ""))
	play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, plain), "-c", "copy", "-f", "asf_stream", s.url("http", "live"))
	file := archives(t, folder, 1, isFinished)[0]
	got, want := frames(t, "-i", file), frames(t, "-i", clip(t, plain))
	for stream := range want {
		if !slices.Equal(hashes(got[stream]), hashes(want[stream])) {
			t.Errorf("stream %s: %d frames, want %d", stream, len(got[stream]), len(want[stream]))
		}
	}
}

// VLC finds its way in an archive by the index. It counts the preroll: 8 seconds
// of its time are about half of the ten.
func TestArchiveVLCSeeks(t *testing.T) {
	folder, dir := scratch(t), scratch(t)
	s := serveWith(t, archiveConfig(folder, ""))
	curlPush(t, s, clip(t, plain))
	file := archives(t, folder, 1, isFinished)[0]
	out, log := filepath.Join(dir, "part.asf"), filepath.Join(dir, "log")
	args := []string{
		"env", "HOME=" + dir, "sh", "-c", `exec cvlc -vv -I dummy --start-time=8 "--sout=#standard{access=file,mux=asf,dst=$0}" --play-and-exit "$1" 2>"$2"`,
		out, file, log,
	}
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
	}
	play(t, args[0], args[1:]...)
	if !strings.Contains(string(readFile(t, log)), "seek with index: 8 seconds") {
		t.Errorf("VLC does not use the index:\n%s", tail(string(readFile(t, log))))
	}
	whole := frames(t, "-i", file)
	all := slices.Concat(hashes(whole["0"]), hashes(whole["1"])) // VLC's order of streams is chance
	for stream, got := range frames(t, "-i", out) {
		got := hashes(got)
		if len(got) == 0 || len(got) > 240 || !slices.Contains(all, got[len(got)/2]) {
			t.Errorf("VLC plays %d frames of stream %s", len(got), stream)
		}
	}
}

// One file begins with the packet behind the last one of the file before: put
// together they are the clip.
func TestArchiveRotates(t *testing.T) {
	folder := scratch(t)
	s := serveWith(t, archiveConfig(folder, ", time: 3s"))
	curlPush(t, s, clip(t, plain))
	var all int
	whole := readReference(t, plain)
	for i, name := range archives(t, folder, 3, isFinished) {
		r, err := parseReference(readFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		// Times are set back in all files but the first.
		for n := 0; n < len(r.packets); n += r.packetSize {
			differ := 0
			for k, b := range r.packets[n:][:r.packetSize] {
				if b != whole.packets[all+k] {
					differ++
				}
			}
			if differ > 64 || i == 0 && differ > 0 {
				t.Errorf("file %d: packet at %d differs in %d bytes", i, n, differ)
			}
			all += r.packetSize
		}
		out := play(t, "ffprobe", "-v", "error", "-show_entries", "format=start_time,duration", "-of", "csv=p=0", name)
		var start, duration float64
		if _, err := fmt.Sscanf(strings.TrimSpace(out), "%f,%f", &start, &duration); err != nil || start > 0.6 || duration < 2 || duration > 5 {
			t.Errorf("file %d: ffprobe says %q, %v", i, out, err)
		}
	}
	if all != len(whole.packets) {
		t.Errorf("%d bytes of packets in all files, want %d", all, len(whole.packets))
	}
}

// An archive plays while it grows, over every protocol, and after the server was
// killed; the next server completes it.
func TestArchiveSurvivesKill(t *testing.T) {
	folder := scratch(t)
	config := archiveConfig(folder, "")
	s, kill := killable(t, config)
	stop := pushLive(t, s, plain)
	want := frames(t, "-i", clip(t, plain))
	begins := func(what string, got map[string][]frame, least int) {
		t.Helper()
		for stream := range want {
			if part := hashes(got[stream]); len(part) < least || !isHead(part, hashes(want[stream])) {
				t.Errorf("%s, stream %s: %d frames, not the beginning of the clip's %d", what, stream, len(part), len(want[stream]))
			}
		}
	}
	// Four of the ten seconds.
	file := archives(t, folder, 1, func(b []byte) bool { return len(b) > 4*len(readFile(t, clip(t, plain)))/10 })[0]
	name := "rec/" + filepath.Base(file)
	begins("growing, over HTTP", frames(t, "-i", s.url("mmsh", name)), 50)
	begins("growing, over RTSP", frames(t, "-rtsp_transport", "tcp", "-i", s.rtspURL(name)), 50)
	begins("growing, over MMS", frames(t, "-i", s.mmsURL("mmst", name)), 50)
	if got, err := parseReference(vlcDump(t, s.mmsURL("mmst", name))); err != nil || len(got.packets) == 0 || !bytes.HasPrefix(packetsOf(t, file), got.packets) {
		t.Errorf("growing, to VLC over MMS: %d bytes of packets, %v", len(got.packets), err)
	}
	begins("growing, as a plain file", frames(t, "-i", s.url("http", name)), 50)
	if got := hashes(frames(t, "-ss", "2", "-i", s.url("mmsh", name))["0"]); len(got) < 10 || isHead(got, hashes(want["0"])) || !slices.Contains(hashes(want["0"]), got[0]) {
		t.Errorf("growing: %d frames after a seek", len(got))
	}
	kill()
	stop()
	if isFinished(readFile(t, file)) {
		t.Fatal("the file was complete when the server was killed")
	}
	killed := packetsOf(t, file)
	begins("killed", frames(t, "-i", file), 60)

	s = serveWith(t, config)
	archives(t, folder, 1, isFinished)
	begins("repaired", frames(t, "-i", file), 60)
	sameBytes(t, packetsOf(t, file), killed)
	part := frames(t, "-ss", "2", "-i", file)
	if n, all := len(part["0"]), len(frames(t, "-i", file)["0"]); n == 0 || n > all*3/4 {
		t.Errorf("repaired: %d of %d frames after a seek", n, all)
	}
	begins("repaired, over HTTP", frames(t, "-i", s.url("mmsh", name)), 60)
}
