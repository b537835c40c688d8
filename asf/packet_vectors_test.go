package asf

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// packetVector is one case of testdata/packet: wire bytes and what they mean.
type packetVector struct {
	name   string
	wire   []byte
	expect string
}

// packetVectors reads the cases of a file, which blank lines separate.
func packetVectors(t testing.TB, file string) []packetVector {
	t.Helper()
	text, err := os.ReadFile("testdata/packet/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var all []packetVector
	for block := range strings.SplitSeq(string(text), "\n\n") {
		var v packetVector
		var expect []string
		for line := range strings.Lines(block) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			value = strings.TrimSpace(value)
			switch key {
			case "name":
				v.name = value
			case "hex":
				b, err := hex.DecodeString(strings.ReplaceAll(value, " ", ""))
				if err != nil {
					t.Fatalf("%s: %s: %v", file, v.name, err)
				}
				v.wire = append(v.wire, b...)
			case "expect":
				expect = append(expect, value)
			}
		}
		if v.name != "" {
			v.expect = strings.Join(expect, "\n")
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: no cases", file)
	}
	return all
}

// packetText writes a packet in the words of the vectors.
func packetText(b []byte) string {
	var p Packet
	if err := ParsePacket(b, &p); err != nil {
		return "error " + err.Error()
	}
	var lines []string
	if p.Opaque {
		lines = append(lines, fmt.Sprintf("opaque ec=%x body=%x", p.ErrorCorrection, p.Body))
	} else {
		lines = append(lines, fmt.Sprintf("packet ec=%x flags=%02x props=%02x length=%d sequence=%d padding=%d send=%d duration=%d",
			p.ErrorCorrection, p.LengthFlags, p.PropertyFlags, p.Length, p.Sequence, p.PaddingLength, p.SendTime, p.Duration))
	}
	it := p.Payloads()
	for it.Next() {
		lines = append(lines, payloadText(it.Payload))
	}
	if err := it.Err(); err != nil {
		return strings.Join(append(lines, "error "+err.Error()), "\n")
	}
	off, n, err := PaddingSpan(b)
	if err != nil {
		return strings.Join(append(lines, "error "+err.Error()), "\n")
	}
	return strings.Join(append(lines, fmt.Sprintf("span=%d+%d", off, n)), "\n")
}

func payloadText(pl Payload) string {
	var s strings.Builder
	fmt.Fprintf(&s, "payload stream=%d", pl.Stream)
	if pl.Key {
		s.WriteString(" key")
	}
	fmt.Fprintf(&s, " object=%d offset=%d of %d time=%d", pl.Object, pl.Offset, pl.ObjectSize, pl.Time)
	if pl.Compressed {
		fmt.Fprintf(&s, " compressed delta=%d", pl.Delta)
	}
	switch {
	case len(pl.Replicated) > objectReplicated:
		fmt.Fprintf(&s, " extension=%x", pl.Replicated[objectReplicated:])
	case len(pl.Replicated) > 0 && len(pl.Replicated) < objectReplicated:
		fmt.Fprintf(&s, " replicated=%x", pl.Replicated)
	}
	fmt.Fprintf(&s, " data=%x", pl.Data)
	return s.String()
}

func TestPacketVectors(t *testing.T) {
	for _, file := range []string{"shapes.txt", "errors.txt"} {
		for _, v := range packetVectors(t, file) {
			t.Run(v.name, func(t *testing.T) {
				if got := packetText(v.wire); got != v.expect {
					t.Errorf("got\n%s\nwant\n%s", got, v.expect)
				}
				checkPacketAppend(t, v.wire)
			})
		}
	}
}

// checkPacketAppend holds that a packet that parses is written as it was read.
func checkPacketAppend(t *testing.T, b []byte) {
	t.Helper()
	var p Packet
	err := ParsePacket(b, &p)
	send, sendErr := SendTime(b)
	if err != nil {
		return
	}
	if got := p.Append(nil); !bytes.Equal(got, b) {
		t.Errorf("appended\n%x\nwant\n%x", got, b)
	}
	if p.Size() != len(b) || p.HeadSize() != len(p.AppendHead(nil)) {
		t.Errorf("size %d, head %d, want %d, %d", p.Size(), p.HeadSize(), len(b), len(p.AppendHead(nil)))
	}
	if p.Opaque != (sendErr != nil) || send != p.SendTime {
		t.Errorf("SendTime gives %d, %v, want %d", send, sendErr, p.SendTime)
	}
	off, n, err := PaddingSpan(b)
	if err != nil || off+n != len(b) || n < len(p.Padding) {
		t.Errorf("PaddingSpan gives %d, %d, %v", off, n, err)
	}
}
