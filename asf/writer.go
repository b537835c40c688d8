package asf

import (
	"fmt"
	"io"
)

// writerBuffer is how many bytes of packets a Writer gathers before it writes.
const writerBuffer = 256 << 10

// maxWritten is how many packets a file can have: an index has 32 bits for one.
const maxWritten = 1<<32 - 1

// WriterFile is what a Writer writes and Repair mends: an *os.File.
type WriterFile interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
}

// Writer makes a file of a stream whose length nobody knows yet. Until Close the
// file says that it is a broadcast; it can be read all the time, up to the last
// Flush, and Repair finishes one whose Writer was cut off.
//
// A Writer belongs to one goroutine. After an error of the file it takes no more
// packets; Close then keeps what is whole.
type Writer struct {
	dst    WriterFile
	header *Header
	dataAt int64 // offset of the Data Object
	size   int   // of a packet
	ledger *ledger
	shift  uint32 // ms that times are set back

	buf     []byte
	at      int64 // where buf goes
	started bool
	err     error
}

// NewWriter begins a file with a Header Object, which is made into that of a
// broadcast as LiveHeader does it. Nothing is written before the first Flush or
// a full buffer, the header together with the first packets.
func NewWriter(dst WriterFile, header []byte) (*Writer, error) {
	h, b, err := LiveHeader(header)
	if err != nil {
		return nil, err
	}
	size := int(h.File().MaxPacketSize)
	return &Writer{
		dst: dst, header: h, dataAt: int64(len(b)) - DataHeadSize, size: size, ledger: newLedger(h),
		buf: append(make([]byte, 0, len(b)+max(writerBuffer, size)), b...),
	}, nil
}

// Add appends a packet, which is copied. If the first packet is of a stream that
// has been going on for a while, all times of the file are set back: players show
// a file from 0 on.
//
// The error is a ParseError for what is no packet of this stream down to its
// payloads, which changes nothing, or the file's.
func (w *Writer) Add(pkt []byte) error {
	if w.err != nil {
		return w.err
	}
	if len(pkt) != w.size {
		return &ParseError{Object: "Data Packet", Offset: int64(len(pkt)), Err: ErrInvalid}
	}
	var p Packet
	if err := ParsePacket(pkt, &p); err != nil {
		return err
	}
	if !soundPacket(pkt) {
		return &ParseError{Object: "Payload", Err: ErrInvalid}
	}
	if w.ledger.packets == maxWritten {
		return &ParseError{Object: "Data Packet", Err: ErrLimit}
	}
	if len(w.buf)+w.size > cap(w.buf) {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if !w.started && !p.Opaque {
		w.started = true
		w.shift = shiftOf(&p, w.header.File().Preroll)
	}
	n := len(w.buf)
	w.buf = append(w.buf, pkt...)
	if w.shift > 0 {
		shiftPacket(w.buf[n:], w.shift)
	}
	w.ledger.add(w.buf[n:])
	return nil
}

// Flush writes what has been gathered.
func (w *Writer) Flush() error {
	if w.err != nil || len(w.buf) == 0 {
		return w.err
	}
	n, err := w.dst.WriteAt(w.buf, w.at)
	w.at += int64(n)
	if err != nil {
		w.err = fmt.Errorf("asf: write at %d: %w", w.at, err)
		return w.err
	}
	w.buf = w.buf[:0]
	return nil
}

// Packets is how many have been added; after a Close that failed, how many of
// them are in the file.
func (w *Writer) Packets() int64 { return w.ledger.packets }

// Size is that of the file when all is written, without an index.
func (w *Writer) Size() int64 { return w.at + int64(len(w.buf)) }

// Span is how far apart the first and the last packet are sent, ms.
func (w *Writer) Span() uint32 { return w.ledger.lastSend - w.ledger.firstSend }

// Shift is how far the times of the packets that are added are set back, ms.
func (w *Writer) Shift() uint32 { return w.shift }

// Offset is where packet n is in the file, bytes.
func (w *Writer) Offset(n int64) int64 { return w.dataAt + DataHeadSize + n*int64(w.size) }

// Close writes what is left and makes the file a finished one: sizes, counts,
// durations, and a Simple Index for each video stream. It does not close the
// file. If writing fails, or had failed before, what is whole becomes the file as
// far as that can be written; the error is the first one.
func (w *Writer) Close() error {
	if w.Flush() != nil {
		w.salvage()
		return w.err
	}
	f := finish{file: w.dst, header: w.header, dataAt: w.dataAt, packetSize: w.size, ledger: w.ledger}
	return f.write()
}

// salvage finishes what of the file has been written.
func (w *Writer) salvage() {
	first := w.dataAt + DataHeadSize
	whole := max(0, w.at-first) / int64(w.size)
	w.ledger.packets = whole
	if whole > 0 {
		end := first + whole*int64(w.size)
		if w.dst.Truncate(end) == nil {
			_, _ = Repair(w.dst, end) // there is nobody else to tell
		}
	}
}
