package asf

// Indexer makes the index of a file whose header and packets are there already,
// as a Writer would have made it.
type Indexer struct {
	header *Header
	ledger *ledger
}

// NewIndexer begins with the header, which stays as it is.
func NewIndexer(h *Header) *Indexer { return &Indexer{header: h, ledger: newLedger(h)} }

// Add takes the next packet, in the order of the file. One that is damaged only
// counts.
func (x *Indexer) Add(pkt []byte) { x.ledger.add(pkt) }

// Append appends a Simple Index for each video stream that may have one.
func (x *Indexer) Append(b []byte) []byte {
	for _, o := range x.ledger.indexes(x.header) {
		b = o.Append(b)
	}
	return b
}
