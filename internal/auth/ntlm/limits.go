package ntlm

// What a peer may send at most. Windows' own tokens end at 2,888 bytes.
const (
	MaxMessage    = 16 << 10 // bytes of a message
	MaxName       = 1024     // bytes of a user, domain, workstation or target name: 512 characters
	MaxTargetInfo = 8 << 10  // bytes of all AV_PAIRs together
	MaxPairs      = 64       // AV_PAIRs in a list
	MaxResponse   = responseSize + clientChallengeSize + MaxTargetInfo
	MaxSessionKey = 64 // bytes of EncryptedRandomSessionKey; 16 is what can be used
)
