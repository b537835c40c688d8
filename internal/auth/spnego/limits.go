package spnego

// What a peer may send at most. Windows' tokens end at 48,000 bytes
// (MaxTokenSize), tickets with many groups among them.
const (
	MaxToken      = 64 << 10 // bytes of a token
	MaxMechanisms = 32       // in a list
	MaxOID        = 32       // bytes of one's encoding
	MaxMIC        = 1024     // bytes of mechListMIC
	MaxLegs       = 8        // tokens of the peer in one negotiation
)
