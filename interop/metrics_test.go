package interop

import (
	"io"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// scrape is what Prometheus gets of a server.
func (s server) scrape(t *testing.T) string {
	t.Helper()
	resp, err := http.Get("http://" + s.admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %v\n%s", resp.Status, err, b)
	}
	return string(b)
}

// awaitFigures scrapes until all lines are there.
func (s server) awaitFigures(t *testing.T, lines ...string) string {
	t.Helper()
	missing, text := "", ""
	for range 150 {
		missing, text = "", s.scrape(t)
		for _, l := range lines {
			if !strings.Contains(text, "\n"+l) {
				missing = l
			}
		}
		if missing == "" {
			return text
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("no %s in\n%s", missing, text)
	return ""
}

// While players play they are in the figures by what they are, and when they have gone
// the bytes stay.
func TestMetricsWhilePlayersPlay(t *testing.T) {
	s := serveWith(t, "rtsp: {address: '127.0.0.1:0', udp_port: 0}\nmms: {address: '127.0.0.1:0'}\n", clip(t, ""))
	const film = "wmv2_wmav2_p1600.wmv"
	var all []*exec.Cmd
	for _, input := range [][]string{
		{"-i", s.url("mmsh", film)}, {"-rtsp_transport", "tcp", "-i", "rtsp://" + s.rtsp + "/" + film}, {"-i", s.mmsURL("mmst", film)},
	} {
		args := append([]string{"-s", "KILL", "60", "ffmpeg", "-v", "quiet", "-nostdin", "-re"}, input...)
		cmd := exec.Command("timeout", append(args, "-f", "null", "-")...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	s.awaitFigures(t,
		`caracal_players_streaming{point="/",protocol="http"} 1`, `caracal_players_streaming{point="/",protocol="rtsp"} 1`,
		`caracal_players_streaming{point="/",protocol="mms"} 1`, `caracal_players{player="ffmpeg",point="/",protocol="http"} 1`,
		`caracal_players{player="ffmpeg",point="/",protocol="rtsp"} 1`, `caracal_startup_seconds_count{protocol="mms"} 1`,
		`caracal_startup_seconds_count{protocol="rtsp"} 1`, `caracal_startup_seconds_count{protocol="http"} `,
	)
	for _, cmd := range all {
		_ = cmd.Process.Signal(syscall.SIGTERM) // timeout kills the player then
		_ = cmd.Wait()
	}
	text := s.awaitFigures(t, `caracal_session_seconds_count{protocol="mms"} 1`, `caracal_session_seconds_count{protocol="rtsp"} 1`,
		`caracal_sent_packets_total{point="/",protocol="rtsp"} `)
	for _, protocol := range []string{"http", "rtsp", "mms"} {
		if strings.Contains(text, `caracal_sent_bytes_total{point="/",protocol="`+protocol+`"} 0`) {
			t.Errorf("nothing was counted of %s", protocol)
		}
	}
}
