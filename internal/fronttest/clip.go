package fronttest

import (
	"bytes"

	"caracal/asf"
)

// PacketSize is that of all clips that say no other, in bytes.
const PacketSize = 500

// Clip is an ASF file: what players are sent before the packets, and them.
type Clip struct{ Header, Packets []byte }

// Count is how many packets it has.
func (c Clip) Count() int { return len(c.Packets) / PacketSize }

// Packet returns the nth, from 0.
func (c Clip) Packet(n int) []byte { return c.Packets[n*PacketSize:][:PacketSize] }

// File returns all of it.
func (c Clip) File() []byte { return bytes.Join([][]byte{c.Header, c.Packets}, nil) }

// Content says what a clip is made of: an object of each stream every so often.
type Content struct {
	Seconds uint32
	Every   uint32 // ms
	Preroll uint32 // ms
	BitRate uint32 // bits/s
	Packet  int    // of a packet, bytes; PacketSize for 0: Count and Packet are for that alone
	Streams []Stream
	More    []asf.Object // of the header
}

// Stream is one of video or audio.
type Stream struct {
	Number  uint8
	Video   bool
	Size    int    // of an object, bytes
	Key     uint32 // every nth is a key frame; all for 0
	KeySize int    // of a key frame, bytes; Size for 0
	Format  []byte // what its header says of the codec
}

// Film is what most tests play: video (stream 1) with a key frame every half
// second, and audio (stream 2).
func Film(seconds uint32) Content {
	return Content{
		Seconds: seconds, Every: 50, Preroll: 100, BitRate: 80_000,
		Streams: []Stream{{Number: 1, Video: true, Size: 400, Key: 10}, {Number: 2, Size: 60}},
	}
}

// Clip makes the clip.
func (c Content) Clip() Clip {
	var clip Clip
	size := c.packet()
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: size, Preroll: c.Preroll})
	if err != nil {
		panic(err)
	}
	emit := func(b []byte) error { clip.Packets = append(clip.Packets, b...); return nil }
	for i := range c.Seconds * 1000 / c.Every {
		for _, s := range c.Streams {
			p.Add(s.object(i, c.Preroll+i*c.Every), emit)
		}
	}
	p.Flush(emit)
	n := uint64(len(clip.Packets) / size)
	clip.Header = c.header(n).Append(nil)
	clip.Header = asf.DataHead{Size: asf.DataHeadSize + n*uint64(size), Packets: n, Reserved: asf.DataReserved}.Append(clip.Header)
	return clip
}

func (c *Content) packet() int {
	if c.Packet > 0 {
		return c.Packet
	}
	return PacketSize
}

// object is the ith of the stream, and holds that number all over.
func (s *Stream) object(i, at uint32) asf.MediaObject {
	key, size := s.Key == 0 || i%s.Key == 0, s.Size
	if key && s.KeySize > 0 {
		size = s.KeySize
	}
	return asf.MediaObject{Stream: s.Number, Number: i, Time: at, Key: key, Data: bytes.Repeat([]byte{byte(i)}, size)}
}

func (c *Content) header(packets uint64) *asf.Header {
	length, size := uint64(c.Seconds)*1e7, uint32(c.packet())
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{DataPackets: packets, Preroll: uint64(c.Preroll), MinPacketSize: size, MaxPacketSize: size,
			MaxBitRate: c.BitRate, PlayDuration: length + 1e4*uint64(c.Preroll), SendDuration: length, Flags: asf.FileSeekable},
	}}
	for _, s := range c.Streams {
		kind := asf.StreamTypeAudio
		if s.Video {
			kind = asf.StreamTypeVideo
		}
		h.Objects = append(h.Objects, &asf.StreamProperties{
			Type: kind, ErrorCorrectionType: asf.NoErrorCorrection, Flags: uint16(s.Number), TypeSpecific: s.Format,
		})
	}
	h.Objects = append(h.Objects, asf.NewHeaderExtension())
	h.Objects = append(h.Objects, c.More...)
	return h
}

// Later is the clip with the times of its packets so many ms further on.
func (c Clip) Later(ms uint32) Clip {
	moved := Clip{Header: c.Header, Packets: bytes.Clone(c.Packets)}
	shift := asf.Shift{Time: ms}
	for n := range moved.Count() {
		if err := shift.Apply(moved.Packet(n)); err != nil {
			panic(err)
		}
	}
	return moved
}
