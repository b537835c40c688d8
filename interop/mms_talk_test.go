package interop

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"testing"

	"caracal/mms"
)

// The names of messages by the numbers that tshark gives, [MS-MMSP] 2.2.4.
var (
	viewerNames = map[string]string{
		"0x0001": "Connect", "0x0002": "ConnectFunnel", "0x0005": "OpenFile", "0x0007": "StartPlaying",
		"0x0009": "StopPlaying", "0x000d": "CloseFile", "0x0015": "ReadBlock", "0x0018": "FunnelInfo",
		"0x001a": "SecurityResponse", "0x001b": "Pong", "0x0028": "StartStriding", "0x0032": "Logging", "0x0033": "StreamSwitch",
	}
	macNames = map[string]string{
		"0x0001": "ReportConnectedEX", "0x0002": "ReportConnectedFunnel", "0x0003": "ReportDisconnectedFunnel",
		"0x0005": "ReportStartedPlaying", "0x0006": "ReportOpenFile", "0x000a": "ReportStartStriding",
		"0x0011": "ReportReadBlock", "0x0015": "ReportFunnelInfo", "0x001a": "SecurityChallenge", "0x001e": "ReportEndOfStream",
		"0x0021": "ReportStreamSwitch",
	}
)

// What an item is beside a message.
const (
	pairData   = "pair"
	headerData = "header"
	mediaData  = "packets"
	again      = "RequestPacketListResend"
)

// A talk is a session as tshark reads it.
type talk struct {
	session
	kinds  []string   // of each item
	fields [][]string // of each item: talkFields
}

// fields of what tshark is asked for, in this order.
var talkFields = []string{
	"_ws.col.Protocol", "msmms.command.to-server-id", "msmms.command.to-client-id", "msmms.command.length",
	"msmms.command.length-remaining", "msmms.command.sequence-number", "msmms.command.length-remaining2",
	"msmms.data.packet-id-type", "msmms.data.packet-length", "msmms.data.header-id",
	"msmms.data.client-id", "msmms.data.packet-to-resend",
}

// judged has tshark's dissector read every message, data packet and datagram of
// the sessions. It must know each of them, from its first byte to its last, and
// find nothing wrong.
func judged(t *testing.T, sessions []session) []talk {
	t.Helper()
	file := apart(t, sessions)
	t.Cleanup(func() { keep(t, file) })
	for _, bad := range faults(t, file) {
		t.Errorf("frame %s", strings.Join(bad, " "))
	}
	lines := msmms(t, file, "", talkFields...)
	var talks []talk
	for _, s := range sessions {
		if len(lines) < len(s.items) {
			t.Fatalf("tshark found %d frames of %d", len(lines), len(s.items))
		}
		d := talk{session: s, fields: lines[:len(s.items)]}
		incarnations := map[byte]string{0xFF: pairData}
		counts := map[bool]int{}
		for i, it := range s.items {
			kind := it.judge(t, lines[i], incarnations, counts)
			if kind == "" {
				t.Errorf("%v of the session %d is not known: %q", it, s.port, lines[i])
			}
			d.kinds = append(d.kinds, kind)
		}
		lines = lines[len(s.items):]
		talks = append(talks, d)
	}
	return talks
}

// faults are the frames of which tshark says anything bad at all.
func faults(t *testing.T, file string) [][]string {
	t.Helper()
	return msmms(t, file, "_ws.malformed or _ws.expert", "frame.number", "_ws.expert.message", "_ws.col.Info")
}

// The referee's own proof: what is wrong inside a message, and what is none.
func TestTsharkFindsFaults(t *testing.T) {
	good := mms.NewReportConnectedEX(mms.SOK, mms.DisablePacketPair, "9.1.1.3814", "")
	long := mms.AppendPacket(nil, 0, 0, &good)
	binary.LittleEndian.PutUint32(long[84:], 5000) // characters in the version
	data := mms.Data{PlayIncarnation: 4, AFFlags: 1, Payload: make([]byte, 100)}
	for name, tt := range map[string]struct {
		bytes  []byte
		faults int
	}{
		"good":              {mms.AppendPacket(nil, 0, 0, &good), 0},
		"a text too long":   {long, 1},
		"a message cut off": {mms.AppendPacket(nil, 0, 0, &good)[:96], 0},
		"a datagram":        {data.Append(nil), 0},
	} {
		s := session{port: 40000, udp: 33440, items: []item{{bytes: tt.bytes}}} // 33440 is one of traceroute's
		file := apart(t, []session{s})
		if got := faults(t, file); len(got) != tt.faults {
			t.Errorf("%s: %q", name, got)
		}
		f := msmms(t, file, "", talkFields...)[0]
		if known := s.items[0].judge(t, f, map[byte]string{4: mediaData}, map[bool]int{}) != ""; known != (name != "a message cut off") {
			t.Errorf("%s: %q", name, f)
		}
	}
}

