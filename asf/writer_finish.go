package asf

import (
	"fmt"
	"slices"
)

// finish makes a file of packets a finished one.
type finish struct {
	file       WriterFile
	header     *Header // is changed
	dataAt     int64   // offset of the Data Object
	packetSize int
	ledger     *ledger
	keepTail   bool // what is behind the packets stays as it is
	tail       int64
}

// write writes in an order in which the file can be read after every byte: where
// the packets end, then the header, then the index behind them.
func (f *finish) write() error {
	size := f.header.Size()
	end := f.dataAt + DataHeadSize + f.ledger.packets*int64(f.packetSize)
	var index []byte
	fileEnd := end + f.tail
	if !f.keepTail {
		for _, x := range f.ledger.indexes(f.header) {
			index = x.Append(index)
		}
		fileEnd = end + int64(len(index))
	}
	props := f.header.File()
	f.ledger.describe(props, uint64(fileEnd), f.packetSize)
	header := f.header.Append(nil)
	if len(header) != size {
		return &ParseError{Object: "Header", Offset: int64(len(header)), Err: ErrInvalid}
	}
	data := DataHead{Size: uint64(end - f.dataAt), FileID: props.FileID, Packets: uint64(f.ledger.packets), Reserved: DataReserved}
	for _, part := range []struct {
		b  []byte
		at int64
	}{{data.Append(nil), f.dataAt}, {header, 0}, {index, end}} {
		if _, err := f.file.WriteAt(part.b, part.at); err != nil {
			if part.at == end {
				_ = f.file.Truncate(end) // half an index is none; Repair sees that it is missing
			}
			return fmt.Errorf("asf: finishing at %d: %w", part.at, err)
		}
	}
	return nil
}

// describe sets what is only known at the end.
func (l *ledger) describe(f *FileProperties, fileSize uint64, packetSize int) {
	f.FileSize, f.DataPackets = fileSize, uint64(l.packets)
	f.PlayDuration, f.SendDuration = l.playEnd()*1e4, uint64(l.sendEnd)*1e4
	f.MinPacketSize, f.MaxPacketSize = uint32(packetSize), uint32(packetSize)
	f.Flags = f.Flags&^FileBroadcast | FileSeekable
}

// indexedStreams gives the video streams that have a Simple Index, in its order:
// by number, without those that are hidden in the header extension.
func indexedStreams(h *Header) []uint8 {
	var numbers []uint8
	for _, o := range h.Objects {
		if v, ok := Typed(o).(*StreamProperties); ok && v.Kind() == Video {
			numbers = append(numbers, v.Number())
		}
	}
	slices.Sort(numbers)
	return numbers
}

// GrowingHeader gives a header for players of a file that is being written, as
// Writer leaves it meanwhile: no broadcast, that can be sought, as long as the
// packets that are there now. Its Data Object leaves open where the packets end:
// players that are told a size stop there, FFmpeg above all, and those that are
// told of a broadcast do not seek. The bytes are the Header Object and the first
// 50 of the Data Object, as HeaderBytes has them, and new.
func (r *Reader) GrowingHeader() (*Header, []byte, error) {
	h, _, err := ParseHeader(slices.Clone(r.head[:len(r.head)-DataHeadSize]))
	if err != nil {
		return nil, nil, err
	}
	f := h.File()
	f.FileSize, f.DataPackets = uint64(r.packetAt(r.packets)), uint64(r.packets)
	f.PlayDuration, f.SendDuration = uint64(r.times.last)*1e4, uint64(r.times.lastSend)*1e4
	f.Flags = f.Flags&^FileBroadcast | FileSeekable
	b := h.Append(nil)
	b = DataHead{Size: DataHeadSize, FileID: f.FileID, Reserved: DataReserved}.Append(b)
	h, _, err = ParseHeader(b)
	return h, b, err
}
