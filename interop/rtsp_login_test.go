package interop

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"testing"

	ntlmssp "github.com/Azure/go-ntlmssp"

	"caracal/internal/pull"
	"caracal/rtsp"
)

var ntlmToken = regexp.MustCompile(`NTLM ([A-Za-z0-9+/]{16,}={0,2})`)

// Our Client logs in over RTSP by NTLM; Wireshark finds the three messages of
// [MS-RTSP] 4.4.6 in what went over the wire, and nothing wrong in them.
func TestRTSPLoginJudgedByTshark(t *testing.T) {
	s := serveWith(t, tcpOnly+club(t, "NTLM"))
	_, port, err := net.SplitHostPort(s.rtsp)
	if err != nil {
		t.Fatal(err)
	}
	stop := record(t, "tcp port "+port)
	stream, err := (&rtsp.Client{}).Play(t.Context(), withUser("rtsp://"+s.rtsp+"/club/"+plain, asMember), rtsp.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	packets := 0
	for err == nil {
		var e pull.Event
		if e, err = stream.Receive(); err == nil && e.Kind == pull.GotPacket {
			packets++
		}
	}
	if err != io.EOF || packets < 300 {
		t.Errorf("%d packets: %v", packets, err)
	}
	stream.Close()
	file := stop()
	if bad := play(t, "tshark", "-r", file, "-d", "tcp.port=="+port+",rtsp", "-Y", "_ws.malformed"); bad != "" {
		t.Error(bad)
	}
	var tokens [][]byte
	for _, m := range ntlmToken.FindAllStringSubmatch(play(t, "tshark", "-r", file, "-q", "-z", "follow,tcp,ascii,0"), -1) {
		token, err := base64.StdEncoding.DecodeString(m[1])
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	judgeNTLM(t, tokens, "NULL") // our Client names no host
}

// An initiator that nobody here wrote logs in over RTSP; with the wrong password it does not.
func TestGoNTLMSSPOverRTSP(t *testing.T) {
	s := serveWith(t, tcpOnly+club(t, "NTLM"))
	for password, want := range map[string]string{memberPassword: "200", "circleOfLife": "401"} {
		nc, err := net.Dial("tcp", s.rtsp)
		if err != nil {
			t.Fatal(err)
		}
		c, describes := textproto.NewConn(nc), 0
		describe := func(token []byte) (status, challenge string) {
			t.Helper()
			proof := ""
			if token != nil {
				proof = "Authorization: NTLM " + base64.StdEncoding.EncodeToString(token) + "\r\n"
			}
			describes++
			fmt.Fprintf(nc, "DESCRIBE rtsp://%s/club/%s RTSP/1.0\r\nCSeq: %d\r\nUser-Agent: WMPlayer/12.0\r\nAccept: application/sdp\r\n%s\r\n", s.rtsp, plain, describes, proof)
			return answered(t, c.R)
		}
		if status, challenge := describe(nil); status != "401" || challenge != "NTLM" {
			t.Errorf("at first %s, %q", status, challenge)
		}
		hello, err := ntlmssp.NewNegotiateMessage("", "")
		if err != nil {
			t.Fatal(err)
		}
		_, challenge := describe(hello)
		token, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(challenge, "NTLM "))
		if err != nil {
			t.Fatal(err)
		}
		proof, err := ntlmssp.NewAuthenticateMessage(token, member, password, nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := describe(proof); status != want {
			t.Errorf("with %s: %s, want %s", password, status, want)
		}
		c.Close()
	}
}

// answered takes an answer with its body: the status, and the challenge that it has.
func answered(t *testing.T, in *bufio.Reader) (status, challenge string) {
	t.Helper()
	r := textproto.NewReader(in)
	line, err := r.ReadLine()
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	fmt.Sscan(h.Get("Content-Length"), &size)
	if _, err := in.Discard(size); err != nil {
		t.Fatal(err)
	}
	return strings.Fields(line)[1], h.Get("Www-Authenticate")
}
