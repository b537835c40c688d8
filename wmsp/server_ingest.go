package wmsp

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"caracal/asf"
	"caracal/internal/point"
)

// MaxPushedHeader is the longest ASF header that is taken from an encoder, bytes.
const MaxPushedHeader = 1 << 20

// ErrPushed is what is wrong with a stream that somebody pushes.
var ErrPushed = errors.New("wmsp: not an ASF stream")

// Ingest hands what an encoder sends in a body to a broadcast: an ASF file, or
// the packets of [MS-WMSP] 2.2.3 as "ffmpeg -f asf_stream" writes them. It returns
// nil at the end of either. The broadcast has its source until then.
func Ingest(r io.Reader, b *point.Broadcast) error {
	start := make([]byte, len(asf.IDHeader))
	if _, err := io.ReadFull(r, start); err != nil {
		return fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	r = io.MultiReader(bytes.NewReader(start), r)
	if start[0]&^frameMore == frameByte {
		return ingestFrames(newFrameReader(r), b)
	}
	return ingestFile(r, b)
}

// ingestFile reads a Header Object, the beginning of a Data Object and packets
// until the Data Object ends, if it says where, or the body.
func ingestFile(r io.Reader, b *point.Broadcast) error {
	head, err := readObject(r)
	if err != nil {
		return err
	}
	data := make([]byte, asf.DataHeadSize)
	if _, err := io.ReadFull(r, data); err != nil {
		return fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	d, _, err := asf.ParseDataHead(data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPushed, err)
	}
	f, err := b.Start(head)
	if err != nil {
		return err
	}
	defer f.Close()
	packet := make([]byte, f.PacketSize())
	for n := uint64(0); d.Packets == 0 || n < d.Packets; n++ {
		switch _, err := io.ReadFull(r, packet); {
		case errors.Is(err, io.EOF) && d.Packets == 0:
			return nil
		case err != nil:
			return fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
		}
		if err := f.Add(packet); err != nil {
			return fmt.Errorf("%w: packet %d: %w", ErrPushed, n, err)
		}
	}
	_, err = io.Copy(io.Discard, r) // an index may follow
	return err
}

// readObject reads the Header Object.
func readObject(r io.Reader) ([]byte, error) {
	head := make([]byte, asf.HeaderHeadSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	size, err := asf.HeaderSize(head)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, err)
	}
	if size > MaxPushedHeader {
		return nil, fmt.Errorf("%w: %w", ErrPushed, &ParseError{"ASF header", 0, ErrLimit})
	}
	b := make([]byte, size)
	copy(b, head)
	if _, err := io.ReadFull(r, b[len(head):]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	return b, nil
}

// ingestFrames reads $H, $D, $C and $E packets.
func ingestFrames(r *frameReader, b *point.Broadcast) error {
	in := ingestion{b: b}
	defer in.close()
	for {
		frame, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil // encoders that are stopped say no $E
		case err != nil:
			return fmt.Errorf("%w: %w", ErrPushed, err)
		}
		if over, err := in.take(&frame); over || err != nil {
			return err
		}
	}
}

// ingestion is a stream of packets on its way into a broadcast.
type ingestion struct {
	b      *point.Broadcast
	feed   *point.Feed // nil before the first header
	header headerAssembly
}

func (in *ingestion) close() {
	if in.feed != nil {
		in.feed.Close()
	}
}

// take takes one packet, and says whether it was the last one.
func (in *ingestion) take(f *Frame) (over bool, err error) {
	switch f.ID {
	case FrameHeader:
		done, err := in.header.add(f)
		if err != nil || !done {
			return false, err
		}
		defer func() { in.header = headerAssembly{} }()
		return false, in.begin(in.header.header)
	case FrameData:
		if in.feed == nil {
			return false, fmt.Errorf("%w: data before the header", ErrPushed)
		}
		if err := in.feed.Add(f.Payload); err != nil {
			return false, fmt.Errorf("%w: %w", ErrPushed, err)
		}
	case FrameEnd:
		return f.Reason == ReasonDone, nil // any other announces a new header
	case FrameChange, FrameMetadata, FrameFill:
	default:
		return false, fmt.Errorf("%w: %w", ErrPushed, &ParseError{"$" + string(rune(f.ID)) + " packet", 0, ErrUnexpected})
	}
	return false, nil
}

// begin takes a header: the first one, or that of what follows.
func (in *ingestion) begin(header []byte) (err error) {
	if in.feed != nil {
		return in.feed.Header(header)
	}
	in.feed, err = in.b.Start(header)
	return err
}
