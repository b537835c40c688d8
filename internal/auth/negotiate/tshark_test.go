package negotiate

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/spnego"
	"caracal/internal/vector"
)

// tshark dissects what both roles say: the list, the states, the mechanisms'
// tokens and the MICs.
func TestTshark(t *testing.T) {
	h := newHouse(t, kerberos.AES256SHA1, kerberos.RC4)
	aes, rc4 := KerberosInitiator(h.ticket(t, kerberos.AES256SHA1)), KerberosInitiator(h.ticket(t, kerberos.RC4))
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
			a := newAcceptor(t, Options{Kerberos: service(t, h.file), NTLM: accounts()})
			said := meet(t, newInitiator(t, spnego.InitiatorOptions{Mechanisms: tt.all}), a)
			file := filepath.Join(t.TempDir(), "negotiate.pcap")
			if err := os.WriteFile(file, vector.Capture("Negotiate", said), 0o600); err != nil {
				t.Fatal(err)
			}
			if bad := tshark(t, file, "-Y", "_ws.malformed || _ws.expert.severity >= 6291456", "-V"); bad != "" {
				t.Error(bad)
			}
			got, proof := []string{}, 0
			for _, line := range strings.Split(tshark(t, file, "-Y", "spnego", "-T", "fields", "-E", "separator=|", "-e", "spnego.negResult",
				"-e", "spnego.supportedMech", "-e", "kerberos.msg_type", "-e", "ntlmssp.messagetype", "-e", "spnego.mechListMIC"), "\n") {
				at := strings.LastIndex(line, "|")
				got = append(got, line[:at])
				if at < len(line)-1 {
					proof++
				}
			}
			if text := strings.Join(got, ";"); text != tt.want || proof != tt.proof {
				t.Errorf("%s, want %s; %d tokens with a MIC, want %d", text, tt.want, proof, tt.proof)
			}
		})
	}
}

func tshark(t *testing.T, file string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "tshark", append([]string{"-n", "-r", file}, args...)...).Output()
	if err != nil {
		t.Fatal("tshark:", err)
	}
	return strings.TrimSpace(string(out))
}
