package msbd

import (
	"bytes"
	"fmt"
	"testing"

	"caracal/internal/vector"
	"caracal/msb"
)

func TestMessageVectors(t *testing.T) {
	seen := map[MessageID]bool{}
	vector.Parsed(t, "messages.txt", parseAny, func(t *testing.T, v vector.Vector, in []byte, got any) {
		text, again := describeAny(got)
		if text != v["expect"] {
			t.Errorf("got  %s\nwant %s", text, v["expect"])
		}
		if same := bytes.Equal(again, in); same == (v["loose"] != "") {
			t.Errorf("written as %x, the same: %t", again, same)
		}
		m, _, _ := ParseMessage(in)
		seen[m.ID] = true
	})
	for id := range messageNames {
		if !seen[id] {
			t.Errorf("no vector of %v", id)
		}
	}
}

// parseAny parses one message with all that is in it.
func parseAny(in []byte) (any, error) {
	m, n, err := ParseMessage(in)
	if err != nil {
		return nil, err
	}
	if n != len(in) {
		return nil, fmt.Errorf("%d bytes of %d", n, len(in))
	}
	switch m.ID {
	case ReqConnect:
		return parsed(ParseConnect(m.Body))
	case ResConnect:
		return parsed(ParseConnectResponse(m))
	case IndStreamInfo, ResStreamInfo:
		info, err := ParseStreamInfo(m)
		return infoOf{m.ID, info}, err
	case IndPacket:
		return parsed(ParsePacket(m.Body))
	}
	return m, nil
}

func parsed[T any](v T, err error) (any, error) { return v, err }

type infoOf struct {
	id MessageID
	StreamInfo
}

// describeAny says what was parsed, and writes it again.
func describeAny(v any) (string, []byte) {
	switch v := v.(type) {
	case ConnectRequest:
		return fmt.Sprintf("%v hr=%v delivery=%d channel=%q", ReqConnect, SOK, v.Delivery, v.Channel), v.Append(nil)
	case ConnectResponse:
		if v.HR.Failed() {
			return fmt.Sprintf("%v hr=%v", ResConnect, v.HR), v.Append(nil)
		}
		group := "none"
		if v.Group.IsValid() {
			group = v.Group.String()
		}
		return fmt.Sprintf("%v hr=%v flags=%d group=%s", ResConnect, v.HR, v.Flags, group), v.Append(nil)
	case infoOf:
		if v.Empty() {
			return fmt.Sprintf("%v hr=%v empty", v.id, v.HR), v.Append(nil, v.id)
		}
		return fmt.Sprintf("%v hr=%v stream=%#04x size=%d packets=%d rate=%d duration=%d title=%x description=%x link=%x header=%x",
			v.id, v.HR, uint16(v.Stream), v.PacketSize, v.Packets, v.BitRate, v.Duration, v.Title, v.Description, v.Link, v.Header), v.Append(nil, v.id)
	case msb.Packet:
		return fmt.Sprintf("%v hr=%v id=%d stream=%#04x asf=%x", IndPacket, SOK, v.ID, uint16(v.Stream), v.ASF), AppendPacket(nil, v)
	case Message:
		return fmt.Sprintf("%v hr=%v", v.ID, v.HR), v.Append(nil)
	}
	return "", nil
}

// The largest of everything has the sizes that the specification says.
func TestLargestMessages(t *testing.T) {
	packet := AppendPacket(nil, msb.Packet{ID: 1, Stream: 1, ASF: make([]byte, MaxASFPacket)})
	if len(packet) != 0xFFFF || packet[22] != 0xEF || packet[23] != 0xFF {
		t.Errorf("a packet of %d bytes, wPacketSize %x", len(packet), packet[22:24])
	}
	if MaxBinary != 65_487 || maxChannel != 65_514 {
		t.Errorf("%d and %d", MaxBinary, maxChannel)
	}
	info := StreamInfo{Stream: 1, Header: make([]byte, MaxBinary)}
	if b := info.Append(nil, IndStreamInfo); len(b) != 0xFFFF || len(b) != info.Size() {
		t.Errorf("a description of %d bytes", len(b))
	}
	long := ConnectRequest{Channel: string(bytes.Repeat([]byte("é"), 40_000))}
	if b := long.Append(nil); len(b) != 0xFFFE {
		t.Errorf("a request of %d bytes", len(b))
	}
	for _, b := range [][]byte{packet, info.Append(nil, ResStreamInfo), long.Append(nil)} {
		if _, err := parseAny(b); err != nil {
			t.Error(err)
		}
	}
	if n := PacketHeadSize + MaxGroupASFPacket; n != msb.MaxPacket {
		t.Errorf("a datagram of %d bytes", n)
	}
}

// Each stream of a session has a wStreamId of its own, of those that there are.
func TestStreamsDiffer(t *testing.T) {
	seen := map[msb.StreamID]bool{}
	for n := range streams {
		id := nthStream(n)
		if seen[id] || id&^0x87FF != 0 {
			t.Fatalf("stream %d: %#04x", n, uint16(id))
		}
		seen[id] = true
	}
	for n, want := range map[int]msb.StreamID{1: 1, 2047: 0x07FF, 2048: 0x8000, 4095: 0x87FF, 4096: 0, 4097: 1} {
		if id := nthStream(n); id != want {
			t.Errorf("stream %d: %#04x, want %#04x", n, uint16(id), uint16(want))
		}
	}
}

// What a packet begins with is written without allocating.
func TestPacketHeadAllocatesNothing(t *testing.T) {
	b := make([]byte, 0, PacketHeadSize)
	if n := testing.AllocsPerRun(100, func() { b = AppendPacketHead(b[:0], 7, 1, 1500) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
