package negotiate

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/spnego"
	"caracal/internal/vector"
)

// tshark dissects what both roles say: the list, the states, the mechanisms'
// tokens and the MICs.
func TestTshark(t *testing.T) {
	h := kdctest.NewHouse(t, kerberos.AES256SHA1, kerberos.RC4)
	aes, rc4 := KerberosInitiator(h.Ticket(t, kerberos.AES256SHA1, "alice", kdctest.Realm)), KerberosInitiator(h.Ticket(t, kerberos.RC4, "alice", kdctest.Realm))
	nt := NTLMInitiator(bob("builder"))
	tests := map[string]struct {
		all   []spnego.Mechanism
		want  string // negState, supportedMech, Kerberos' and NTLM's kinds of messages
		proof int    // tokens with a mechListMIC
	}{
		"Kerberos":         {[]spnego.Mechanism{aes, nt}, "||14|;0|1.2.840.113554.1.2.2|15|", 0},
		"Kerberos, RC4":    {[]spnego.Mechanism{rc4}, "||14|;0|1.2.840.113554.1.2.2|15|", 0},
		"NTLM":             {[]spnego.Mechanism{nt}, "|||0x00000001;1|1.3.6.1.4.1.311.2.2.10||0x00000002;1|||0x00000003;0|||", 0},
		"Kerberos, second": {[]spnego.Mechanism{stranger(), aes}, "|||;3|1.2.840.113554.1.2.2||;1||14|;1||15|;0|||", 2},
		"NTLM, second":     {[]spnego.Mechanism{stranger(), nt}, "|||;3|1.3.6.1.4.1.311.2.2.10||;1|||0x00000001;1|||0x00000002;1|||0x00000003;0|||", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := newAcceptor(t, Options{Kerberos: service(t, h.Keytab), NTLM: accounts()})
			said := meet(t, newInitiator(t, spnego.InitiatorOptions{Mechanisms: tt.all}), a)
			file := filepath.Join(t.TempDir(), "negotiate.pcap")
			if err := os.WriteFile(file, vector.Capture("Negotiate", said), 0o600); err != nil {
				t.Fatal(err)
			}
			got, proof := []string{}, 0
			for _, line := range strings.Split(tshark(t, file), "\n") {
				f := strings.Split(line, "|")
				if len(f) != len(fields) || f[5] != "" || strings.Contains(f[6], "6291456") || strings.Contains(f[6], "8388608") {
					t.Fatal("malformed:", line)
				}
				if got = append(got, strings.Join(f[:4], "|")); f[4] != "" {
					proof++
				}
			}
			if text := strings.Join(got, ";"); text != tt.want || proof != tt.proof {
				t.Errorf("%s, want %s; %d tokens with a MIC, want %d", text, tt.want, proof, tt.proof)
			}
		})
	}
}

// fields are what tshark tells; severities are those of warnings and errors.
var fields = []string{
	"spnego.negResult", "spnego.supportedMech", "kerberos.msg_type", "ntlmssp.messagetype", "spnego.mechListMIC",
	"_ws.malformed", "_ws.expert.severity",
}

func tshark(t *testing.T, file string) string {
	t.Helper()
	args := []string{"-n", "-r", file, "-Y", "spnego || _ws.malformed", "-T", "fields", "-E", "separator=|"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	out, err := exec.CommandContext(t.Context(), "tshark", args...).Output()
	if err != nil {
		t.Fatal("tshark:", err)
	}
	return strings.TrimRight(string(out), "\n")
}
