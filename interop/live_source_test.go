package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"caracal/internal/point"
	"caracal/internal/source"
)

// sourceServer serves broadcast points of the sources by name, in RTSP, MMS and
// HTTP. A source may be followed by a blank and a profile.
func sourceServer(t *testing.T, sources map[string]string) server {
	t.Helper()
	text := "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\npoints:\n" +
		"- {name: clips, path: " + strconv.Quote(clip(t, "")) + "}\n" // by their URLs the listeners are known
	for name, from := range sources {
		from, profile, _ := strings.Cut(from, " ")
		text += "- {name: " + name + ", broadcast: {source: " + strconv.Quote(from) + ", profile: " + profile + "}}\n"
	}
	return serveWith(t, text)
}

// goOn checks that the frames of each stream follow one another in time, at most
// most ms apart, and that there are at least so many of each.
func goOn(t *testing.T, got map[string][]frame, least map[string]int, most int) {
	t.Helper()
	for stream, n := range least {
		if len(got[stream]) < n {
			t.Errorf("stream %s: %d frames, want %d", stream, len(got[stream]), n)
		}
		last := 0
		for i, f := range got[stream] {
			at, err := strconv.Atoi(f.pts)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && (at <= last || at-last > most) {
				t.Errorf("stream %s: frame %d is at %d ms, the one before at %d", stream, i, at, last)
			}
			last = at
		}
	}
}

// decodes has ffmpeg decode a stream for some seconds; any complaint fails it.
func decodes(t *testing.T, seconds string, input ...string) {
	t.Helper()
	args := append([]string{"-nostdin", "-v", "error", "-xerror"}, input...)
	play(t, "ffmpeg", append(args, "-t", seconds, "-f", "null", "-")...)
}

// vlcRecords has VLC play for four seconds of content and store it.
func vlcRecords(t *testing.T, url string) string {
	t.Helper()
	dir := scratch(t)
	out := filepath.Join(dir, "recorded.asf")
	args := []string{
		"env", "HOME=" + dir, "cvlc", "-I", "dummy", "--run-time=4", "--sout", "#std{access=file,mux=asf,dst=" + out + "}",
		"--play-and-exit", url, "vlc://quit",
	}
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
	}
	play(t, args[0], args[1:]...)
	return out
}

// FFmpeg's test picture, encoded for Windows Media players, is played by all of
// them at once.
func TestLiveTestPicture(t *testing.T) {
	alone(t)
	s := sourceServer(t, map[string]string{"test": "ffmpeg:test wmp9-300k"})
	s.wait(t, "test")
	atLeast := map[string]int{"0": 70, "1": 60} // of 75 frames and 64 pieces of sound in three seconds
	watchers := map[string]func(t *testing.T){
		"FFmpeg over MMS": func(t *testing.T) { decodes(t, "3", "-i", s.mmsURL("mmst", "test")) },
		"FFmpeg over MMS/HTTP": func(t *testing.T) {
			goOn(t, frames(t, "-i", s.url("mmsh", "test"), "-t", "3"), atLeast, 60)
		},
		"FFmpeg over RTSP":   func(t *testing.T) { decodes(t, "3", "-rtsp_transport", "tcp", "-i", s.rtspURL("test")) },
		"FFmpeg without MMS": func(t *testing.T) { goOn(t, frames(t, "-i", s.url("http", "test"), "-t", "3"), atLeast, 60) },
		"VLC":                func(t *testing.T) { goOn(t, frames(t, "-i", vlcRecords(t, s.mmsURL("mms", "test"))), atLeast, 60) },
	}
	var all sync.WaitGroup
	for name, watch := range watchers {
		all.Go(func() { t.Run(name, watch) })
	}
	all.Wait()
}

// wait returns when a broadcast of the server has begun.
func (s server) wait(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		play(t, "curl", "--silent", "--fail", "--head", "--retry", "60", "--retry-all-errors", "--retry-delay", "1", s.url("http", name))
	}
}

// part cuts some seconds out of the plain clip, from a key frame on.
func part(t *testing.T, dir, name, from, seconds string) map[string][]frame {
	t.Helper()
	file := filepath.Join(dir, name)
	play(t, "ffmpeg", "-nostdin", "-v", "error", "-ss", from, "-i", clip(t, plain), "-t", seconds, "-c", "copy", "-packet_size", "1600", file)
	return frames(t, "-i", file)
}

// around judges the frames of a loop: those of its files in their order, again
// and again, from some frame on, and at least for two rounds.
func around(t *testing.T, got map[string][]frame, files ...map[string][]frame) {
	t.Helper()
	for stream := range files[0] {
		var whole []string
		for _, f := range files {
			whole = append(whole, hashes(f[stream])...)
		}
		part := hashes(got[stream])
		if len(part) < 2*len(whole) {
			t.Errorf("stream %s: %d frames, the loop has %d", stream, len(part), len(whole))
			continue
		}
		at := slices.Index(whole, part[0])
		for i, h := range part {
			if at < 0 || h != whole[(at+i)%len(whole)] {
				t.Errorf("stream %s: frame %d is not number %d of the loop", stream, i, (at+i)%len(whole))
				break
			}
		}
	}
}

