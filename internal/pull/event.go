package pull

// Kind says what comes next in a stream.
type Kind uint8

const (
	GotPacket Kind = iota + 1 // Data, Packet
	GotGap                    // Lost
	GotEnd                    // More
	GotChange                 // another entry of a playlist
	GotHeader                 // Header, of that entry; over HTTP the first of all too
)

// Event is what the next event of a stream has in every protocol.
type Event struct {
	Kind Kind

	Data      []byte // an ASF packet; good until the next event is asked for
	Packet    uint32 // LocationId: the number of the ASF packet
	HasPacket bool   // Packet counts

	// Lost is how many packets never came before what follows, or how many
	// were not taken in time.
	Lost uint32

	More   bool   // another entry follows
	Header []byte // Header Object, and usually the beginning of the Data Object
}
