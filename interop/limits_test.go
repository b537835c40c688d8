package interop

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// loses runs a player that has to give up by itself, soon, and returns what it said.
func loses(t *testing.T, name string, args ...string) string {
	t.Helper()
	players <- struct{}{}
	defer func() { <-players }()
	var out bytes.Buffer
	cmd := exec.Command("timeout", append([]string{"-s", "KILL", "30", name}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.ExitCode() >= 124 {
		t.Errorf("%s %s hangs: %v\n%s", name, strings.Join(args, " "), err, tail(out.String()))
	}
	return out.String()
}

// Who is refused is told so, in any protocol, and does not wait for anything.
func TestPlayersAreRefused(t *testing.T) {
	const name = "wmv2_wmav2_p1600.wmv"
	for limit, config := range map[string]string{
		"bandwidth": "{bandwidth: 1000}",
		"players":   "{address: {players: 1}}",
	} {
		t.Run(limit, func(t *testing.T) {
			// Somebody takes the one place that there is.
			s := serveWith(t, "rtsp: {address: '127.0.0.1:0', udp_port: -1}\nmms: {address: '127.0.0.1:0', udp: false}\nlimits: "+config+"\n", clip(t, ""))
			if limit == "players" {
				curl(t, "-A", "NSPlayer/12.0.7601.17514", "-H", "Pragma: no-cache", s.url("http", name)).expect(t, http.StatusOK, nil)
			}
			for scheme, url := range map[string]string{
				"mmsh": s.url("mmsh", name), "rtsp": "rtsp://" + s.rtsp + "/" + name, "mmst": "mmst://" + s.mms + "/" + name,
			} {
				said := loses(t, "ffmpeg", "-nostdin", "-v", "error", "-i", url, "-f", "null", "-")
				if said == "" {
					t.Errorf("FFmpeg over %s said nothing", scheme)
				}
			}
			f := curl(t, "-A", "NSPlayer/12.0.7601.17514", "-H", "Pragma: xPlayStrm=1", s.url("http", name))
			f.expect(t, http.StatusServiceUnavailable, map[string]string{"Retry-After": "10"})
			if !bytes.Contains(f.body, []byte("session: ")) {
				t.Errorf("the body is %q", f.body)
			}
			dir := scratch(t)
			out := dir + "/dump"
			vlc := []string{"env", "HOME=" + dir, "cvlc", "-I", "dummy", "--demux=dump", "--demuxdump-file=" + out, "--play-and-exit", s.url("mmsh", name)}
			if os.Getuid() == 0 {
				vlc = append([]string{"runuser", "-u", "nobody", "--"}, vlc...)
			}
			loses(t, vlc[0], vlc[1:]...)
			if info, err := os.Stat(out); err == nil && info.Size() > 0 {
				t.Errorf("VLC got %d bytes", info.Size())
			}
		})
	}
}
