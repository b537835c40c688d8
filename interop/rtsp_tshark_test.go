package interop

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Every datagram for itself: what the kernel cuts into datagrams is captured as
// one.
const rtspUncut = "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\n"

// record stores what goes over the loopback. The function that it returns ends
// that and gives the file.
func record(t *testing.T, filter string) func() string {
	t.Helper()
	file := filepath.Join(scratch(t), "capture")
	cmd := exec.Command("timeout", "-s", "KILL", "120", "tcpdump", "-i", "lo", "-U", "-B", "65536", "-s", "0", "-w", file, filter)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	in := bufio.NewScanner(stderr)
	for !strings.Contains(in.Text(), "listening on") {
		if !in.Scan() {
			t.Fatal("tcpdump cannot capture; it needs root or CAP_NET_RAW")
		}
	}
	return func() string {
		time.Sleep(200 * time.Millisecond) // what is still on its way into the file
		_ = cmd.Process.Signal(os.Interrupt)
		for in.Scan() {
			// How many packets it has seen.
		}
		_ = cmd.Wait()
		return file
	}
}

// dissect returns the fields of the frames that match, a line each. All of what
// a server says is looked at, its answers and its packets.
func dissect(t *testing.T, file, port, filter string, fields ...string) []string {
	t.Helper()
	args := []string{"-r", file, "-d", "tcp.port==" + port + ",rtsp", "-Y", filter, "-T", "fields"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	out := strings.TrimSpace(play(t, "tshark", args...))
	if out == "" {
		return nil
	}
	return strings.Split(out, "\n")
}

// Wireshark's dissectors, which nobody here wrote, find nothing wrong with what
// the server says, and find what has to be there.
func TestRTSPJudgedByTshark(t *testing.T) {
	s := serveWith(t, rtspUncut, clip(t, ""))
	_, port, err := net.SplitHostPort(s.rtsp)
	if err != nil {
		t.Fatal(err)
	}
	stop := record(t, "tcp port "+port+" or udp")
	url := s.rtspURL(plain)
	t.Run("players", func(t *testing.T) {
		parallel(t, []string{"tcp", "udp"}, func(t *testing.T, transport string) {
			frames(t, "-rtsp_transport", transport, "-i", url)
		})
		t.Run("gstreamer", func(t *testing.T) {
			t.Parallel()
			gstreamer(t, "rtspsrc", "location="+url, "protocols=udp", "!", "rtpasfdepay", "!", "filesink", "location=/dev/null")
		})
	})
	file := stop()

	media := map[string]bool{}
	for _, line := range dissect(t, file, port, "rtp and udp", "udp.srcport", "udp.dstport") {
		media[strings.Fields(line)[0]] = true
	}
	bad := dissect(t, file, port, "_ws.malformed or _ws.expert.severity == error", "frame.number", "tcp.srcport", "udp.srcport", "_ws.col.Info")
	for _, line := range bad {
		if field := strings.Split(line, "\t"); field[1] == port || field[2] != "" && !fromPlayer(field[3]) {
			t.Errorf("malformed: %s", line)
		}
	}
	for what, filter := range map[string]string{
		"answers":                         "rtsp.status == 200 and tcp.srcport == " + port,
		"descriptions":                    "sdp.media and tcp.srcport == " + port,
		"packets over TCP":                "rtp.p_type == 96 and tcp.srcport == " + port,
		"packets over UDP":                "rtp.p_type == 96 and udp",
		"sender reports over TCP":         "rtcp.pt == 200 and tcp.srcport == " + port,
		"sender reports over UDP":         "rtcp.pt == 200 and udp",
		"goodbyes over TCP":               "rtcp.pt == 203 and tcp.srcport == " + port,
		"goodbyes over UDP":               "rtcp.pt == 203 and udp",
		"descriptions of what was played": "sdp.media_attr contains \"x-asf-pf\"",
	} {
		if len(dissect(t, file, port, filter, "frame.number")) == 0 {
			t.Errorf("no %s were found", what)
		}
	}
	judgeSequences(t, dissect(t, file, port, "rtp.p_type == 96 and udp", "rtp.ssrc", "rtp.seq", "rtp.timestamp"))
}

// fromPlayer says whether a frame is GStreamer's, who opens firewalls with RTP
// packets of random bytes.
func fromPlayer(info string) bool { return !strings.Contains(info, "RTPType-96") }

// judgeSequences wants the sequence numbers of each source to have no gap, and
// its timestamps to be in order.
func judgeSequences(t *testing.T, lines []string) {
	t.Helper()
	type last struct{ seq, timestamp int }
	sources := map[string]last{}
	for _, line := range lines {
		f := strings.Fields(line)
		seq, _ := strconv.Atoi(f[1])
		timestamp, _ := strconv.Atoi(f[2])
		if l, ok := sources[f[0]]; ok && (seq != l.seq+1 || timestamp < l.timestamp) {
			t.Errorf("source %s: packet %d of %d ms after packet %d of %d ms", f[0], seq, timestamp, l.seq, l.timestamp)
		}
		sources[f[0]] = last{seq, timestamp}
	}
	if len(sources) < 2 || len(lines) < 500 {
		t.Errorf("%d packets of %d sources over UDP", len(lines), len(sources))
	}
}
