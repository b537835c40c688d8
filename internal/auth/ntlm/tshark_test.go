package ntlm

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/vector"
)

// tshark dissects what both roles say, of every kind.
func TestTshark(t *testing.T) {
	kinds := map[string]struct {
		i InitiatorOptions
		a AcceptorOptions
	}{
		"today":     {},
		"signing":   {i: InitiatorOptions{Sign: true, Seal: true}},
		"xp":        {i: InitiatorOptions{NoMIC: true}, a: AcceptorOptions{NoTimestamp: true}},
		"2000":      {i: InitiatorOptions{NoVersion: true, NoMIC: true}},
		"95":        {i: InitiatorOptions{NoVersion: true, OEM: true, Method: LM}},
		"v1":        {i: InitiatorOptions{Method: NTLMv1}},
		"session":   {i: InitiatorOptions{Method: NTLM2}},
		"datagram":  {i: InitiatorOptions{Datagram: true}, a: AcceptorOptions{Datagram: true}},
		"anonymous": {i: InitiatorOptions{Anonymous: true}},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			i, a := newInitiator(t, kind.i), newAcceptor(t, kind.a)
			authenticate := talk(t, i, a)
			types := dissect(t, [][]byte{i.negotiate, a.challenge, authenticate})
			user := "User"
			if kind.i.Anonymous {
				user = "NULL"
			}
			want := "0x00000001||;0x00000002||;0x00000003|" + user + "|COMPUTER"
			if kind.i.Datagram {
				want = strings.TrimPrefix(want, "0x00000001||;")
			}
			if types != want {
				t.Errorf("%s, want %s", types, want)
			}
		})
	}
}

// dissect returns type, user and host of each message, and fails on what tshark
// cannot read.
func dissect(t *testing.T, tokens [][]byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ntlm.pcap")
	if err := os.WriteFile(file, vector.Capture("NTLM", tokens), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), "tshark", append([]string{"-n", "-r", file}, args...)...).Output()
		if err != nil {
			t.Fatal("tshark:", err)
		}
		return strings.TrimSpace(string(out))
	}
	if bad := run("-Y", "_ws.malformed || _ws.expert.severity >= 6291456", "-V"); bad != "" {
		t.Error(bad)
	}
	fields := run("-Y", "ntlmssp", "-T", "fields", "-E", "separator=|", "-e", "ntlmssp.messagetype",
		"-e", "ntlmssp.auth.username", "-e", "ntlmssp.auth.hostname")
	return strings.ReplaceAll(fields, "\n", ";")
}
