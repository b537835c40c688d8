package interop

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// An item is what one side says at a time: an MMS message with its
// TcpMessageHeader, a data packet, or a datagram.
type item struct {
	player bool // it said it, not the server
	udp    bool
	frame  int // of the capture: where it ends
	bytes  []byte
}

// A session is a connection with the datagrams that belong to it.
type session struct {
	port, udp uint16 // the player's
	items     []item // in the order of the capture
}

// captured cuts a capture into the sessions with the server's port, in the order
// of their first frames. It wants to have seen every byte of them.
func captured(t *testing.T, file, port string) []session {
	t.Helper()
	out := play(t, "tshark", "-r", file, "-d", "tcp.port=="+port+",data", "-d", "udp.port=="+port+",data",
		"-Y", "tcp.payload or udp.payload", "-T", "fields",
		"-e", "frame.number", "-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "tcp.seq", "-e", "tcp.payload",
		"-e", "udp.srcport", "-e", "udp.dstport", "-e", "udp.payload")
	found := map[uint16]*wire{}
	var datagrams [][]string
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if f[1] == "" {
			datagrams = append(datagrams, f)
			continue
		}
		player := f[2] == port
		theirs := f[2]
		if player {
			theirs = f[1]
		}
		w := found[number(t, theirs)]
		if w == nil {
			w = &wire{order: len(found)}
			found[number(t, theirs)] = w
		}
		side := &w.sides[0]
		if player {
			side = &w.sides[1]
		}
		side.add(t, atoi(t, f[0]), atoi(t, f[3]), unhex(t, f[4]))
	}
	var list []session
	for _, theirs := range slices.SortedFunc(maps.Keys(found), func(a, b uint16) int {
		return cmp.Compare(found[a].order, found[b].order)
	}) {
		s := session{port: theirs, items: append(found[theirs].sides[0].cut(t, false), found[theirs].sides[1].cut(t, true)...)}
		s.udp = funnelPort(s.items)
		for _, f := range datagrams {
			from, to := number(t, f[5]), number(t, f[6])
			if s.udp != 0 && (from == s.udp || to == s.udp) {
				s.items = append(s.items, item{from == s.udp, true, atoi(t, f[0]), unhex(t, f[7])})
			}
		}
		slices.SortStableFunc(s.items, func(a, b item) int { return cmp.Compare(a.frame, b.frame) })
		list = append(list, s)
	}
	return list
}

// A wire is a connection: what the server said and what the player said.
type wire struct {
	order int
	sides [2]side
}

// A side is one direction. ends has, for each segment, the length of the stream
// behind it and its frame.
type side struct {
	stream []byte
	ends   [][2]int
}

// add takes a segment; seq counts from 1.
func (s *side) add(t *testing.T, frame, seq int, payload []byte) {
	t.Helper()
	known := len(s.stream) + 1 - seq // sent again
	if known < 0 {
		t.Fatalf("frame %d: the capture lacks %d bytes before it", frame, -known)
	}
	s.stream = append(s.stream, payload[min(known, len(payload)):]...)
	s.ends = append(s.ends, [2]int{len(s.stream), frame})
}

// What tells a message from a data packet: the sessionId of [MS-MMSP] 2.2.3.
var sessionID = []byte{0xCE, 0xFA, 0x0B, 0xB0}

// cut takes a stream apart by the lengths in messages and data packets alone.
func (s *side) cut(t *testing.T, player bool) (items []item) {
	t.Helper()
	for at, n := 0, 0; at < len(s.stream); at += n {
		b := s.stream[at:]
		switch {
		case len(b) >= 16 && bytes.Equal(b[4:8], sessionID):
			n = int(binary.LittleEndian.Uint32(b[8:])) + 16
		case len(b) >= 8:
			n = int(binary.LittleEndian.Uint16(b[6:]))
		}
		if n < 8 || n > len(b) {
			t.Fatalf("%d bytes before the end begins what has %d: %x", len(b), n, b[:min(len(b), 16)])
		}
		i, _ := slices.BinarySearchFunc(s.ends, at+n, func(e [2]int, end int) int { return cmp.Compare(e[0], end) })
		items = append(items, item{player: player, frame: s.ends[i][1], bytes: b[:n]})
	}
	return items
}

var udpFunnel = regexp.MustCompile(`\\UDP\\([0-9]+)`)

// funnelPort is where the player has data packets sent to, 0 for TCP: the
// funnelName of its last ConnectFunnel.
func funnelPort(items []item) (port uint16) {
	for _, it := range items {
		if it.player && it.mid() == 0x00030002 {
			var name []uint16
			for b := it.bytes[60:]; len(b) >= 2; b = b[2:] {
				name = append(name, binary.LittleEndian.Uint16(b))
			}
			port = 0
			if m := udpFunnel.FindStringSubmatch(string(utf16.Decode(name))); m != nil {
				n, _ := strconv.ParseUint(m[1], 10, 16)
				port = uint16(n)
			}
		}
	}
	return port
}

// mid is the MID of a message, 0 for what is none.
func (i item) mid() uint32 {
	if i.udp || !bytes.Equal(i.bytes[4:8], sessionID) || len(i.bytes) < 40 {
		return 0
	}
	return binary.LittleEndian.Uint32(i.bytes[36:])
}

func (i item) String() string { return fmt.Sprintf("frame %d of %d bytes", i.frame, len(i.bytes)) }

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func number(t *testing.T, s string) uint16 { t.Helper(); return uint16(atoi(t, s)) }

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
