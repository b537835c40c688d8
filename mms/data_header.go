package mms

// The ASF file header, its Header Object and the first 50 bytes of its Data
// Object, goes in one or more data packets, [MS-MMSP] 2.2.2 and 3.2.5.8.1.
const (
	// MaxHeader is the longest ASF file header that is put together, bytes.
	MaxHeader = 1 << 20
	// MaxPieces is how many data packets it may take.
	MaxPieces = 1 << 12
)

// HeaderPieces returns how many data packets a header of size bytes takes when
// a payload has at most packetSize bytes, the largest ASF packet. It is 0 when
// that cannot be.
func HeaderPieces(size, packetSize int) int {
	packetSize = min(packetSize, MaxPayload)
	if size <= 0 || packetSize <= 0 {
		return 0
	}
	return (size + packetSize - 1) / packetSize
}

// AppendHeaderPiece appends the ith piece, counted from 0 to HeaderPieces-1, as
// a data packet. One packet at a time is appended, since they are to be paced.
func AppendHeaderPiece(b []byte, incarnation byte, i int, header []byte, packetSize int) []byte {
	packetSize = min(packetSize, MaxPayload)
	begin := i * packetSize
	end := min(begin+packetSize, len(header))
	flags := FlagPiece
	if end == len(header) {
		flags = FlagLastPiece
	}
	b = AppendDataHead(b, uint32(i), incarnation, flags, end-begin)
	return append(b, header[begin:end]...)
}

// HeaderJoiner puts the pieces of an ASF file header together, in whatever
// order UDP brings them. The zero value is ready for one header.
type HeaderJoiner struct {
	pieces map[uint32][]byte
	size   int
	last   int64 // number of the last piece + 1; 0 while it is not known
}

// Add takes a data packet with a piece, whose payload is copied, and returns
// the header when it was the last that was missing, else nil.
func (j *HeaderJoiner) Add(d Data) ([]byte, error) {
	if d.LocationID >= MaxPieces || j.size+len(d.Payload) > MaxHeader {
		return nil, &ParseError{"ASF file header", 0, ErrLimit}
	}
	if j.pieces == nil {
		j.pieces = map[uint32][]byte{}
	}
	if _, again := j.pieces[d.LocationID]; !again {
		j.pieces[d.LocationID] = append([]byte(nil), d.Payload...)
		j.size += len(d.Payload)
	}
	if d.AFFlags&flagLast != 0 {
		j.last = int64(d.LocationID) + 1
	}
	if j.last == 0 || int64(len(j.pieces)) < j.last {
		return nil, nil
	}
	header := make([]byte, 0, j.size)
	for i := range uint32(j.last) {
		piece, ok := j.pieces[i]
		if !ok {
			return nil, nil
		}
		header = append(header, piece...)
	}
	return header, nil
}
