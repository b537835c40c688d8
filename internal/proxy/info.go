package proxy

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// maxPackets is the most packets that one content may have.
const maxPackets = math.MaxUint32

// infoOf describes content by the header that the origin has sent.
func infoOf(header []byte, f facts) (*point.Info, error) {
	h, n, err := asf.ParseHeader(header)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	file := h.File()
	if file == nil || file.MaxPacketSize == 0 || file.MaxPacketSize > asf.MaxPacketSize || len(h.Streams()) == 0 {
		return nil, fmt.Errorf("%w: its header has no packet size, or no stream", point.ErrNotMedia)
	}
	info := &point.Info{
		Header: h, PacketSize: int(file.MaxPacketSize), Tag: f.Tag, Modified: f.Modified, Cache: &f.Control,
		Preroll: uint32(min(file.Preroll, math.MaxUint32)), TimeBase: uint32(min(file.Preroll, math.MaxUint32)),
		BitRate: h.TotalBitRate(), Seekable: true,
	}
	if length := file.PlayDuration / 1e4; length > file.Preroll && length < math.MaxUint32 {
		info.Duration = time.Duration(length-file.Preroll) * time.Millisecond
	}
	data, _, err := asf.ParseDataHead(header[n:])
	info.Packets = packetsOf(file.DataPackets, data.Packets, f.Control.ContentSize, uint64(n+asf.DataHeadSize), uint64(info.PacketSize))
	if err == nil {
		info.HeaderBytes = header[: n+asf.DataHeadSize : n+asf.DataHeadSize]
	} else {
		size := asf.DataHeadSize + uint64(info.Packets)*uint64(info.PacketSize)
		info.HeaderBytes = asf.DataHead{
			Size: size, FileID: file.FileID, Packets: uint64(info.Packets), Reserved: asf.DataReserved,
		}.Append(header[:n:n])
	}
	info.DataOffset = int64(len(info.HeaderBytes))
	info.Size = cmp.Or(int64(min(f.Control.ContentSize, math.MaxInt64)), info.DataOffset+info.Packets*int64(info.PacketSize))
	return info, nil
}

// packetsOf says how many packets there are, of what is said about that: the
// header's number, the Data Object's, the size of all. What turns out to be wrong
// is corrected when the end has come.
func packetsOf(inHeader, inData, size, headSize, packetSize uint64) int64 {
	n := cmp.Or(inHeader, inData)
	if n == 0 && size > headSize {
		n = (size - headSize) / packetSize
	}
	if n == 0 || n > maxPackets {
		n = maxPackets
	}
	return int64(n)
}
