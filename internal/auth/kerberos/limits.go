package kerberos

import "time"

// What a peer, or a keytab, may hold at most.
const (
	MaxToken    = 64 << 10 // bytes of a token: Windows' MaxTokenSize is 48,000
	MaxMessage  = 16 << 20 // bytes of a message that is signed or sealed
	MaxName     = 512      // bytes of a principal's name with its realm
	MaxParts    = 8        // components of a principal's name
	MaxKeytab   = 1 << 20  // bytes
	MaxEntries  = 4096     // keys in a keytab
	MaxTries    = 16       // keys that are tried for one ticket
	MaxKeySize  = 32       // bytes
	MaxReplays  = 1 << 17  // authenticators that are remembered for twice MaxSkew
	MaxOneUser  = 1 << 13  // of those, of one principal
	DefaultSkew = 5 * time.Minute
)
