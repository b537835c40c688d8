package interop

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mmsPort is the server's port in what tshark gets: its dissector knows requests
// for lost packets by it.
const mmsPort = 1755

// playerPort is a player's for datagrams there, whichever it had: tshark takes some
// of those that systems give away for traceroute's, and warns.
const playerPort = 7000

// apart writes a capture with one frame for each item of the sessions: tshark
// does not look for a message that comes behind a data packet in a segment. ASF
// packets are in datagrams also if they came over TCP, where it takes AFFlags for
// those of header pieces and leaves out what is none; it is a number, [MS-MMSP]
// 2.2.2. It is a pcap file of raw IPv4 packets.
func apart(t *testing.T, sessions []session) string {
	t.Helper()
	b := binary.LittleEndian.AppendUint32(nil, 0xA1B2C3D4)
	b = append(b, 2, 0, 4, 0)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, 1<<18)
	b = binary.LittleEndian.AppendUint32(b, 101) // LINKTYPE_RAW
	frame := uint32(0)
	for _, s := range sessions {
		seq := map[bool]uint32{false: 1, true: 1}
		for _, it := range s.items {
			p := packet(&s, &it, seq)
			b = binary.LittleEndian.AppendUint32(b, frame/1000)
			b = binary.LittleEndian.AppendUint32(b, frame%1000*1000) // a frame each millisecond
			b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
			b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
			b = append(b, p...)
			frame++
		}
	}
	file := filepath.Join(scratch(t), "apart")
	writeFile(t, file, b)
	return file
}

// headerFlags are the AFFlags that tshark knows over TCP.
var headerFlags = map[byte]bool{0x00: true, 0x04: true, 0x08: true, 0x0C: true, 0x10: true}

// packet puts an item into an IPv4 packet. seq has what each side says next over
// TCP.
func packet(s *session, it *item, seq map[bool]uint32) []byte {
	server, player, protocol, head := [4]byte{127, 0, 0, 1}, [4]byte{127, 0, 0, 2}, byte(6), 20
	ports := [2]uint16{mmsPort, s.port}
	datagram := it.udp || it.mid() == 0 && !headerFlags[it.bytes[5]]
	if datagram {
		ports[1], protocol, head = playerPort, 17, 8
	}
	if it.player {
		server, player = player, server
		ports[0], ports[1] = ports[1], ports[0]
	}
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(20+head+len(it.bytes)))
	b = append(b, 0, 0, 0x40, 0, 64, protocol, 0, 0)
	b = append(append(b, server[:]...), player[:]...)
	b = binary.BigEndian.AppendUint16(b, ports[0])
	b = binary.BigEndian.AppendUint16(b, ports[1])
	if datagram {
		b = binary.BigEndian.AppendUint16(b, uint16(8+len(it.bytes)))
		b = append(b, 0, 0)
	} else {
		b = binary.BigEndian.AppendUint32(b, seq[it.player])
		b = binary.BigEndian.AppendUint32(b, seq[!it.player])
		b = append(b, 5<<4, 0x18, 0xFF, 0xFF, 0, 0, 0, 0) // PSH, ACK
		seq[it.player] += uint32(len(it.bytes))
	}
	return append(b, it.bytes...)
}

// msmms has tshark dissect what apart wrote, and returns the fields of each
// frame that matches.
func msmms(t *testing.T, file, filter string, fields ...string) [][]string {
	t.Helper()
	args := []string{"-r", file, "-d", "tcp.port==1755,msmms", "-d", "udp.port==1755,msmms", "-T", "fields"}
	if filter != "" {
		args = append(args, "-Y", filter)
	}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	var lines [][]string
	for line := range strings.Lines(play(t, "tshark", args...)) {
		lines = append(lines, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return lines
}

// keep leaves a capture for who looks into a failure.
func keep(t *testing.T, file string) {
	if !t.Failed() {
		return
	}
	name := filepath.Join(os.TempDir(), "caracal-"+filepath.Base(t.Name())+".pcap")
	if b, err := os.ReadFile(file); err == nil && os.WriteFile(name, b, 0o644) == nil {
		t.Logf("what tshark read is in %s", name)
	}
}
