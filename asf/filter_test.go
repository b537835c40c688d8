package asf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// filterAll filters packets, and checks what holds for every one.
func filterAll(t testing.TB, s *Selection, packets [][]byte) [][]byte {
	t.Helper()
	var out [][]byte
	buf := make([]byte, 0, 1<<16)
	for i, pkt := range packets {
		before := bytes.Clone(pkt)
		b, _, err := s.Filter(buf, pkt)
		if err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		if !bytes.Equal(pkt, before) {
			t.Fatalf("packet %d was written to", i)
		}
		if b != nil {
			checkRewritten(t, b, pkt)
			out = append(out, bytes.Clone(b))
		}
	}
	return out
}

// checkRewritten holds that a filtered packet is pkt itself, or a shorter one in
// multiple payloads form, without padding and with the same times.
func checkRewritten(t testing.TB, b, pkt []byte) {
	t.Helper()
	if &b[0] == &pkt[0] && len(b) == len(pkt) {
		return
	}
	var p, q Packet
	if err := ParsePacket(pkt, &p); err != nil {
		t.Fatal(err)
	}
	if err := ParsePacket(b, &q); err != nil {
		t.Fatal(err)
	}
	_, padding, err := PaddingSpan(b)
	if err != nil || padding != 0 || q.PaddingLength != 0 || q.Length != 0 {
		t.Errorf("%d bytes of padding, %v: %+v", padding, err, q)
	}
	if len(b) >= len(pkt) || !q.Multiple || q.SendTime != p.SendTime || q.Duration != p.Duration ||
		q.Sequence != p.Sequence || !bytes.Equal(q.ErrorCorrection, p.ErrorCorrection) {
		t.Errorf("%d bytes %+v of %d bytes %+v", len(b), q, len(pkt), p)
	}
}

// ffmpeg finds the same frames in the streams that are kept.
func TestFilterJudgedByFFmpeg(t *testing.T) {
	for _, size := range clipSizes {
		for _, keep := range [][]int{{0, 2}, {1, 3}, {0, 1, 2}, {2}, {3, 0}} {
			t.Run(fmt.Sprintf("%d bytes, streams %v", size, keep), func(t *testing.T) {
				c := makeClip(t, size)
				s := c.selection()
				var kept []uint8
				for i, n := range c.streams {
					s.Set(n, None)
					for _, k := range keep {
						if k == i {
							s.Set(n, Whole)
							kept = append(kept, n)
						}
					}
				}
				out := filterAll(t, s, c.packets)
				c.sameFrames(t, out, kept)

				want, _ := objects(t, c.packets)
				got, lost := objects(t, out)
				if lost != 0 || len(got) != len(kept) {
					t.Errorf("%d objects lost, %d streams", lost, len(got))
				}
				for _, n := range kept {
					if !sameObjects(got[n], want[n]) {
						t.Errorf("stream %d: %d objects, want %d", n, len(got[n]), len(want[n]))
					}
				}
			})
		}
	}
}

// Thinning to key frames keeps each of them whole, and all audio.
func TestFilterKeyFrames(t *testing.T) {
	for _, size := range clipSizes {
		c := makeClip(t, size)
		s := c.selection()
		for _, n := range c.streams {
			s.Set(n, KeyFrames)
		}
		all, _ := objects(t, c.packets)
		got, lost := objects(t, filterAll(t, s, c.packets))
		for _, n := range c.streams {
			var want []MediaObject
			for _, o := range all[n] {
				if o.Key || !c.video[n] {
					want = append(want, o)
				}
			}
			if !sameObjects(got[n], want) || lost != 0 || len(want) < 4 || c.video[n] && len(want) == len(all[n]) {
				t.Errorf("%d bytes, stream %d: %d objects, want %d of %d, %d lost", size, n, len(got[n]), len(want), len(all[n]), lost)
			}
		}
	}
}

func TestFilterAsIsAndNothing(t *testing.T) {
	c := makeClip(t, 576)
	s := c.selection()
	for _, pkt := range c.packets {
		if b, _, err := s.Filter(nil, pkt); err != nil || &b[0] != &pkt[0] || len(b) != len(pkt) {
			t.Fatalf("everything selected: %d bytes, %v", len(b), err)
		}
	}
	if !s.Everything() || s.Nothing() {
		t.Error("not everything")
	}
	for _, n := range c.streams {
		s.Set(n, None)
	}
	if out := filterAll(t, s, c.packets); len(out) != 0 || !s.Nothing() || s.Everything() {
		t.Errorf("nothing selected: %d packets", len(out))
	}
}

// What is not an audio, video or named stream, and what has no payloads.
func TestFilterOddPackets(t *testing.T) {
	s := new(Selection)
	s.add(1, false)
	s.add(2, false)
	s.Set(2, None)
	for _, tc := range []struct{ vector, want string }{
		{"opaque data: a parity packet of multicast", "nil"},
		{"multiple payloads, but none there", "nil"},
		{"all lengths of four bytes, sequence number, extension system data", "nil"}, // stream 5
		{"single payload with padding length of two bytes", "asis"},
		{"two payloads, error correction data, padding length of one byte", "82000001 5d e8030000 2800 81 8103 00000000 08 14000000 1c0c0000 0400 61626364"},
		{"compressed payload data between others, payload lengths of one byte", "82000001 5d 05000000 0600 41 0101 00000000 08 01000000 0a000000 01 41"},
	} {
		for _, v := range packetVectors(t, "shapes.txt") {
			if v.name != tc.vector {
				continue
			}
			out, _, err := s.Filter(nil, v.wire)
			if err != nil {
				t.Errorf("%s: %v", v.name, err)
				continue
			}
			got := "nil"
			if out != nil {
				checkRewritten(t, out, v.wire)
				got = fmt.Sprintf("%x", out)
			}
			if bytes.Equal(out, v.wire) {
				got = "asis"
			}
			if got != strings.ReplaceAll(tc.want, " ", "") {
				t.Errorf("%s: got %s, want %s", v.name, got, tc.want)
			}
		}
	}
}
