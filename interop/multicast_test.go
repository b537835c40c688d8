package interop

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	castClip  = "wmv2_wmav2_p1600.wmv" // packets above what Ethernet takes
	castOther = "wmv2_wmav2_p576.wmv"
	castPort  = 5000
)

// castConfig sends to a group. What the kernel cuts into datagrams is one thing to
// lose for the test's rules, hence segments.
func castConfig(group string, segments bool) string {
	return fmt.Sprintf("rtsp: {address: off, udp_segmentation: %t}\nmms: {address: off}\n"+
		"points:\n- name: live\n  broadcast:\n    source: push\n    linger: 1s\n"+
		"    multicast: {group: '%s', port: %d, interface: %s, ttl: 5, beacon: 1s}\n", segments, group, castPort, wireA)
}

// mediaOf cuts a packet of an ASF file, without what a multicast may change: the
// error correction data, the padding, and the lengths that say where they are.
// What is left are the flags of its payloads, its times, and the payloads.
func mediaOf(t *testing.T, pkt []byte) []byte {
	t.Helper()
	at := 0
	if pkt[0]&0x80 != 0 {
		at = 1 + int(pkt[0]&0x0F)
	}
	flags, properties := pkt[at], pkt[at+1]
	at += 2
	field := func(kind byte) (n int) {
		size := []int{0, 1, 2, 4}[kind&3]
		for i := range size {
			n |= int(pkt[at+i]) << (8 * i)
		}
		at += size
		return n
	}
	length := field(flags >> 5)
	field(flags >> 1)
	padding := field(flags >> 3)
	end := len(pkt)
	if length > 0 && length < end {
		end = length
	}
	if end-padding < at+6 {
		t.Fatalf("packet of %d bytes with %d of padding", end, padding)
	}
	return append([]byte{flags & 1, properties}, pkt[at:end-padding]...)
}

// castPackets cuts the data packets of a file.
func castPackets(t *testing.T, file string) (list [][]byte) {
	t.Helper()
	r := parseCast(t, readFile(t, file))
	for p := range slices.Chunk(r.packets, r.packetSize) {
		list = append(list, mediaOf(t, p))
	}
	return list
}

// parseCast cuts a clip, or what a receiver stored, whose Data Object has no size.
func parseCast(t *testing.T, b []byte) reference {
	t.Helper()
	size, err := object(b, headerObject)
	if err != nil {
		t.Fatal(err)
	}
	r := reference{header: b[:size+50]}
	if r.packetSize, err = packetSize(b[:size]); err != nil {
		t.Fatal(err)
	}
	r.packets = b[size+50:]
	if n := binary.LittleEndian.Uint64(b[size+40:]); n > 0 { // data packets
		r.packets = r.packets[:int(n)*r.packetSize]
	}
	return r
}

func samePackets(t *testing.T, what string, got, want [][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d packets, want %d", what, len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if !bytes.Equal(got[i], want[i]) {
			t.Fatalf("%s: packet %d differs", what, i)
		}
	}
}

// heardNumber reads a line of what "nsc listen" says.
func heardNumber(t *testing.T, said, key string) int {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + key + `: ([0-9]+)$`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no %q in %q", key, said)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// cast pushes a clip, and waits until all of it has been sent.
func (h hosts) cast(t *testing.T, name string) {
	t.Helper()
	before := h.status(t, "packets")
	want := before + len(castPackets(t, clip(t, name)))
	h.push(t, name)
	until(t, name+" is sent", func() bool { return h.status(t, "packets") == want })
	beacons := h.status(t, "beacons")
	until(t, "a beacon follows the last parity", func() bool { return h.status(t, "beacons") > beacons })
}

// Between two hosts every packet of a broadcast arrives as it was pushed, over
// IPv4 and IPv6, with every thirteenth datagram lost on the way as well as
// without; it goes over its own interface with its own TTL, and nowhere else.
func TestMulticastBetweenHosts(t *testing.T) {
	for _, tt := range []struct {
		name, group, host, ttl string
		loss                   bool
	}{
		{"IPv4", "239.192.77.1", hostA4, "ip.ttl", false},
		{"IPv4 with losses", "239.192.77.1", hostA4, "ip.ttl", true},
		{"IPv6 with losses", "ff18::77", "[" + hostA6 + "]", "ipv6.hlim", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := twoHosts(t)
			h.serve(t, castConfig(tt.group, !tt.loss))
			wire, elsewhere := h.capture(t, h.b, wireB), h.capture(t, h.a, wireElse)
			h.cast(t, castOther) // from now on there is an .nsc file
			if tt.loss {
				for _, rule := range []string{
					"add table inet loss", "add chain inet loss in { type filter hook input priority 0 ; }",
					fmt.Sprintf("add rule inet loss in udp dport %d numgen inc mod 13 == 7 counter drop", castPort),
				} {
					play(t, "ip", "netns", "exec", h.b, "nft", rule)
				}
			}
			folder := scratch(t)
			stop := h.listen(t, folder, tt.group, "http://"+tt.host+":8080/live.nsc")
			h.cast(t, castOther)
			h.cast(t, castClip) // a header that the listener has not got: it loads the file again
			h.cast(t, castClip)
			said := stop()
			judgeCast(t, folder, said, tt.loss)
			judgeWire(t, wire(), tt.group, tt.ttl)
			if out := play(t, "tshark", "-r", elsewhere(), "-Y", fmt.Sprintf("udp.dstport == %d", castPort)); out != "" {
				t.Errorf("on another interface:\n%s", out)
			}
			if n := h.status(t, "log_received"); n != 3 {
				t.Errorf("%d logs, want one for each entry", n)
			}
		})
	}
}

