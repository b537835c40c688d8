package interop

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"caracal/rtsp"
)

// Every datagram for itself: what the kernel cuts into datagrams is captured as
// one.
const rtspUncut = noMMS + "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\n"

// record stores what goes over the loopback. The function that it returns ends
// that and gives the file.
func record(t *testing.T, filter string) func() string {
	t.Helper()
	file := filepath.Join(scratch(t), "capture")
	cmd := exec.Command("timeout", "-s", "KILL", "120", "tcpdump", "-i", "lo", "-U", "--immediate-mode", "-B", "65536", "-s", "0", "-w", file, filter)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt) }) // which timeout hands on
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
		for name, opt := range map[string]rtsp.PlayOptions{
			"wmplayer over tcp": {Measure: true},
			"wmplayer over udp": {Measure: true, UDP: true, FEC: rtsp.FECParameters{Span: 8, PerSpan: 1, BurstMargin: 1}},
			"wmplayer with rtx": {Measure: true, UDP: true},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				playLossy(t, url, opt)
			})
		}
		parallel(t, []string{"tcp", "udp"}, func(t *testing.T, transport string) {
			frames(t, "-rtsp_transport", transport, "-i", url)
		})
		t.Run("gstreamer", func(t *testing.T) {
			t.Parallel()
			gstreamer(t, "rtspsrc", "location="+url, "protocols=udp", "!", "rtpasfdepay", "!", "filesink", "location=/dev/null")
		})
	})
	file := stop()

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
		"FEC packets":                     "rtp.p_type == 98 and udp",
		"ends of streams":                 "rtsp.method == \"SET_PARAMETER\" and tcp.srcport == " + port,
		"what is asked for again":         "rtcp.pt == 205 and udp",
		"descriptions of what was played": "sdp.media_attr contains \"x-asf-pf\"",
	} {
		if len(dissect(t, file, port, filter, "frame.number")) == 0 {
			t.Errorf("no %s were found", what)
		}
	}
	judgeSequences(t, dissect(t, file, port, "rtp.p_type == 96 and udp", "rtp.ssrc", "rtp.seq", "rtp.timestamp", "udp.dstport"))
}

// fromPlayer says whether a frame is GStreamer's, who opens firewalls with RTP
// packets of random bytes.
func fromPlayer(info string) bool { return !strings.Contains(info, "RTPType-96") }

// judgeSequences wants the sequence numbers of each source to have no gap, and
// its timestamps to be in order. Copies go to another port than the source's
// first packet, and are packets that were sent before.
func judgeSequences(t *testing.T, lines []string) {
	t.Helper()
	type source struct {
		seq, timestamp int
		port           string
	}
	sources := map[string]source{}
	copies := 0
	for _, line := range lines {
		f := strings.Fields(line)
		seq, _ := strconv.Atoi(f[1])
		timestamp, _ := strconv.Atoi(f[2])
		last, known := sources[f[0]]
		switch {
		case known && f[3] != last.port:
			copies++
			if seq > last.seq || timestamp > last.timestamp {
				t.Errorf("source %s: a copy of packet %d, which comes after %d", f[0], seq, last.seq)
			}
			continue
		case known && (seq != last.seq+1 || timestamp < last.timestamp):
			t.Errorf("source %s: packet %d of %d ms after packet %d of %d ms", f[0], seq, timestamp, last.seq, last.timestamp)
		}
		sources[f[0]] = source{seq, timestamp, f[3]}
	}
	if len(sources) < 4 || len(lines) < 1000 || copies == 0 {
		t.Errorf("%d packets of %d sources over UDP, %d copies", len(lines), len(sources), copies)
	}
}

// lossy loses every twentieth datagram that is long enough to be media.
type lossy struct {
	net.PacketConn
	count int
}

func (l *lossy) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := l.PacketConn.ReadFrom(b)
		if l.count++; err != nil || n < 500 || l.count%20 != 0 {
			return n, from, err
		}
	}
}

// playLossy plays as Windows Media Player does, over a network that loses
// packets, to the end: with everything that only that player asks for.
func playLossy(t *testing.T, url string, opt rtsp.PlayOptions) {
	t.Helper()
	c := rtsp.Client{
		Log: func(rtsp.Kind, rtsp.ClientStats) []byte { return []byte("<XML><Summary></Summary></XML>") },
		Listen: func(ctx context.Context, network, address string) (net.PacketConn, error) {
			var l net.ListenConfig
			conn, err := l.ListenPacket(ctx, network, address)
			return &lossy{PacketConn: conn}, err
		},
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stream, err := c.Play(ctx, url, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var got bytes.Buffer
	for err = nil; err == nil; {
		var e rtsp.StreamEvent
		if e, err = stream.Next(); err == nil && e.Kind == rtsp.GotPacket {
			got.Write(e.Data)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	sameBytes(t, got.Bytes(), readReference(t, plain).packets)
	if stats := stream.Stats(); opt.UDP && stats.Repaired+stats.Resent == 0 {
		t.Errorf("nothing was lost: %+v", stats)
	}
	if err := stream.Teardown(ctx); err != nil {
		t.Error(err)
	}
}
