package point

import (
	"time"

	"caracal/asf"
)

// Kind is what Next yields.
type Kind uint8

// The kinds of steps.
const (
	Wait   Kind = iota // nothing more is due before At
	Load               // storage is read; the wake function will be called
	Packet             // Data is packet Number
	End                // the entry is over, for Reason
)

// EndReason says why an entry is over.
type EndReason uint8

// The reasons.
const (
	EndNatural  EndReason = iota // its last packet is out
	EndReceding                  // a rewind has reached the beginning
	EndDuration                  // as much as was asked for is out
	EndError                     // the storage failed
	EndChange                    // Next follows, of a broadcast or of a list
)

func (r EndReason) String() string {
	return [...]string{"end of content", "rewound to the beginning", "end of the duration asked for", "storage failed", "other content follows"}[r]
}

// Step is one thing that a Play yields.
type Step struct {
	Kind   Kind
	Reason EndReason
	Err    error     // End, with EndError
	Next   Entry     // End, with EndChange: what to Turn to
	Ahead  bool      // Packet: sent faster than real time by a Fast Start
	Number int64     // Packet: its number in the file
	Data   []byte    // Packet: what goes out of it; valid until the end of the shard's run
	Raw    []byte    // Packet: all of it, as in the file; valid as long
	Keep   uint64    // Packet: of which payloads asf.Pick makes Data of Raw
	At     time.Time // Wait: when more is due

	block  *Block
	missed uint64 // of a cursor: packets that are gone
}

// Outline is a packet without its padding, for protocols that leave that out;
// nil if Data is not all of Raw, or cannot be parsed.
func (s *Step) Outline() *asf.Outline {
	if s.block == nil || s.Keep != asf.KeepAll {
		return nil
	}
	return s.block.Outline(s.Number)
}
