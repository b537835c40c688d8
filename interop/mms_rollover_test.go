package interop

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Servers at the ports that players know, on an address that nothing else uses.
const (
	rollAddress = "127.55.17.80"
	rollURL     = "mms://" + rollAddress + "/" + plain

	rollMMS  = "mms: {address: \"" + rollAddress + ":1755\"}\n"
	rollRTSP = "rtsp: {address: \"" + rollAddress + ":554\"}\n"
)

// What players find for an mms:// URL where not everything is there: each comes
// to what is, whatever it tries first, for what is not refuses at once. It takes
// a right to ports below 1024.
func TestMMSRollsOver(t *testing.T) {
	alone(t)
	for _, tt := range []struct {
		name, http, config string
		refused            []int
		vlc, libmms        string // the ports that they try
		mplayer            string
	}{
		{"only MMS", "127.0.0.1:0", noRTSP + rollMMS, []int{80, 554}, "1755", "80 refused, 1755", "1755"},
		{"only HTTP", rollAddress + ":80", noRTSP + noMMS, []int{1755, 554}, "1755 refused, 80", "80", "1755 refused, 80"},
		{"all", rollAddress + ":80", rollRTSP + rollMMS, nil, "1755", "80", "1755"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			serveAt(t, tt.http, tt.config+fast, clip(t, ""))
			for _, port := range tt.refused {
				conn, err := net.Dial("tcp", net.JoinHostPort(rollAddress, strconv.Itoa(port)))
				if !errors.Is(err, syscall.ECONNREFUSED) {
					t.Errorf("port %d: %v", port, err)
				}
				if err == nil {
					conn.Close()
				}
			}
			want := readReference(t, plain).bytes()
			judgeRollover(t, tt.vlc, func() { sameBytes(t, vlcDump(t, rollURL), want) })
			judgeRollover(t, tt.libmms, func() { sameBytes(t, mmsDump(t, rollURL), want) })
			judgeRollover(t, tt.mplayer, func() { sameBytes(t, mplayerDump(t, rollURL), want) })
		})
	}
}

// judgeRollover wants a player to have tried these ports, the last with success:
// its SYNs, and whether they were answered with RST and nothing else. What it
// tries several times in a row counts once.
func judgeRollover(t *testing.T, want string, player func()) {
	t.Helper()
	stop := record(t, "tcp and host "+rollAddress)
	player()
	if got := strings.Join(slices.Compact(attempts(t, stop())), ", "); got != want {
		t.Errorf("tried %s, want %s", got, want)
	}
}

// attempts are the ports of a capture that were connected to, in order.
func attempts(t *testing.T, file string) (list []string) {
	t.Helper()
	at := map[string]int{} // by the player's port
	out := play(t, "tshark", "-r", file, "-Y", "tcp.flags.syn == 1 or tcp.flags.reset == 1", "-T", "fields",
		"-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "tcp.flags.syn", "-e", "tcp.flags.ack", "-e", "ip.src")
	answered := map[string]bool{}
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		switch from, to := f[0], f[1]; {
		case f[2] == "1" && f[3] == "0":
			at[from] = len(list)
			list = append(list, to)
		case f[4] != rollAddress || answered[to]:
		case f[2] == "1":
			answered[to] = true
		default:
			answered[to] = true
			list[at[to]] += " refused"
		}
	}
	return list
}

// A URL with a port leads MMS and HTTP to the same one. MPlayer does not come to
// HTTP there: it writes its next message to the connection that HTTP has closed,
// and dies of the broken pipe.
func TestMMSRollsOverAtOnePort(t *testing.T) {
	t.Run("HTTP", func(t *testing.T) {
		s := serve(t, fast, clip(t, ""))
		url, want := "mms://"+s.address+"/"+plain, readReference(t, plain).bytes()
		sameBytes(t, vlcDump(t, url), want)
		sameBytes(t, mmsDump(t, url), want)
	})
	t.Run("MMS", func(t *testing.T) {
		s := serveWith(t, mmsFast, clip(t, ""))
		url, want := s.mmsURL("mms", plain), readReference(t, plain).bytes()
		sameBytes(t, vlcDump(t, url), want)
		sameBytes(t, mmsDump(t, url), want)
		sameBytes(t, mplayerDump(t, url), want)
	})
}
