package asf

import (
	"io"
	"sync"
	"time"
)

// Reader gives the header and the packets of a file as it is found: cut off,
// still being written, with wrong sizes and counts, without an index or with a
// wrong one. It never changes what it reads, and is safe for concurrent use.
//
// A Reader knows the file at the size it was given. For a file that grows, a
// new one is cheap: it reads the header and a few packets.
type Reader struct {
	src  io.ReaderAt
	size int64

	header     *Header
	head       []byte // Header Object and DataHead
	data       DataHead
	dataAt     int64 // offset of the Data Object
	packetSize int
	packets    int64
	dataEnd    int64            // offset behind the Data Object
	endKnown   bool             // dataEnd is where the Data Object says, not just the end of the file
	trailing   []trailingObject // what follows the Data Object
	times      timeSpan
	issues     issueList

	heads  sync.Pool // *[]byte of sendHead bytes
	chunks sync.Pool // *[]byte for whole packets
	seek   seekCache
}

// NewReader reads the header of the size bytes in src, and enough of the
// packets to know how many there are. It fails if there is nothing to serve:
// no header, no stream, no packet size that fits. The error wraps ErrNotASF,
// ErrNeedMore, ErrLimit, ErrInvalid or what src gave.
func NewReader(src io.ReaderAt, size int64) (*Reader, error) {
	r := &Reader{src: src, size: size}
	steps := [...]func() error{r.readHeader, r.findPacketSize, r.findDataEnd, r.findTrailing, r.measure}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	r.judge()
	return r, nil
}

// Header gives the parsed header, which is not to be changed.
func (r *Reader) Header() *Header { return r.header }

// HeaderBytes gives the Header Object and the first 50 bytes of the Data Object
// as they are in the file, which is what players are sent. Not to be changed.
func (r *Reader) HeaderBytes() []byte { return r.head }

// PacketSize is the size of every packet in bytes.
func (r *Reader) PacketSize() int { return r.packetSize }

// NumPackets counts the whole packets that are really there.
func (r *Reader) NumPackets() int64 { return r.packets }

// DataOffset is the place of packet 0 in the file.
func (r *Reader) DataOffset() int64 { return r.dataAt + DataHeadSize }

// Size is the size of the file in bytes.
func (r *Reader) Size() int64 { return r.size }

// HasIndex says that the file has an index of any type, right or wrong.
func (r *Reader) HasIndex() bool {
	for _, t := range r.trailing {
		if isIndex(t.id) {
			return true
		}
	}
	return false
}

// Duration is the playing time without the preroll: what the header says if it
// agrees with the packets, else what the packets say.
func (r *Reader) Duration() time.Duration {
	d, _ := r.duration()
	return d
}

// TimeBase is the presentation time in ms that stands for the start of the
// file: the preroll, or the first presentation time in files that begin
// elsewhere, such as recordings of a broadcast.
func (r *Reader) TimeBase() uint32 { return r.times.base(r.preroll()) }

// Issues says in plain words what a player would dislike, as far as it can be
// known without reading the whole file; see Check.
func (r *Reader) Issues() []Issue { return append([]Issue(nil), r.issues...) }

// preroll gives the header's preroll in ms, 0 if it cannot be right.
func (r *Reader) preroll() uint32 {
	if p := r.header.File().Preroll; p < 1<<32 {
		return uint32(p)
	}
	return 0
}
