package interop

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A server on another host that has the .nsc file's URL for its source gives its
// players what was pushed to the first, byte for byte, though every thirteenth
// datagram is lost on the way.
func TestMulticastIsPulledBetweenHosts(t *testing.T) {
	h := twoHosts(t)
	h.serve(t, castConfig("239.192.77.1", false))
	h.cast(t, castOther) // from now on there is an .nsc file
	for _, rule := range []string{
		"add table inet loss", "add chain inet loss in { type filter hook input priority 0 ; }",
		fmt.Sprintf("add rule inet loss in udp dport %d numgen inc mod 13 == 7 counter drop", castPort),
	} {
		play(t, "ip", "netns", "exec", h.b, "nft", rule)
	}
	serveOn(t, h.b, fmt.Sprintf("points:\n- name: heard\n  broadcast: {source: 'pull:http://%s:8080/live.nsc', pull: {interface: %s}, fast_start: 60s}\n", hostA4, wireB))
	edge := func(path string) string {
		return play(t, "ip", "netns", "exec", h.b, "curl", "-sS", "http://127.0.0.1:8080/"+path)
	}
	until(t, "the second server listens", func() bool { return strings.Contains(edge(".caracal/status"), `"note": "listening to 239.192.77.1`) })
	h.cast(t, castOther)

	got := filepath.Join(t.TempDir(), "got.asf")
	want := parseCast(t, readFile(t, clip(t, castOther)))
	cmd := in(h.b, "curl", "-sS", "-N", "-o", got, "http://127.0.0.1:8080/heard")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	var packets []byte
	until(t, "all packets have come", func() bool {
		b, err := os.ReadFile(got)
		size, bad := object(b, headerObject)
		if err != nil || bad != nil || len(b) < size+50 {
			return false
		}
		packets = b[size+50:]
		return len(packets) >= len(want.packets)
	})
	if !bytes.Equal(packets, want.packets) {
		t.Error("players of the second server get other packets")
	}
	if status := edge(".caracal/status"); strings.Contains(status, "were lost") {
		t.Errorf("not all was repaired: %s", status)
	}
	rules := play(t, "ip", "netns", "exec", h.b, "nft", "list", "table", "inet", "loss")
	if !regexp.MustCompile(`counter packets [1-9][0-9]`).MatchString(rules) {
		t.Errorf("hardly anything was lost: %s", rules)
	}
}
