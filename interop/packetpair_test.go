package interop

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The request of [MS-WMSP] 4.3.
const pairRequest = "GET /" + plain + " HTTP/1.0\r\n" +
	"Accept: */*\r\n" +
	"User-Agent: NSPlayer/10.0.0.3802\r\n" +
	"Host: 127.0.0.1\r\n" +
	"X-Accept-Authentication: Negotiate, NTLM, Digest, Basic\r\n" +
	"Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0,packet-num=4294967295,max-duration=0\r\n" +
	"Pragma: packet-pair-experiment=1\r\n" +
	"Pragma: xClientGUID={3300AD50-2C39-46c0-AE0A-5B8A3E7F1D20}\r\n" +
	"Supported: com.microsoft.wm.srvppair, com.microsoft.wm.sswitch\r\n\r\n"

// A player measures its bandwidth by the times at which the segments arrive,
// so that where one ends is part of the protocol: [MS-WMSP] 3.2.5.2.
func TestPacketPairSegments(t *testing.T) {
	s := serveClips(t)
	segments := capture(t, s.address)
	answer := ask(t, s.address, pairRequest)
	second, third, err := pairs(answer)
	if err != nil {
		t.Fatal(err)
	}
	want := []int{second, third - second, len(answer) - third}
	if got := segments(); !slices.Equal(got, want) {
		t.Errorf("segments of %v bytes, want %v: headers and first pair, second pair, the rest", got, want)
	}
}

// ask sends a request and reads until the server closes.
func ask(t *testing.T, address, request string) []byte {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// pairs finds where the second and the third $P packet begin, with the sizes
// of [MS-WMSP] 2.2.3.7.
func pairs(answer []byte) (second, third int, err error) {
	head := bytes.Index(answer, []byte("\r\n\r\n")) + 4
	if head < 4 {
		return 0, 0, fmt.Errorf("no end of the header in %q", answer)
	}
	if !bytes.Contains(answer[:head], []byte("packet-pair-experiment=1")) {
		return 0, 0, fmt.Errorf("the server declined: %s", answer[:head])
	}
	reason := min(504, head)
	second = head + 8 + 504 - reason
	third = second + 8 + 504
	rest := third + 8 + 1048 + reason
	if rest+4 > len(answer) {
		return 0, 0, fmt.Errorf("%d bytes are too few", len(answer))
	}
	for i, at := range []int{head, second, third} {
		p := answer[at:]
		if p[0]&0x7f != '$' || p[1] != 'P' || binary.LittleEndian.Uint16(p[2:]) != []uint16{504, 504, 1048}[i] {
			return 0, 0, fmt.Errorf("packet %d of the pair begins with %x", i+1, p[:8])
		}
		if got := binary.LittleEndian.Uint32(p[4:]); got != uint32(reason) {
			return 0, 0, fmt.Errorf("packet %d of the pair has the reason %d, want %d", i+1, got, reason)
		}
	}
	if next := answer[rest:]; next[0]&0x7f != '$' || (next[1] != 'M' && next[1] != 'H') {
		return 0, 0, fmt.Errorf("after the pair comes %x", next[:4])
	}
	return second, third, nil
}

var segmentLine = regexp.MustCompile(`Flags \[([^\]]+)\].* length ([0-9]+)`)

// capture begins to watch what the server sends. The function that it returns
// waits for the end of one connection and gives its segments' lengths, without
// the empty ones.
func capture(t *testing.T, address string) func() []int {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("timeout", "-s", "KILL", "60",
		"tcpdump", "-i", "lo", "-n", "-l", "--immediate-mode", "tcp src port "+port)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for in := bufio.NewScanner(stderr); ; {
		if !in.Scan() {
			t.Fatal("tcpdump cannot capture; it needs root or CAP_NET_RAW")
		}
		if strings.HasPrefix(in.Text(), "listening on") {
			break
		}
	}
	return func() (lengths []int) {
		for in := bufio.NewScanner(stdout); in.Scan(); {
			m := segmentLine.FindStringSubmatch(in.Text())
			if m == nil {
				continue
			}
			if n, _ := strconv.Atoi(m[2]); n > 0 {
				lengths = append(lengths, n)
			}
			if strings.Contains(m[1], "F") {
				return lengths
			}
		}
		t.Fatal("tcpdump ended before the connection did")
		return nil
	}
}
