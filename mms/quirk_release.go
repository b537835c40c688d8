package mms

import (
	"encoding/binary"
	"strings"

	"caracal/asf"
	"caracal/internal/head"
)

// ffmpegGUID is what FFmpeg says in the place of a random one.
const ffmpegGUID = "7E667F5D-A661-495E-A512-F55686DDA178"

func isFFmpeg(a head.Agent) bool { return strings.EqualFold(a.GUID, ffmpegGUID) }

// How FFmpeg 4 to 5.1 reads mmst://, where the header does not say where the
// content ends:
//
//   - EndOfStream, the end of the connection and all else that is no data packet
//     count as a read of 0 bytes, and that as "again": it asks forever;
//   - the one thing that counts as an error is a data packet that is longer than
//     the content's packets, but what asks next gets that packet's bytes;
//   - its demuxer asks twice wherever it looks for the end, so it takes such an
//     error, between two packets, for nothing, and the bytes for a packet;
//   - only in the middle of a payload none of whose bytes it has got does it take
//     the first error for the end.
//
// So behind the content it gets the head of a payload whose bytes would lie behind
// the packet's end, and there the packet that is too long. A payload of a stream
// that it has no use for is passed over, and the error with it: then the bytes of
// the packet that is too long are the head of a payload of the next stream, and so
// on. FFmpeg may have met the first end while it looked for what the streams are;
// so there are two rounds.
const (
	releaseRounds = 2
	// releaseMost bounds it all, bytes. Nobody has so many streams in so long packets.
	releaseMost = 256 << 10
	// releaseHead is what the packet below has before its replicated data, and
	// releaseLeast what that has at least: the object's size and its time, bytes.
	releaseHead  = 20
	releaseLeast = 8
)

// appendRelease appends data packets that let FFmpeg end: it closes the
// connection, and reports an input/output error behind all frames.
func appendRelease(b []byte, incarnation byte, packetSize int, streams []*asf.StreamProperties) []byte {
	if len(streams) == 0 || packetSize < releaseHead+releaseLeast || packetSize >= MaxPayload {
		return b
	}
	began := len(b)
	size := packetSize // of the first one; all others are too long
	for range releaseRounds {
		for _, s := range streams {
			if len(b)-began > releaseMost {
				break
			}
			b = AppendDataHead(b, NoPosition, incarnation, 0, size)
			b = appendUnfinished(b, s.Number(), size)
			size = packetSize + 1
		}
	}
	b = AppendDataHead(b, NoPosition, incarnation, 0, packetSize+1)
	return append(b, make([]byte, packetSize+1)...)
}

// appendUnfinished appends size bytes of an ASF packet that says that it has one
// more, which is its payload; replicated data fills what is before.
func appendUnfinished(b []byte, stream uint8, size int) []byte {
	const (
		fourBytes  = 0x60 // the packet's length
		properties = 0x43 // one byte for the stream, four for the length of replicated data
		keyFrame   = 0x80 // or it may be passed over
	)
	p := asf.Packet{ErrorCorrection: []byte{0x82, 0, 0}, LengthFlags: fourBytes, PropertyFlags: properties, Length: uint32(size + 1)}
	p.Body = binary.LittleEndian.AppendUint32([]byte{keyFrame | stream}, uint32(size-releaseHead))
	p.Body = binary.LittleEndian.AppendUint32(p.Body, 1) // the object's size
	p.Padding = make([]byte, size-p.HeadSize()-len(p.Body))
	return p.Append(b)
}