// A folder goes round for players as one endless film: every frame in each
// round, and times that go on.
func TestLiveLoop(t *testing.T) {
	dir := scratch(t)
	first, second := part(t, dir, "a.wmv", "0", "3"), part(t, dir, "b.wmv", "5", "2")
	single := scratch(t)
	alone := part(t, single, "c.wmv", "2", "4")
	s := sourceServer(t, map[string]string{"folder": "loop:" + dir, "file": "loop:" + filepath.Join(single, "c.wmv")})
	s.wait(t, "folder", "file")
	watchers := map[string]func(t *testing.T, name string) map[string][]frame{
		"mmsh": func(t *testing.T, name string) map[string][]frame {
			return frames(t, "-i", s.url("mmsh", name), "-t", "12.5")
		},
		"mmst": func(t *testing.T, name string) map[string][]frame {
			return frames(t, "-i", s.mmsURL("mmst", name), "-t", "12.5")
		},
	}
	var all sync.WaitGroup
	for way, watch := range watchers {
		for name, files := range map[string][]map[string][]frame{"folder": {first, second}, "file": {alone}} {
			all.Go(func() {
				t.Run(name+" over "+way, func(t *testing.T) {
					got := watch(t, name)
					around(t, got, files...)
					goOn(t, got, map[string]int{"0": 0, "1": 0}, 200) // the files' streams do not end at the same time
				})
			})
		}
	}
	all.Wait()
}

// liveFaults are what "caracal check" may have against a broadcast that was
// stored, for it is one, and FFmpeg's headers say no bit rate of the picture.
var liveFaults = []string{"not-finished", "no-index", "bit-rate-missing"}

// encoded stores three seconds of the test picture as players would get it.
func encoded(t *testing.T, profile string) string {
	t.Helper()
	e, err := source.NewEncoder(source.EncoderOptions{Input: "test", Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	to := point.NewBroadcast(point.BroadcastOptions{Span: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var live point.Entry
	err = e.Run(ctx, to, func(progress string) {
		if live == nil {
			live, _ = to.Open(ctx, "")
		}
		if strings.HasPrefix(progress, "encoded 00:00:03.") {
			cancel()
		}
	})
	if live == nil || context.Cause(ctx) != context.Canceled {
		t.Fatalf("nothing was encoded: %v", err)
	}
	file := bytes.Clone(live.Info().HeaderBytes)
	for n := int64(0); ; n++ {
		b, err := live.Block(n, nil)
		if err != nil {
			break
		}
		file = append(file, b.Packet(n)...)
	}
	name := filepath.Join(scratch(t), profile+".wmv")
	writeFile(t, name, file)
	return name
}

// Every profile gives what players like and FFmpeg decodes.
func TestLiveProfiles(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range source.Profiles() {
		if p.Name != "copy" {
			names = append(names, p.Name)
		}
	}
	parallel(t, names, func(t *testing.T, name string) {
		file := encoded(t, name)
		var checked []struct {
			Issues []struct{ Code, Text string }
		}
		if err := json.Unmarshal([]byte(play(t, binary, "check", "--json", file)), &checked); err != nil {
			t.Fatal(err)
		}
		for _, issue := range checked[0].Issues {
			if !slices.Contains(liveFaults, issue.Code) {
				t.Errorf("%s: %s", issue.Code, issue.Text)
			}
		}
		decodes(t, "10", "-i", file)
		p, err := source.FindProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Fields(p.Video.Codec + " " + p.Audio.Codec)
		got := strings.Fields(play(t, "ffprobe", "-v", "error", "-show_entries", "stream=codec_name",
			"-of", "default=nokey=1:noprint_wrappers=1", file))
		if !slices.Equal(got, want) {
			t.Errorf("codecs %v, want %v", got, want)
		}
	})
}

// A file that is Windows Media already goes through FFmpeg as it is.
func TestLiveCopy(t *testing.T) {
	dir := scratch(t)
	film := part(t, dir, "film.wmv", "0", "3")
	s := sourceServer(t, map[string]string{"film": "ffmpeg:" + filepath.Join(dir, "film.wmv") + " copy"})
	s.wait(t, "film")
	around(t, frames(t, "-i", s.url("mmsh", "film"), "-t", "7"), film)
}

// Who serves without FFmpeg is told what to install.
func TestLiveWithoutFFmpeg(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "caracal.yaml")
	writeFile(t, file, []byte("points: [{name: test, broadcast: {source: ffmpeg:test}}]\n"))
	for _, command := range [][]string{{"serve", "--config", file}, {"config", "check", file}} {
		cmd := exec.Command(binary, command...)
		cmd.Env = []string{"PATH=/nowhere"}
		out, err := cmd.CombinedOutput()
		if err == nil || !bytes.Contains(out, []byte("apt install ffmpeg")) {
			t.Errorf("%s: %v\n%s", command[0], err, out)
		}
	}
}

// A server that is killed takes its FFmpeg with it: the named pipe that the one
// in its place has open is closed.
func TestLiveSourceDiesWithTheServer(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	held, program := filepath.Join(dir, "held"), filepath.Join(dir, "ffmpeg")
	if err := syscall.Mkfifo(held, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexec sleep 10000 9>"+held+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "caracal.yaml")
	writeFile(t, file, []byte(noRTSP+noMMS+"ffmpeg: {path: ./ffmpeg}\npoints: [{name: test, broadcast: {source: ffmpeg:test}}]\n"))
	cmd := exec.Command(binary, "serve", "--http", "127.0.0.1:0", "--admin", "off", "--config", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(held) // when the program has
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if _, err := io.ReadAll(f); err != nil { // until the program has ended
		t.Error(err)
	}
}
