package asf

import "testing"

// packetWork is what is done to every packet on its way to a player.
var packetWork = []struct {
	name string
	work func(c *clip) func(pkt []byte) error
}{
	{"ParsePacket and payloads", func(*clip) func([]byte) error {
		return func(pkt []byte) error {
			var p Packet
			if err := ParsePacket(pkt, &p); err != nil {
				return err
			}
			it := p.Payloads()
			for it.Next() {
			}
			return it.Err()
		}
	}},
	{"ParsePacket, Trim and AppendHead", func(*clip) func([]byte) error {
		buf := make([]byte, 0, 64)
		return func(pkt []byte) error {
			var p Packet
			if err := ParsePacket(pkt, &p); err != nil {
				return err
			}
			p.Trim(true)
			buf = p.AppendHead(buf[:0])
			return nil
		}
	}},
	{"SendTime", func(*clip) func([]byte) error {
		return func(pkt []byte) error { _, err := SendTime(pkt); return err }
	}},
	{"PaddingSpan", func(*clip) func([]byte) error {
		return func(pkt []byte) error { _, _, err := PaddingSpan(pkt); return err }
	}},
	{"Filter everything", func(c *clip) func([]byte) error {
		s := c.selection()
		return func(pkt []byte) error { _, _, err := s.Filter(nil, pkt); return err }
	}},
	{"Filter half", func(c *clip) func([]byte) error {
		s := c.selection()
		s.Set(c.streams[0], None)
		s.Set(c.streams[2], None)
		dst := make([]byte, 0, c.size)
		return func(pkt []byte) error { _, _, err := s.Filter(dst, pkt); return err }
	}},
	{"Filter while switching", func(c *clip) func([]byte) error {
		s := c.selection()
		dst := make([]byte, 0, c.size)
		from, to := c.streams[0], c.streams[1]
		s.Set(to, None)
		return func(pkt []byte) error {
			if s.Level(to) == Whole && s.Level(from) == None {
				from, to = to, from
			}
			s.Switch(from, to, Whole)
			_, _, err := s.Filter(dst, pkt)
			return err
		}
	}},
	{"FilterObject", func(c *clip) func([]byte) error {
		dst := make([]byte, 0, c.size)
		return func(pkt []byte) error { _, _, _, err := FilterObject(dst, pkt, c.streams[0], 12); return err }
	}},
}

func TestPacketWorkAllocatesNothing(t *testing.T) {
	for _, size := range []int{100, 1600, 8192} {
		c := makeClip(t, size)
		for _, w := range packetWork {
			work := w.work(c)
			if n := testing.AllocsPerRun(2, func() {
				for _, pkt := range c.packets {
					if err := work(pkt); err != nil {
						t.Fatal(err)
					}
				}
			}); n != 0 {
				t.Errorf("%s, %d bytes: %v allocations for %d packets", w.name, size, n, len(c.packets))
			}
		}
	}
}

func BenchmarkPacket(b *testing.B) {
	c := makeClip(b, 1600)
	for _, w := range packetWork {
		b.Run(w.name, func(b *testing.B) {
			work := w.work(c)
			b.ReportAllocs()
			b.SetBytes(int64(c.size))
			for i := 0; b.Loop(); i++ {
				if err := work(c.packets[i%len(c.packets)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPacketizer(b *testing.B) {
	p, err := NewPacketizer(PacketizerOptions{PacketSize: 1600})
	if err != nil {
		b.Fatal(err)
	}
	o := MediaObject{Stream: 1, Time: 4000, Data: make([]byte, 5000)}
	emit := func([]byte) error { return nil }
	b.ReportAllocs()
	b.SetBytes(int64(len(o.Data)))
	for b.Loop() {
		if err := p.Add(o, emit); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDepacketizer(b *testing.B) {
	c := makeClip(b, 1600)
	d := NewDepacketizer(DepacketizerOptions{})
	emit := func(MediaObject) error { return nil }
	b.ReportAllocs()
	b.SetBytes(int64(c.size))
	for i := 0; b.Loop(); i++ {
		if err := d.Add(c.packets[i%len(c.packets)], emit); err != nil {
			b.Fatal(err)
		}
	}
}
