package ntlm

import (
	"encoding/base64"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
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
	if err := os.WriteFile(file, capture(tokens), 0o600); err != nil {
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

// capture is a pcap file of raw IPv4 packets: the tokens as HTTP carries them.
func capture(tokens [][]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xA1B2C3D4)
	b = append(b, 2, 0, 4, 0)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, 1<<18)
	b = binary.LittleEndian.AppendUint32(b, 101) // LINKTYPE_RAW
	seq := [2]uint32{1, 1}
	for n, token := range tokens {
		text := base64.StdEncoding.EncodeToString(token)
		from := n % 2 // the client says the first and the third
		message := "GET / HTTP/1.1\r\nHost: server\r\nAuthorization: NTLM " + text + "\r\n\r\n"
		if from == 1 {
			message = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM " + text + "\r\nContent-Length: 0\r\n\r\n"
		}
		if len(token) == 0 { // datagram mode
			message = "GET / HTTP/1.1\r\nHost: server\r\n\r\n"
		}
		p := segment(from, seq, message)
		seq[from] += uint32(len(message))
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

func segment(from int, seq [2]uint32, message string) []byte {
	ports := [2]uint16{40000, 80}
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(40+len(message)))
	b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0)
	b = append(b, 127, 0, 0, byte(1+from), 127, 0, 0, byte(2-from))
	b = binary.BigEndian.AppendUint16(b, ports[from])
	b = binary.BigEndian.AppendUint16(b, ports[1-from])
	b = binary.BigEndian.AppendUint32(b, seq[from])
	b = binary.BigEndian.AppendUint32(b, seq[1-from])
	b = append(b, 5<<4, 0x18, 0xFF, 0xFF, 0, 0, 0, 0) // PSH, ACK
	return append(b, message...)
}