// judgeCast looks at what a listener stored: the first and the third entry are
// whole; of the second the packets are missing that came before it knew the
// header.
func judgeCast(t *testing.T, folder, said string, loss bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "entry*.asf"))
	if err != nil || len(files) != 3 || heardNumber(t, said, "entries") != 3 {
		t.Fatalf("%d entries, %v: %s", len(files), err, said)
	}
	want := castPackets(t, clip(t, castClip))
	samePackets(t, "first entry", castPackets(t, files[0]), castPackets(t, clip(t, castOther)))
	second := castPackets(t, files[1])
	if len(second) == 0 || len(second) > len(want) {
		t.Fatalf("%d packets of %d after the header was loaded", len(second), len(want))
	}
	first := slices.IndexFunc(want, func(p []byte) bool { return bytes.Equal(p, second[0]) })
	if missing := len(want) - max(first, 0) - len(second); first < 0 || missing > 0 && !loss || missing > 1 {
		t.Errorf("second entry: %d packets of %d from packet %d on", len(second), len(want), first)
	}
	for at := max(first, 0); len(second) > 0; second, at = second[1:], at+1 {
		// The first span is not known from its beginning, and is not repaired.
		if bytes.Equal(second[0], want[at]) {
			continue
		}
		if at++; at > first+15 || !bytes.Equal(second[0], want[at]) {
			t.Fatalf("second entry: packet %d differs", at)
		}
	}
	samePackets(t, "third entry", castPackets(t, files[2]), want)
	if repaired := heardNumber(t, said, "repaired"); loss != (repaired > 30) {
		t.Errorf("%d packets were repaired", repaired)
	}
	// What was lost while the header was not known cannot be repaired.
	lost, unknown := heardNumber(t, said, "lost"), heardNumber(t, said, "unknown")
	if lost > unknown || lost > 0 && !loss || unknown == 0 || heardNumber(t, said, "beacons") == 0 {
		t.Errorf("the listener says %s", said)
	}
}

// judgeWire looks at the datagrams as tshark read them: all to the group, from the
// address that the .nsc file names, with the TTL; no beacon between packets.
func judgeWire(t *testing.T, file, group, ttl string) {
	t.Helper()
	out := play(t, "tshark", "-r", file, "-d", fmt.Sprintf("udp.port==%d,data", castPort), "-Y", fmt.Sprintf("udp.dstport == %d", castPort),
		"-T", "fields", "-e", "ip.src", "-e", "ipv6.src", "-e", "ip.dst", "-e", "ipv6.dst", "-e", ttl, "-e", "udp.length")
	count := 0
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) != 4 || f[0] != hostA4 && f[0] != hostA6 || f[1] != group || f[2] != "5" {
			t.Fatalf("a datagram with source, destination, TTL, length %q", f)
		}
		count++
	}
	if least := len(castPackets(t, clip(t, castClip))) * 2; count < least {
		t.Errorf("%d datagrams, want %d and more", count, least)
	}
}

// VLC reads the .nsc file that the server makes, over HTTP.
func TestVLCReadsServedNSC(t *testing.T) {
	s := serve(t, "points:\n- name: live\n  broadcast:\n    source: push\n    multicast: "+
		"{group: 239.192.77.9, port: 5009, interface: 127.0.0.1, ttl: 3, loopback: false}\n")
	play(t, "curl", "-sS", "--limit-rate", pushRate, "--data-binary", "@"+clip(t, castOther), "-H", "Content-Type: video/x-ms-asf", s.url("http", "live"))
	nsc := play(t, "curl", "-sS", "--retry", "5", "--fail", s.url("http", "live.nsc"))
	dir := scratch(t)
	file := filepath.Join(dir, "live.nsc")
	if err := os.WriteFile(file, []byte(nsc), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{s.url("http", "live.nsc"), file} {
		log := vlcLog(t, dir, from)
		for _, want := range []string{
			"Name = " + s.address + ", live", "IP Address = 239.192.77.9", "IP Port = 5009", "Time To Live = 3",
			"Default Ecc = 10", "Unicast URL = mms://" + s.address + "/live",
			"Log URL = http://" + s.address + "/.caracal/log/live.nsc", "Format1 = asf header",
		} {
			if !strings.Contains(log, "nsc demux debug: "+want+"\n") {
				t.Errorf("%s: VLC does not say %q", from, want)
			}
		}
	}
}
