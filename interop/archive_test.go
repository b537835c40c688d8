package interop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
	cmd := exec.Command(binary, "serve", "--http", "127.0.0.1:0", "--admin", "off", "--config", file)
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

// Whoever plays a file while it grows gets what comes, over every protocol, up to
// where it ends; and finds its way in what there is.
func TestArchiveGrows(t *testing.T) {
	folder := scratch(t)
	s, _ := killable(t, archiveConfig(folder, ""))
	pushLive(t, s, plain)
	file := archives(t, folder, 1, hasTenths(t, 3))[0]
	name := "rec/" + filepath.Base(file)
	input := map[string][]string{
		"http": {"-i", s.url("mmsh", name)}, "rtsp": {"-rtsp_transport", "tcp", "-i", s.rtspURL(name)}, "mms": {"-i", s.mmsURL("mmst", name)},
		"seek": {"-ss", "2", "-i", s.url("mmsh", name)}, "plain": {"-i", s.url("http", name)},
	}
	var all sync.WaitGroup // not parallel tests: these wait for each other on a small machine
	var mu sync.Mutex
	got := map[string]map[string][]frame{}
	for way, args := range input {
		all.Go(func() {
			f := frames(t, args...)
			mu.Lock()
			defer mu.Unlock()
			got[way] = f
		})
	}
	var dump []byte
	all.Go(func() { dump = vlcDump(t, s.url("mmsh", name)) })
	all.Wait()
	whole := frames(t, "-i", clip(t, plain))
	for stream, want := range whole {
		want := hashes(want)
		for _, way := range []string{"http", "rtsp", "mms"} {
			if got := hashes(got[way][stream]); !slices.Equal(got, want) {
				t.Errorf("%s, stream %s: %d frames, want %d", way, stream, len(got), len(want))
			}
		}
		if got := hashes(got["plain"][stream]); len(got) < 30 || !isHead(got, want) {
			t.Errorf("the plain file, stream %s: %d frames, not the beginning of %d", stream, len(got), len(want))
		}
		// It is here that FFmpeg gets all of the end: behind a seek over mmsh:// it takes
		// itself to be one packet further than it is, and stops that much before the end
		// where it knows that, of complete files.
		if got := hashes(got["seek"][stream]); len(got) < len(want)/2 || len(got) > len(want)*9/10 || !isTail(got, want) {
			t.Errorf("from 2 s, stream %s: %d frames, not the end of %d", stream, len(got), len(want))
		}
	}
	if r, err := parseReference(dump); err != nil {
		t.Error(err)
	} else {
		sameBytes(t, r.packets, packetsOf(t, archives(t, folder, 1, isFinished)[0]))
	}
}

// hasTenths says whether a file has that many tenths of the clip.
func hasTenths(t *testing.T, n int) func(file []byte) bool {
	return func(file []byte) bool { return len(file) > n*len(readFile(t, clip(t, plain)))/10 }
}

// An archive plays after the server was killed; the next server completes it. Who
// played it meanwhile gets an end.
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
	file := archives(t, folder, 1, hasTenths(t, 3))[0]
	name := "rec/" + filepath.Base(file)
	var playing sync.WaitGroup
	var cutOff map[string][]frame
	playing.Go(func() {
		out, _ := exec.Command("timeout", "-s", "KILL", "30", "ffmpeg", "-nostdin", "-v", "error", "-i", s.url("mmsh", name), "-c", "copy", "-f", "framemd5", "-").Output()
		cutOff = parseFrames(t, string(out))
	})
	archives(t, folder, 1, hasTenths(t, 6))
	kill()
	stop()
	playing.Wait()
	begins("playing when the server was killed", cutOff, 30)
	if isFinished(readFile(t, file)) {
		t.Fatal("the file was complete when the server was killed")
	}
	killed := packetsOf(t, file)
	begins("killed", frames(t, "-i", file), 60)

	s = serveWith(t, config)
	archives(t, folder, 1, isFinished)
	begins("repaired", frames(t, "-i", file), 60)
	sameBytes(t, packetsOf(t, file), killed)
	whole, part, there := frames(t, "-i", file), frames(t, "-ss", "2", "-i", file), frames(t, "-ss", "2", "-i", clip(t, plain))
	for stream := range want {
		if got := hashes(part[stream]); len(got) == 0 || len(got) == len(whole[stream]) || !isTail(got, hashes(whole[stream])) {
			t.Errorf("repaired, stream %s: %d of %d frames after a seek", stream, len(got), len(whole[stream]))
		}
	}
	if got, want := hashes(part["0"]), hashes(there["0"]); len(got) > len(want) || !isHead(got, want) { // the same picture, wherever the server was killed
		t.Errorf("repaired: a seek finds another picture than in the clip, %d to the end", len(got))
	}
	begins("repaired, over HTTP", frames(t, "-i", s.url("mmsh", name)), 60)
}
