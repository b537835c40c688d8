package ntlm

import (
	"crypto/rc4"
)

// kxkey1 is KXKEY for NTLMv1, [MS-NLMP] 3.4.5.1; lm is used by two flags only.
// NTLMv2 takes SessionBaseKey as it is.
func kxkey1(f Flags, base Key, lm Hash, response []byte, server [8]byte) Key {
	var data [8]byte
	copy(data[:], response)
	switch {
	case f.Has(FlagExtended):
		return Key(hmacMD5(base[:], server[:], data[:]))
	case f.Has(FlagLMKey):
		var k Key
		encrypt(k[:8], lm[:7], data)
		encrypt(k[8:], []byte{lm[7], 0xBD, 0xBD, 0xBD, 0xBD, 0xBD, 0xBD}, data)
		return k
	case f.Has(FlagNonNTKey):
		var k Key
		copy(k[:], lm[:8])
		return k
	}
	return base
}

// exchange is RC4K() of [MS-NLMP] 6: it wraps and unwraps the session key.
func exchange(k Key, data [16]byte) [16]byte {
	newRC4(k[:]).XORKeyStream(data[:], data[:])
	return data
}

func newRC4(key []byte) *rc4.Cipher {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic("ntlm: RC4 takes these keys: " + err.Error())
	}
	return c
}

// The constants of 3.4.5 end in a zero byte.
const (
	magicSign = " signing key magic constant\x00"
	magicSeal = " sealing key magic constant\x00"
)

// way is the direction as the constants name it.
type way string

const (
	toServer way = "session key to client-to-server"
	toClient way = "session key to server-to-client"
)

// signKey is SIGNKEY, [MS-NLMP] 3.4.5.2, for extended session security; there
// is none without it.
func signKey(k Key, w way) [16]byte { return md5Sum(k[:], []byte(string(w)+magicSign)) }

// sealKey is SEALKEY, [MS-NLMP] 3.4.5.3. The revision is that of AUTHENTICATE's
// Version, 0 without one: both sides know it.
func sealKey(f Flags, k Key, w way, revision uint8) []byte {
	switch {
	case f.Has(FlagExtended):
		size := 5
		if f.Has(Flag128) {
			size = 16
		} else if f.Has(Flag56) {
			size = 7
		}
		sum := md5Sum(k[:size], []byte(string(w)+magicSeal))
		return sum[:]
	case f.Has(FlagLMKey), f.Has(FlagDatagram) && revision >= RevisionW2K3:
		if f.Has(Flag56) {
			return append(append([]byte{}, k[:7]...), 0xA0)
		}
		return append(append([]byte{}, k[:5]...), 0xE5, 0x38, 0xB0)
	}
	return k[:]
}
