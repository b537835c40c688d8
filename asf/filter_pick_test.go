package asf

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Whatever the selection was, and whatever it has become since, the mask makes
// the same packet again.
func TestPickMakesFilteredPacketsAgain(t *testing.T) {
	type filtered struct {
		raw, out []byte
		keep     uint64
	}
	for seed := range uint64(8) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		c := makeClip(t, clipSizes[rnd.IntN(len(clipSizes))])
		s := c.selection()
		stream := func() uint8 { return c.streams[rnd.IntN(len(c.streams))] }
		var all []filtered
		for _, pkt := range c.packets {
			switch rnd.IntN(8) {
			case 0:
				s.Set(stream(), Level(rnd.IntN(3)))
			case 1:
				s.Switch(stream(), stream(), Level(rnd.IntN(2)))
			}
			out, keep, err := s.Filter(nil, pkt)
			if err != nil || (keep == 0) != (out == nil) || (keep == KeepAll) != (len(out) == len(pkt)) {
				t.Fatalf("%d of %d bytes, mask %x, %v", len(out), len(pkt), keep, err)
			}
			all = append(all, filtered{pkt, out, keep})
		}
		for i, f := range all {
			if again, err := Pick(nil, f.raw, f.keep); err != nil || !bytes.Equal(again, f.out) {
				t.Fatalf("packet %d, mask %x: %d bytes, %v, want %d", i, f.keep, len(again), err, len(f.out))
			}
		}
	}
}

// A key frame alone is made again too.
func TestPickMakesObjectsAgain(t *testing.T) {
	c := makeClip(t, 576)
	for _, pkt := range c.packets {
		for object := range uint32(40) {
			out, keep, _, err := FilterObject(nil, pkt, c.streams[0], object)
			if again, pickErr := Pick(nil, pkt, keep); err != nil || pickErr != nil || !bytes.Equal(again, out) {
				t.Fatalf("object %d: %d bytes, %v, want %d", object, len(again), pickErr, len(out))
			}
		}
	}
}

// The two sides of a split have every payload once, in its place.
func TestSplit(t *testing.T) {
	for _, size := range clipSizes {
		c := makeClip(t, size)
		var set StreamSet
		set.Add(c.streams[0])
		set.Add(c.streams[3])
		set.Add(127)
		set.Remove(127)
		if !set.Has(c.streams[0]) || set.Has(c.streams[1]) || set.Has(127) {
			t.Fatalf("the set is %x", set)
		}
		want, _ := objects(t, c.packets)
		var sides [2][][]byte
		for _, pkt := range c.packets {
			in, out, err := set.Split(pkt)
			if err != nil {
				t.Fatal(err)
			}
			for i, keep := range []uint64{in, out} {
				b, err := Pick(nil, pkt, keep)
				if err != nil {
					t.Fatal(err)
				}
				if b != nil {
					sides[i] = append(sides[i], b)
				}
			}
		}
		for i, packets := range sides {
			got, lost := objects(t, packets)
			for _, n := range c.streams {
				if mine := set.Has(n) == (i == 0); mine && !sameObjects(got[n], want[n]) || !mine && len(got[n]) > 0 || lost != 0 {
					t.Errorf("%d bytes, side %d: %d objects of stream %d, %d lost", size, i, len(got[n]), n, lost)
				}
			}
		}
	}
}

// What has no payload goes one way, whole; what does not parse is an error.
func TestSplitOddPackets(t *testing.T) {
	var set StreamSet
	set.Add(1)
	for _, v := range packetVectors(t, "shapes.txt") {
		in, out, err := set.Split(v.wire)
		if err != nil || in == 0 && out == 0 || in != 0 && out != 0 && in&out != 0 {
			t.Errorf("%s: %x, %x, %v", v.name, in, out, err)
		}
	}
	for _, v := range packetVectors(t, "errors.txt") {
		if v.name == "sub-payload beyond its payload" {
			continue
		}
		if _, _, err := set.Split(v.wire); err == nil {
			t.Errorf("Split, %s: no error", v.name)
		}
		if b, err := Pick(nil, v.wire, 1); err == nil || b != nil {
			t.Errorf("Pick, %s: %d bytes, %v", v.name, len(b), err)
		}
	}
}
