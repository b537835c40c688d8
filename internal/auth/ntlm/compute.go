package ntlm

// The responses of [MS-NLMP] 3.3: what the Initiator sends and the Acceptor
// expects.

// extendedChallenge is what takes the server's challenge's place in version 1
// with extended session security: the NTLM2 session response.
func extendedChallenge(server, client [8]byte) [8]byte {
	sum := md5Sum(server[:], client[:])
	return [8]byte(sum[:8])
}

// proof2 is NTProofStr of NTLMv2, and with the client's challenge as signed the
// first 16 bytes of LMv2_RESPONSE.
func proof2(key [16]byte, server [8]byte, signed []byte) [16]byte {
	return hmacMD5(key[:], server[:], signed)
}

// sessionBase1 and sessionBase2 are SessionBaseKey.
func sessionBase1(nt Hash) Key { return Key(md4Sum(nt[:])) }

func sessionBase2(key, proof [16]byte) Key { return Key(hmacMD5(key[:], proof[:])) }
