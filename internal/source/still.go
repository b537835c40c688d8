package source

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif" // decoded where a still is none of JPEG
	"image/jpeg"
	_ "image/png" // likewise
	"path"
	"slices"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// The bounds of a still: a picture that is streamed.
const (
	maxStill      = 1 << 20         // bytes of the picture
	maxStillSide  = 4096            // pixels
	maxStillBytes = 4 << 20         // of all that is streamed of it
	stillEvery    = 2 * time.Second // that it is sent again, for who comes or has lost it
	stillLength   = 10 * time.Second
	maxStillTime  = 24 * time.Hour
	stillPacket   = 1400 // bytes
	stillPreroll  = 1000 // ms
)

var stillEndings = []string{".jpg", ".jpeg", ".png", ".gif"}

// IsStill says whether a file name is that of a picture that can be streamed.
func IsStill(name string) bool {
	return slices.Contains(stillEndings, strings.ToLower(path.Ext(name)))
}

// NewStill makes content of a picture that is shown for a while, 10 s for 0: a JFIF
// stream of [ASF] 9.4, as Windows Media Services made of .jpg. Others become that.
func NewStill(name string, picture []byte, length time.Duration, c *Cache) (*Bytes, error) {
	if length <= 0 {
		length = stillLength
	}
	jpg, size, err := jpegOf(picture)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	b, err := stillFile(jpg, size, min(max(length, time.Second), maxStillTime))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	return NewBytes(name, b, c), nil
}

// jpegOf is a picture as JPEG: as it is, if it is that.
func jpegOf(picture []byte) ([]byte, image.Config, error) {
	size, format, err := image.DecodeConfig(bytes.NewReader(picture))
	switch {
	case err != nil:
		return nil, size, err
	case len(picture) > maxStill || size.Width > maxStillSide || size.Height > maxStillSide:
		return nil, size, fmt.Errorf("the picture has more than %d bytes, or %d pixels on a side", maxStill, maxStillSide)
	case format == "jpeg":
		return picture, size, nil
	}
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, size, err
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, img, nil)
	if err == nil && b.Len() > maxStill {
		err = fmt.Errorf("the picture has more than %d bytes as JPEG", maxStill)
	}
	return b.Bytes(), size, err
}

// stillFile packs a picture into a file in which it comes again and again, the last
// time at its end: so long it lasts.
func stillFile(jpg []byte, size image.Config, length time.Duration) ([]byte, error) {
	count := max(2, min(int(length/stillEvery)+1, maxStillBytes/len(jpg)))
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: stillPacket, Preroll: stillPreroll})
	if err != nil {
		return nil, err
	}
	var data []byte
	emit := func(pkt []byte) error { data = append(data, pkt...); return nil }
	for i := range count {
		at := length * time.Duration(i) / time.Duration(count-1)
		o := asf.MediaObject{Stream: 1, Number: uint32(i), Time: stillPreroll + uint32(at.Milliseconds()), Key: true, Data: jpg}
		if err := p.Add(o, emit); err != nil {
			return nil, err
		}
	}
	if err := p.Flush(emit); err != nil {
		return nil, err
	}
	packets := uint64(len(data) / stillPacket)
	rate := uint32(min(int64(len(data))*8*int64(time.Second)/int64(length), 1<<31))
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{
			DataPackets: packets, Preroll: stillPreroll, MinPacketSize: stillPacket, MaxPacketSize: stillPacket, MaxBitRate: rate,
			PlayDuration: uint64(length/100) + stillPreroll*10_000, SendDuration: uint64(length / 100), Flags: asf.FileSeekable,
		},
		&asf.StreamProperties{
			Type: asf.StreamTypeJFIF, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1,
			TypeSpecific: asf.ImageFormat{Width: uint32(size.Width), Height: uint32(size.Height)}.Append(nil),
		},
		asf.NewHeaderExtension(),
	}}
	h.File().FileSize = uint64(len(h.Append(nil)) + asf.DataHeadSize + len(data))
	b := asf.DataHead{Size: uint64(asf.DataHeadSize + len(data)), Packets: packets, Reserved: asf.DataReserved}.Append(h.Append(nil))
	return append(b, data...), nil
}