// judge says what tshark takes the item for, "" for nothing that has a place
// here. A data packet belongs to the last message with its incarnation.
func (i item) judge(t *testing.T, f []string, incarnations map[byte]string, counts map[bool]int) string {
	t.Helper()
	viewer, mac, kind := viewerNames[f[1]], macNames[f[2]], incarnations[i.bytes[4]]
	size := strconv.Itoa(len(i.bytes))
	switch {
	case f[0] != "MSMMS":
	case i.player && viewer != "":
		i.incarnate(viewer, incarnations)
		return viewer
	case !i.player && mac != "":
		i.judgeHead(t, f, counts[false])
		counts[false]++
		return mac
	case i.player && i.udp && f[9] == "0xbeeff00d":
		return again
	case !i.player && kind != "" && f[7] != "" && f[8] == size:
		return kind
	}
	return ""
}

// judgeHead holds a message of the server against the lengths and the number that
// tshark reads in its head. chunkCount leaves the first 16 bytes out, as all
// players have it.
func (i item) judgeHead(t *testing.T, f []string, number int) {
	t.Helper()
	n := len(i.bytes)
	want := []string{strconv.Itoa(n - 16), strconv.Itoa((n - 16) / 8), strconv.Itoa(number), strconv.Itoa((n - 32) / 8)}
	if got := f[3:7]; !slices.Equal(got, want) || n%8 != 0 {
		t.Errorf("%v: lengths and number %v, want %v", i, got, want)
	}
}

// incarnate notes what the data packets are that a message asks for, [MS-MMSP]
// 2.2.4.23, 2.2.4.25 and 2.2.4.26.
func (i item) incarnate(name string, incarnations map[byte]string) {
	switch name {
	case "ReadBlock":
		incarnations[i.bytes[80]] = headerData
	case "StartPlaying", "StartStriding":
		incarnations[i.bytes[68]] = mediaData
	}
}

// String has the kinds in their order, data that comes several times in a row
// once. What the sides say at the same time comes in the order of [MS-MMSP]
// 4.5.1: StopPlaying, Logging, ReportEndOfStream; packets before that end are
// left out, and so are those that cross a StreamSwitch on their way, and what is
// asked for and sent again.
func (d talk) String() string {
	var list []string
	stopped := 0 // behind StopPlaying
	seen := map[string]bool{}
	for i, kind := range d.kinds {
		copied := d.items[i].udp && seen[string(d.items[i].bytes)]
		seen[string(d.items[i].bytes)] = true
		data := kind == mediaData || kind == headerData || kind == pairData
		last := append([]string{""}, list...)[len(list)]
		switch {
		case copied, kind == again, data && last == kind:
		case stopped > 0 && kind == mediaData && last != "ReportEndOfStream":
		case kind == mediaData && last == "StreamSwitch" && list[len(list)-2] == mediaData:
		case stopped > 0 && kind == "Logging":
			list = slices.Insert(list, stopped, kind)
		default:
			list = append(list, kind)
			if kind == "StopPlaying" {
				stopped = len(list)
			} else if kind != "ReportEndOfStream" {
				stopped = 0
			}
		}
	}
	return strings.Join(list, " ")
}

// payloads joins what the items of a kind carry, each once if they came over UDP.
func (d talk) payloads(kind string) (b []byte) {
	seen := map[uint32]bool{}
	for i, it := range d.items {
		location := binary.LittleEndian.Uint32(it.bytes)
		if d.kinds[i] == kind && !(it.udp && seen[location]) {
			seen[location] = true
			b = append(b, it.bytes[8:]...)
		}
	}
	return b
}
