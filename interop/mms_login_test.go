package interop

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caracal/internal/vector"
	"caracal/mms"
)

// club is the configuration of a point that only accounts may play, and of one that
// anybody may.
func club(t *testing.T, schemes string) string {
	t.Helper()
	path := clip(t, "")
	return "data: " + memberData(t) + "\nauth: {schemes: [" + schemes + "]}\npoints:\n" +
		"  - {name: club, path: " + path + ", access: {play: [accounts]}}\n  - {name: open, path: " + path + "}\n"
}

// Logins as [MS-MMSP] 4.6.1 and 4.6.2 have them, over TCP and UDP, to Wireshark's
// dissectors of MMS and of NTLM.
func TestMMSLoginsJudgedByTshark(t *testing.T) {
	const begins = talkConnects + "ConnectFunnel ReportConnectedFunnel OpenFile "
	const plays = "ReportOpenFile " + talkReads + talkSelects + talkPlays + talkCloses
	const round = "SecurityChallenge SecurityResponse "
	for _, tt := range []struct {
		scheme string
		rounds int
	}{{"Basic", 1}, {"NTLM", 2}} {
		t.Run(tt.scheme, func(t *testing.T) {
			t.Parallel()
			s := serveWith(t, mmsPaced+club(t, tt.scheme))
			_, port, err := net.SplitHostPort(s.mms)
			if err != nil {
				t.Fatal(err)
			}
			stop := record(t, "port "+port)
			for _, overUDP := range []bool{false, true} {
				loginByHand(t, s.mms, tt.scheme, overUDP)
			}
			talks := judged(t, captured(t, stop(), port))
			if len(talks) != 2 {
				t.Fatalf("%d sessions", len(talks))
			}
			for i, d := range talks {
				got := strings.TrimSuffix(d.String(), " "+mediaData) // under way when the player went
				if want := begins + strings.Repeat(round, tt.rounds) + plays; got != want {
					t.Errorf("%s\nwant\n%s", got, want)
				}
				if (d.udp != 0) != (i == 1) {
					t.Errorf("datagrams go to port %d", d.udp)
				}
				if tt.scheme == "NTLM" {
					judgeTokens(t, d)
				}
			}
		})
	}
}

// judgeTokens judges the tokens of a session, for which tshark does not look in MMS.
func judgeTokens(t *testing.T, d talk) {
	t.Helper()
	var tokens [][]byte
	for i, it := range d.items {
		if d.kinds[i] != "SecurityChallenge" && d.kinds[i] != "SecurityResponse" {
			continue
		}
		const head = mms.TCPMessageHeaderSize + 8
		m, err := mms.ParseSecurityChallenge(it.bytes[head:]) // the other is like it
		if err != nil {
			t.Fatal(err)
		}
		token, err := mms.ParseToken(m.Token)
		if err != nil {
			t.Fatal(err)
		}
		if len(token.NTLM) > 0 {
			tokens = append(tokens, token.NTLM)
		}
	}
	judgeNTLM(t, tokens, "PC")
}

// judgeNTLM gives tokens to tshark: NEGOTIATE, CHALLENGE and the member's AUTHENTICATE
// from a host, with nothing wrong in them.
func judgeNTLM(t *testing.T, tokens [][]byte, host string) {
	t.Helper()
	file := filepath.Join(scratch(t), "tokens")
	writeFile(t, file, vector.Capture("NTLM", tokens))
	if bad := play(t, "tshark", "-r", file, "-Y", "_ws.malformed || _ws.expert.severity >= 6291456", "-V"); bad != "" {
		t.Error(bad)
	}
	got := strings.Fields(play(t, "tshark", "-r", file, "-Y", "ntlmssp", "-T", "fields", "-E", "separator=|",
		"-e", "ntlmssp.messagetype", "-e", "ntlmssp.auth.username", "-e", "ntlmssp.auth.hostname"))
	if want := []string{"0x00000001||", "0x00000002||", "0x00000003|" + member + "|" + host}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// No player that is at hand can log in over MMS. Each gives up at once, and says so.
func TestMMSPlayersMeetALogin(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	dump, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"NTLM", "Basic"} {
		t.Run(scheme, func(t *testing.T) {
			s := serveWith(t, mmsFast+club(t, scheme))
			dir := scratch(t)
			out := filepath.Join(dir, "dump")
			at := func(scheme string) string { return withUser(s.mmsURL(scheme, "club/"+plain), asMember) }
			vlc := []string{"env", "HOME=" + dir, "cvlc", "-I", "dummy", "--demux=dump", "--demuxdump-file=" + out, "--play-and-exit"}
			if os.Getuid() == 0 {
				vlc = append([]string{"runuser", "-u", "nobody", "--"}, vlc...)
			}
			for says, line := range map[string][]string{
				"packet type 0x1a":                       {"ffmpeg", "-nostdin", "-v", "error", "-i", at("mmst"), "-f", "null", "-"},
				"cannot connect":                         {dump, at("mmst"), out},
				"No stream found":                        slices.Concat([]string{"mplayer"}, mplayerQuiet, []string{"-dumpstream", "-dumpfile", out, at("mmst")}),
				"password requested":                     append(slices.Clone(vlc), at("mmst")),
				"password requested (not yet supported)": append(slices.Clone(vlc), at("mmsu")),
			} {
				if said := loses(t, line[0], line[1:]...); !strings.Contains(said, says) {
					t.Errorf("%q said %q", line, tail(said))
				}
			}
			if info, err := os.Stat(out); err == nil && info.Size() > 0 {
				t.Errorf("a player got %d bytes", info.Size())
			}
			sameBytes(t, vlcDump(t, s.mmsURL("mmst", "open/"+plain)), readReference(t, plain).bytes())
		})
	}
}

// Over HTTP MPlayer can log in by Basic, and gets there by itself where both listen at
// their ports.
func TestMPlayerRollsOverToLogIn(t *testing.T) {
	alone(t)
	serveAt(t, rollAddress+":80", noRTSP+rollMMS+fast+club(t, "NTLM, Basic"))
	judgeRollover(t, "1755, 80", func() {
		sameBytes(t, mplayerDump(t, withUser("mms://"+rollAddress+"/club/"+plain, asMember)), readReference(t, plain).bytes())
	})
}
