package interop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A member and what proves her.
const (
	member         = "nala"
	memberPassword = "hakunaMatata9"
	asMember       = member + ":" + memberPassword
)

// serveMembers serves the clips to a member.
func serveMembers(t *testing.T, config string) server {
	t.Helper()
	return serveWith(t, fmt.Sprintf("data: %s\naccess: {play: [accounts]}\n%s", memberData(t), config), clip(t, ""))
}

// memberData is a data folder with the member's account.
func memberData(t *testing.T) string {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	cmd := exec.Command(binary, "user", "add", "--data", data, member)
	cmd.Stdin = strings.NewReader(memberPassword + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return data
}

// withUser puts who plays into a URL.
func withUser(url, user string) string { return strings.Replace(url, "://", "://"+user+"@", 1) }

const tcpOnly = "rtsp: {address: '127.0.0.1:0', udp_port: -1}\n" + noMMS + fast

// MPlayer proves itself over HTTP, by Basic, and gets every byte.
func TestMPlayerProvesItself(t *testing.T) {
	s := serveMembers(t, tcpOnly)
	want := readReference(t, plain).bytes()
	for _, scheme := range []string{"mmsh", "http"} {
		sameBytes(t, mplayerDump(t, withUser(s.url(scheme, plain), asMember)), want)
	}
	for _, user := range []string{"", member + ":wrong1234"} {
		url := s.url("mmsh", plain)
		if user != "" {
			url = withUser(url, user)
		}
		out := filepath.Join(scratch(t), "dump")
		loses(t, "mplayer", append(mplayerQuiet[:len(mplayerQuiet):len(mplayerQuiet)], "-nocache", "-dumpstream", "-dumpfile", out, url)...)
		if info, err := os.Stat(out); err == nil && info.Size() > 0 {
			t.Errorf("%q got %d bytes", user, info.Size())
		}
	}
}

// FFmpeg proves itself over RTSP and, for a plain file, over HTTP, by Digest; its mmsh://
// takes the name out of the URL and gives up.
func TestFFmpegProvesItself(t *testing.T) {
	s := serveMembers(t, tcpOnly)
	want := frames(t, "-i", clip(t, plain))
	sameFrames(t, frames(t, "-rtsp_transport", "tcp", "-i", withUser(s.rtspURL(plain), asMember)), want)
	sameFrames(t, frames(t, "-i", withUser(s.url("http", plain), asMember)), want)
	for _, url := range []string{
		s.rtspURL(plain), withUser(s.rtspURL(plain), member+":wrong1234"), s.url("mmsh", plain), withUser(s.url("mmsh", plain), asMember),
	} {
		if said := loses(t, "ffmpeg", "-nostdin", "-v", "error", "-i", url, "-f", "null", "-"); !strings.Contains(said, "401 Unauthorized") {
			t.Errorf("%s: %s", url, said)
		}
	}
}

// GStreamer proves itself over RTSP, over TCP and UDP, with the name in the URL or beside it.
func TestGStreamerProvesItself(t *testing.T) {
	s := serveMembers(t, rtspSlow)
	want := readReference(t, plain).bytes()
	for transport, source := range map[string][]string{
		"tcp": {"location=" + withUser(s.rtspURL(plain), asMember)},
		"udp": {"location=" + s.rtspURL(plain), "user-id=" + member, "user-pw=" + memberPassword},
	} {
		t.Run(transport, func(t *testing.T) {
			out := filepath.Join(scratch(t), "dump")
			pipeline := append([]string{"rtspsrc"}, source...)
			gstreamer(t, append(pipeline, "protocols="+transport, "!", "rtpasfdepay", "!", "filesink", "location="+out)...)
			sameBytes(t, readFile(t, out), want)
		})
	}
	said := loses(t, "gst-launch-1.0", "-q", "rtspsrc", "location="+s.rtspURL(plain), "!", "rtpasfdepay", "!", "fakesink")
	if !strings.Contains(said, "Unauthorized") {
		t.Errorf("without a name: %s", said)
	}
}

// VLC has no name for mmsh://, whatever the URL says, and ends; the plain file it gets.
func TestVLCProvesItself(t *testing.T) {
	s := serveMembers(t, tcpOnly)
	sameBytes(t, vlcDump(t, withUser(s.url("http", plain), asMember)), readFile(t, clip(t, plain)))
	for _, url := range []string{s.url("mmsh", plain), withUser(s.url("mmsh", plain), asMember)} {
		dir := scratch(t)
		out := filepath.Join(dir, "dump")
		vlc := []string{"env", "HOME=" + dir, "cvlc", "-I", "dummy", "--demux=dump", "--demuxdump-file=" + out, "--play-and-exit", url}
		if os.Getuid() == 0 {
			vlc = append([]string{"runuser", "-u", "nobody", "--"}, vlc...)
		}
		if said := loses(t, vlc[0], vlc[1:]...); !strings.Contains(said, "401 Unauthorized") {
			t.Errorf("%s: %s", url, said)
		}
		if info, err := os.Stat(out); err == nil && info.Size() > 0 {
			t.Errorf("%s: %d bytes", url, info.Size())
		}
	}
}

// curl streams as a player does, by every scheme that it knows.
func TestCurlStreams(t *testing.T) {
	s := serveMembers(t, tcpOnly)
	const player = "NSPlayer/4.1.0.3856" // which gets all streams without asking
	want := readReference(t, plain)
	for _, scheme := range []string{"--basic", "--digest", "--ntlm", "--anyauth"} {
		for password, status := range map[string]string{memberPassword: "200", "wrong1234": "401"} {
			out := filepath.Join(scratch(t), "body")
			got := play(t, "curl", "-sS", "--noproxy", "*", "-o", out, "-w", "%{http_code}",
				scheme, "-u", member+":"+password, "-A", player, "-H", "Pragma: xPlayStrm=1", s.url("http", plain))
			if got != status {
				t.Errorf("%s, %s: %s, want %s", scheme, password, got, status)
			}
			if size := len(readFile(t, out)); (size > len(want.packets)) != (status == "200") {
				t.Errorf("%s, %s: %d bytes", scheme, password, size)
			}
		}
	}
}

// libmms knows no authentication, and ends.
func TestLibmmsProvesNothing(t *testing.T) {
	s := serveMembers(t, tcpOnly)
	binary, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{s.url("mmsh", plain), withUser(s.url("mmsh", plain), asMember)} {
		out := filepath.Join(scratch(t), "dump")
		loses(t, binary, url, out)
		if info, err := os.Stat(out); err == nil && info.Size() > 0 {
			t.Errorf("%s: %d bytes", url, info.Size())
		}
	}
}
