package rtsp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/pion/rtp"

	"caracal/internal/vector"
)

// What a Joiner makes of RTP packets: "in" has one a line, as sequence number,
// "m" for the marker bit, and the payload; "out" the ASF packets.
func TestJoinerVectors(t *testing.T) {
	for _, v := range vector.Read(t, "payload_joined.txt") {
		t.Run(v["name"], func(t *testing.T) {
			var j Joiner
			var got []string
			for line := range strings.SplitSeq(v["in"], "\n") {
				err := j.Add(joinerPacket(t, line), func(r Received) error {
					got = append(got, fmt.Sprintf("%s %x", describeReceived(r), r.Data))
					return nil
				})
				if err != nil {
					got = append(got, err.Error())
				}
			}
			if text := strings.Join(got, "\n"); text != v["out"] {
				t.Errorf("got\n%s\nwant\n%s", text, v["out"])
			}
			if int(j.Lost) != v.Number(t, "lost") {
				t.Errorf("%d lost", j.Lost)
			}
		})
	}
}

func joinerPacket(t *testing.T, line string) *rtp.Packet {
	t.Helper()
	seq, rest, _ := strings.Cut(line, " ")
	p := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(vector.Vector{"seq": seq}.Number(t, "seq")), Timestamp: 1000}}
	if after, ok := strings.CutPrefix(rest, "m"); ok {
		p.Marker, rest = true, after
	}
	p.Payload = vector.Hex(t, rest)
	return p
}

func TestJoinerIsBounded(t *testing.T) {
	var j Joiner
	never := func(Received) error { t.Error("an ASF packet came out"); return nil }
	p := &rtp.Packet{Payload: make([]byte, 60_004)}
	for at := 0; ; at += 60_000 {
		binary.BigEndian.PutUint32(p.Payload, uint32(at))
		err := j.Add(p, never)
		if at+60_000 > MaxASFPacket {
			if err == nil {
				t.Error("no error at the limit")
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p.SequenceNumber++
	}
	if cap(j.buf) > 2*MaxASFPacket {
		t.Errorf("%d bytes kept", cap(j.buf))
	}
}

// Any RTP packets: no ASF packet is empty or longer than what came in.
func FuzzJoiner(f *testing.F) {
	for _, v := range vector.Read(f, "payload_packets.txt") {
		lines := strings.Split(v["rtp"], "\n")
		a := vector.Hex(f, lines[0])
		z := vector.Hex(f, lines[len(lines)-1])
		f.Add(a, z)
	}
	f.Fuzz(func(t *testing.T, a, z []byte) {
		var j Joiner
		in, out := 0, 0
		for _, b := range [][]byte{a, z, a} {
			var p rtp.Packet
			if p.Unmarshal(bytes.Clone(b)) != nil {
				continue
			}
			in += len(p.Payload)
			err := j.Add(&p, func(r Received) error {
				out += len(r.Data)
				if len(r.Data) == 0 {
					t.Fatal("an empty ASF packet")
				}
				return nil
			})
			if out > in {
				t.Fatalf("%d bytes of %d, %v", out, in, err)
			}
		}
	})
}
